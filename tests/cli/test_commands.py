"""The commands as a person goes through them, from a file to a report."""

import json
import shutil
import subprocess
import sys
import time

import pytest


@pytest.fixture
def ready(trained, tmp_path):
    shutil.copytree(trained, tmp_path / "workspace")


def test_help_names_every_command_and_speaks_the_language_asked_for():
    told = {
        language: subprocess.run([sys.executable, "-m", "campanile", "--lang", language, "--help"],
                                 capture_output=True, text=True, check=False).stdout
        for language in ("en", "pl", "es")
    }  # fmt: skip
    for command in (
        "profile",
        "load",
        "tables",
        "quality",
        "train",
        "models",
        "explain",
        "audience",
        "predict",
        "report",
    ):
        assert command in told["en"]
    assert len(set(told.values())) == 3


def test_load_prints_what_programs_rely_on(campanile, campaign_file):
    said = campanile("load", campaign_file, "--as", "customers", "--key", "customer_id", "--json").json
    assert said["table"] == "customers"
    assert (said["version"], said["refused"]) == (1, 0)
    assert len(said["content_hash"]) == 64
    assert {"dialect", "types", "rows"} <= set(said)
    again = campanile("load", campaign_file, "--as", "customers", "--key", "customer_id", "--json").json
    assert (again["version"], again["content_hash"]) == (2, said["content_hash"])


def test_quality_prints_findings(campanile, ready):
    said = campanile("quality", "customers", "--target", "response", "--json")
    assert said.code == 0, said.err
    for finding in said.json["findings"]:
        assert {"check", "column", "passed", "severity", "count", "words"} <= set(finding)


def test_quality_tells_what_moves_together_and_what_has_to_do_with_the_target(campanile, ready):
    said = campanile("quality", "customers", "--together", "--target", "response", "--json")
    assert said.code == 0, said.err
    ties = said.json["targets"]["response"]["ties"]
    assert abs(ties[0]["estimate"]) >= abs(ties[-1]["estimate"])
    assert ties[0]["sure"]
    for_people = campanile("quality", "customers", "--together", "--target", "response")
    assert "beyond chance" in for_people.out
    assert campanile("quality", "customers", "--together", "--target", "respons").code == 2


def test_explain_audience_and_report_follow_a_training(campanile, ready, tmp_path):
    explained = campanile("explain", "--features", "3", "--json")
    assert explained.code == 0, explained.err
    assert len(explained.json["features"]) == 3
    chosen = campanile("audience", "--budget", "60", "--out", tmp_path / "list.csv", "--json")
    assert chosen.code == 0, chosen.err
    listed = (tmp_path / "list.csv").read_text().splitlines()
    assert sum(",true," in line for line in listed) <= 20
    assert "birth" not in listed[0]
    report = campanile("report", "--out", tmp_path / "report.html", "--json")
    assert report.code == 0, report.err
    page = (tmp_path / "report.html").read_text()
    assert len(page.encode()) < 6_000_000
    assert "Who should we talk to?" in page


def test_new_observations_are_learned_from(campanile, ready, tmp_path, campaign_file):
    from campanile.flows import sample_campaign

    more = sample_campaign(tmp_path / "more.csv", rows=1000, seed=11).read_text().splitlines()
    key = more[0].split(",").index("customer_id")
    renamed = [more[0]]
    for line in more[1:]:
        cells = line.split(",")
        cells[key] = str(int(cells[key]) + 1_000_000)
        renamed.append(",".join(cells))
    (tmp_path / "more.csv").write_text("\n".join(renamed) + "\n")
    added = campanile("load", tmp_path / "more.csv", "--as", "customers", "--append", "--json")
    assert added.code == 0, added.err
    assert added.json["rows"] > 1600
    again = campanile("train", "customers", "--continue", "--quick", "--json")
    assert again.code == 0, again.err
    compared = again.json["comparisons"]
    assert compared, again.json
    assert {"old", "new", "rows", "verdict"} <= set(compared[0])
    assert {one["version"] for one in campanile("models", "--json").json["models"] if "logistic" in one["name"]} == {
        1,
        2,
    }


def test_one_customer_is_given_reasons(campanile, ready):
    some = campanile("predict", "customers", "--json").json["predictions"][0]["customer_id"]
    said = campanile("explain", "--customer", some, "--json")
    assert said.code == 0, said.err
    assert said.json["reasons"]


def test_a_model_is_chosen_and_retired(campanile, ready):
    assert campanile("models", "--choose", "response-logistic").code == 0
    roles = {one["name"]: one["role"] for one in campanile("models", "--json").json["models"]}
    assert roles["response-logistic"] == "chosen"
    assert campanile("models", "--retire", "response-baseline").code == 0
    roles = {one["name"]: one["role"] for one in campanile("models", "--json").json["models"]}
    assert roles["response-baseline"] == "retired"


def test_lineage_leads_to_the_file(campanile, ready, campaign_file):
    import hashlib

    said = campanile("lineage", "response-logistic")
    assert said.code == 0, said.err
    assert hashlib.sha256(campaign_file.read_bytes()).hexdigest() in said.out


def test_errors_speak_the_language_asked_for(tmp_path):
    said = {
        language: subprocess.run(
            [sys.executable, "-m", "campanile", "train", "kunden", "--target", "x", "--lang", language,
             "--workspace", str(tmp_path / "w")], capture_output=True, text=True, check=False).stderr
        for language in ("en", "pl", "es")
    }  # fmt: skip
    assert len(set(said.values())) == 3
    assert all("kunden" in text for text in said.values())


@pytest.mark.slow
def test_help_and_import_are_quick():
    """Generous here, for busy machines; benchmarks/start.py holds the real bars."""
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "campanile", "--help"], capture_output=True, check=True)
    assert time.monotonic() - started < 2.5
    loaded = subprocess.run(
        [sys.executable, "-c", "import campanile, sys, json; print(json.dumps(sorted(sys.modules)))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    heavy = {"sklearn", "pandas", "duckdb", "pyarrow", "xgboost", "plotly", "pydantic", "sqlalchemy", "numpy"}
    assert not heavy & set(json.loads(loaded.stdout))


def test_the_report_speaks_of_the_model_that_was_chosen_and_of_its_own_training(campanile, trained, tmp_path):
    shutil.copytree(trained, tmp_path / "workspace")
    assert campanile("train", "customers", "--target", "response", "--quick", "--method", "logistic",
                     "--method", "boosting").code == 0  # fmt: skip
    assert (
        campanile("train", "customers", "--target", "accepted_campaign_1", "--quick", "--method", "logistic").code == 0
    )
    assert campanile("models", "--choose", "response-logistic").code == 0
    assert campanile("report", "--out", tmp_path / "report.html").code == 0
    page = (tmp_path / "report.html").read_text()
    assert "Model response-logistic" in page
    assert "Logistic regression is chosen among 2 methods" in page
    assert "accepted_campaign_1-" not in page
