import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from campanile.estimates import Estimate
from campanile.words import speaking

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "14.9% (13.5% to 16.4%)"),
        ("pl", f"14,9{NBSP}% (od 13,5{NBSP}% do 16,4{NBSP}%)"),
        ("es", f"14,9{NBSP}% (de 13,5{NBSP}% a 16,4{NBSP}%)"),
    ],
)
def test_an_estimate_is_told_with_its_interval(language: str, told: str) -> None:
    with speaking(language):
        assert str(Estimate(0.149, 0.135, 0.164).told("percent")) == told


def test_money_is_told_with_its_currency() -> None:
    profit = Estimate(1410, 1180, 1690)
    assert str(profit.told("money", "EUR")) == "€1,410 (€1,180 to €1,690)"
    assert str(profit.told("money")) == "1,410 (1,180 to 1,690)"


@pytest.mark.parametrize("form", ["number", "percent", "points", "money", "exact"])
def test_without_an_interval_the_estimate_stands_alone(form: str) -> None:
    assert "(" not in str(Estimate(0.5, math.nan, math.nan).told(form))
    assert str(Estimate(math.nan, 0, 1).told(form)) == "–"


def test_a_form_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        Estimate(0, 0, 0).told("roman")


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_an_interval_excludes_what_lies_outside_it(one: float, two: float, three: float, value: float) -> None:
    low, middle, high = sorted((one, two, three))
    estimate = Estimate(middle, low, high)
    assert estimate.excludes(value) == (value < low or value > high)
    assert not estimate.excludes(middle)


def test_an_estimate_survives_being_kept() -> None:
    adapter = TypeAdapter(Estimate)
    estimate = Estimate(0.1, 0.05, 0.2, 0.9)
    assert adapter.validate_json(adapter.dump_json(estimate)) == estimate
    assert estimate.to_dict() == {"estimate": 0.1, "low": 0.05, "high": 0.2}
