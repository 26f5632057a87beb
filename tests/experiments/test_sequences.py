"""Intervals that hold at every look do hold, and their price is what is found when tests are made up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from campanile.experiments.sequences import always_valid_p, boundary, found, inflation, lasting


@given(
    z=st.floats(0, 9), users=st.floats(10, 1e7), planned=st.floats(100, 1e7), level=st.sampled_from([0.01, 0.05, 0.1])
)
def test_the_p_value_is_below_the_level_where_the_interval_leaves_nought(z, users, planned, level):
    p = float(always_valid_p(z, 1.0, users, planned, level))
    assert 0 <= p <= 1
    if abs(z - float(boundary(users, planned, level))) > 1e-9:
        assert (p < level) == (z > float(boundary(users, planned, level)))


@given(users=st.floats(10, 1e7), planned=st.floats(100, 1e7), level=st.floats(0.001, 0.2))
def test_what_holds_at_every_look_is_wider_than_what_holds_at_one(users, planned, level):
    assert float(boundary(users, planned, level)) > stats.norm.isf(level / 2)


def test_the_interval_is_narrowest_where_it_was_planned():
    users = np.geomspace(100, 1e6, 400)
    assert users[np.argmin(boundary(users, 5000, 0.05))] == pytest.approx(5000, rel=0.05)


@pytest.mark.parametrize("level", [0.05, 0.2])
def test_chance_leaves_the_intervals_at_some_look_no_more_often_than_the_level(level):
    random = np.random.default_rng(0)
    steps = random.normal(size=(3000, 400)).cumsum(axis=1) / np.sqrt(np.arange(1, 401))
    wrong = (np.abs(steps) > boundary(np.arange(1, 401) * 20, 4000, level)).any(axis=1).mean()
    assert wrong <= level + 3 * np.sqrt(level / 3000)
    assert wrong > level / 10


@pytest.mark.parametrize("looks", [1, 6, 24])
def test_the_users_that_are_promised_find_the_effect_as_often_as_promised(looks):
    times = inflation(0.05, 0.8, looks)
    drift = (stats.norm.isf(0.025) + stats.norm.ppf(0.8)) * np.sqrt(times)
    assert found(drift, 0.05, looks) == pytest.approx(0.8, abs=0.01)
    assert 1 < times < 2.2


def test_more_looks_never_take_more_users_for_the_same_end():
    assert inflation(0.05, 0.8, 24) < inflation(0.05, 0.8, 1)


@pytest.mark.parametrize("looks", [1, 6, 24])
def test_a_test_that_finds_its_effect_ends_before_its_last_users(looks):
    share = lasting(0.05, 0.8, looks)
    assert (share == 1) if looks == 1 else (0.5 < share < 0.8)
    if looks > 1:
        assert inflation(0.05, 0.8, looks) * share < 1.4


@pytest.mark.parametrize("times", [0.3, 3])
def test_no_other_mixture_needs_fewer_users_for_what_was_planned(times):
    planned, looks = 10_000, np.arange(1, 7) / 6 * 10_000
    random = np.random.default_rng(0)
    paths = random.standard_normal((20_000, 6)).cumsum(axis=1) / np.sqrt(np.arange(1, 7))
    drift = (stats.norm.isf(0.025) + stats.norm.ppf(0.8)) * np.sqrt(inflation(0.05, 0.8, 6))
    seen = [
        (paths + drift * np.sqrt(looks / planned) > boundary(looks, by, 0.05)).any(axis=1).mean()
        for by in (planned, planned * times)
    ]
    assert seen[0] > seen[1]
