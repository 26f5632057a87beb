"""Every method passes the checks of its kind."""

import numpy as np
import pytest

from campanile.models.fitting import Problem, fit_part, respond
from campanile.models.folds import dealt
from campanile.models.methods import METHODS
from campanile.models.registry import dumped, parsed
from campanile.models.spec import METHOD_NAMES

SINGLE = [name for name, method in METHODS.items() if not method.parts]
CHEAP = {
    "boosting": {"rounds": 40, "eta": 0.1},
    "forest": {"n_estimators": 20},
    "additive": {"outer_bags": 1, "max_rounds": 200},
    "few": {"forest": 20, "drawn": 30, "kept": 10},
}


def problem(classes=2, n=240, seed=0):
    draw = np.random.default_rng(seed)
    X = np.column_stack([draw.normal(size=n), draw.lognormal(2, 1, n), draw.integers(0, 3, n).astype(float)])
    score = 1.5 * X[:, 0] + (X[:, 2] == 1)
    edges = np.quantile(score, np.linspace(0, 1, classes + 1)[1:-1])
    y = np.searchsorted(edges, score + draw.normal(0, 0.5, n)).astype(np.int64)
    X[draw.random((n, 3)) < 0.05] = np.nan
    return Problem(X, y, np.arange(n), np.arange(n, dtype=np.uint64), (0, 0, 3), classes, seed, inner_folds=2)


def fitted(name, given, rows=None):
    rows = np.arange(len(given.y)) if rows is None else rows
    parts = [
        fit_part(given, METHODS[part], {**METHODS[part].settings(len(rows)), **CHEAP.get(part, {})}, rows)
        for part in METHODS[name].parts or (name,)
    ]
    return respond(given, parts)


def test_the_names_that_a_spec_takes_are_the_methods():
    assert tuple(METHODS) == METHOD_NAMES


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", METHODS)
def test_probabilities_are_probabilities_whatever_the_row(name, classes):
    response = fitted(name, problem(classes))
    strange = np.array([[np.nan] * 3, [1e9, 1e9, 0.0], [-1e9, -5.0, np.nan], [np.inf, -np.inf, 2.0]])
    p = response.predict_proba(strange)
    assert p.shape == (4, classes)
    assert np.isfinite(p).all()
    assert p.sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize("name", METHODS)
def test_a_model_read_back_predicts_bit_for_bit_the_same(name):
    given = problem()
    response = fitted(name, given)
    again = parsed(dumped(response), name)
    assert np.array_equal(response.predict_proba(given.X), again.predict_proba(given.X))


@pytest.mark.parametrize("name", [name for name in METHODS if name != "baseline"])
def test_what_is_there_to_learn_is_learned(name):
    given = problem(n=400)
    train, test = np.arange(300), np.arange(300, 400)
    p = fitted(name, given, train).predict_proba(given.X[test])[:, 1]
    assert p[given.y[test] == 1].mean() > p[given.y[test] == 0].mean() + 0.3


@pytest.mark.parametrize("name", SINGLE)
def test_the_same_seed_gives_the_same_model(name):
    given = problem()
    assert np.array_equal(fitted(name, given).predict_proba(given.X), fitted(name, given).predict_proba(given.X))


@pytest.mark.parametrize("name", [name for name in SINGLE if METHODS[name].weighted])
def test_weights_against_imbalance_are_taken_and_calibrated_away(name):
    given = problem(n=300)
    rare = Problem(
        **{
            **vars(given),
            "y": ((given.y == 1) & (dealt(given.y, given.groups, 3, 0) == 0)).astype(np.int64),
            "balanced": True,
        }
    )
    p = fitted(name, rare).predict_proba(rare.X)[:, 1]
    assert p.sum() == pytest.approx(rare.y.sum(), rel=0.5)
