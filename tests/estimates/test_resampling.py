import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from campanile.estimates import bootstrap, resample_weights

Floats = NDArray[np.float64]
GROUPS = st.lists(st.integers(-5, 5), min_size=1, max_size=30).map(lambda found: np.array(found, dtype=np.int64))


@given(GROUPS, st.integers(0, 1000))
def test_rows_of_one_customer_are_drawn_together(groups: NDArray[np.int64], seed: int) -> None:
    weights = resample_weights(groups, 5, seed)
    assert weights.shape == (5, len(groups))
    for group in np.unique(groups):
        assert (weights[:, groups == group] == weights[:, groups == group][:, :1]).all()
    _, first = np.unique(groups, return_index=True)
    assert (weights[:, first].sum(axis=1) == len(first)).all()


@given(GROUPS, st.integers(0, 1000))
@settings(max_examples=25)
def test_the_interval_holds_the_estimate_and_the_same_seed_gives_the_same(groups: NDArray[np.int64], seed: int) -> None:
    values = np.arange(len(groups), dtype=np.float64) ** 2

    def mean(weights: Floats) -> float:
        return float(np.average(values, weights=weights))

    estimate = bootstrap(mean, groups, resamples=50, seed=seed)
    assert estimate.low <= estimate.estimate <= estimate.high
    assert estimate == bootstrap(mean, groups, resamples=50, seed=seed)


def test_the_truth_lies_inside_as_often_as_the_level_says() -> None:
    held = []
    for seed in range(200):
        values = np.random.default_rng(seed).exponential(3.0, size=200)
        estimate = bootstrap(
            lambda weights, values=values: float(weights @ values / weights.sum()),  # type: ignore[misc]
            np.arange(200), resamples=200, seed=seed, level=0.9,
        )  # fmt: skip
        held.append(not estimate.excludes(3.0))
    assert 0.83 <= np.mean(held) <= 0.96


def test_duplicates_do_not_make_it_surer() -> None:
    values = np.random.default_rng(1).normal(size=100)
    alone = bootstrap(lambda w: float(w @ values / w.sum()), np.arange(100), seed=3)
    twice = np.repeat(values, 2)
    doubled = bootstrap(lambda w: float(w @ twice / w.sum()), np.repeat(np.arange(100), 2), seed=3)
    assert np.isclose(doubled.high - doubled.low, alone.high - alone.low)


def test_resamples_without_a_number_are_left_out() -> None:
    estimate = bootstrap(lambda w: float("nan") if w[0] == 0 else 1.0, np.arange(5), resamples=100)
    assert (estimate.low, estimate.high) == (1, 1)


def test_a_statistic_that_is_never_a_number_has_no_interval() -> None:
    estimate = bootstrap(lambda w: float("nan"), np.arange(5), resamples=10)
    assert np.isnan(estimate.low)
