"""``study new`` as a person calls it: what it says, and how it tells what is wrong."""

import os

import pytest

from tests.flows.eventworlds import PEOPLE, VISITS


@pytest.fixture
def files(tmp_path):
    """A table of people and one of their visits, in a folder of their own."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "people.csv").write_text("person_id,loyal,town\n" + "".join(
        f"p{at},{'yes' if at % 3 else 'no'},{'Krk' if at % 2 else 'Waw'}\n" for at in range(30)))  # fmt: skip
    (folder / "visits.csv").write_text("person_id,time,spent\n" + "".join(
        f"p{at % 30},2024-{1 + at % 5:02d}-{1 + at % 28:02d}T10:00:00,{at}.5\n" for at in range(200)))  # fmt: skip
    return [folder / "people.csv", folder / "visits.csv"]


def test_a_study_is_drafted_checked_and_run_with_nothing_changed(campanile, files, tmp_path):
    out = tmp_path / "shop" / "study.toml"
    said = campanile("study", "new", *files, "--out", out)
    assert said.code == 0, said.err
    assert "study.entity = people: the events of 'visits' say whose they are" in said.out
    assert "tables.people.key = person_id: no two of the 30 rows share one" in said.out
    assert f"Next: campanile study check {out}" in said.out
    assert campanile("study", "check", out).code == 0
    ran = campanile("study", "run", out, "--until", "features", "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["study"], ran.json["rows"]) == ("shop", 30)


def test_decisions_are_told_as_json(campanile, files, tmp_path):
    said = campanile("study", "new", *files, "--out", tmp_path / "new.toml", "--name", "mine", "--json")
    assert said.json["study"]["study"]["name"] == "mine"
    assert said.json["file"] == str(tmp_path / "new.toml")
    keys = {one["place"]: one for one in said.json["decisions"]}
    assert keys["targets.loyal.column"]["chosen"] == "loyal"
    assert all(one["reason"] for one in said.json["decisions"])


def test_a_study_is_named_for_its_folder_and_its_name_can_begin_those_of_tables(campanile, files, tmp_path):
    out = tmp_path / "My shop, 2024" / "study.toml"
    said = campanile("study", "new", *files, "--out", out, "--json")
    assert said.json["study"]["study"]["name"] == "My_shop_2024"
    assert campanile("study", "run", out, "--until", "features").code == 0
    refused = campanile("study", "new", *files, "--out", tmp_path / "new.toml", "--name", "my shop")
    assert refused.code == 2
    assert "'my shop' cannot name a study" in refused.err


def test_nothing_is_written_over_unless_asked(campanile, files, tmp_path):
    out = tmp_path / "new.toml"
    out.write_text("mine")
    said = campanile("study", "new", *files, "--out", out)
    assert said.code == 2
    assert "--force" in said.err
    assert out.read_text() == "mine"
    assert campanile("study", "new", *files, "--out", out, "--force").code == 0


def bad(tmp_path, name, content):
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(("first", "words"), [
    (lambda _, people, __: [people.parent / "nobody.csv", people], ["There is no file", "nobody.csv"]),
    (lambda tmp, people, _: [bad(tmp, "empty.csv", b""), people], ["empty.csv' is empty"]),
    (lambda tmp, people, _: [bad(tmp, "noise.csv", os.urandom(5_000)), people], ["noise.csv"]),
    (lambda _, people, __: [people, people], ["is named twice"]),
    (lambda tmp, people, visits: [people, bad(tmp, "other/people.csv", visits.read_bytes())], ["called 'people.csv'"]),
    (lambda _, __, visits: [visits], ["holds events", "one row for each 'person_id'"]),
    (lambda _, people, __: [people], ["campanile profile", "--target loyal"]),
    (lambda _, people, __: [people.parent, people], ["is a folder"]),
])  # fmt: skip
def test_what_no_study_can_be_made_of_is_told_and_nothing_is_written(campanile, files, tmp_path, first, words):
    out = tmp_path / "new.toml"
    said = campanile("study", "new", *first(tmp_path, *files), "--out", out)
    assert said.code == 2, (said.out, said.err)
    assert "Traceback" not in said.err
    for word in words:
        assert word in said.err, said.err
    assert not out.exists()


def test_a_place_that_cannot_be_written_is_told(campanile, files, tmp_path):
    (tmp_path / "taken").write_text("")
    said = campanile("study", "new", *files, "--out", tmp_path / "taken" / "study.toml")
    assert said.code == 2
    assert "cannot be written" in said.err
    assert campanile("study", "new", *files, "--out", tmp_path).code == 2


def test_small_numbers_are_not_taken_for_names_of_people(campanile, tmp_path):
    files = [bad(tmp_path, "people.csv", PEOPLE.encode()), bad(tmp_path, "visits.csv", VISITS.encode())]
    said = campanile("study", "new", *files, "--out", tmp_path / "new.toml")
    assert said.code == 2
    assert "by chance" in said.err


@pytest.mark.parametrize(("language", "words"), {"pl": "Szkic na podstawie", "es": "Borrador a partir de"}.items())
def test_the_reasons_are_in_the_readers_language(files, tmp_path, language, words):
    from typer.testing import CliRunner

    from campanile.cli.app import app

    out = tmp_path / "new.toml"
    asked = ["study", "new", *map(str, files), "--out", str(out), "--lang", language]
    said = CliRunner().invoke(app, asked)
    assert said.exit_code == 0, said.stderr
    assert words in out.read_text()
    assert "no two of" not in out.read_text() + said.stdout
