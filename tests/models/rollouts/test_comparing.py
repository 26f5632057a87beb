"""Versions compared on what happened: a known truth is recovered, chance alone is seldom taken for a difference."""

import json
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from campanile.models.metrics import Judged as Metered
from campanile.models.metrics import weighted
from campanile.models.rollouts import CompareSpec, Comparison, compare
from campanile.models.rollouts.contrast import Sample, concluded, figures, measured
from campanile.models.rollouts.section import section
from campanile.workspace.errors import DataError, NotFound
from tests.models.rollouts.conftest import DAY, declared, happened, log

ASKED = {"rollout": "spring", "table": "happened", "outcome": "bought", "resamples": 200}


def world(n, seed=0, noise=1.0):
    """Return true probabilities, those of a version that is off by ``noise`` in log-odds, and what happened."""
    draw = np.random.default_rng(seed)
    odds = draw.normal(-1.2, 1.0, n)
    truth, off = (1 / (1 + np.exp(-one)) for one in (odds, odds + draw.normal(0, noise, n)))
    return truth, off, draw.random(n) < truth


def sent(home, rollout, n, seed=0, noise=1.0, *, skip=0):
    """Log answers to ``n`` customers as the rollout deals them; the challenger v2 and the shadow v3 know the truth."""
    truth, off, responded = world(n, seed, noise)
    keys = np.arange(1, n + 1)
    places = rollout.places(pa.array(keys))
    for place, arm in enumerate(rollout.arms):
        held = np.arange(n) if arm.role == "shadow" else np.flatnonzero(places == place)
        held = held[skip:] if arm.role == "challenger" else held
        p = off if arm.version == 1 else truth
        log(home, rollout, arm.version, keys[held].tolist(), p[held])
    return keys, responded


def test_a_shadow_that_knows_more_is_found_better_on_the_same_customers(home):
    rollout = declared(home, shadows=(3,))
    keys, responded = sent(home, rollout, 3000)
    happened(home, keys, responded)
    done = compare(home, CompareSpec(**ASKED))
    (one,) = done.against
    assert (one.state, one.paired, one.customers) == ("better", True, 3000)
    truth, off, _ = world(3000)
    loss = [-np.mean(np.where(responded, np.log(p), np.log(1 - p))) for p in (off, truth)]
    assert one.figures["log_loss"].estimate == pytest.approx(loss[1] - loss[0])
    assert str(done.verdict).startswith("response-logistic v3 is better than response-logistic v1: on the same")
    assert home.result(home.artifact("comparison", "spring"), Comparison) == done


def test_a_challenger_with_a_share_is_found_better_on_its_own_customers(home):
    rollout = declared(home, shares={2: 40})
    keys, responded = sent(home, rollout, 8000)
    happened(home, keys, responded)
    done = compare(home, CompareSpec(**ASKED))
    (one,) = done.against
    assert (one.state, one.paired) == ("better", False)
    assert done.split_p > 0.001
    champion, challenger = done.versions
    assert champion.judged + challenger.judged == 8000
    assert challenger.metrics["log_loss"].estimate < challenger.naive["log_loss"]
    assert not challenger.metrics["gap"].excludes(0)
    assert challenger.expected == pytest.approx(challenger.responses, abs=4 * np.sqrt(challenger.expected))


def test_figures_are_those_by_which_a_training_is_judged(home):
    truth, _, responded = world(500)
    mine = figures(Sample(np.arange(500), truth, responded), np.ones((1, 500)))
    judged = Metered(np.column_stack([1 - truth, truth]), responded.astype(int), np.arange(500), 1)
    theirs = weighted(judged, np.ones((1, 500)))
    for name in ("roc_auc", "log_loss", "brier"):
        assert mine[name][0] == pytest.approx(theirs[name][0])


@pytest.mark.parametrize("paired", [True, False])
def test_versions_that_are_alike_are_told_apart_about_as_seldom_as_said(paired):
    states = []
    for seed in range(150):
        n = 400
        draw = np.random.default_rng(seed)
        truth, first, responded = world(n, seed, 0.7)
        second = 1 / (1 + np.exp(-(np.log(truth / (1 - truth)) + draw.normal(0, 0.7, n))))
        ids, half = np.arange(n), n // 2
        sides = [Sample(ids, first, responded), Sample(ids, second, responded)] if paired else [
            Sample(ids[:half], first[:half], responded[:half]), Sample(ids[half:], second[half:], responded[half:])
        ]  # fmt: skip
        found = measured(sides, 200, seed)
        loss = float(found.whole[0]["log_loss"][0])
        fewest = min(int(count) for side in sides for count in (side.responded.sum(), (~side.responded).sum()))
        states.append(concluded(found.less(1, 0)["log_loss"], loss, 0.02, n, fewest)[0])
    # 7 or 8 of 150 are expected; 17 would come about once in a thousand times.
    assert sum(state in ("better", "worse") for state in states) <= 16


def test_intervals_of_a_difference_hold_the_truth_about_as_often_as_said():
    # The true difference of log loss, by a sample so large that its own error does not count.
    truth, off, _ = world(1_000_000, 99)
    loss = [-np.mean(truth * np.log(p) + (1 - truth) * np.log(1 - p)) for p in (off, truth)]
    held = 0
    for seed in range(100):
        truth, off, responded = world(400, seed)
        ids = np.arange(400)
        found = measured([Sample(ids, off, responded), Sample(ids, truth, responded)], 200, seed)
        held += not found.less(1, 0)["log_loss"].excludes(loss[1] - loss[0])
    assert held >= 88  # 95 are expected


def test_too_few_is_said_with_how_many_more(home):
    rollout = declared(home, shares={2: 50})
    keys, responded = sent(home, rollout, 400, noise=0.1)
    happened(home, keys, responded)
    done = compare(home, CompareSpec(**ASKED))
    assert done.against[0].state == "early"
    assert done.against[0].more > 1000
    assert "Too early to tell" in str(done.verdict)
    assert "more customers" in str(done.verdict)


def test_enough_customers_without_a_difference_are_told_as_such(home):
    rollout = declared(home, shadows=(3,))
    keys, responded = sent(home, rollout, 4000, noise=0.02)
    happened(home, keys, responded)
    done = compare(home, CompareSpec(**ASKED))
    assert done.against[0].state == "alike"
    assert "No difference is seen" in str(done.verdict)


def test_no_version_is_judged_where_customers_were_not_dealt_as_declared(home):
    rollout = declared(home, shares={2: 40})
    keys, responded = sent(home, rollout, 8000, skip=500)
    happened(home, keys, responded)
    done = compare(home, CompareSpec(**ASKED))
    assert done.split_p < 0.001
    assert [one.state for one in done.against] == ["blocked"]
    assert "not dealt" in str(done.verdict)


def test_a_lot_of_answers_to_one_customer_do_not_narrow_the_interval(home):
    rollout = declared(home, shadows=(3,))
    keys, responded = sent(home, rollout, 600)
    for hours in (1, 2, 3):
        truth, off, _ = world(600)
        for version, p in ((1, off), (3, truth)):
            log(home, rollout, version, keys.tolist(), p, at=DAY + timedelta(hours=hours))
    happened(home, keys, responded)
    first = compare(home, CompareSpec(**ASKED)).against[0].figures["log_loss"]
    every = compare(home, CompareSpec(**ASKED, answers="all"))
    assert every.versions[0].judged == 2400
    assert every.against[0].figures["log_loss"].estimate == pytest.approx(first.estimate)
    assert every.against[0].figures["log_loss"].low == pytest.approx(first.low)


def at(days):
    return [None if day is None else DAY + timedelta(days=day) for day in days]


def dated(home, keys, responded, days):
    happened(home, keys, responded, at=pa.array(at(days), pa.timestamp("us", "UTC")))


def test_an_outcome_counts_after_the_answer_and_within_its_time_and_only_matured_answers_are_judged(home):
    rollout = declared(home)
    log(home, rollout, 1, [1, 2, 3, 4, 5], [0.5] * 5)
    log(home, rollout, 1, [6], [0.5], at=DAY + timedelta(days=39))
    #   1 in time, 2 too late, 3 before the answer, 4 none, 5 of unknown date; 6 is not matured; 9 was never asked.
    dated(home, [1, 2, 3, 5, 9], [True] * 5, [3, 31, -1, None, 40])
    done = compare(home, CompareSpec(**ASKED, time="at", within_days=30))
    (one,) = done.versions
    assert (one.customers, one.judged, one.responses) == (6, 4, 1)
    assert any("1 customer was answered too recently" in str(note) for note in done.notes)
    assert any("1 customer who was answered the table tells no outcome" in str(note) for note in done.notes)


def test_an_outcome_that_is_false_or_of_another_customer_is_no_response(home):
    rollout = declared(home)
    log(home, rollout, 1, [1, 2], [0.5, 0.5])
    dated(home, [1, 3], [False, True], [1, 2])
    assert compare(home, CompareSpec(**ASKED, time="at")).versions[0].responses == 0


def test_without_dates_only_customers_in_the_table_are_judged_and_it_is_said(home):
    rollout = declared(home)
    log(home, rollout, 1, [1, 2, 3], [0.5, 0.5, 0.5])
    happened(home, [1, 1, 2, 2], [True, False, False, False])
    done = compare(home, CompareSpec(**ASKED))
    assert (done.versions[0].judged, done.versions[0].responses) == (2, 1)
    assert any("does not say when" in str(note) for note in done.notes)


def test_only_answers_of_one_declaration_are_compared(home):
    first = declared(home, shares={2: 20})
    sent(home, first, 1000)
    second = declared(home, shares={2: 60})
    keys, responded = sent(home, second, 1000, seed=1)
    happened(home, keys, responded)
    done = compare(home, CompareSpec(**ASKED))
    assert sum(one.judged for one in done.versions) == 1000
    assert done.versions[1].judged == pytest.approx(600, abs=60)
    assert compare(home, CompareSpec(**ASKED, declaration=1)).versions[1].judged == pytest.approx(200, abs=60)


def test_before_anything_happened_it_is_too_early(home):
    rollout = declared(home, shares={2: 20})
    sent(home, rollout, 100)
    happened(home, [100_000], [True])
    done = compare(home, CompareSpec(**ASKED))
    assert [one.state for one in done.against] == ["early"]
    assert "hardly any outcome is known yet" in str(done.verdict)
    assert home.result(home.artifact("comparison", "spring"), Comparison) == done
    assert json.dumps(done.to_dict(), allow_nan=False)
    (made,) = section(rollout, {}, done, None).blocks[:1]
    assert len(made.rows) == 2


def test_what_is_no_outcome_is_refused_in_words(home):
    declared(home)
    happened(home, [1], [True])
    with pytest.raises(NotFound, match=r"has no column 'brought'\. Did you mean 'bought'"):
        compare(home, CompareSpec(**{**ASKED, "outcome": "brought"}))
    with pytest.raises(DataError, match="holds neither dates nor times"):
        compare(home, CompareSpec(**ASKED, time="ID"))
    with pytest.raises(DataError, match="the models predict"):
        compare(home, CompareSpec(**{**ASKED, "table": "customers", "outcome": "city"}))
