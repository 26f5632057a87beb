"""Further training refits on all rows, and compares old and new on customers that neither had seen."""

import numpy as np
import pyarrow as pa
import pytest

from campanile.models import TrainSpec, load, train
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
