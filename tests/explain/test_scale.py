import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from campanile.explain.scale import bins, grid, readable

values = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 2)), min_size=1, max_size=200)


@given(st.floats(-1e7, 1e7), st.floats(0, 1e5))
def test_a_readable_number_lies_where_it_was_asked_for(low: float, width: float) -> None:
    high = low + width
    slack = 1e-6 * max(1.0, abs(low), abs(high))
    assert low - slack <= readable(low, high, "number") <= high + slack


def test_readable_numbers_are_round() -> None:
    assert readable(387.1, 421.3, "money") == 400
    assert readable(0.118, 0.131, "share") == 0.12
    assert readable(1948.2, 1953.0, "year") == 1950
    assert readable(2.2, 3.1, "number", integral=True) == 3
    assert readable(-1, 1, "number") == 0


def test_readable_dates_begin_a_year_a_quarter_or_a_month() -> None:
    assert readable(15_600, 15_800, "date") == 15_706  # 1 January 2013
    assert readable(15_420, 15_440, "date") == 15_431  # 1 April 2012
    assert readable(15_455, 15_465, "date") == 15_461  # 1 May 2012


@given(values)
def test_a_grid_holds_observed_values_within_the_percentiles(known: list[float]) -> None:
    places = grid(np.array(known))
    low, high = np.quantile(known, [0.01, 0.99], method="inverted_cdf")
    assert set(places) <= set(known)
    assert len(places) <= 21
    assert (places >= low).all()
    assert (places <= high).all()


@given(values, st.integers(1, 20))
def test_every_bin_has_enough_customers_and_none_is_lost(known: list[float], least: int) -> None:
    edges = bins(np.array(known), 12, least)
    counts = np.histogram(known, edges)[0] if len(edges) > 1 else np.array([])
    assert counts.sum() == len(known)
    assert len(counts) == 1 or (counts >= least).all()


def test_unknown_values_are_no_places() -> None:
    assert len(grid(np.array([np.nan]))) == 0
    assert len(bins(np.array([np.nan]), 5, 1)) == 0
