"""Events that are told twice, or are older than their entity."""

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from campanile.features.events.computing import compute
from campanile.workspace.errors import SpecError

from .hand import asked, at, column, happened, people, whole
from .made import MICROS_A_DAY, spec, tables, worlds

NOW = datetime(2025, 1, 1)
TWICE = happened("who ts no", ("a", "01-15", 1), ("a", "01-15", 1), ("a", "01-20", 2), ("a", "01-21", None),
                 ("a", "01-31", None))  # fmt: skip


def test_an_event_that_is_told_twice_counts_once_where_the_study_names_its_key(engine):
    found = whole(engine, asked(calendar={"every": "month"}, events={"key": "no"}), users=people("a"), events=TWICE)
    assert found.rows["n"].to_pylist() == [4]
    assert [str(note) for note in found.notes] == ["1 event of 'events' was told again and counts once."]


def test_without_a_key_of_events_nobody_can_tell_and_each_counts(engine):
    found = whole(engine, asked(calendar={"every": "month"}), users=people("a"), events=TWICE)
    assert found.rows["n"].to_pylist() == [5]
    assert not found.notes


def test_of_two_tellings_the_first_counts_and_one_that_cannot_be_used_never_stands_before_it(engine):
    told = happened("who ts came no v", ("a", "01-31", "03-05", 1, 5), ("a", "01-30", "02-02", 1, 7),
                    (None, "01-02", "01-02", 1, 9), ("a", "01-01", "01-01", 2, 1),
                    ("a", "02-29", "02-29", 3, 0))  # fmt: skip
    asks = asked(calendar={"every": "month"}, window="all", features={"n": "sum(v)"},
                 events={"key": "no", "arrived": "came"})  # fmt: skip
    # The second telling arrives after the cut-off of March, and may not be what is known in March.
    assert column(engine, "n", asks, users=people("a"), events=told) == {("a", "02-01"): 1, ("a", "03-01"): 8}


def doubled(told: pa.Table) -> pa.Table:
    """Return events with a key, every third of them told again ten days later, and in another order."""
    keyed = told.append_column("no", pa.array(range(told.num_rows)))
    again = keyed.filter(pc.equal(pc.bit_wise_and(keyed["no"], 3), 0))
    late = pc.add(again["came"].cast(pa.int64()), 10 * MICROS_A_DAY).cast(pa.timestamp("us"))
    again = again.set_column(again.schema.get_field_index("came"), "came", late)
    return pa.concat_tables([again, keyed])


@pytest.mark.parametrize("name", ["engine", pytest.param("spark", marks=pytest.mark.slow)])
def test_what_is_told_again_changes_no_byte_of_any_feature(name, request):
    bench = request.getfixturevalue(name)
    given = tables(worlds(200, 21))
    events = {"entity": "user_id", "time": "ts", "arrived": "came", "key": "no"}
    asks = spec(tables={"users": {"key": "user_id"}, "events": events, "items": {"key": "item"}})
    once = compute(bench, spec(), bench.tables(given), NOW).rows
    twice = compute(bench, asks, bench.tables({**given, "events": doubled(given["events"])}), NOW)
    assert once.num_rows > 700
    assert twice.rows.equals(once)
    assert "told again" in str(twice.notes[0])


def test_an_entity_is_there_from_when_it_says_so_with_or_without_events(engine):
    users = people("a", "b", "c", since=[at("01-10 15:00"), at("02-10"), None])
    told = happened("who ts", ("a", "01-09"), ("a", "01-10 09:00"), ("a", "01-25"), ("c", "02-20"), ("c", "03-02"))
    asks = asked(calendar={"every": "month"}, tables={"users": {"key": "id", "since": "since"}})
    found = whole(engine, asks, users=users, events=told)
    rows = found.rows.select(["id", "n", "exposure_days"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("a", 2, 22), ("a", 0, 29), ("b", 0, 20), ("c", 1, 10),
    ]  # fmt: skip
    assert [str(note) for note in found.notes] == ["1 event of 'events' is older than its entity and was not used."]


def test_only_entities_say_since_when_they_are_there():
    with pytest.raises(SpecError, match="belongs to the table of entities"):
        asked(events={"since": "ts"})
