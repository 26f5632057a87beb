"""A table with a row for each entity and cut-off is split by both, and the leak of a split by rows is measured."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.models import Training, TrainSpec, load, train
from campanile.models.panel import days_of, histories
from campanile.models.preparation import prepare
from campanile.models.split import ALL, OUTSIDE, by_period
from campanile.workspace.errors import DataError, NotFound, SpecError

from .conftest import Campaign, keep
from .panels import TARGET, Shape, of_itself, of_the_past, panel

FAST = {"minutes": 0, "quick": True, "folds": 3, "resamples": 100, "jobs": 1}


def spec(**changed):
    asked = {"table": "customers", "target": TARGET, "entity": "user_id", "time": "cutoff", "methods": ("boosting",)}
    return TrainSpec(**{**asked, **FAST, **changed})


@st.composite
def drawn(draw):
    """Rows of a panel in any order, with gaps, as class, entity and cut-off, and a horizon."""
    seed, horizon = draw(st.integers(0, 10_000)), draw(st.integers(0, 90))
    entities, periods, apart = draw(st.integers(30, 60)), draw(st.integers(2, 6)), draw(st.sampled_from([7, 30, 45]))
    dice = np.random.default_rng(seed)
    kept = dice.permutation(entities * periods)[: int(entities * periods * draw(st.floats(0.6, 1.0)))]
    entity, days = kept // periods, (kept % periods) * float(apart)
    return (dice.random(len(kept)) < 0.4).astype(np.int64), entity.astype(np.int64), days, horizon, seed


@settings(deadline=None, max_examples=150)
@given(drawn())
def test_no_model_learns_from_the_entity_it_is_judged_on_nor_from_what_was_not_known_at_its_cutoff(one):
    y, entity, days, horizon, seed = one
    prints = np.random.default_rng(seed).integers(0, 2**63, len(y), dtype=np.uint64)
    split = by_period(y, entity, days, horizon, 1, 4, seed, prints)
    if split is None:
        return
    tested = [split.testing(place) for place in range(split.folds)]
    assert sorted(np.concatenate(tested)) == np.flatnonzero(split.judged).tolist()
    assert len({days[row] for row in np.flatnonzero(split.judged)}) == 1
    for place, test in enumerate(tested):
        learned = split.training(place)
        assert not set(entity[learned]) & set(entity[test])
        assert (days[learned] + horizon <= days[test].min()).all()
        assert (days[learned] < days[test].min()).all()
    assert len(split.training(ALL)) == len(y)


@settings(deadline=None, max_examples=100)
@given(drawn())
def test_the_last_period_is_the_test_and_the_models_leave_out_no_more_than_they_must(one):
    y, entity, days, horizon, seed = one
    prints = np.random.default_rng(seed).integers(0, 2**63, len(y), dtype=np.uint64)
    split = by_period(y, entity, days, horizon, 1, 4, seed, prints)
    if split is None:
        assert horizon > 0 or len(np.unique(days)) < 3
        return
    assert split.fold[split.judged].min() >= 0
    for place in range(split.folds):
        could = (days + horizon <= split.day) & (days < split.day) & ~np.isin(entity, entity[split.testing(place)])
        assert split.training(place).tolist() == np.flatnonzero(could).tolist()
    assert set(entity[split.fold == OUTSIDE]) == set(entity) - set(entity[split.judged])


def test_a_period_with_a_handful_of_responders_is_passed_over_and_so_is_a_row_without_cutoff():
    y = np.tile([0, 1], 90)
    days, entity = np.repeat([0.0, 30.0, 60.0], 60), np.tile(np.arange(60), 3)
    y[120:] = 0
    y[120:123] = 1
    days[7] = np.nan
    split = by_period(y, entity, days, 30, 1, 3, 0, np.arange(180, dtype=np.uint64))
    assert split.day == 30
    assert split.judged.sum() == 60
    assert not any(7 in split.training(place) for place in range(3))


def test_a_reason_of_ones_own_is_no_prediction_and_the_split_by_rows_is_called_a_leak(workspace):
    keep(workspace, of_itself(Shape(80, 8)))
    training = train(workspace, spec())
    honest = training["boosting"].metrics["roc_auc"]
    assert not honest.excludes(0.5)
    assert training.naive["roc_auc"].low > 0.7
    (told,) = [str(note) for note in training.notes if "split by rows" in str(note)]
    assert "the difference is a leak" in told
    assert "user_id" in told
    assert not training["boosting"].beats_baseline
    kept = workspace.result(workspace.artifact("training"), Training)
    assert kept.to_dict() == training.to_dict()
    assert kept.to_dict()["naive"]["roc_auc"]["estimate"] == training.naive["roc_auc"].estimate


def test_by_entity_alone_the_leak_is_seen_too(workspace):
    keep(workspace, of_itself(Shape(80, 8)))
    training = train(workspace, spec(time=None))
    assert training["boosting"].metrics["roc_auc"].high < 0.75
    assert training.naive["roc_auc"].low > 0.7
    assert training.period is None
    assert (training.rows, training.judged_rows) == (640, 640)


def test_where_behaviour_tells_both_splits_agree_and_no_leak_is_claimed(workspace):
    keep(workspace, of_the_past())
    training = train(workspace, spec())
    assert training["boosting"].metrics["roc_auc"].low > 0.6
    assert "no leak is seen" in " ".join(map(str, training.notes))
    assert training.exposure is not None
    assert not training.exposure.excludes(0.5)
    assert "observed" not in " ".join(map(str, training.notes))


def test_figures_and_predictions_kept_are_of_the_last_period_and_the_model_learns_from_all(workspace):
    made = of_the_past()
    keep(workspace, made)
    training = train(workspace, spec(contact_cost=1, sale_value=4))
    model = load(workspace, training.best)
    cutoffs = made.rows["cutoff"].take(model.oof["row"])
    assert set(cutoffs.to_pylist()) == {date(2024, 3, 31)} == {training.period}
    assert (training.rows, training.judged_rows, model.oof.num_rows) == (480, 120, 120)
    responded = sum(made.rows[TARGET].take(model.oof["row"]).to_pylist())
    assert (training.judged_positives, training["boosting"].calibration.actual) == (responded, responded)
    assert training.profit_contact_all == 4 * responded - 120
    assert "31 Mar" in str(training.notes[0]) or "March" in str(training.notes[0])
    for fold, part in enumerate(model.folds):
        mine = model.oof.filter(pa.compute.equal(model.oof["fold"], fold))
        told = part.probabilities(model.features(made.rows.take(mine["row"])))[:, model.positive]
        assert np.allclose(told, mine["probability"].to_numpy())


def test_what_tells_whose_row_it_is_when_and_other_outcomes_are_no_features_and_the_reason_is_told(workspace):
    keep(workspace, of_the_past())
    train(workspace, spec())
    model = load(workspace)
    assert set(model.plan.sources) == {"visits", "noise", "exposure_days"}
    told = {name: str(one["template"]) for name, one in model.card["left_out"].items()}
    assert told == {
        "user_id": "it tells whose row it is", "cutoff": "it is the row's cut-off",
        "buys_within_7_days": "it is another outcome",
    }  # fmt: skip


def test_what_is_fitted_keeps_to_the_split_down_to_the_inner_folds(workspace, monkeypatch):
    from campanile.models import crossfit, fitting

    made = of_the_past(Shape(90, 5, 20))
    keep(workspace, made)
    prepared = prepare(made.rows, made.dictionary, spec())
    seen, inner = [], []
    original, splits = crossfit.fit_part, fitting.inner_splits

    def fit_part(problem, method, asked, rows):
        seen.append(rows)
        return original(problem, method, asked, rows)

    def inner_splits(problem, method, rows):
        pieces = splits(problem, method, rows)
        # The split by rows, whose every row is a group of its own, is not to keep an entity together.
        if len(np.unique(problem.groups)) < len(problem.groups):
            inner.extend(pieces)
        return pieces

    monkeypatch.setattr(crossfit, "fit_part", fit_part)
    monkeypatch.setattr(fitting, "inner_splits", inner_splits)
    model = train(workspace, spec(entity="user_id", methods=("logistic",)))
    days, users = days_of(made.rows["cutoff"], "cutoff"), np.asarray(made.rows["user_id"])
    split = prepared.split
    partial = [rows for rows in seen if len(rows) < len(users)]
    # Baseline and logistic, each without one of three folds and once on all rows.
    assert (len(partial), len(seen)) == (6, 8)
    assert all((days[rows] + 30 <= split.day).all() for rows in partial)
    left_out = {frozenset(users[split.testing(place)]) for place in range(3)}
    assert {frozenset(users) - frozenset(users[rows]) for rows in partial} == left_out
    assert len(inner) >= 8
    assert all(not set(users[learned]) & set(users[test]) for learned, test in inner)
    assert model.period == date(2024, 3, 21)


def test_an_outcome_that_repeats_within_its_horizon_is_not_handed_over(workspace):
    """Cut-offs lie a week apart and look 42 days ahead: what happened in that time is one event for all of them.

    The event moves the market as a whole: the sign of the effect turned with it, so that whoever learns from
    within the horizon knows the sign of the test period.
    """
    draw = np.random.default_rng(3)
    size = (150, 9)
    visits = draw.normal(size=size)
    sign = np.where(np.arange(9) >= 3, 1.0, -1.0)
    outcome = (draw.random(size) < 1 / (1 + np.exp(-3 * sign * visits))).astype(int)
    keep(workspace, panel({"visits": visits, "noise": draw.normal(size=size)}, outcome, Shape(150, 9, 7)))
    honest = train(workspace, spec(horizon_days=42, methods=("logistic",)))
    leaking = train(workspace, spec(horizon_days=0, methods=("logistic",)))
    assert honest["logistic"].metrics["roc_auc"].high < 0.5
    assert leaking["logistic"].metrics["roc_auc"].estimate > 0.6
    assert "the difference is a leak" in " ".join(map(str, honest.notes))


def test_the_horizon_is_read_from_the_targets_name_and_its_absence_is_told(workspace):
    made = of_the_past()
    renamed = made.rows.rename_columns([name if name != TARGET else "bought" for name in made.rows.column_names])
    places = made.dictionary.columns
    columns = tuple(one if one.name != TARGET else type(one)("bought", one.semantic, one.type) for one in places)
    prepared = prepare(made.rows, made.dictionary, spec(horizon_days=31))
    assert prepare(made.rows, made.dictionary, spec()).split.learnable.sum() == 360
    assert prepared.split.learnable.sum() == 240
    asked = spec(target="bought", exclude=("buys_within_7_days",))
    told = prepare(renamed, type(made.dictionary)(columns), asked).notes
    assert "horizon_days" in " ".join(map(str, told))
    assert "horizon_days" not in " ".join(map(str, prepared.notes))


@pytest.mark.parametrize(("shape", "words"), [
    (Shape(150, 1), "one period only"), (Shape(150, 2, 20), "No period leaves enough"),
])  # fmt: skip
def test_where_time_cannot_be_split_folds_are_by_entity_and_it_is_said(workspace, shape, words):
    keep(workspace, of_the_past(shape))
    training = train(workspace, spec())
    assert words in str(training.notes[0])
    assert training.period is None
    assert training.judged_rows == training.rows
    assert training.naive is None or shape.periods > 1


def test_periods_that_are_not_matured_are_not_learned_from(workspace):
    made = of_the_past()
    values = made.rows[TARGET].to_pylist()
    cut = [None if day == date(2024, 3, 31) else value
           for day, value in zip(made.rows["cutoff"].to_pylist(), values, strict=True)]  # fmt: skip
    place = made.rows.column_names.index(TARGET)
    rows = made.rows.set_column(place, TARGET, pa.array(cut, pa.int64()))
    keep(workspace, Campaign(rows, made.dictionary, made.truth))
    training = train(workspace, spec())
    assert training.period == date(2024, 3, 1)
    assert (training.rows, training.judged_rows) == (360, 120)
    assert "120 rows have no outcome yet" in " ".join(map(str, training.notes))


def test_how_long_one_was_observed_is_judged_by_itself(workspace):
    draw = np.random.default_rng(1)
    size = (150, 3)
    exposure = draw.integers(1, 400, size)
    outcome = (draw.random(size) < 1 / (1 + np.exp((exposure - 150) / 60))).astype(int)
    plays = exposure * draw.gamma(4, 0.25, size)
    keep(workspace, panel({"plays": plays, "exposure_days": exposure}, outcome, Shape(150, 3)))
    training = train(workspace, spec())
    assert training.exposure.high < 0.3
    (told,) = [str(note) for note in training.notes if "observed" in str(note)]
    assert "the shorter the likelier" in told
    other = train(workspace, spec(exposure="plays", name="other"))
    assert other.exposure != training.exposure
    assert training.to_dict()["exposure"]["high"] == training.exposure.high


def test_entities_are_one_where_all_their_rows_are_alike_whatever_the_order():
    prints = np.array([1, 2, 3, 2, 1, 1], dtype=np.uint64)
    groups, entities = histories(prints, pa.chunked_array([["a", "a", "b", "c", "c", "d"]]))
    assert entities == 4
    assert groups[0] == groups[1] == groups[3] == groups[4]
    assert len({groups[0], groups[2], groups[5]}) == 3


def test_copies_of_an_entity_under_another_number_stay_on_one_side(workspace):
    made = of_the_past()
    copied = made.rows.slice(0, 40)
    copied = copied.set_column(0, "user_id", pa.array(np.asarray(copied["user_id"]) + 5000))
    prepared = prepare(pa.concat_tables([made.rows, copied]), made.dictionary, spec())
    groups = prepared.problem.groups
    assert np.array_equal(groups[:40], groups[480:])
    assert prepared.copies == 40
    assert len(np.unique(groups)) == 120


def test_the_order_of_rows_changes_no_split():
    made = of_the_past()
    order = np.random.default_rng(0).permutation(480)
    one = prepare(made.rows, made.dictionary, spec()).split
    other = prepare(made.rows.take(order), made.dictionary, spec()).split
    assert np.array_equal(one.fold[order], other.fold)
    assert np.array_equal(one.judged[order], other.judged)


def test_further_training_keeps_to_the_panel_and_compares_only_what_neither_had_seen(workspace):
    first, whole = of_the_past(Shape(120, 3)), of_the_past(Shape(260, 4), seed=4)
    keep(workspace, first)
    train(workspace, spec())
    keep(workspace, whole)
    training = train(workspace, TrainSpec(table="customers", target=TARGET, again=True, **FAST))
    assert training.period == date(2024, 3, 31)
    (compared,) = training.comparisons
    # Of 260 entities 120 had rows that the older model learned from.
    assert (compared.on_new, compared.rows) == (True, 140)
    assert load(workspace).artifact.meta["panel"]["entity"] == "user_id"


def test_dates_and_times_are_days_and_other_things_are_refused():
    day = pa.chunked_array([pa.array([date(1970, 1, 3), None])])
    assert days_of(day, "t")[0] == 2
    assert np.isnan(days_of(day, "t")[1])
    moments = pa.chunked_array([pa.array([43_200_000_000], pa.timestamp("us", "UTC"))])
    assert days_of(moments, "t").tolist() == [0.5]
    with pytest.raises(DataError, match="holds no dates"):
        days_of(pa.chunked_array([["monday"]]), "t")


def test_unknown_columns_and_columns_named_twice_are_told(workspace):
    keep(workspace, of_the_past())
    with pytest.raises(NotFound, match="Did you mean 'user_id'"):
        train(workspace, spec(entity="userid"))
    with pytest.raises(DataError, match="holds no dates"):
        train(workspace, spec(time="visits"))
    with pytest.raises(SpecError, match="different columns"):
        spec(entity="cutoff")
    with pytest.raises(SpecError, match="cut-off"):
        spec(time=None, horizon_days=3)
