"""The same request under the same key is done once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from campanile.workspace.errors import Busy, SpecError
from campanile.workspace.once import Answer

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ANSWER = Answer(202, {"text": "{}"})


def test_the_first_does_the_work_and_later_ones_get_its_answer(workspace):
    assert workspace.once.claim("ann", "k", "asked", now=NOW) is None
    workspace.once.keep("ann", "k", ANSWER)
    assert workspace.once.claim("ann", "k", "asked", now=NOW + timedelta(hours=23)) == ANSWER


def test_another_request_may_not_use_the_key_but_another_person_may(workspace):
    workspace.once.claim("ann", "k", "asked", now=NOW)
    with pytest.raises(SpecError):
        workspace.once.claim("ann", "k", "something else", now=NOW)
    assert workspace.once.claim("bob", "k", "something else", now=NOW) is None


def test_two_at_once_are_not_both_done(workspace):
    workspace.once.claim("ann", "k", "asked", now=NOW)
    with pytest.raises(Busy):
        workspace.once.claim("ann", "k", "asked", now=NOW + timedelta(minutes=9))


def test_the_claim_of_a_dead_process_ends_and_answers_are_forgotten_in_a_day(workspace):
    workspace.once.claim("ann", "k", "asked", now=NOW)
    assert workspace.once.claim("ann", "k", "asked", now=NOW + timedelta(minutes=11)) is None
    workspace.once.keep("ann", "k", ANSWER)
    assert workspace.once.claim("ann", "k", "something else", now=NOW + timedelta(hours=25)) is None


def test_a_claim_that_was_given_back_is_free(workspace):
    workspace.once.claim("ann", "k", "asked", now=NOW)
    workspace.once.forget("ann", "k")
    assert workspace.once.claim("ann", "k", "something else", now=NOW) is None
