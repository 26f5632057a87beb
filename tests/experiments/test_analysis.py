"""Comparisons recover what is true, are written into the ledger, and say what they may."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import stats

from campanile.experiments import (
    AnalyseSpec,
    AssignSpec,
    DesignSpec,
    Metric,
    analyse,
    analysis,
    assign,
    design,
    ledger,
    sections,
)
from campanile.experiments.comparison import shrunken
from campanile.experiments.declaration import declared, read
from campanile.words import LANGUAGES, speaking
from campanile.workspace.errors import NotFound, SpecError

SHOP = {"name": "shop", "outcomes": "shop", "group": "arm", "control": "none", "now": "2026-06-01"}


def ask(**more):
    return AnalyseSpec(**{**SHOP, "metrics": ("bought",), **more})


def effect(told, metric, arm="better"):
    return next(one for one in told.effects if (one.metric, one.arm) == (metric, arm))


def test_a_true_effect_is_found_within_its_interval_and_told_in_counts_and_euros(workspace, shop):
    shop()
    told = analyse(workspace, ask(value=40.0))
    found = effect(told, "bought")
    assert found.kind == "proportion"
    assert found.effect.low < 0.03 < found.effect.high
    assert found.decision == "better"
    assert told.verdict is not None
    assert (told.verdict.arm, told.verdict.decision) == ("better", "better")
    assert "more of every 1,000 customers" in str(told.words)
    assert "€" in str(told.words)
    assert found.money.estimate == pytest.approx(40 * found.effect.estimate)
    assert effect(told, "bought", "plain").decision == "no_difference"


def test_figures_of_one_look_are_those_of_the_rows(workspace, shop):
    rows = shop(6000)
    told = analyse(workspace, ask(metrics=("bought", "visits", "clicks_per_visit=clicks/visits", "after~before")))
    arm = np.array(rows["arm"])
    one, other = (np.asarray(rows["visits"])[arm == name] for name in ("none", "better"))
    theirs = stats.ttest_ind(other, one, equal_var=False)
    found = effect(told, "visits")
    interval = theirs.confidence_interval()
    assert (found.fixed.low, found.fixed.high) == pytest.approx((interval.low, interval.high), rel=1e-6)
    assert found.users_treatment == len(other)
    ratio = effect(told, "clicks_per_visit")
    assert ratio.control == pytest.approx(np.sum(np.asarray(rows["clicks"])[arm == "none"]) / one.sum())
    assert effect(told, "after").kept < 0.2


def test_what_holds_at_every_look_is_wider_and_corrected_for_all_comparisons(workspace, shop):
    shop(6000)
    alone = effect(analyse(workspace, ask(name="a", arms=("better",), shares={"none": 1, "better": 1, "plain": 1})
                           .model_copy(update={"arms": ()})), "bought")  # fmt: skip
    many = effect(analyse(workspace, ask(name="b", metrics=("bought", "visits", "clicks"))), "bought")
    for one in (alone, many):
        assert one.effect.high - one.effect.low > one.fixed.high - one.fixed.low
        assert one.p >= one.p_fixed
    assert many.effect.high - many.effect.low > alone.effect.high - alone.effect.low


def test_months_are_compared_alone_and_running(workspace, shop):
    shop()
    told = analyse(workspace, ask(cohort="month"))
    months = [one for one in told.months if one.arm == "better"]
    assert [one.month for one in months] == ["2026-01", "2026-02", "2026-03"]
    whole = effect(told, "bought")
    assert sum(one.users_control for one in months) == whole.users_control
    assert months[-1].running == whole.effect
    assert months[0].running.estimate == pytest.approx(months[0].alone.estimate)
    early = analyse(workspace, ask(cohort="month", month="2026-01"))
    assert effect(early, "bought").users_control == months[0].users_control


def test_money_is_cut_at_its_largest_amounts_and_stands_beside_the_raw_sum(workspace, shop):
    shop()
    told = analyse(workspace, ask(metrics=("spent_eur",)))
    cut, raw = effect(told, "spent_eur"), effect(told, "spent_eur_uncut")
    assert (cut.kind, raw.raw_of) == ("money", "spent_eur")
    assert cut.fixed.high - cut.fixed.low < raw.fixed.high - raw.fixed.low
    assert cut.control < raw.control
    assert told.verdict.metric == "spent_eur"


def test_a_single_giant_order_moves_the_cut_sum_little(workspace, shop, keep):
    rows = shop()
    plain = effect(analyse(workspace, ask(metrics=("spent_eur",))), "spent_eur")
    rows["spent_eur"][rows["arm"].index("better")] = 1e9
    keep("shop", key="user_id", **rows)
    told = analyse(workspace, ask(name="giant", metrics=("spent_eur",)))
    assert told.failed == ()
    assert abs(effect(told, "spent_eur").effect.estimate - plain.effect.estimate) < 0.1


def test_a_harmed_guardrail_is_said_with_the_verdict(workspace, shop):
    shop(lift=0.06)
    guard = Metric(name="complaints", column="bought", better="lower", guardrail=True)
    told = analyse(workspace, ask(metrics=("visits", guard)))
    assert effect(told, "complaints").decision == "worse"
    assert "But a guardrail got worse: 'complaints'" in str(told.words)


def test_every_look_is_in_the_ledger_and_a_metric_named_later_is_marked(workspace, shop):
    shop(3000)
    analyse(workspace, ask())
    told = analyse(workspace, ask(metrics=("clicks", "bought")))
    looks = ledger(workspace, "shop")
    assert [one.number for one in looks] == [1, 2]
    assert [one.metrics for one in looks] == [("bought",), ("clicks", "bought")]
    assert [one.late for one in looks] == [(), ("clicks",)]
    assert effect(told, "clicks").late
    assert not effect(told, "bought").late
    assert any("'clicks' was named after the first look" in str(note) for note in told.notes)
    again = analyse(workspace, ask(metrics=("clicks",)))
    assert effect(again, "clicks").late


def test_a_metric_that_measures_something_else_now_counts_as_named_now(workspace, shop):
    shop(3000)
    analyse(workspace, ask(metrics=("m=bought",)))
    assert effect(analyse(workspace, ask(metrics=("m=clicks",))), "m").late


def test_a_stopped_look_is_in_the_ledger_too(workspace, faults):
    world = faults.sound(0)
    faults.FAULTS["nobody reached"][1](world)
    analyse(workspace, faults.load(workspace, world))
    assert ledger(workspace, faults.NAME)[0].failed == ("reached",)
    assert ledger(workspace, faults.NAME)[0].decision is None


def test_the_planned_users_stay_what_they_were_at_the_first_look(workspace, shop):
    shop(3000)
    first = analyse(workspace, ask())
    shop(6000, seed=1)
    assert analyse(workspace, ask()).planned_users == first.planned_users == 3000


def test_a_design_declares_the_metric_and_sets_the_plan(workspace, keep):
    random = np.random.default_rng(0)
    users = [f"u{n}" for n in range(8000)]
    planned = design(workspace, DesignSpec(name="offer", metrics=("share=premium",), baseline=0.1, lift=0.3))
    keep("users", key="user_id", user_id=users, premium=random.random(8000) < 0.1)
    assign(workspace, AssignSpec(name="offer", month="2026-01"))
    told = analyse(workspace, AnalyseSpec(name="offer", metrics=("share",), now="2026-06-01"))
    assert told.planned_users == planned.users_sequential
    assert [one.name for one in declared(read(workspace, "offer"))] == ["share"]
    assert told.failed == ()
    assert told.verdict.decision == "no_difference"
    assert "No difference seen" in str(told.words)


def test_events_of_a_user_are_added_up_from_the_assignment_on(workspace, keep):
    random = np.random.default_rng(0)
    users = [f"u{n}" for n in range(2000)]
    keep("users", key="user_id", user_id=users)
    assign(workspace, AssignSpec(name="offer", month="2026-03"))
    who = random.integers(0, 2000, 9000)
    when = np.datetime64("2026-02-01", "us") + random.integers(0, 80 * 86400, 9000).astype("timedelta64[s]")
    keep("events", key="event_id", event_id=range(9000), user_id=[users[n] for n in who],
         at=pa.array(when, pa.timestamp("us", "UTC")), spent=np.ones(9000))  # fmt: skip
    spec = AnalyseSpec(name="offer", metrics=("spent:mean",), outcomes="events", key="user_id", time="at",
                       window_days=20, now="2026-06-01")  # fmt: skip
    found = analyse(workspace, spec).effects[0]
    inside = (when >= np.datetime64("2026-03-01")) & (when < np.datetime64("2026-03-21"))
    total = found.control * found.users_control + found.treatment * found.users_treatment
    assert found.users_control + found.users_treatment == 2000
    assert total == pytest.approx(inside.sum())


def test_effects_by_segment_are_drawn_towards_each_other(workspace, shop):
    shop()
    told = analyse(workspace, ask(segment="region"))
    parts = [one for one in told.segments if one.arm == "better"]
    assert {one.segment for one in parts} == {"north", "south", "west"}
    measured, drawn = ([getattr(one, name).estimate for one in parts] for name in ("measured", "shrunken"))
    assert max(drawn) - min(drawn) <= max(measured) - min(measured)


def test_shrinking_errs_less_than_measuring_when_segments_differ_little():
    random = np.random.default_rng(3)
    truth = random.normal(1, 0.3, (400, 8))
    errors = random.uniform(0.3, 1.0, (400, 8))
    measured = truth + random.normal(size=truth.shape) * errors
    drawn = np.array([shrunken(one, error)[0] for one, error in zip(measured, errors, strict=True)])
    assert ((drawn - truth) ** 2).mean() < 0.5 * ((measured - truth) ** 2).mean()


@pytest.mark.parametrize(
    ("more", "kind", "said"),
    [
        ({"control": "nobody"}, NotFound, "'nobody'"), ({"metrics": ("bougt",)}, NotFound, "--metric bougt=bought"),
        ({"metrics": ()}, SpecError, "--metric"), ({"metrics": ("region",)}, SpecError, "cannot be measured"),
        ({"name": "unknown", "group": None}, NotFound, "no experiment"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused_in_words_and_leaves_no_look(workspace, shop, more, kind, said):
    shop(500)
    with pytest.raises(kind, match=said):
        analyse(workspace, ask(**more))
    assert ledger(workspace, "shop") == ()


def test_an_answer_and_a_stopped_one_are_pages_in_every_language(workspace, shop, faults):
    from campanile.report import Page, render

    shop(3000)
    good = analyse(workspace, ask(cohort="month", segment="region", metrics=("bought", "spent_eur")))
    world = faults.sound(0)
    faults.FAULTS["nobody reached"][1](world)
    stopped = analyse(workspace, faults.load(workspace, world))
    for told, name in ((good, "shop"), (stopped, faults.NAME)):
        for language in LANGUAGES:
            with speaking(language):
                page = render(Page(told.words, (), sections(told, ledger(workspace, name))), language)
            assert str(told.look) in page


@pytest.mark.real
def test_hillstroms_mails_worked_as_is_known(workspace, real_data):
    from campanile import sources

    file = next((real_data / "experiments").glob("*"))
    sources.load(workspace, sources.LoadSpec(path=file, table="mail"))
    spec = AnalyseSpec(
        name="mail", outcomes="mail", group="segment", control="No E-Mail", metrics=("visit", "spend:money")
    )
    told = analyse(workspace, spec)
    assert told.failed == ()
    women, men = effect(told, "visit", "Womens E-Mail"), effect(told, "visit", "Mens E-Mail")
    assert women.effect.estimate == pytest.approx(0.045, abs=0.001)
    assert men.effect.estimate == pytest.approx(0.0766, abs=0.001)
    assert (women.decision, men.decision) == ("better", "better")
    assert women.users_control == 21_306


@pytest.mark.slow
def test_spark_counts_what_duckdb_counts(workspace, faults):
    pytest.importorskip("pyspark")
    asked = faults.load(workspace, faults.sound(2, lift=0.5))
    ours, other = (
        analyse(workspace, asked.model_copy(update={"engine": name, "master": "local[2]"}))
        for name in ("duckdb", "spark")
    )
    assert [gate.passed for gate in ours.gates] == [gate.passed for gate in other.gates]
    for one, two in zip(ours.effects, other.effects, strict=True):
        assert (one.metric, one.users_control) == (two.metric, two.users_control)
        assert one.effect.to_dict() == pytest.approx(two.effect.to_dict(), rel=1e-9)


def test_missing_and_negative_values_from_before_keep_everybody_in(workspace, faults):
    world = faults.sound(3)
    world.users.loc[world.users.index[::3], "before"] = np.nan
    world.users.loc[world.users.index[1::3], "before"] -= 20
    told = analyse(workspace, faults.load(workspace, world))
    assert told.failed == ()
    found = effect(told, "activity", "treatment")
    assert found.users_control + found.users_treatment == 3000
    assert found.kept <= 1


def test_users_of_whom_nothing_is_known_are_counted(workspace, faults):
    world = faults.sound(1)
    faults._lose(world, world.some(world.assigned["key"], 40))
    told = analyse(workspace, faults.load(workspace, world))
    assert told.verdict is not None
    assert "Of 3,000 users, some are not compared" in str(told.notes[0])
    assert "'premium_share' of 40" in str(told.notes[0])


def test_keys_that_are_written_in_two_ways_are_told_apart_from_missing_outcomes(workspace, faults):
    world = faults.sound(1)
    world.users["user_id"] = "0" + world.users["user_id"]
    told = analyse(workspace, faults.load(workspace, world))
    gate = next(one for one in told.gates if one.gate == "missing")
    assert "007 and 7 are two users" in str(gate.repair)


def test_an_outcome_that_is_early_by_a_time_zone_asks_for_the_clocks(workspace, faults):
    world = faults.sound(1)
    since = world.users["user_id"].map(world.assigned.set_index("key")["assigned_at"])
    world.users["bought_at"] = (since - pd.Timedelta(hours=2)).where(world.users["bought_at"].notna())
    told = analyse(workspace, faults.load(workspace, world))
    gate = next(one for one in told.gates if one.gate == "outcome_before")
    assert not gate.passed
    assert "different time zones" in str(gate.repair)


def test_who_was_reached_without_being_assigned_is_counted_and_not_compared(workspace, faults):
    world = faults.sound(1)
    plain = analyse(workspace, faults.load(workspace, world))
    more = world.exposures.head(3).assign(key=["x", "y", "z"])
    world.exposures = pd.concat([world.exposures, more], ignore_index=True)
    told = analyse(workspace, faults.load(workspace, world))
    assert "3 users were reached without being assigned" in " ".join(map(str, told.notes))
    assert told.effects[0].effect == plain.effects[0].effect


def test_a_month_is_written_as_one_and_one_that_lies_ahead_is_no_month_of_the_ledger(workspace, faults):
    asked = faults.load(workspace, faults.sound(1))
    with pytest.raises(SpecError, match="no month"):
        AnalyseSpec(**{**asked.model_dump(), "month": "2026-8"})
    told = analyse(workspace, asked.model_copy(update={"month": "2031-01"}))
    assert told.month == ledger(workspace, told.name)[0].month == "2026-08"


def test_a_difference_that_was_found_stands_where_a_later_look_shows_none(workspace, shop):
    shop()
    assert analyse(workspace, ask()).verdict.decision == "better"
    shop(2000, seed=1, lift=0.0)
    told = analyse(workspace, ask())
    assert told.verdict.decision == "no_difference"
    assert str(told.notes[0]).startswith("Look 1 did find a difference.")
    assert not any("did find" in str(note) for note in analyse(workspace, ask(metrics=("bought", "visits"))).notes)


def test_a_look_that_is_stopped_in_the_middle_is_no_look(workspace, shop, monkeypatch):
    shop(2000)

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(analysis, "examine", stop)
        with pytest.raises(KeyboardInterrupt):
            analyse(workspace, ask())
    assert ledger(workspace, "shop") == ()
    assert analyse(workspace, ask()).look == 1
