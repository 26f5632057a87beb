import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from campanile.estimates import interval_of_total, wilson

COUNTS = st.integers(1, 100_000).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials)))
LEVELS = st.floats(0.5, 0.999)


@given(COUNTS, LEVELS)
def test_wilsons_bounds_are_shares_around_the_estimate(counts: tuple[int, int], level: float) -> None:
    share = wilson(*counts, level)
    assert 0 <= share.low <= share.estimate <= share.high <= 1
    assert share.estimate == counts[0] / counts[1]


@given(COUNTS, LEVELS)
def test_responders_and_the_others_mirror_each_other(counts: tuple[int, int], level: float) -> None:
    yes, no = wilson(counts[0], counts[1], level), wilson(counts[1] - counts[0], counts[1], level)
    assert (yes.low, yes.high) == pytest.approx((1 - no.high, 1 - no.low), abs=1e-9)


@given(COUNTS)
def test_more_confidence_needs_a_wider_interval_and_more_customers_a_narrower(counts: tuple[int, int]) -> None:
    sure, surer = wilson(*counts, 0.8), wilson(*counts, 0.99)
    assert surer.low <= sure.low <= sure.high <= surer.high
    tenfold = wilson(10 * counts[0], 10 * counts[1], 0.8)
    assert tenfold.high - tenfold.low < sure.high - sure.low


@pytest.mark.parametrize(("successes", "trials"), [(334, 2240), (0, 12), (12, 12), (1, 3)])
def test_the_interval_is_the_published_one(successes: int, trials: int) -> None:
    expected = binomtest(successes, trials).proportion_ci(method="wilson")
    share = wilson(successes, trials)
    assert (share.low, share.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_nobody_observed_tells_nothing() -> None:
    share = wilson(0, 0)
    assert np.isnan(share.estimate)
    assert (share.low, share.high) == (0, 1)


@given(st.lists(st.floats(0, 1), max_size=60))
def test_a_total_lies_between_none_and_all(probabilities: list[float]) -> None:
    total = interval_of_total(probabilities)
    assert 0 <= total.low <= total.estimate + 1e-9
    assert total.estimate - 1e-9 <= total.high <= len(probabilities)


def test_a_total_holds_what_happens_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    p = rng.beta(1, 6, size=800)
    total = interval_of_total(p)
    held = [not total.excludes(float((rng.random(800) < p).sum())) for _ in range(1000)]
    assert 0.93 <= np.mean(held) <= 0.97
