"""Two kept models side by side, on the same customers or, where there are none, with that said."""

import pytest

from campanile.models import TrainSpec, train
from campanile.models.beside import compare
from campanile.workspace.errors import NotFound

from .conftest import campaign, keep

FAST = {"target": "Response", "quick": True, "folds": 3, "resamples": 50, "jobs": 1, "methods": ("logistic",)}


def test_the_better_of_two_is_named_and_the_difference_is_that_of_the_figures(home, training):
    found = compare(home, (training["baseline"].name, 1), (training["logistic"].name, 1))
    assert found.rows == training.rows
    assert str(found.verdict).startswith("response-logistic v1 predicts better than response-baseline v1")
    for name, (first, second) in found.figures.items():
        assert found.difference[name].estimate == pytest.approx(second.estimate - first.estimate)
        assert second.estimate == pytest.approx(training["logistic"].metrics[name].estimate)


def test_a_model_beside_itself_differs_by_nothing(home, training):
    named = training["forest"].name, 1
    found = compare(home, named, named)
    assert "predict alike" in str(found.verdict)
    assert all(one.estimate == one.low == one.high == 0 for one in found.difference.values())


def test_later_versions_of_a_table_are_compared_on_the_customers_of_both(workspace):
    first, more = campaign(150, seed=1), campaign(220, seed=1)
    keep(workspace, first)
    train(workspace, TrainSpec(table="customers", **FAST))
    keep(workspace, more)
    train(workspace, TrainSpec(table="customers", **FAST))
    found = compare(workspace, ("response-logistic", 1), ("response-logistic", 2))
    same = sum(a == b for a, b in zip(first.rows["Response"], more.rows["Response"][:150], strict=True))
    assert found.rows == same


def test_models_of_different_customers_have_their_figures_and_no_difference(workspace):
    keep(workspace, campaign(150, seed=1), "spring")
    keep(workspace, campaign(150, seed=2), "autumn")
    train(workspace, TrainSpec(table="spring", name="spring", **FAST))
    train(workspace, TrainSpec(table="autumn", name="autumn", **FAST))
    found = compare(workspace, ("spring-logistic", 1), ("autumn-logistic", 1))
    assert (found.rows, found.difference) == (0, {})
    assert set(found.figures) >= {"roc_auc", "log_loss"}
    assert "different customers" in str(found.verdict)


def test_an_unknown_version_is_told(home, training):
    with pytest.raises(NotFound):
        compare(home, (training["forest"].name, 99), (training["forest"].name, 1))
