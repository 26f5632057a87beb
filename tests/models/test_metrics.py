"""Metrics agree with their definitions, stay in their bounds, and carry intervals."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as peer

from campanile.models.metrics import (
    Judged,
    calibration_slope,
    lift,
    measure,
    pr_auc,
    ranked,
    resampled,
    roc_auc,
    weighted,
)

N = 300


def judged(seed=0, classes=2, n=N, *, digits=2):
    draw = np.random.default_rng(seed)
    p = np.round(draw.dirichlet(np.ones(classes), n), digits) + 1e-3
    p /= p.sum(axis=1, keepdims=True)
    y = np.array([draw.choice(classes, p=row) for row in p])
    return Judged(p, y, np.arange(n), classes - 1, 3, 11)


def whole(seen):
    return {name: float(values[0]) for name, values in weighted(seen, np.ones((1, len(seen.y)))).items()}


def test_two_classes_agree_with_the_usual_definitions():
    seen = judged()
    found, p, y = whole(seen), seen.p[:, 1], seen.y
    assert found["roc_auc"] == pytest.approx(peer.roc_auc_score(y, p))
    assert found["pr_auc"] == pytest.approx(peer.average_precision_score(y, p))
    assert found["log_loss"] == pytest.approx(peer.log_loss(y, p))
    assert found["brier"] == pytest.approx(peer.brier_score_loss(y, p))
    assert found["f1_macro"] == pytest.approx(peer.f1_score(y, p > 0.5, average="macro"))
    assert found["f1_weighted"] == pytest.approx(peer.f1_score(y, p > 0.5, average="weighted"))
    assert found["profit"] == pytest.approx(sum(11 * y[p > 3 / 11]) - 3 * (p > 3 / 11).sum())


def test_more_classes_agree_with_one_against_the_rest():
    seen = judged(classes=3)
    found = whole(seen)
    assert found["roc_auc"] == pytest.approx(peer.roc_auc_score(seen.y, seen.p, multi_class="ovr"))
    assert found["roc_auc_weighted"] == pytest.approx(
        peer.roc_auc_score(seen.y, seen.p, multi_class="ovr", average="weighted")
    )
    assert found["f1_macro"] == pytest.approx(peer.f1_score(seen.y, seen.p.argmax(axis=1), average="macro"))
    assert found["log_loss"] == pytest.approx(peer.log_loss(seen.y, seen.p))


def test_a_decision_weighs_the_classes_before_one_is_called():
    seen = judged(classes=3)
    assert np.array_equal(seen.called, seen.p.argmax(axis=1))
    weights = np.array([1.0, 0.0, 1e6])
    each = replace(seen, decision=weights)
    assert set(each.called.tolist()) == {2}
    assert whole(each)["accuracy"] == pytest.approx((seen.y == 2).mean())
    assert whole(each)["roc_auc"] == whole(seen)["roc_auc"]
    rows = replace(seen, decision=np.tile(weights, (N, 1)))
    assert np.array_equal(rows.called, each.called)


def test_a_class_that_never_came_counts_neither_in_the_areas_nor_in_f1():
    seen = judged(classes=3)
    p = np.concatenate([seen.p * (1 - 1e-6), np.full((N, 1), 1e-6)], axis=1)
    found, three = whole(Judged(p, seen.y, seen.groups, seen.positive, 3, 11)), whole(seen)
    for name in ("roc_auc", "roc_auc_weighted", "pr_auc", "f1_macro", "f1_weighted", "accuracy"):
        assert found[name] == pytest.approx(three[name]), name
    assert found["f1_macro"] == pytest.approx(peer.f1_score(seen.y, p.argmax(axis=1), average="macro"))


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_a_weight_of_two_is_a_row_twice(seed, classes):
    seen = judged(seed, classes, 60)
    weights = np.random.default_rng(seed).integers(0, 3, 60)
    twice = np.repeat(np.arange(60), weights)
    again = Judged(seen.p[twice], seen.y[twice], np.arange(len(twice)), seen.positive, 3, 11)
    for name, values in weighted(seen, weights[None].astype(float)).items():
        assert np.allclose(values[0], whole(again)[name], equal_nan=True), name


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_metrics_stay_in_their_bounds(seed):
    found = whole(judged(seed, n=80))
    assert all(0 <= found[name] <= 1 for name in ("roc_auc", "pr_auc", "brier", "accuracy", "f1_macro", "f1_weighted"))
    assert found["log_loss"] >= 0
    assert found["lift_10"] <= 10 + 1e-9
    assert found["profit"] <= 8 * 80


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_ranking_metrics_depend_on_the_order_alone(seed):
    seen = judged(seed, n=60)
    score, response, ones = seen.p[:, 1], seen.y == 1, np.ones((1, 60))
    for metric in (roc_auc, pr_auc, lambda ranks: lift(ranks, 0.2)):
        assert metric(ranked(score, response, ones)) == pytest.approx(
            metric(ranked(score**3 * 5, response, ones)), nan_ok=True
        )


def test_the_slope_is_one_for_true_probabilities_and_less_for_exaggerated_ones():
    draw = np.random.default_rng(0)
    odds = draw.normal(size=20_000)
    response = (draw.random(20_000) < 1 / (1 + np.exp(-odds))).astype(float)
    ones = np.ones((1, 20_000))
    assert calibration_slope(1 / (1 + np.exp(-odds)), response, ones)[0] == pytest.approx(1, abs=0.05)
    assert calibration_slope(1 / (1 + np.exp(-2 * odds)), response, ones)[0] == pytest.approx(0.5, abs=0.03)


def test_intervals_hold_the_estimate_and_copies_widen_them():
    seen = judged(n=200)
    copies = Judged(np.repeat(seen.p, 4, axis=0), np.repeat(seen.y, 4), np.repeat(np.arange(200), 4), 1)
    honest = measure(copies, resampled(copies.groups, 200, 0))["roc_auc"]
    naive = measure(copies, resampled(np.arange(800), 200, 0))["roc_auc"]
    assert honest.low <= honest.estimate <= honest.high
    assert honest.high - honest.low > 1.5 * (naive.high - naive.low)


def test_many_rows_are_resampled_in_pieces_that_stay_small():
    pieces = resampled(np.repeat(np.arange(100), 4_000), 500, 0)
    assert sum(len(piece) for piece in pieces) == 50
    assert max(piece.size for piece in pieces) <= 1_000_000


def test_500_resamples_of_2000_customers_take_a_moment():
    import time

    seen = judged(n=2_000, digits=9)
    begun = time.process_time()
    measure(seen, resampled(seen.groups, 500, 0))
    assert time.process_time() - begun < 5
