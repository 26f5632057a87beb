"""Calibrated probabilities add up to what happened on the rows that they were learned from."""

import numpy as np
import pytest

from campanile.models import calibration


def scores(odds):
    p = 1 / (1 + np.exp(-odds))
    return np.log(np.stack([1 - p, p], axis=1))


def drawn(n=3000, seed=0):
    draw = np.random.default_rng(seed)
    odds = draw.normal(-1, 1.5, n)
    return odds, (draw.random(n) < 1 / (1 + np.exp(-odds))).astype(np.int64)


def test_exaggerated_scores_are_drawn_back_to_the_truth():
    odds, y = drawn()
    p = calibration.apply(scores(3 * odds + 2), *calibration.fit(scores(3 * odds + 2), y, 2))
    assert p[:, 1].sum() == pytest.approx(y.sum(), rel=0.001)
    assert np.abs(p[:, 1] - 1 / (1 + np.exp(-odds))).mean() < 0.01


def test_calibration_keeps_the_order_of_customers():
    odds, y = drawn(500)
    p = calibration.apply(scores(odds), *calibration.fit(scores(odds), y, 2))[:, 1]
    assert np.array_equal(np.argsort(p, kind="stable"), np.argsort(odds, kind="stable"))


def test_scores_against_the_outcome_become_the_base_rate():
    odds, y = drawn(500)
    p = calibration.apply(scores(-odds), *calibration.fit(scores(-odds), y, 2))[:, 1]
    assert np.ptp(p) == 0
    assert p[0] == pytest.approx(y.mean())


def test_too_few_rows_leave_scores_as_they_are():
    odds, y = drawn(20)
    assert np.allclose(calibration.apply(scores(odds), *calibration.fit(scores(odds), y, 2)), np.exp(scores(odds)))


def test_several_classes_add_up_too():
    draw = np.random.default_rng(0)
    true = draw.dirichlet(np.ones(3), 2000)
    y = np.array([draw.choice(3, p=row) for row in true])
    exaggerated = 2 * np.log(true + 1e-9) + np.array([0.0, 1.0, 0.0])
    p = calibration.apply(exaggerated, *calibration.fit(exaggerated, y, 3))
    assert p.sum(axis=1) == pytest.approx(1)
    assert p.sum(axis=0) == pytest.approx(np.bincount(y), rel=0.02)


def test_of_several_classes_with_a_rare_one_noise_is_hardly_learned():
    draw = np.random.default_rng(1)
    true = draw.dirichlet([12, 2, 1], 500)
    y = np.array([draw.choice(3, p=row) for row in true])
    slopes, intercepts = calibration.fit(np.log(true), y, 3)
    assert np.abs(slopes - np.eye(3)).max() < 0.35
    p = calibration.apply(np.log(true), slopes, intercepts)
    assert p.sum(axis=0) == pytest.approx(np.bincount(y), rel=0.03)
