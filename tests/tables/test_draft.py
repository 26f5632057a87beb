"""An experiment's draft is read as it was written, and says what is wrong with one that was not."""

import json

import pytest

from campanile.tables.draft import Draft, read_draft, write_draft
from campanile.words import say
from campanile.workspace.errors import BadInput, SourceError, SpecError

DRAFT = Draft(
    "buys-everybody", say("To be tested"), "buys", 0.04, 0.2, 0.05, 0.35, "user", 50.0, "everybody",
    say("all customers"), 900, {"popular": 4.0}, {"model": "buyers"},
)  # fmt: skip


def test_what_was_written_is_read(tmp_path):
    assert read_draft(write_draft(DRAFT, tmp_path / "draft.json")) == DRAFT


def test_it_is_designed_for_the_least_lift_that_is_expected():
    assert DRAFT.asked()["lift"] == 0.05
    unsure = Draft(**{**vars(DRAFT), "lift_low": -0.1})
    assert unsure.asked()["lift"] == 0.2


def test_what_is_no_draft_is_told(tmp_path):
    file = tmp_path / "draft.json"
    with pytest.raises(SourceError, match="no file"):
        read_draft(file)
    file.write_text("{")
    with pytest.raises(SourceError, match="cannot be read as a draft"):
        read_draft(file)
    file.write_text("[]")
    with pytest.raises(SourceError, match="holds no draft"):
        read_draft(file)
    said = DRAFT.to_dict()
    file.write_text(json.dumps({name: said[name] for name in said if name not in ("metric", "lift")}))
    with pytest.raises(SpecError) as told:
        read_draft(file)
    assert len(told.value.faults) == 2
    file.write_text(json.dumps({**said, "who": 3}))
    with pytest.raises(SpecError, match="not one that Campanile writes"):
        read_draft(file)
    with pytest.raises(BadInput, match=r"ends in \.json"):
        write_draft(DRAFT, tmp_path / "draft.toml")


def test_all_that_is_of_another_kind_is_told_at_once(tmp_path):
    file = tmp_path / "draft.json"
    file.write_text(json.dumps({**DRAFT.to_dict(), "baseline": "little", "lift_low": None, "customers": 1.5}))
    with pytest.raises(SpecError) as told:
        read_draft(file)
    assert len(told.value.faults) == 3
    assert "'baseline' is 'little'" in str(told.value)


@pytest.mark.parametrize("template", ["{nothing}", "{", "{whom:no_such_form}", "{whom.missing}", "{0}"])
def test_a_sentence_that_cannot_be_told_is_found_when_the_draft_is_read(template, tmp_path):
    file = tmp_path / "draft.json"
    hypothesis = {"template": template, "values": {"whom": "all"}}
    file.write_text(json.dumps({**DRAFT.to_dict(), "hypothesis": hypothesis}))
    with pytest.raises(SpecError, match="not one that Campanile writes"):
        read_draft(file)
