"""Periods cut at the event: what one is tempted to learn from, each value by hand, the same on every engine."""

import numpy as np
import pyarrow as pa
import pytest

from campanile.features.events.cut import DAYS, HAPPENED, applies, cut_short

from .hand import NOW, asked, day, happened, people

BUYS = {"t": {"event": "kind = 'buy'", "within_days": 30}}
PLAYS = {"n": "count(*) FILTER (WHERE kind = 'play')"}
STORY = happened(
    "who ts kind", ("a", "01-10", "play"), ("a", "01-20", "play"), ("a", "02-03", "play"), ("a", "02-05 12:00", "buy"),
    ("a", "02-06", "play"), ("a", "03-02", "play"), ("b", "01-31", "play"), ("b", "03-20 06:00", "play"),
)  # fmt: skip


def spec(**said):
    return asked(**{"calendar": {"every": "month"}, "targets": BUYS, "features": PLAYS} | said)


def rows_of(engine, spec, target="t", **tables):
    return cut_short(engine.engine, spec, engine.tables(tables), NOW, target).rows


def test_a_period_ends_where_the_event_happens_and_none_comes_after_it(engine):
    told = rows_of(engine, spec(), users=people("a", "b", "c"), events=STORY).to_pylist()
    assert told == [
        {"id": "a", "cutoff": day("02-01"), "n": 2, DAYS: 22, HAPPENED: False},
        {"id": "a", "cutoff": day("03-01"), "n": 1, DAYS: 4, HAPPENED: True},
        {"id": "b", "cutoff": day("02-01"), "n": 1, DAYS: 1, HAPPENED: False},
        {"id": "b", "cutoff": day("04-01"), "n": 1, DAYS: 20, HAPPENED: False},
    ]  # fmt: skip


def test_features_look_over_the_period_whatever_window_they_have(engine):
    features = {"n": {"expression": "count(*)", "window": "1 day"}, "ever": {"expression": "count(*)", "window": "all"}}
    told = rows_of(engine, spec(features=features), users=people("a"), events=STORY)
    assert told["n"].to_pylist() == told["ever"].to_pylist() == [2, 1]


def test_whoever_buys_before_doing_anything_else_is_there_with_nothing(engine):
    ends = ("b", "01-31", "play")
    events = happened("who ts kind", ("a", "01-10 08:00", "buy"), ("a", "01-11", "play"), ends)
    told = rows_of(engine, spec(), users=people("a", "b"), events=events).to_pylist()
    assert [(row["id"], row["n"], row[HAPPENED]) for row in told] == [("b", 1, False)]
    before = happened("who ts kind", ("a", "01-05", "play"), ("a", "02-01 08:00", "buy"), ends)
    told = rows_of(engine, spec(), users=people("a", "b"), events=before).to_pylist()
    assert (told[1]["cutoff"], told[1]["n"], told[1][DAYS], told[1][HAPPENED]) == (day("03-01"), 0, 0, True)


def test_only_events_of_a_calendar_can_be_cut():
    assert applies(spec(), "t")
    assert not applies(spec(calendar={}), "t")
    assert not applies(asked(calendar={"every": "month"}, targets={"t": {"column": "age"}}), "t")


def service(seed, users, *, effect_of_cut=True):
    """Return people who play every day alike and buy at random moments, or as a month ends."""
    rng = np.random.default_rng(seed)
    start = np.datetime64("2024-01-01", "us")
    plays = rng.poisson(40, users)
    who = np.repeat(np.arange(users), plays)
    when = start + (rng.random(len(who)) * 91 * 86_400_000_000).astype("timedelta64[us]")
    buyers = np.flatnonzero(rng.random(users) < 0.5)
    bought = start + (rng.random(len(buyers)) * 91 * 86_400_000_000).astype("timedelta64[us]")
    if not effect_of_cut:
        month = bought.astype("datetime64[M]") + 1
        bought = month.astype("datetime64[us]") - np.timedelta64(1, "us")
    return {
        "users": people(*range(users)),
        "events": pa.table({
            "who": np.concatenate([who, buyers]), "ts": pa.array(np.concatenate([when, bought])),
            "kind": ["play"] * len(who) + ["buy"] * len(buyers),
        }),
    }  # fmt: skip


def test_of_many_events_those_of_some_entities_are_looked_at_whole(engine):
    told = service(1, 300)
    tables = engine.tables(told)
    whole = cut_short(engine.engine, spec(), tables, NOW, "t")
    some = cut_short(engine.engine, spec(), tables, NOW, "t", most_events=3_500)
    assert whole.one_in == 1
    assert some.one_in == 4
    kept = set(some.rows["id"].to_pylist())
    assert 40 < len(kept) < 120
    assert some.rows.to_pylist() == [row for row in whole.rows.to_pylist() if row["id"] in kept]


@pytest.mark.slow
def test_spark_cuts_as_duckdb_does(engine, spark):
    told = service(2, 200)
    for most in (1_000_000, 3_000):
        here = cut_short(engine.engine, spec(), engine.tables(told), NOW, "t", most)
        there = cut_short(spark.engine, spec(), spark.tables(told), NOW, "t", most)
        assert here.rows.num_rows > 50
        assert here.rows.equals(there.rows)
