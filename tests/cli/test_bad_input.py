"""Bad input is answered with what happened, where, and what to do: exit code 2, no traceback, nothing lost."""

import gzip
import shutil
import subprocess
import sys

import pytest

HEADER = "ID,age,city,response\n"


def rows(n, response=lambda i: i % 3 == 0):
    return "".join(f"{i},{20 + i % 50},{'abc'[i % 3]},{int(response(i))}\n" for i in range(n))


@pytest.fixture
def file(tmp_path):
    def write(content, name="customers.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def refused(said, *parts):
    assert said.code == 2, (said.out, said.err)
    assert "Traceback" not in said.err
    for part in parts:
        assert part in said.err, said.err
    return said


def test_an_empty_file(campanile, file):
    refused(campanile("load", file("")), "customers.csv")


def test_a_header_without_rows(campanile, file):
    refused(campanile("load", file(HEADER)), "customers.csv")


def test_a_file_that_is_not_there_is_named_with_the_nearest(campanile, tmp_path):
    refused(campanile("load", tmp_path / "nothing.csv"), "nothing.csv")


def test_two_columns_with_one_name(campanile, file):
    refused(campanile("load", file("ID,age,age\n1,2,3\n2,3,4\n")), "age")


def test_a_binary_file_named_csv(campanile, file):
    refused(campanile("load", file(bytes(range(256)) * 200)), "customers.csv")


def test_ten_thousand_columns_are_loaded(campanile, file):
    names = ",".join(f"c{i}" for i in range(10_000))
    line = ",".join("1.5" if i % 2 else "2.5" for i in range(10_000))
    said = campanile("load", file(f"{names}\n{line}\n{line.replace('1.5', '3.5')}\n"), "--json")
    assert said.code == 0, said.err
    assert len(said.json["types"]) == 10_000


def test_utf_16_is_loaded(campanile, file):
    said = campanile("load", file((HEADER + rows(30)).encode("utf-16")), "--json")
    assert said.code == 0, said.err
    assert said.json["rows"] == 30


def test_gzip_is_loaded(campanile, file):
    said = campanile("load", file(gzip.compress((HEADER + rows(30)).encode()), "customers.csv.gz"), "--json")
    assert (said.code, said.json["rows"]) == (0, 30)


@pytest.mark.slow
def test_one_line_of_200_megabytes(campanile, file):
    said = campanile("load", file(HEADER + rows(30) + "9," + "x" * 200_000_000 + ",a,1\n"))
    assert said.code in (0, 2)
    assert "Traceback" not in said.err
    if said.code == 0:
        assert "1 row was refused" in said.out


def test_too_many_rows_that_do_not_parse_stop_the_import(campanile, file):
    broken = HEADER + rows(30) + "1,2\n" * 10
    refused(campanile("load", file(broken), "--as", "customers"), "customers.csv")
    assert campanile("tables", "--json").json["tables"] == []


def test_few_rows_that_do_not_parse_are_kept_and_shown(campanile, file):
    said = campanile("load", file(HEADER + rows(99) + "1000,2\n"), "--json")
    assert said.code == 0, said.err
    assert (said.json["rows"], said.json["refused"]) == (99, 1)
    assert said.json["refusals"][0]["line"] == 101


def test_a_failed_import_leaves_the_table_as_it_was(campanile, file):
    good = file(HEADER + rows(40))
    before = campanile("load", good, "--as", "customers", "--key", "ID", "--json").json
    refused(campanile("load", file("", "other.csv"), "--as", "customers", "--append"))
    after = campanile("tables", "--json").json["tables"]
    assert [(one["version"], one["content_hash"]) for one in after] == [(1, before["content_hash"])]


def test_a_key_that_is_no_column_is_answered_with_the_nearest(campanile, file):
    refused(campanile("load", file(HEADER + rows(30)), "--key", "Id_"), "'ID'")


def train(campanile, file, content, target="response"):
    assert campanile("load", file(content), "--as", "customers", "--key", "ID").code == 0
    return campanile("train", "customers", "--target", target, "--quick")


def test_a_target_that_is_no_column(campanile, file):
    refused(train(campanile, file, HEADER + rows(60), "Respons"), "Respons", "response")


def test_a_target_that_is_constant(campanile, file):
    refused(train(campanile, file, HEADER + rows(60, lambda i: False)), "response")


def test_a_target_with_one_positive(campanile, file):
    refused(train(campanile, file, HEADER + rows(60, lambda i: i == 7)), "response")


def test_rows_that_are_all_duplicates(campanile, file):
    same = HEADER + "".join(f"{i},30,a,{i % 2}\n" for i in range(60))
    refused(train(campanile, file, same))


def test_a_table_that_is_not_there(campanile):
    refused(campanile("train", "customers", "--target", "response"), "customers")


def test_no_model_yet(campanile):
    refused(campanile("explain"), "campanile train")
    refused(campanile("audience"))
    refused(campanile("report"))


def test_new_categories_and_missing_values_are_scored(campanile, file, trained, tmp_path, campaign_file):
    shutil.copytree(trained, tmp_path / "workspace")
    lines = campaign_file.read_text().splitlines()
    changed = [line.replace("PhD", "Wizard").replace("Master", "Wizard") for line in lines]
    said = campanile("predict", file("\n".join(changed) + "\n", "new.csv"), "--json")
    assert said.code == 0, said.err
    assert len(said.json["predictions"]) == said.json["rows"] > 600


def test_missing_columns_at_prediction_are_named(campanile, file, trained, tmp_path):
    shutil.copytree(trained, tmp_path / "workspace")
    refused(campanile("predict", file("customer_id,birth_year\n1,1980\n2,1990\n", "new.csv")), "education")


def test_a_form_that_cannot_be_written(campanile, trained, tmp_path):
    shutil.copytree(trained, tmp_path / "workspace")
    refused(campanile("predict", "customers", "--out", tmp_path / "scores.docx"), ".docx", ".parquet")


def test_a_workspace_of_a_newer_version(campanile, tmp_path):
    import sqlite3

    assert campanile("tables").code == 0
    with sqlite3.connect(tmp_path / "workspace" / "catalog.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    refused(campanile("tables"), "newer Campanile")


def test_a_model_file_that_was_tampered_with_is_refused(campanile, trained, tmp_path):
    shutil.copytree(trained, tmp_path / "workspace")
    for path in (tmp_path / "workspace" / "artifacts").rglob("model.skops"):
        path.write_bytes(path.read_bytes() + b"x")
    said = campanile("predict", "customers")
    assert said.code == 1
    assert "not the one that was saved" in said.err


def test_options_that_contradict_each_other_are_all_told(campanile, file):
    said = refused(campanile("profile", file(HEADER + rows(30)), "--target", "response", "--contact-cost", "-1",
                             "--features", "0"))  # fmt: skip
    assert "contact_cost" in said.err
    assert "features" in said.err


def test_errors_are_json_too_where_asked(campanile, tmp_path):
    said = campanile("load", tmp_path / "nothing.csv", "--json")
    assert said.json["code"] == 2
    assert "nothing.csv" in said.json["error"]


@pytest.mark.slow
def test_a_disk_that_is_full_changes_nothing(file, tmp_path):
    """A real limit: the process may write no file over 200 kB, so the import's data file is refused."""
    source = file(
        HEADER + "".join(f"{i},{i * 7919 % 100_003},{i * 104_729 % 1_000_003}x,{i % 3 == 0:d}\n" for i in range(60_000))
    )
    command = [
        sys.executable,
        "-m",
        "campanile",
        "load",
        str(source),
        "--workspace",
        str(tmp_path / "full"),
        "--lang",
        "en",
    ]
    limit = (
        "import resource, signal, os, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); os.execv(sys.argv[1], sys.argv[1:])"
    )
    ended = subprocess.run([sys.executable, "-c", limit, *command], capture_output=True, text=True, check=False)
    assert ended.returncode == 2, ended.stderr
    assert "Nothing was changed" in ended.stderr
    listed = subprocess.run(
        [*command[:3], "tables", "--json", "--workspace", str(tmp_path / "full")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert '"tables": []' in listed.stdout


@pytest.mark.slow
def test_two_imports_at_once_make_two_versions(file, tmp_path):
    source = file(HEADER + rows(20_000))
    command = [
        sys.executable,
        "-m",
        "campanile",
        "load",
        str(source),
        "--as",
        "customers",
        "--workspace",
        str(tmp_path / "both"),
    ]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    assert [one.wait(timeout=60) for one in both] == [0, 0]
    for one in both:
        one.communicate()
    listed = subprocess.run(
        [sys.executable, "-m", "campanile", "tables", "--json", "--workspace", str(tmp_path / "both")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert listed.stdout.count('"version"') == 2
