"""What stands beside an event: rows of other tables, and marks of what had been before; by hand."""

import pyarrow as pa
import pytest

from campanile.workspace.errors import SpecError

from .hand import asked, column, happened, people, whole

MONTHLY = {"every": "month"}
ITEMS = pa.table({"item": [1, 2, 3], "maker": ["x", "y", None], "price": [1.0, 2.0, 4.0]})
MAKERS = pa.table({"maker": ["x", "y"], "land": ["PL", "ES"], "rank": [10, 20]})
TABLES = {"items": {"key": "item"}, "makers": {"key": "maker"}}
JOINS = ["events.item = items.item", "items.maker = makers.maker"]
TOLD = happened("who ts item", ("a", "01-05", 1), ("a", "01-06", 2), ("a", "01-07", 3), ("a", "01-08", 9),
                ("a", "01-09", None))  # fmt: skip


def one(engine, expression, events=TOLD, users=("a",), items=ITEMS, **said):
    spec = asked(tables=TABLES, joins=JOINS, features={"f": expression}, **said)
    rows = whole(engine, spec, users=people(*users), events=events, items=items, makers=MAKERS).rows
    return rows["f"].to_pylist()


@pytest.mark.parametrize(("expression", "value"), {
    "sum(items.price)": 7.0, "count(items.price)": 3, "sum(makers.rank)": 30, "count(makers.land)": 2, "count(*)": 5,
    "count(*) FILTER (WHERE items.price IS NULL)": 2, "count(*) FILTER (WHERE makers.land IS NULL)": 3,
    "sum(items.price) FILTER (WHERE makers.land = 'ES')": 2.0, "count(DISTINCT users.id)": 1,
}.items())  # fmt: skip
def test_an_event_finds_one_row_however_far_away_and_what_it_does_not_find_is_missing(engine, expression, value):
    assert one(engine, expression) == [value]


@pytest.mark.parametrize("items", [
    pa.array(["1", "2", "9"]), pa.array([1, 2, 9], pa.int16()),
    pa.array([1.0, 2.0, 9.0]),
], ids=["text", "short", "float"])  # fmt: skip
def test_keys_of_different_types_meet(engine, items):
    told = TOLD.slice(0, 3).set_column(2, "item", items)
    assert one(engine, "sum(items.price)", told) == [3.0]


@pytest.mark.parametrize("whose", [
    pa.array(["7", "8"]),
    pa.array([7, 8], pa.int32()),
], ids=["text", "short"])  # fmt: skip
@pytest.mark.parametrize("every", [None, "month"])
def test_events_find_their_entity_though_its_key_has_another_type(engine, whose, every):
    told = pa.table({"who": whose, "ts": happened("ts", ["01-05"], ["01-31"])["ts"]})
    found = column(engine, "n", asked(calendar={"every": every}), users=people(7, 8), events=told)
    assert found == {(7, "02-01"): 1, (8, "02-01"): 1}


def test_keys_that_are_missing_in_a_joined_table_multiply_nothing(engine):
    items = pa.table({"item": [1, None, None], "maker": ["x"] * 3, "price": [1.0, 2.0, 2.0]})
    assert one(engine, "sum(items.price)", items=items) == [1.0]
    assert one(engine, "count(*)", items=items) == [5]


def test_two_tables_of_events_may_join_the_same_table(engine):
    spec = asked(
        tables=TABLES | {"buys": {"entity": "who", "time": "ts"}}, joins=[*JOINS, "buys.item = items.item"],
        features={"seen": {"expression": "sum(items.price)", "table": "events"},
                  "bought": {"expression": "sum(items.price)", "table": "buys"},
                  "rank": {"expression": "sum(makers.rank)", "table": "buys"}},
    )  # fmt: skip
    rows = whole(engine, spec, users=people("a"), events=TOLD, items=ITEMS, makers=MAKERS,
                 buys=happened("who ts item", ("a", "01-05", 2))).rows  # fmt: skip
    assert rows.select(["seen", "bought", "rank"]).to_pylist() == [{"seen": 7.0, "bought": 2.0, "rank": 20}]


def test_events_cannot_be_joined_as_their_rows_would_be_seen_before_they_happened(engine):
    plays = happened("who ts session", ("a", "01-31 23:00", 5), ("a", "02-29", None))
    sessions = happened("who ts session minutes", ("a", "02-01 01:00", 5, 120))
    spec = asked(
        calendar=MONTHLY, tables={"sessions": {"entity": "who", "time": "ts"}},
        joins=["events.session = sessions.session"],
        features={"f": {"expression": "sum(sessions.minutes)", "table": "events", "window": "all"}},
    )  # fmt: skip
    with pytest.raises(SpecError, match="only what stands still"):
        column(engine, "f", spec, users=people("a"), events=plays, sessions=sessions)


LIKED = "count(*) FILTER (WHERE kind = 'PLAY' AND liked)"
MARK = {"liked": {"table": "events", "after": "kind = 'LIKE'", "same": ["item"]}}
HEARD = happened(
    "who ts kind item", ("a", "01-09", "PLAY", 1), ("a", "01-10", "PLAY", 1), ("a", "01-10", "LIKE", 1),
    ("a", "01-10 00:00:01", "PLAY", 1), ("a", "01-12", "PLAY", 2), ("b", "01-15", "PLAY", 1),
    ("a", "02-05", "PLAY", 1), ("a", "02-06", "SKIP", 1), ("a", "02-29", "PLAY", 2),
)  # fmt: skip


@pytest.fixture(params=[False, True], ids=["at once", "arrived"])
def way(request):
    """Both ways to tell when events came to be known: they must agree where nothing is late."""

    def told(events):
        return events.append_column("came", events["ts"]) if request.param else events

    return ({"arrived": "came"} if request.param else {}), told


def test_a_mark_holds_after_an_event_of_the_same_entity_and_item_and_not_at_the_same_moment(engine, way):
    events, told = way
    spec = asked(calendar=MONTHLY, marks=MARK, features={"f": LIKED}, events=events)
    found = column(engine, "f", spec, users=people("a", "b"), events=told(HEARD))
    assert found == {("a", "02-01"): 1, ("a", "03-01"): 1, ("b", "02-01"): 0, ("b", "03-01"): 0}


def test_a_mark_of_the_same_nothing_holds_after_any_such_event_of_the_entity(engine, way):
    events, told = way
    spec = asked(calendar=MONTHLY, marks={"liked": {**MARK["liked"], "same": []}}, features={"f": LIKED}, events=events)
    found = column(engine, "f", spec, users=people("a", "b"), events=told(HEARD))
    assert found == {("a", "02-01"): 2, ("a", "03-01"): 2, ("b", "02-01"): 0, ("b", "03-01"): 0}


def test_two_missing_values_are_not_the_same(engine, way):
    events, told = way
    heard = happened("who ts kind item", ("a", "01-10", "LIKE", None), ("a", "01-11", "PLAY", None),
                     ("a", "01-12", "PLAY", 1))  # fmt: skip
    spec = asked(marks=MARK, features={"f": LIKED}, events=events)
    assert column(engine, "f", spec, users=people("a"), events=told(heard)) == {("a", "01-13"): 0}


def test_a_like_that_arrives_late_marks_nothing_before(engine):
    heard = happened("who ts kind item came", ("a", "01-05", "PLAY", 1, "01-05"), ("a", "01-10", "LIKE", 1, "02-15"),
                     ("a", "01-20", "PLAY", 1, "01-20"), ("a", "02-29", "PLAY", 1, "02-29"))  # fmt: skip
    features = {"f": {"expression": LIKED, "window": "all"}}
    spec = asked(calendar=MONTHLY, marks=MARK, features=features, events={"arrived": "came"})
    found = column(engine, "f", spec, users=people("a"), events=heard)
    assert found == {("a", "02-01"): 0, ("a", "03-01"): 2}


def test_a_later_like_that_is_known_earlier_marks_from_then_on(engine):
    heard = happened("who ts kind item came", ("a", "01-05", "LIKE", 1, "02-15"), ("a", "01-10", "LIKE", 1, "01-10"),
                     ("a", "01-07", "PLAY", 1, "01-07"), ("a", "01-31", "PLAY", 1, "01-31"),
                     ("a", "02-29", "SKIP", 1, "02-29"))  # fmt: skip
    features = {"f": {"expression": LIKED, "window": "all"}}
    spec = asked(calendar=MONTHLY, marks=MARK, features=features, events={"arrived": "came"})
    found = column(engine, "f", spec, users=people("a"), events=heard)
    assert found == {("a", "02-01"): 1, ("a", "03-01"): 2}
