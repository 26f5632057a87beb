from pathlib import Path

import pytest

from campanile.words import templates

ROOMS = templates.rooms()
LANGUAGES = ("pl", "es")


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_is_translated(room: str, language: str) -> None:
    assert [f"{found.place} {found.one}" for found in templates.missing(room, language)] == []


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_of_what_is_no_longer_said(room: str, language: str) -> None:
    assert list(templates.obsolete(room, language)) == []


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_values_and_forms_of_its_template(room: str, language: str) -> None:
    assert list(templates.unlike(room, language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_rooms_that_say_the_same_translate_it_the_same(language: str) -> None:
    assert list(templates.contradicting(language)) == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_template_is_a_literal_that_can_be_found(room: str) -> None:
    assert list(templates.hidden(room)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_of_translations_belongs_to_a_room(language: str) -> None:
    files = (templates.SOURCE / "words" / "locale" / language).glob("*.po")
    assert {file.stem for file in files} <= set(ROOMS)


def test_templates_are_found_in_calls_tables_and_broken_lines(tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "__init__.py").write_text(
        "say('a {n:number}')\nwords.plural('one', 'many', n=2)\nT = {'x': mark('marked')}\nsay('broken '\n    'line')\n"
    )
    (tmp_path / "room" / "other.py").write_text("say(text)\nsay(f'{text}')\n")
    assert templates.rooms(tmp_path) == ("room",)
    assert set(templates.templates("room", tmp_path)) == {"a {n:number}", ("one", "many"), "marked", "broken line"}
    assert templates.hidden("room", tmp_path) == ("room/other.py:1", "room/other.py:2")


def test_values_are_compared_with_their_forms() -> None:
    assert templates.fields("{a:percent} of {b}") == templates.fields("{b}: {a:percent}")
    assert templates.fields("{a:percent}") != templates.fields("{a:number}")


def test_what_is_missing_is_printed_as_entries_to_fill_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "__init__.py").write_text("say('a {n:number}')\nplural('one', 'many', n=2)\nsay('{only}')\n")
    found = templates.templates("room", tmp_path)
    monkeypatch.setattr(templates, "templates", lambda room: found)
    told = templates.entries("room", "pl")
    assert 'msgid "a {n:number}"\nmsgstr ""' in told
    assert 'msgid_plural "many"\nmsgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] ""' in told
    assert "only" not in told
