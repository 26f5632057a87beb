"""Unseen effects, and the test that effects differ."""

from dataclasses import replace

import numpy as np
import pytest

from campanile.experiments.uplift.crossfit import Fits, crossed, folds_of


def test_copies_of_a_customer_are_in_one_fold(trial):
    made = replace(trial(900), groups=np.repeat(np.arange(300), 3))
    fold = folds_of(made, 5)
    assert (fold.reshape(300, 3) == fold[::3, None]).all()


def test_no_customer_is_scored_by_a_model_that_saw_their_outcome(trial):
    made = trial(1000)
    fold = folds_of(made, 5)
    before = Fits(made, fold, "two_model", lambda share: None, 1).without((0, 1, 3, 4))
    other = replace(made, y=np.where(fold == 2, 1 - made.y, made.y))
    after = Fits(other, fold, "two_model", lambda share: None, 1).without((0, 1, 3, 4))
    assert (before.effect(made.X) == after.effect(made.X)).all()


def test_where_effects_differ_much_it_is_found(trial):
    assert crossed(trial(4000, slope=0.12), 5, "two_model").p < 0.001


@pytest.mark.slow
def test_where_effects_are_alike_it_is_found_no_more_often_than_the_level(trial):
    # At 5 per cent 200 trials give more than 19 once in 200 times.
    wrong = sum(crossed(trial(1000, seed=seed), 5, "two_model").p < 0.05 for seed in range(200))
    assert wrong <= 19


@pytest.mark.slow
def test_ordinary_cross_fitting_would_be_wrong_too_often(trial):
    from campanile.experiments.uplift.learning import along

    wrong = 0
    for seed in range(200):
        made = trial(1000, seed=seed)
        told = crossed(made, 5, "two_model")
        values = np.concatenate([
            along(told.noisy[told.fold == k], told.effect[told.fold == k], made.take(np.flatnonzero(told.fold == k)))
            for k in range(5)
        ])  # fmt: skip
        wrong += values.mean() / values.std() * len(values) ** 0.5 > 1.645
    assert wrong > 13
