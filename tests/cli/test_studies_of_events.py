"""Studies of events on the command line: what they print, and how they tell what is wrong."""

import pytest

from tests.flows.eventworlds import SHOP, VISITS, shop, written


@pytest.fixture
def study(tmp_path):
    return shop(tmp_path / "shop")


def refused(said, *parts):
    assert said.code == 2, (said.out, said.err)
    assert said.out == ""
    assert "Traceback" not in said.err
    for part in parts:
        assert part in said.err, said.err


def changed(study, old, new):
    assert old in SHOP
    return written(study.parent, SHOP.replace(old, new))


def test_a_study_runs_to_its_features_and_prints_them(campanile, study):
    said = campanile("study", "run", study, "--until", "features", "--json")
    assert said.code == 0, said.err
    assert (said.json["study"], said.json["engine"], said.json["rows"]) == ("shop", "duckdb", 4)
    assert said.json["feature_names"] == ["visits", "spent"]
    assert said.json["model"] is None


def test_the_second_run_prints_that_no_step_took_time(campanile, study):
    campanile("study", "run", study, "--until", "features")
    said = campanile("study", "run", study, "--until", "features", "--json")
    assert set(said.json["seconds_by_step"].values()) == {0.0}


def test_the_features_are_a_table_like_any_other(campanile, study):
    campanile("study", "run", study, "--until", "features")
    tables = {one["table"]: one for one in campanile("tables", "--json").json["tables"]}
    assert set(tables) == {"shop_people", "shop_visits", "shop_features"}
    assert tables["shop_features"]["rows"] == 4


def test_a_check_says_what_will_be_done_and_does_nothing(campanile, study):
    said = campanile("study", "check", study)
    assert said.code == 0, said.err
    assert "Table 'visits': events of 'who', 4 columns, from visits.csv." in said.out
    assert "The study can run." in said.out
    assert campanile("tables", "--json").json["tables"] == []
    assert campanile("study", "check", study, "--json").json["features"] == ["visits", "spent"]


@pytest.mark.parametrize("command", [["check"], ["run", "--until", "features"]])
@pytest.mark.parametrize(("old", "new", "parts"), [
    ("sum(spent)", "sum(spend)", ["Feature 'spent'", "Did you mean 'spent'?"]),
    ("sum(spent)", "sum(page)", ["Feature 'spent'", "needs a number"]),
    ("sum(spent)", "read_csv('/etc/passwd')", ["may not be used"]),
    ("count(*)", "count(", ["cannot be read as SQL"]),
    ('entity = "people"', 'entity = "persons"', ["there is no table 'persons'"]),
    ('time = "when"', 'time = "page"', ["holds no times"]),
    ('time = "when"', 'time = "wen"', ["Did you mean 'when'?"]),
    (', time = "when"', "", ["needs both 'entity' and 'time'"]),
    ('column = "loyal"', 'column = "royal"', ["Target 'loyal'", "Did you mean 'loyal'?"]),
    ('name = "shop"', 'name = "shop"\ntarget = "royal"', ["'royal'", "loyal"]),
    ('name = "shop"', 'name = "shop"\ncalender = { every = "month" }', ["Did you mean 'calendar'?"]),
    ('name = "shop"', 'name = "shop"\ncalendar = { every = "year" }', ["every", "'year'", "'month'"]),
    ('"visits.csv"', '"visitors.csv"', ["visitors.csv"]),
    ('"visits.csv"', '"${HOME}/visits.csv"', ["names the variable 'HOME'", "CAMPANILE_DATA"]),
    ('"visits.csv"', "[]", ["source"]),
    ('name = "shop"', "name = shop", ["is not TOML"]),
])  # fmt: skip
def test_what_is_wrong_with_a_study_is_told_by_its_check_and_its_run(campanile, study, command, old, new, parts):
    refused(campanile("study", command[0], changed(study, old, new), *command[1:]), *parts)


def test_a_join_to_a_table_that_is_not_there_is_told_by_a_check(campanile, study):
    file = changed(study, 'name = "shop"', 'name = "shop"\njoins = ["visits.page = pages.id"]')
    refused(campanile("study", "check", file), "there is no table 'pages'")


def test_a_join_to_a_table_that_is_not_there_is_told_by_a_run(campanile, study):
    file = changed(study, 'name = "shop"', 'name = "shop"\njoins = ["visits.page = pages.id"]')
    refused(campanile("study", "run", file, "--until", "features"), "there is no table 'pages'")


def test_a_study_that_is_not_there_is_told(campanile, tmp_path):
    refused(campanile("study", "run", tmp_path / "nothing.toml"), "There is no study file", "nothing.toml")


def test_a_table_without_a_source_is_told(campanile, study):
    refused(campanile("study", "check", changed(study, 'source = "visits.csv", ', "")), "source", "missing")


def test_a_source_in_the_folder_of_data_is_found_there(campanile, study, tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "visits.csv").write_text(VISITS)
    file = changed(study, '"visits.csv"', '"${CAMPANILE_DATA}/visits.csv"')
    monkeypatch.setenv("CAMPANILE_DATA", str(tmp_path / "data"))
    assert campanile("study", "check", file).code == 0
    monkeypatch.delenv("CAMPANILE_DATA")
    refused(campanile("study", "check", file), "visits.csv")


@pytest.mark.parametrize(("visits", "words"), [
    ("who,when,spent,page\n", "visits.csv"), ("", "visits.csv"),
    ("who,when,spent,page\n,2024-01-05T10:00:00,1.0,a\n,2024-01-06T10:00:00,2.0,b\n", ""),
    (VISITS.replace("2024", "2999"), "before"),
])  # fmt: skip
def test_no_event_that_counts_is_told(campanile, study, visits, words):
    (study.parent / "visits.csv").write_text(visits)
    refused(campanile("study", "run", study, "--until", "features"), words)


def test_faults_are_told_as_json_too_and_all_at_once(campanile, study):
    file = written(study.parent, SHOP.replace("sum(spent)", "sum(page)").replace('"loyal"', '"royal"'))
    said = campanile("study", "check", file, "--json")
    assert said.code == 2
    assert "Feature 'spent'" in said.err + said.out
    assert "Target 'loyal'" in said.err + said.out


@pytest.mark.parametrize(("language", "words"), {"pl": "Badanie", "es": "El estudio"}.items())
def test_a_check_speaks_the_readers_language(study, tmp_path, language, words):
    from typer.testing import CliRunner

    from campanile.cli.app import app

    asked = ["study", "check", str(study), "--workspace", str(tmp_path / "workspace"), "--lang", language]
    said = CliRunner().invoke(app, asked)
    assert said.exit_code == 0
    assert words in said.stdout
    assert "The study can run" not in said.stdout
