"""One row for each entity and cut-off, of what was known by then: each value by hand."""

from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pytest

from campanile.workspace.errors import DataError

from .hand import asked, at, column, day, happened, people, whole

# The first of a month and the days around it are where mistakes would be.
EDGES = happened("who ts", ("a", "01-15 12:00"), ("a", "01-31 23:59:59.999999"), ("a", "02-01"), ("a", "02-20"),
                 ("a", "02-29 12:00"), ("a", "03-01"), ("a", "03-31"))  # fmt: skip
MONTHLY = {"every": "month"}


def test_a_feature_sees_the_period_before_its_cutoff_from_midnight_to_midnight(engine):
    found = column(engine, "n", asked(calendar=MONTHLY), users=people("a"), events=EDGES)
    assert found == {("a", "02-01"): 2, ("a", "03-01"): 3, ("a", "04-01"): 2}


@pytest.mark.parametrize(("window", "counts"), {
    "1 month": [2, 3, 2], "2 months": [2, 5, 5], "all": [2, 5, 7], "29 days": [2, 3, 1], "30 days": [2, 4, 1],
    "31 days": [2, 4, 2], "1 day": [1, 1, 1], "1 week": [1, 1, 1], "2 weeks": [1, 2, 1],
}.items())  # fmt: skip
def test_a_window_ends_before_its_cutoff_and_begins_at_a_midnight(engine, window, counts):
    spec = asked(calendar=MONTHLY, features={"n": {"expression": "count(*)", "window": window}})
    assert list(column(engine, "n", spec, users=people("a"), events=EDGES).values()) == counts


def test_the_window_of_the_study_holds_for_features_that_name_none(engine):
    features = {"n": "count(*)", "ever": {"expression": "count(*)", "window": "all"}}
    rows = whole(engine, asked(calendar=MONTHLY, window="1 day", features=features), users=people("a"),
                 events=EDGES).rows  # fmt: skip
    assert rows["n"].to_pylist() == [1, 1, 1]
    assert rows["ever"].to_pylist() == [2, 5, 7]


@pytest.mark.parametrize("calendar", [{"at": ["2024-03-01"]}, {"at": ["2024-03-01", "2024-03-02"]}, {"every": "day"}])
def test_an_event_at_the_very_moment_of_a_cutoff_is_not_seen_however_the_cutoffs_are_told(engine, calendar):
    spec = asked(calendar=calendar, features={"n": {"expression": "count(*)", "window": "1 day"}})
    assert column(engine, "n", spec, users=people("a"), events=EDGES)["a", "03-01"] == 1


def test_weeks_go_from_monday_to_monday(engine):
    # The 4th of March 2024 is a Monday.
    told = happened("who ts", ("a", "02-27"), ("a", "03-03 23:59"), ("a", "03-04"), ("a", "03-10"))
    found = column(engine, "n", asked(calendar={"every": "week"}), users=people("a"), events=told)
    assert found == {("a", "03-04"): 2, ("a", "03-11"): 2}


def test_one_cutoff_after_all_sees_every_event_and_everybody(engine):
    spec = asked(features={"n": "count(*)", "last": "days_between(max(ts), cutoff)"})
    rows = whole(engine, spec, users=people("a", "b"), events=EDGES).rows
    assert rows.select(["id", "cutoff", "n", "last"]).to_pylist() == [
        {"id": "a", "cutoff": day("04-01"), "n": 7, "last": 1},
        {"id": "b", "cutoff": day("04-01"), "n": 0, "last": None},
    ]  # fmt: skip


def test_an_event_counts_from_when_it_arrived(engine):
    told = happened("who ts came", ("a", "01-05", "01-05"), ("a", "01-10", "02-01"), ("a", "01-20", "02-15"),
                    ("a", "02-10", "02-10"), ("a", "03-31", "03-31"))  # fmt: skip
    features = {"n": "count(*)", "ever": {"expression": "count(*)", "window": "all"},
                "last": "max(day(ts))"}  # fmt: skip
    spec = asked(calendar=MONTHLY, events={"arrived": "came"}, features=features)
    rows = whole(engine, spec, users=people("a"), events=told).rows
    # Of the month before, what came too late is never seen; of all time, it is from the next cut-off on.
    assert rows["n"].to_pylist() == [1, 1, 1]
    assert rows["ever"].to_pylist() == [1, 4, 5]
    assert rows["last"].to_pylist() == [5, 10, 31]


def test_what_arrives_before_it_happens_is_known_when_it_happens_and_what_has_no_arrival_too(engine):
    told = happened("who ts came", ("a", "01-05", "01-01"), ("a", "02-10", "01-31"), ("a", "02-11", None),
                    ("a", "03-31", "03-31"))  # fmt: skip
    spec = asked(calendar=MONTHLY, events={"arrived": "came"},
                 features={"n": {"expression": "count(*)", "window": "all"}})  # fmt: skip
    assert list(column(engine, "n", spec, users=people("a"), events=told).values()) == [1, 3, 4]


def test_an_entity_is_there_from_the_first_cutoff_after_one_knew_of_it(engine):
    told = happened("who ts came", ("a", "01-05", "01-05"), ("b", "02-01", "02-01"), ("late", "01-06", "02-20"),
                    ("stranger", "01-06", "01-06"), ("a", "03-31", "03-31"))  # fmt: skip
    spec = asked(calendar=MONTHLY, events={"arrived": "came"})
    found = column(engine, "n", spec, users=people("a", "b", "late", "silent", None), events=told)
    assert found == {
        ("a", "02-01"): 1, ("a", "03-01"): 0, ("a", "04-01"): 1, ("b", "03-01"): 1, ("b", "04-01"): 0,
        ("late", "03-01"): 0, ("late", "04-01"): 0,
    }  # fmt: skip


def test_an_entity_that_stands_twice_in_its_table_is_an_error_and_not_two_rows(engine):
    with pytest.raises(DataError, match=r"users\.id.*multiply rows: 3 rows have 2 keys"):
        whole(engine, asked(), users=people("a", "a", "b"), events=EDGES)


def test_exposure_is_the_days_of_the_window_since_one_knew_of_an_entity(engine):
    told = happened("who ts", ("a", "01-15 12:00"), ("b", "02-28 23:00"), ("a", "03-31"))

    def days(**said):
        found = column(engine, "exposure_days", asked(**said), users=people("a", "b"), events=told)
        return [[found[who, cut] for one, cut in found if one == who] for who in ("a", "b")]

    assert days(calendar=MONTHLY) == [[17, 29, 31], [2, 31]]
    assert days(calendar=MONTHLY, window="10 days") == [[10, 10, 10], [2, 10]]
    assert days() == [[77], [33]]


def test_two_tables_of_events_make_one_population(engine):
    plays = happened("who ts", ("a", "01-05"), ("a", "02-05"), ("a", "02-29"))
    buys = happened("who ts", ("b", "01-07"), ("a", "01-08"))
    spec = asked(
        calendar=MONTHLY, tables={"buys": {"entity": "who", "time": "ts"}},
        features={"plays": {"expression": "count(*)", "table": "events"},
                  "bought": {"expression": "count(*)", "table": "buys"}},
    )  # fmt: skip
    rows = whole(engine, spec, users=people("a", "b", "c"), events=plays, buys=buys).rows
    assert rows.select(["id", "plays", "bought"]).to_pylist() == [
        {"id": "a", "plays": 1, "bought": 1}, {"id": "a", "plays": 2, "bought": 0},
        {"id": "b", "plays": 0, "bought": 1}, {"id": "b", "plays": 0, "bought": 0},
    ]  # fmt: skip


def test_events_without_an_owner_a_time_or_of_the_future_are_told_of_and_not_used(engine):
    told = happened("who ts", ("a", "01-05"), ("a", "01-31"), (None, "01-06"), (None, "01-07"), ("a", None),
                    ("a", "06-01"))  # fmt: skip
    found = whole(engine, asked(calendar=MONTHLY), at("02-02"), users=people("a"), events=told)
    assert found.days == (day("02-01"),)
    assert found.rows["n"].to_pylist() == [2]
    assert found.future == 1
    assert [str(note) for note in found.notes] == [
        "2 events of 'events' say not whose they are and were not used.",
        "1 event of 'events' has no time and was not used.",
        "1 event of 'events' lies in the future and was not used.",
    ]


def test_what_happened_but_had_not_arrived_by_now_is_told_of_as_well(engine):
    told = happened("who ts came", ("a", "01-05", "01-05"), ("a", "01-31", "01-31"), ("a", "01-20", "03-01"))
    spec = asked(calendar=MONTHLY, events={"arrived": "came"})
    found = whole(engine, spec, at("02-02"), users=people("a"), events=told)
    assert found.rows["n"].to_pylist() == [2]
    assert found.future == 1


def test_now_is_the_last_moment_that_counts(engine):
    spec = asked(features={"n": "count(*)"})
    found = column(engine, "n", spec, at("03-01"), users=people("a"), events=EDGES)
    assert found == {("a", "03-02"): 6}


def test_times_with_a_zone_are_taken_in_utc(engine):
    zone = timezone(timedelta(hours=5))
    moments = [datetime(2024, 2, 1, 3, tzinfo=zone), datetime(2024, 2, 29, 23, tzinfo=UTC)]
    told = pa.table({"who": ["a", "a"], "ts": pa.array(moments, pa.timestamp("us", "Asia/Karachi"))})
    found = column(engine, "n", asked(calendar=MONTHLY), users=people("a"), events=told)
    assert found == {("a", "02-01"): 1, ("a", "03-01"): 1}


def test_days_are_times_at_their_midnight(engine):
    told = pa.table({"who": ["a", "a", "a"], "ts": [day("01-31"), day("02-01"), day("02-29")]})
    found = column(engine, "n", asked(calendar=MONTHLY), users=people("a"), events=told)
    assert found == {("a", "02-01"): 1, ("a", "03-01"): 2}


def test_rows_are_sorted_and_columns_stand_in_the_order_of_the_spec(engine):
    spec = asked(calendar=MONTHLY, features={"z": "count(*)", "y": "count(*)"}, attributes=["colour", "age"],
                 targets={"t": {"event": "n = 5"}})  # fmt: skip
    told = EDGES.append_column("n", pa.array([1] * EDGES.num_rows))
    rows = whole(engine, spec, users=people("a", age=[5], colour=["red"]), events=told).rows
    assert rows.column_names == ["id", "cutoff", "colour", "age", "z", "y", "exposure_days", "t"]
    assert rows["cutoff"].to_pylist() == sorted(rows["cutoff"].to_pylist())
    assert rows["colour"].to_pylist() == ["red"] * 3
