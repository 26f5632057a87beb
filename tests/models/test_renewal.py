"""Further training refits on all rows, and compares old and new on customers that neither had seen."""

import numpy as np
import pyarrow as pa
import pytest

from campanile.models import Training, TrainSpec, load, train
from campanile.tables import Dictionary
from campanile.workspace.errors import NotFound

from .conftest import Campaign, campaign, keep

FAST = {
    "table": "customers",
    "target": "Response",
    "minutes": 0,
    "quick": True,
    "folds": 3,
    "resamples": 100,
    "jobs": 1,
}


def test_new_rows_judge_both_versions(workspace):
    first, more = campaign(150, seed=1), campaign(450, seed=2, first=1001)
    keep(workspace, first)
    train(workspace, TrainSpec(**FAST, methods=("logistic",), contact_cost=3, sale_value=11))
    copy = first.rows.slice(0, 5).set_column(0, "ID", pa.array(range(5001, 5006)))
    keep(workspace, Campaign(pa.concat_tables([first.rows, more.rows, copy]), first.dictionary, np.empty(0)))
    training = train(workspace, TrainSpec(**FAST, again=True))
    (compared,) = training.comparisons
    assert (compared.old_version, compared.new_version, compared.rows, compared.on_new) == (1, 2, 450, True)
    assert compared.new["log_loss"].estimate < compared.old["log_loss"].estimate
    assert compared.gain.estimate == pytest.approx(
        compared.old["log_loss"].estimate - compared.new["log_loss"].estimate
    )
    assert "profit" in compared.new
    assert load(workspace, "response-logistic").version == 2
    assert str(compared.verdict) in [str(words) for words in training.words()]


def test_what_is_saved_is_what_is_returned(workspace, made):
    keep(workspace, made)
    train(workspace, TrainSpec(**FAST, methods=("logistic",)))
    train(workspace, TrainSpec(**FAST, methods=("boosting",)))
    training = train(workspace, TrainSpec(**FAST, again=True))
    kept = workspace.result(workspace.artifact("training"), Training)
    assert kept.to_dict() == training.to_dict()
    assert {one.name: one.version for one in kept.models} == {
        "response-baseline": 3, "response-logistic": 2, "response-boosting": 2,
    }  # fmt: skip
    assert {one.name for one in kept.comparisons} == {"response-logistic", "response-boosting"}


def test_a_table_of_other_customers_is_learned_from_and_compared_with_nothing(workspace):
    keep(workspace, campaign(150, seed=1))
    train(workspace, TrainSpec(**FAST, methods=("logistic",)))
    others = campaign(400, seed=2, first=1001)
    keep(workspace, Campaign(others.rows.drop_columns(["city"]), Dictionary(
        tuple(one for one in others.dictionary if one.name != "city"), "ID"), others.truth))  # fmt: skip
    training = train(workspace, TrainSpec(**FAST, again=True))
    assert training.comparisons == ()
    assert training["logistic"].version == 2


def test_without_new_rows_both_are_judged_out_of_fold_and_are_alike(workspace, made):
    keep(workspace, made)
    train(workspace, TrainSpec(**FAST, methods=("logistic",)))
    (compared,) = train(workspace, TrainSpec(**FAST, again=True)).comparisons
    assert (compared.rows, compared.on_new) == (400, False)
    assert compared.gain.estimate == 0
    assert "predict alike" in str(compared.verdict)


def test_there_must_be_a_model_to_continue_from(workspace, made):
    keep(workspace, made)
    with pytest.raises(NotFound, match="no model for 'Response' to continue from"):
        train(workspace, TrainSpec(**FAST, again=True))
