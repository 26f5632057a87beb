"""A model taken apart adds up to itself, and its parts are Shapley values."""

from itertools import combinations
from math import factorial

import numpy as np
import pytest

from campanile.models import load
from campanile.models.glass import terms
from campanile.models.logistic import PairwiseLogistic


@pytest.mark.parametrize("method", ["logistic", "boosting", "additive", "stack"])
def test_terms_add_up_to_the_log_odds_of_the_probability(home, training, made, method):
    model = load(home, training[method].name)
    features = model.features(made.rows)
    p = model.probabilities(features)[:, 1]
    apart = terms(model, features)
    assert apart.values.shape == (made.rows.num_rows, len(model.plan))
    assert apart.base + apart.values.sum(axis=1) == pytest.approx(np.log(p / (1 - p)), abs=1e-3)
    fold = terms(model.folds[0], features)
    p = model.folds[0].probabilities(features)[:, 1]
    assert fold.base + fold.values.sum(axis=1) == pytest.approx(np.log(p / (1 - p)), abs=1e-3)


@pytest.mark.parametrize("method", ["forest", "neighbours", "baseline"])
def test_methods_without_exact_terms_have_none(home, training, made, method):
    model = load(home, training[method].name)
    assert terms(model, model.features(made.rows)) is None


def test_parts_of_pairs_are_shapley_values_against_the_training_rows():
    draw = np.random.default_rng(0)
    X = draw.normal(size=(60, 3)) + draw.normal(size=(60, 1))
    model = PairwiseLogistic(C=10, pairs=1).fit(X, (X[:, 0] * X[:, 1] + X[:, 2] > 0).astype(int))
    x = X[7]

    def worth(known):
        mixed = X.copy()
        mixed[:, list(known)] = x[list(known)]
        return model.decision_function(mixed).mean()

    for column in range(3):
        others = [other for other in range(3) if other != column]
        exact = sum(
            factorial(size) * factorial(2 - size) / factorial(3) * (worth((*known, column)) - worth(known))
            for size in range(3)
            for known in combinations(others, size)
        )
        assert model.attributions(X[7:8])[0][0, 0, column] == pytest.approx(exact)
