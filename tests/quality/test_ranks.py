"""Areas and rank correlations agree with their definitions, ties and missing values included."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.quality.look import Levels, Ordered
from campanile.quality.ranks import auc_of_levels, auc_of_ranks, rank_correlations, ranks

VALUES = st.lists(st.integers(0, 6) | st.none(), min_size=4, max_size=40)


def ordered(values):
    numbers = np.array([np.nan if value is None else value for value in values], dtype=float)
    order = np.argsort(numbers, kind="stable")[: np.count_nonzero(~np.isnan(numbers))]
    return Ordered(numbers[order], order)


@given(values=VALUES, data=st.data())
def test_the_area_is_the_share_of_pairs_in_order(values, data):
    outcome = np.array(
        data.draw(st.lists(st.sampled_from([0.0, 1.0, np.nan]), min_size=len(values), max_size=len(values)))
    )
    pairs = [
        (one > zero) + 0.5 * (one == zero)
        for one, yes in zip(values, outcome, strict=True) if yes == 1 and one is not None
        for zero, no in zip(values, outcome, strict=True) if no == 0 and zero is not None
    ]  # fmt: skip
    area = auc_of_ranks(ranks(ordered(values), len(values)), outcome)
    assert area == (pytest.approx(np.mean(pairs)) if pairs else None)


@settings(max_examples=40, deadline=None)
@given(one=VALUES, data=st.data())
def test_rank_correlation_is_spearmans(one, data):
    from scipy.stats import spearmanr

    other = data.draw(st.lists(st.integers(0, 6), min_size=len(one), max_size=len(one)))
    whole = [0 if value is None else value for value in one]
    made = rank_correlations([ranks(ordered(whole), len(one)), ranks(ordered(other), len(one))])
    if len(set(whole)) > 1 and len(set(other)) > 1:
        assert made[0, 1] == pytest.approx(spearmanr(whole, other).statistic, abs=1e-9)
        assert made[0, 0] == pytest.approx(1)
    else:
        assert np.isnan(made[0, 1])


def test_missing_values_leave_the_correlation_of_what_is_known():
    draw = np.random.default_rng(0)
    one = draw.normal(size=4000)
    other = one + draw.normal(size=4000)
    holed = np.where(draw.random(4000) < 0.3, np.nan, other)
    full = rank_correlations([ranks(ordered(list(one)), 4000), ranks(ordered(list(other)), 4000)])[0, 1]
    part = rank_correlations([ranks(ordered(list(one)), 4000), ranks(ordered(list(holed)), 4000)])[0, 1]
    assert part == pytest.approx(full, abs=0.02)


def test_categories_are_told_by_their_other_rows():
    sure = Levels(("a", "b"), np.array([50.0, 50.0]), np.array([50.0, 50.0]), np.array([50.0, 0.0]))
    alone = Levels(tuple("abcd"), np.ones(4), np.ones(4), np.array([1.0, 0.0, 1.0, 0.0]))
    assert auc_of_levels(sure) == 1
    assert auc_of_levels(alone) == 0.5
