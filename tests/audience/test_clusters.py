"""Clusters of reasons: found where they are, the same in any order of rows."""

import numpy as np
import pytest

from campanile.audience import reasons
from campanile.audience.clusters import cluster
from campanile.audience.reasons import carried
from campanile.audience.segments import by_response
from campanile.audience.traits import Known
from campanile.explain.subjects import Subject
from campanile.words import say

CENTRES = np.array([[3, 0, 0], [0, 3, 0], [0, 0, 3], [-2, -2, -2]], dtype=float)


@pytest.fixture(scope="module")
def world():
    random = np.random.default_rng(0)
    truth = random.integers(0, 4, 400)
    return truth, CENTRES[truth] + random.normal(0, 0.3, (400, 3))


def agree(one, other):
    pairs = {(a, b) for a, b in zip(one, other, strict=True)}
    return len(pairs) == len(set(one)) == len(set(other))


def test_true_clusters_are_found_and_their_number_too(world):
    truth, attributions = world
    assert agree(cluster(attributions), truth)


def test_the_order_of_rows_plays_no_part(world):
    _, attributions = world
    order = np.random.default_rng(3).permutation(len(attributions))
    assert agree(cluster(attributions)[order], cluster(attributions[order]))


def test_a_number_that_is_asked_for_is_given(world):
    assert set(cluster(world[1], 5)) == set(range(5))
    assert set(cluster(world[1], 1)) == {0}


def test_a_model_without_reasons_has_one_segment():
    assert set(cluster(np.zeros((50, 4)))) == {0}
    assert cluster(np.zeros((0, 4))).shape == (0,)


def test_few_customers_are_not_cut_into_tiny_segments():
    assert set(cluster(np.random.default_rng(0).normal(size=(12, 3)))) == {0}


def test_segments_are_numbered_by_response():
    members = by_response(np.array([0, 0, 1, 1, 2]), np.array([0.1, 0.2, 0.9, 0.8, 0.5]))
    assert list(members) == [2, 2, 0, 0, 1]


def test_clusters_of_a_sample_are_carried_over_to_all(world, monkeypatch):
    truth, attributions = world
    columns = [
        Known(Subject(f"x{at}", say("x"), "number", (f"x{at}",)), attributions[:, at], (f"x{at}",)) for at in range(3)
    ]
    placed = carried(columns, len(truth), lambda chosen: attributions[chosen], sampled_rows=200)
    assert placed.shape == truth.shape
    same = max(np.mean([placed[truth == kind] == np.bincount(placed[truth == kind]).argmax()]) for kind in range(4))
    assert same > 0.9
    assert reasons.SAMPLED_ROWS >= 100
