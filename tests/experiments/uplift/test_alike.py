"""Whether arms were alike before, held against chance."""

import numpy as np

from campanile.experiments.uplift.alike import basis, direction, guessed, only_in_arm, tells, within
from campanile.models.folds import dealt


def arms(rows: int, seed: int, follow=lambda X: 0.0):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 4))
    X[:, 3] = random.integers(0, 5, rows)
    treated = (random.random(rows) < 0.5 + follow(X)) * 1.0
    B = within(np.hstack([basis(X[:, at], 5 if at == 3 else 0) for at in range(4)]), np.zeros(rows, dtype=np.int64))
    return B, treated, np.full(rows, treated.mean())


def test_a_sound_assignment_is_called_unlike_as_often_as_the_level_says():
    p = np.array([direction(*arms(1500, seed))[1] for seed in range(300)])
    # 300 at 5 per cent: 15 on average, more than 26 or fewer than 5 once in 200 times each.
    assert 5 <= (p < 0.05).sum() <= 26


def test_an_assignment_that_follows_a_column_is_found():
    B, treated, e = arms(3000, 0, lambda X: 0.1 * np.sign(X[:, 0]))
    assert direction(B, treated, e)[1] < 1e-6


def test_trees_find_an_assignment_that_follows_two_columns_together():
    B, treated, e = arms(6000, 0, lambda X: 0.2 * np.sign(X[:, 0] * X[:, 1]))
    fold = dealt(treated.astype(np.int64), np.arange(6000), 5, 0)
    assert guessed(B, treated, e, fold, 0) < 1e-3


def test_trees_guess_nothing_where_there_is_nothing():
    told = []
    for seed in range(20):
        B, treated, e = arms(600, seed)
        told.append(guessed(B, treated, e, dealt(treated.astype(np.int64), np.arange(600), 5, 0), seed))
    assert sum(p < 0.05 for p in told) <= 4


def test_a_sale_only_where_there_was_a_visit_tells_the_visit_and_the_other_way_round():
    random = np.random.default_rng(0)
    visit = (random.random(2000) < 0.2) * 1.0
    sale = visit * (random.random(2000) < 0.3) * 40.0
    other = (random.random(2000) < 0.2) * 1.0
    assert tells(sale, visit)
    assert tells(visit, sale)
    assert tells(np.where(visit > 0, 3.0, np.nan), visit)
    assert not tells(other, visit)
    assert not tells(np.arange(1, 2001.0), visit)


def test_what_is_empty_in_control_is_known_as_such():
    treated = np.array([0.0, 0.0, 1.0, 1.0])
    assert only_in_arm(np.array([0.0, 0.0, 0.0, 1.0]), treated)
    assert only_in_arm(np.array([np.nan, np.nan, np.nan, 1.0]), treated)
    assert not only_in_arm(np.array([0.0, 1.0, 0.0, 1.0]), treated)
