"""The index is nought where nothing moved, and beyond its bound once in a thousand where only chance moved it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campanile.estimates.stability import between, edges, stability

COUNTS = st.lists(st.integers(0, 500), min_size=2, max_size=12).filter(any)


@given(counts=COUNTS)
def test_what_did_not_move_has_no_index(counts):
    assert stability(np.array(counts, float), np.array(counts, float))[0] == pytest.approx(0, abs=1e-12)


@given(
    pair=st.integers(2, 8).flatmap(lambda n: st.tuples(*[st.lists(st.integers(1, 500), min_size=n, max_size=n)] * 2))
)
def test_the_index_is_never_negative_and_the_same_both_ways(pair):
    one, other = (np.array(counts, float) for counts in pair)
    assert stability(one, other)[0] >= 0
    if one.sum() == other.sum():
        assert stability(one, other) == pytest.approx(stability(other, one))


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60))
def test_every_value_lies_between_the_tenths_once(values):
    ordered = np.sort(np.array(values))
    assert between(ordered, edges(ordered)).sum() == len(ordered)


def test_chance_alone_exceeds_its_bound_about_once_in_a_thousand():
    draw = np.random.default_rng(0)
    beyond = 0
    for _ in range(2000):
        earlier, current = np.sort(draw.normal(size=3000)), np.sort(draw.normal(size=300))
        index, chance = stability(between(current, edges(earlier)), between(earlier, edges(earlier)))
        beyond += index > chance
    assert beyond <= 8  # 2 are expected
