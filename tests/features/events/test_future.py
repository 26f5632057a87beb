"""A feature knows nothing of what came after its cut-off: whatever the future is, not a byte of it changes."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from campanile.features.events.computing import compute

from .made import another_future, spec, tables, worlds

NOW = datetime(2025, 1, 1)
CUT = date(2024, 3, 1)
MOMENT = int(datetime(2024, 3, 1, tzinfo=UTC).timestamp()) * 1_000_000


def features(engine, asked, told) -> pa.Table:
    rows = compute(engine, asked, engine.tables(tables(told)), NOW).rows
    return rows.filter(pc.less_equal(rows["cutoff"], CUT))


@pytest.mark.parametrize("seed", range(2))
def test_another_future_changes_no_byte_of_a_feature_in_a_thousand_worlds(engine, seed):
    told = worlds(1_000, seed)
    before = features(engine, spec(), told)
    after = features(engine, spec(), another_future(told, MOMENT, seed))
    assert before.num_rows > 3_000
    assert before.equals(after)


def test_the_test_would_notice_events_that_had_not_arrived(engine):
    told = worlds(300, 5)
    before = features(engine, spec(arrived=False), told)
    after = features(engine, spec(arrived=False), another_future(told, MOMENT, 5))
    assert not before.equals(after)


def test_both_ways_to_mark_agree_where_events_arrive_at_once(engine):
    told = worlds(300, 7, late=False)
    assert features(engine, spec(), told).equals(features(engine, spec(arrived=False), told))


def test_the_order_of_events_changes_nothing(engine):
    told = tables(worlds(100, 3))
    shuffled = {**told, "events": told["events"].take(pc.sort_indices(told["events"]["amount"]))}
    one = compute(engine, spec(), engine.tables(told), NOW).rows
    assert one.equals(compute(engine, spec(), engine.tables(shuffled), NOW).rows)


@pytest.mark.slow
def test_on_spark_another_future_changes_no_byte_either(spark):
    told = worlds(100, 11)
    before = features(spark, spec(), told)
    assert before.num_rows > 300
    assert before.equals(features(spark, spec(), another_future(told, MOMENT, 11)))


@pytest.mark.slow
def test_spark_gives_what_duckdb_gives_for_thousands_of_users(engine, spark):
    told = tables(worlds(1_500, 12))
    here = compute(engine, spec(), engine.tables(told), NOW).rows
    there = compute(spark, spec(), spark.tables(told), NOW).rows
    assert here.num_rows > 10_000
    assert here.equals(there)
