import re
from typing import Any

import pytest

from campanile.estimates import Estimate, wilson
from campanile.explain import wording
from campanile.words import say, speaking, templates

NEVER = re.compile(r"\b(driv\w+|caus\w+|because of|leads? to|makes? customers)\b", re.IGNORECASE)
CRAFT = re.compile(r"\b(instance|sample size|target variable|inference)\b", re.IGNORECASE)


def test_nothing_is_called_a_cause() -> None:
    said = [text for key in templates.templates("explain") for text in ((key,) if isinstance(key, str) else key)]
    assert [text for text in said if NEVER.search(text) or CRAFT.search(text)] == []


@pytest.mark.parametrize(("language", "one", "few", "many"), [
    ("en", "1 customer,", "3 customers,", "12 customers,"), ("pl", "1 klient,", "3 klienci,", "12 klientów,"),
    ("es", "1 cliente,", "3 clientes,", "12 clientes,"),
])  # fmt: skip
def test_customers_are_counted_in_the_readers_plural(language: str, one: str, few: str, many: str) -> None:
    with speaking(language):
        for count, words in ((1, one), (3, few), (12, many)):
            share = wilson(1, 4)
            said = wording.group(wording.members([say("x")]), count, 0.1, share, Estimate(2.0, 1.5, 2.5), share)
            assert words in str(said)


def test_numbers_are_written_as_in_that_language(campaign: Any) -> None:
    words = wording.within(campaign["spent_meat"], 1234.5, None)
    with speaking("pl"):
        assert str(words) == "Wydatki na mięso co najmniej 1\u00a0235\u00a0€" or "Wydatki na mięso co najmniej" in str(
            words
        )
    with speaking("en"):
        assert str(words).startswith("Spent on meat at least €1,23")


def test_bounds_are_told(campaign: Any) -> None:
    meat, kids, joined = campaign["spent_meat"], campaign["kids"], campaign["joined"]
    assert str(wording.within(meat, 400, 900)) == "Spent on meat at least €400 and below €900"
    assert str(wording.within(meat, None, 900)) == "Spent on meat below €900"
    assert str(wording.within(kids, None, 1)) == "Children: 0"
    assert str(wording.within(kids, 2, None)) == "Children: 2"
    assert str(wording.within(kids, 1, 2)) == "Children: 1"
    assert str(wording.within(joined, 15_706, None)) == "Joined on or after 1 January 2013"
    assert str(wording.within(joined, None, 15_706)) == "Joined before 1 January 2013"
    assert str(wording.among(campaign["education"], ["PhD", "Master"])) == "Education: PhD or Master"
    assert str(wording.among(campaign["member"], [True])) == "Club member: yes"


def test_a_change_is_what_the_model_would_answer() -> None:
    said = str(wording.change([say("x")], 0.5, 0.3, possible=True))
    assert "not what would happen" in said
    assert "nobody can change" in str(wording.change([say("x")], 0.5, 0.3, possible=False))
