"""Curves and confusions agree with their definitions, with the metrics and with each other."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as peer

from campanile.models import load, ranking, sections
from campanile.models.ranks import confusions, curves

SCORES = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=2, max_size=60).filter(
    lambda rows: len({response for _, response in rows}) == 2
)


@pytest.fixture(scope="module")
def ranks(home, training):
    return ranking(home, training["logistic"].name, 1)


def split(rows):
    return np.array([score / 20 for score, _ in rows]), np.array([response for _, response in rows])


def places(curve):
    return np.array([(point.x, point.y) for point in curve])


def test_areas_and_profit_are_those_of_the_training(ranks, training):
    metrics = training["logistic"].metrics
    assert (ranks.roc_auc, ranks.pr_auc) == (metrics["roc_auc"], metrics["pr_auc"])
    assert ranks.paying.threshold == 3 / 11
    assert ranks.paying.profit == pytest.approx(metrics["profit"].estimate)


def test_the_area_below_the_drawn_curve_is_the_one_told(ranks):
    area = np.trapezoid([point.y for point in ranks.roc], [point.x for point in ranks.roc])
    assert area == pytest.approx(ranks.roc_auc.estimate, abs=0.005)
    assert (ranks.roc[0].x, ranks.roc[0].y, ranks.roc[-1].x, ranks.roc[-1].y) == (0, 0, 1, 1)


@given(SCORES)
@settings(max_examples=60, deadline=None)
def test_curves_are_those_of_others(rows):
    score, response = split(rows)
    roc, pr = curves(score, response)
    alarms, recall, _ = peer.roc_curve(response, score, drop_intermediate=False)
    assert places(roc) == pytest.approx(np.column_stack([alarms, recall]))
    precision, reached, _ = peer.precision_recall_curve(response, score)
    assert places(pr) == pytest.approx(np.column_stack([reached, precision])[-2::-1])


@given(SCORES)
@settings(max_examples=60, deadline=None)
def test_a_higher_threshold_calls_fewer_and_everybody_is_counted_once(rows):
    score, response = split(rows)
    told = confusions(score, response, [step / 100 for step in range(101)], 3, 11)
    for one in told:
        assert one.responders_called + one.responders_left == response.sum()
        assert one.called + one.responders_left + one.others_left == len(rows)
        assert one.called == (score > one.threshold).sum()
        assert one.profit == 11 * one.responders_called - 3 * one.called
        assert one.recall.low <= one.recall.estimate <= one.recall.high
    assert [one.called for one in told] == sorted((one.called for one in told), reverse=True)


def test_many_customers_are_drawn_with_few_points():
    draw = np.random.default_rng(0)
    score = draw.random(5000)
    roc, pr = curves(score, draw.random(5000) < score)
    assert len(roc) <= 400
    assert len(pr) <= 400


def test_a_ranking_is_told_as_json_though_nobody_is_called(ranks):
    text = json.dumps(ranks.to_dict(), allow_nan=False)
    assert json.loads(text)["confusions"][100]["precision"] is None
    assert str(ranks.at(1.0).words()) == "Nobody has a probability above 100%."


def test_the_section_shows_calibration_and_curves(training, ranks):
    from campanile.report import Picture

    (section,) = sections(training, training["logistic"].name, ranks)
    drawn = [block for block in section.blocks if isinstance(block, Picture)]
    assert len(drawn) == 4
    assert str(drawn[1].note).endswith(f"{training['logistic'].calibration.actual} came.")


def test_the_baseline_has_the_curve_of_chance(home, training):
    ranks = ranking(home, training["baseline"].name, 1)
    assert [(point.x, point.y) for point in ranks.roc] == [(0, 0), (1, 1)]
    assert load(home, training["baseline"].name).oof.num_rows == ranks.rows
