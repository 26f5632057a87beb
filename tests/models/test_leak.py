"""A leak is named where cutting periods at the event makes features predict it, and nowhere else."""

import numpy as np
import pyarrow as pa
import pytest

from campanile.models.leak import LeakScan, Scanned, Side, scanned, sections
from campanile.words import say, speaking

PERIODS = 6


def panels(seed, *, cut=True, effect=0.0, users=400):
    """Return a scan of plays, by people who play alike every day; the days are cut at the event where ``cut``.

    With ``effect`` those who play more buy more often.
    """
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(users), PERIODS)
    rate = rng.gamma(4, 0.5, users)[who]
    chance = 1 / (1 + np.exp(3 - effect * (rate - 2)))
    bought = rng.random(len(who)) < chance
    days = np.where(bought & cut, rng.integers(0, 30, len(who)), 30)
    noise = rng.normal(size=len(who))
    shortened = pa.table({"who": who, "plays": rng.poisson(rate * days), "noise": noise, "days": days, "did": bought})
    honest = pa.table({"who": who, "plays": rng.poisson(rate * 30), "noise": noise, "there": np.full(len(who), 30),
                       "buys": bought})  # fmt: skip
    labels = {"plays": say("{x}", x="Tracks played"), "noise": say("{x}", x="Noise")}
    return Scanned(say("{x}", x="Buys"), "month", Side(shortened, "who", "did"), Side(honest, "who", "buys"),
                   ("days", "there"), labels)  # fmt: skip


def test_where_the_target_hangs_on_nothing_the_cut_alone_seems_to_predict_it_and_is_named():
    scan = scanned(panels(1))
    assert [one.name for one in scan.named] == ["plays"]
    plays = scan.named[0]
    assert plays.cut.estimate < 0.25
    assert not plays.honest.excludes(0.5)
    assert scan.presence.cut.estimate < 0.1
    with speaking("en"):
        told = str(scan.answer)
    assert "Had each month been cut at the event, Tracks played alone would have “predicted” Buys with AUC 0.8" in told
    assert "those months are shorter" in told


@pytest.mark.parametrize("effect", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_where_no_period_is_cut_no_leak_is_claimed_whatever_predicts(seed, effect):
    scan = scanned(panels(seed, cut=False, effect=effect))
    assert scan.named == ()
    with speaking("en"):
        assert "no leak is seen" in str(scan.answer) or "cannot be told" in str(scan.answer)


def test_what_predicts_in_both_panels_is_no_leak_of_the_cut():
    told = panels(4, effect=0.0)
    rows = told.cut.rows
    known = pa.array(rows["did"].to_numpy() + np.random.default_rng(0).normal(size=rows.num_rows))
    both = Scanned(
        told.target, told.every, Side(rows.append_column("known", known), "who", "did"),
        Side(told.honest.rows.append_column("known", known), "who", "buys"), told.days,
        {**told.labels, "known": say("{x}", x="Known")},
    )  # fmt: skip
    assert [one.name for one in scanned(both).named] == ["plays"]


def test_the_area_is_that_of_the_feature_as_a_score():
    from sklearn.metrics import roc_auc_score

    asked = panels(5)
    scan = scanned(asked)
    rows = asked.cut.rows
    whole = roc_auc_score(rows["did"].to_numpy(), rows["plays"].to_numpy())
    assert {one.name: one.cut.estimate for one in scan.features}["plays"] == pytest.approx(whole)


def test_intervals_are_by_entity_so_that_copies_of_rows_make_nothing_surer():
    asked = panels(6, users=60)
    often = Scanned(asked.target, asked.every, *(
        Side(pa.concat_tables([side.rows] * 5), side.entity, side.outcome) for side in (asked.cut, asked.honest)
    ), asked.days, asked.labels)  # fmt: skip
    once, again = scanned(asked).presence.cut, scanned(often).presence.cut
    assert again.high - again.low == pytest.approx(once.high - once.low, rel=0.3)


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_too_few_are_no_fault_and_nothing_is_claimed(rows):
    asked = panels(7, users=10)
    few = Scanned(asked.target, asked.every, Side(asked.cut.rows.slice(0, rows), "who", "did"),
                  Side(asked.honest.rows.slice(0, rows), "who", "buys"), asked.days, asked.labels)  # fmt: skip
    with speaking("en"):
        assert "cannot be told" in str(scanned(few).answer)
        assert sections(scanned(few))[0].anchor == "leaks"


def test_an_answer_says_that_one_looked_at_some_and_can_be_kept():
    from pydantic import TypeAdapter

    asked = panels(8, users=80)
    scan = scanned(Scanned(asked.target, asked.every, asked.cut, asked.honest, asked.days, asked.labels, one_in=7))
    kept = TypeAdapter(LeakScan)
    assert kept.validate_json(kept.dump_json(scan)) == scan
    with speaking("en"):
        assert "one in 7 customers" in " ".join(map(str, scan.words()))


def test_the_section_lays_the_claim_beside_the_truth():
    (section,) = sections(scanned(panels(9, users=100)))
    (picture,) = [block for block in section.blocks if hasattr(block, "figure")]
    assert len(picture.figure.data) == 2
    assert len(picture.table.rows) == 3
