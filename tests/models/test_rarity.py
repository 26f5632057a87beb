"""A handful of responders allows no claim: the interval says so, and how many would."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.estimates import Estimate
from campanile.models import TrainSpec, train
from campanile.models.metrics import Judged
from campanile.models.rarity import WIDTH, interval, needed, sparse, widened
from campanile.workspace.errors import DataError

from .conftest import Campaign, campaign, keep

FAST = {"minutes": 0, "resamples": 100, "jobs": 1}
COUNTS = st.integers(1, 400)


def handful(positives, rows=29, seed=1):
    """Return a campaign in which so many respond, for no reason."""
    made = campaign(rows, seed=seed)
    response = np.isin(np.arange(rows), np.random.default_rng(seed).permutation(rows)[:positives])
    place = made.rows.column_names.index("Response")
    return Campaign(made.rows.set_column(place, "Response", pa.array(response)), made.dictionary, made.truth)


@settings(deadline=None)
@given(st.floats(0, 1), COUNTS, COUNTS)
def test_an_interval_holds_its_estimate_stays_within_bounds_and_is_the_same_from_both_ends(auc, positives, others):
    found, turned = interval(auc, positives, others), interval(1 - auc, positives, others)
    assert 0 <= found.low <= auc <= found.high <= 1
    assert found.low == pytest.approx(1 - turned.high, abs=1e-3)
    more = interval(auc, positives + 40, others + 40)
    assert more.high - more.low <= found.high - found.low + 1e-3


def test_all_responders_first_is_no_certainty_while_they_are_few():
    assert interval(1.0, 5, 24).low < 0.85
    assert interval(0.66, 5, 24).low < 0.4
    assert widened(Estimate(1.0, 1.0, 1.0), 5, 24) == interval(1.0, 5, 24)
    assert widened(Estimate(0.8, 0.75, 0.85), 400, 4000) == Estimate(0.8, 0.75, 0.85)


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """A normal score shifted so that the true AUC is .8; at 95 % a few percent of misses are allowed."""
    draw, held = np.random.default_rng(0), 0
    for _ in range(400):
        responders, others = draw.normal(1.1902, 1, 8), draw.normal(0, 1, 40)
        auc = float((responders[:, None] > others).mean())
        held += not interval(auc, 8, 40).excludes(0.8)
    assert 0.92 <= held / 400 <= 1


@pytest.mark.parametrize("auc", [0.6, 0.75, 0.9])
@pytest.mark.parametrize("others_each", [1, 5, 30])
def test_as_many_as_are_needed_give_an_interval_that_is_narrow_enough(auc, others_each):
    enough = needed(auc, others_each)
    wide = interval(auc, enough, enough * others_each)
    assert wide.high - wide.low == pytest.approx(WIDTH, abs=0.03)
    half = interval(auc, enough // 2, enough // 2 * others_each)
    assert half.high - half.low > WIDTH


def test_groups_are_counted_not_rows():
    p = np.linspace(0.1, 0.9, 400)
    y = (np.arange(400) >= 200).astype(np.int64)
    each = Judged(np.stack([1 - p, p], axis=1), y, np.arange(400), 1)
    assert sparse(each) is None
    one = sparse(Judged(each.p, y, np.arange(400) // 40, 1))
    assert one.positives == 5


@pytest.mark.parametrize("quick", [True, False])
def test_five_responders_are_trained_on_and_the_verdict_claims_nothing(workspace, quick):
    keep(workspace, handful(5))
    training = train(workspace, TrainSpec(table="customers", target="Response", quick=quick, **FAST,
                                          methods=() if quick else ("logistic", "boosting")))  # fmt: skip
    told, auc = str(training.verdict), training[training.best].metrics["roc_auc"]
    assert told.startswith("There are too few for a claim: with 5 responders among 29 customers")
    assert str(auc.told()) in told
    assert auc.high - auc.low > 0.4
    assert (training.rows, training.positives) == (29, 5)


def test_fewer_than_five_are_refused_with_how_many_it_would_take(workspace):
    keep(workspace, handful(3))
    with pytest.raises(DataError, match="Only 3 customers have 'Response' = true") as raised:
        train(workspace, TrainSpec(table="customers", target="Response", quick=True, **FAST))
    assert "about 40 of each" in str(raised.value.remedy)
    assert "too few" in str(raised.value)


def test_many_responders_get_a_verdict_about_the_model(training):
    assert "too few" not in str(training.verdict)
