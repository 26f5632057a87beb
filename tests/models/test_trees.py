"""Three kinds of trees: what they answer is a mean of probabilities, bounded in size, and better than chance."""

import numpy as np
import pytest
from sklearn.metrics import log_loss

from campanile.models.few import METHOD, settings
from campanile.models.registry import TRUSTED, dumped, parsed
from campanile.models.spec import TrainSpec
from campanile.models.trees import Trees

SMALL = {"forest": 20, "drawn": 30, "kept": 8, "rounds": 20}


def stripes(n=400, classes=3, seed=0):
    draw = np.random.default_rng(seed)
    X = draw.normal(size=(n, 3))
    p = np.eye(classes)[np.digitize(X[:, 0], [0.0, 1.0])[:, None] % classes].reshape(n, classes) * 0.8 + 0.2 / classes
    y = (draw.random((n, 1)) > p.cumsum(axis=1)).sum(axis=1)
    return X, y, p


def test_the_answer_is_nearer_to_the_truth_than_the_base_rate():
    X, y, p = stripes(600)
    found = Trees(**SMALL).fit(X[:400], y[:400]).predict_proba(X[400:])
    base = np.bincount(y[:400]) / 400
    assert log_loss(y[400:], found) < log_loss(y[400:], np.tile(base, (200, 1))) - 0.2
    assert np.abs(found - p[400:]).mean() < 0.12


def test_a_class_of_which_a_tree_saw_no_row_has_a_probability_all_the_same():
    X, y, _ = stripes(120)
    y[:] = y % 2
    y[:3] = 2
    found = Trees(**SMALL).fit(X, y).predict_proba(X)
    assert found.shape == (120, 3)
    assert found.sum(axis=1) == pytest.approx(1)
    assert found.min() >= 0


def test_only_the_best_of_the_drawn_trees_are_kept_and_each_kind_counts_a_third():
    X, y, _ = stripes(200)
    fitted = Trees(**SMALL).fit(X, y)
    assert len(fitted.trees_) == 20 + 8
    assert fitted.weights_.sum() == pytest.approx(2 / 3)
    assert fitted.weights_[:20].sum() == pytest.approx(1 / 3)


def test_rows_that_weigh_nothing_are_as_good_as_not_there():
    X, y, _ = stripes(300, classes=2)
    weight = np.ones(300)
    weight[200:] = 0
    y[200:] = 1 - y[200:]
    told = Trees(**SMALL).fit(X, y, weight).predict_proba(X[:200])
    assert log_loss(y[:200], told) < log_loss(y[:200], Trees(**SMALL).fit(X, y).predict_proba(X[:200])) - 0.05


def test_what_is_kept_names_exact_types_and_reads_back_bit_for_bit_and_small():
    X, y, _ = stripes(700)
    fitted = METHOD.make(settings(700), (0, 0, 0), 0).fit(X, y)
    content = dumped(fitted)
    assert np.array_equal(parsed(content, "few").predict_proba(X), fitted.predict_proba(X))
    assert len(content) < 1_500_000
    assert all("*" not in name and name.count(".") >= 1 for name in TRUSTED)


def test_quick_training_has_time_for_them_on_a_small_table_only():
    from campanile.models.crossfit import asked

    quick = TrainSpec(table="t", target="y", quick=True)
    assert "few" in asked(quick, 700)
    assert "few" not in asked(quick, 5_000)
    assert "few" in asked(TrainSpec(table="t", target="y"), 5_000)
