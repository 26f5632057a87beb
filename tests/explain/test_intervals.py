import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campanile.estimates import wilson
from campanile.explain.intervals import half_width, over_folds, ratio, share_of


@given(st.integers(1, 500), st.integers(1, 500), st.integers(1, 500), st.integers(1, 500))
def test_a_ratio_lies_in_its_interval(a: int, more_a: int, b: int, more_b: int) -> None:
    told = ratio(wilson(a, a + more_a), wilson(b, b + more_b))
    assert 0 <= told.low <= told.estimate <= told.high
    assert told.estimate == pytest.approx((a / (a + more_a)) / (b / (b + more_b)))


def test_the_ratio_of_two_shares_is_covered() -> None:
    random = np.random.default_rng(0)
    held = [
        not ratio(wilson(random.binomial(100, 0.3), 100), wilson(max(1, random.binomial(900, 0.15)), 900)).excludes(2.0)
        for _ in range(400)
    ]
    assert np.mean(held) > 0.92


def test_nothing_is_known_of_a_ratio_to_nothing() -> None:
    assert ratio(wilson(3, 10), wilson(0, 10)).low == 0


def test_duplicates_widen_the_interval() -> None:
    outcome = np.array([True, False] * 50)
    each, pairs = share_of(outcome, np.arange(100)), share_of(outcome, np.arange(100) // 4)
    assert pairs.low < each.low < each.high < pairs.high


def test_fold_intervals_are_wider_than_naive_ones() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    assert half_width(values) > 2.776 * values.std(ddof=1) / np.sqrt(5)


def test_folds_without_a_value_are_left_out() -> None:
    assert over_folds(np.array([1.0, np.nan, 1.0])).estimate == 1
    assert over_folds(np.array([np.nan])).estimate == 0
