"""A spec held against its tables: everything that is wrong with it at once, each with the nearest right name."""

import ibis
import pyarrow as pa
import pytest

from campanile.features.events import PanelSpec, check
from campanile.workspace.errors import DataError, SpecError

from .hand import asked, happened, people, whole

SCHEMAS = {
    "users": ibis.schema({"id": "int64", "age": "int64", "group": "string"}),
    "events": ibis.schema({"who": "int64", "ts": "timestamp", "kind": "string", "item": "int64", "said": "string"}),
    "buys": ibis.schema({"who": "int64", "day": "date", "amount": "float64", "item": "int64"}),
    "items": ibis.schema({"item": "int64", "maker": "int64", "price": "float64"}),
    "makers": ibis.schema({"maker": "int64", "land": "string", "item": "int64"}),
}
TABLES = {
    "users": {"key": "id"}, "events": {"entity": "who", "time": "ts"}, "items": {"key": "item"},
    "makers": {"key": "maker"},
}  # fmt: skip
JOINS = ("events.item = items.item", "items.maker = makers.maker")


def spec(**said) -> PanelSpec:
    tables = TABLES | said.pop("tables", {})
    return PanelSpec(**({"entity": "users", "tables": tables, "joins": JOINS} | said))


def faults(**said) -> list[str]:
    """Return what is wrong, each as one sentence."""
    try:
        check(spec(**said), SCHEMAS)
    except SpecError as error:
        return [str(fault) for fault in error.faults]
    return []


def feature(expression: str, **said) -> dict:
    return {"features": {"f": {"expression": expression, **said}}}


BUYS = {"tables": {"buys": {"entity": "who", "time": "day"}}}


def test_a_spec_that_is_right_has_no_faults():
    assert faults(
        **feature("sum(items.price) FILTER (WHERE makers.land = 'PL' AND liked)"), attributes=["age"],
        marks={"liked": {"table": "events", "after": "kind = 'LIKE'", "same": ["item"]}},
        targets={"buys": {"event": "kind = 'BUY'", "within_days": 30}, "group": {"column": "group"}},
    ) == []  # fmt: skip


@pytest.mark.parametrize(("said", "words"), [
    ({"entity": "user"}, "'entity': there is no table 'user'. Did you mean 'users'?"),
    ({"tables": {"users": {}}}, "The table of entities, 'users', needs a 'key'."),
    ({"tables": {"users": {"key": "ids"}}}, "'tables.users.key': there is no column 'ids'. Did you mean 'id'?"),
    ({"tables": {"events": {"entity": "whose", "time": "ts"}}},
     "'tables.events.entity': there is no column 'whose'. Did you mean 'who'?"),
    ({"tables": {"events": {"entity": "who", "time": "tz"}}},
     "'tables.events.time': there is no column 'tz'. Did you mean 'ts'?"),
    ({"tables": {"events": {"entity": "who", "time": "zzz"}}},
     "'tables.events.time': there is no column 'zzz'. There are: who, ts, kind, item, said."),
    ({"tables": {"events": {"entity": "who", "time": "said"}}},
     "'tables.events.time': column 'said' holds no times but string."),
    ({"tables": {"events": {"entity": "who", "time": "ts", "arrived": "item"}}},
     "'tables.events.arrived': column 'item' holds no times but int64."),
    ({"joins": ["events.item = item.item"]},
     "Join 'events.item = item.item': there is no table 'item'. Did you mean 'items'?"),
    ({"joins": ["events.items = items.item"]},
     "Join 'events.items = items.item': there is no column 'items'. Did you mean 'item'?"),
    ({"joins": [*JOINS, "makers.item = items.item"]},
     "The joins go round in a circle: from 'items' they lead back to it."),
    ({"joins": [*JOINS, "items.item = items.item"]},
     "The joins go round in a circle: from 'items' they lead back to it."),
    ({"marks": {"liked": {"table": "event", "after": "kind = 'LIKE'"}}},
     "Mark 'liked': there is no table of events 'event'. Did you mean 'events'?"),
    ({"marks": {"liked": {"table": "items", "after": "price > 1"}}},
     "Mark 'liked': there is no table of events 'items'. There are: events."),
    ({"marks": {"liked": {"table": "events", "after": "kind = 'LIKE'", "same": ["items"]}}},
     "Mark 'liked': there is no column 'items'. Did you mean 'item'?"),
    ({"marks": {"liked": {"table": "events", "after": "kinds = 'LIKE'"}}},
     "Mark 'liked': In 'kinds = 'LIKE'' there is no column 'kinds'. Did you mean 'kind'?"),
    ({"marks": {"liked": {"table": "events", "after": "item"}}},
     "Mark 'liked': 'item' is no condition: it must be true or false."),
    ({"marks": {"liked": {"table": "events", "after": "count(*) > 1"}}},
     "Mark 'liked': 'count(*) > 1' aggregates within an aggregate or a condition on rows."),
    (feature("avg(items.prise)"),
     "Feature 'f': In 'avg(items.prise)' there is no column 'items.prise'. Did you mean 'items.price'?"),
    (feature("count(*)", table="event"), "Feature 'f': there is no table of events 'event'. Did you mean 'events'?"),
    (feature("count(*)", table="items"), "Feature 'f': there is no table of events 'items'. There are: events."),
    (BUYS | feature("count(*)"), "Feature 'f': say which 'table' of events; there are: events, buys."),
    (BUYS | feature("sum(items.price)", table="buys"), "Feature 'f': In 'sum(items.price)' there is no table 'items'."),
    ({"attributes": ["ages"]}, "'attributes': there is no column 'ages'. Did you mean 'age'?"),
    ({"targets": {"t": {"column": "groups"}}}, "Target 't': there is no column 'groups'. Did you mean 'group'?"),
    ({"targets": {"t": {"event": "kind"}}}, "Target 't': 'kind' is no condition: it must be true or false."),
    ({"targets": {"t": {"event": "kynd = 'BUY'"}}},
     "Target 't': In 'kynd = 'BUY'' there is no column 'kynd'. Did you mean 'kind'?"),
    ({"targets": {"t": {"event": "kind = 'BUY'", "table": "event"}}},
     "Target 't': there is no table of events 'event'. Did you mean 'events'?"),
    (BUYS | {"targets": {"t": {"event": "amount > 1"}}},
     "Target 't': say which 'table' of events; there are: events, buys."),
])  # fmt: skip
def test_a_fault_is_told_with_the_nearest_right_name(said, words):
    assert faults(**said) == [words]


@pytest.mark.parametrize("name", ["cutoff", "exposure_days", "id", "age", "t"])
def test_a_feature_takes_no_other_columns_name(name):
    others = {"attributes": ["age"], "targets": {"t": {"column": "group"}}}
    found = faults(features={name: {"expression": "count(*)"}}, **others)
    assert found == [f"Feature '{name}': the name is taken by another column."]


@pytest.mark.parametrize("name", ["cutoff", "exposure_days", "id", "age"])
def test_a_target_takes_no_other_columns_name(name):
    assert len(faults(attributes=["age"], targets={name: {"event": "kind = 'BUY'"}})) == 1


def test_a_mark_takes_no_columns_name():
    assert faults(marks={"item": {"table": "events", "after": "kind = 'LIKE'"}})


def test_all_faults_of_features_marks_and_targets_are_told_at_once():
    found = faults(
        marks={"liked": {"table": "event", "after": "kind = 'LIKE'"}},
        features={"a": {"expression": "avg(kind)"}, "b": {"expression": "median(item)"}},
        targets={"t": {"column": "groups"}}, attributes=["ages"],
    )  # fmt: skip
    assert [one.split(":")[0] for one in found] == [
        "Mark 'liked'", "Feature 'a'", "Feature 'b'", "'attributes'", "Target 't'"
    ]  # fmt: skip


def test_all_faults_of_tables_are_told_at_once():
    found = faults(entity="user", tables={"events": {"entity": "whose", "time": "said"}, "items": {"key": "items"}})
    assert len(found) == 4


def test_without_events_there_is_no_panel(engine):
    assert faults(tables={"events": {}}, joins=()) == ["No table has 'entity' and 'time': there are no events."]
    for nothing in (happened("who ts"), happened("who ts", ("a", None)), happened("who ts", (None, "01-05"))):
        with pytest.raises((DataError, SpecError)):
            whole(engine, asked(), users=people("a"), events=nothing)


def test_a_join_that_would_multiply_rows_is_refused_with_counts(engine):
    asking = asked(tables={"items": {"key": "item"}}, joins=["events.item = items.item"])
    items = pa.table({"item": [1, 1, 1, 2, None, None]})
    told = happened("who ts item", ("a", "01-05", 1))
    with pytest.raises(DataError, match=r"'items\.item' would multiply rows: 4 rows have 2 keys"):
        whole(engine, asking, users=people("a"), events=told, items=items)


@pytest.mark.parametrize(("said", "words"), [
    ({"joins": ["events.item < items.item"]}, "is no join"), ({"window": "a month"}, "is no window"),
    ({"window": "0 days"}, "at least 1"), (feature("count(*)", window="3 years"), "is no window"),
    ({"tables": {"events": {"entity": "who"}}}, "needs both 'entity' and 'time'"),
    ({"tables": {"items": {"arrived": "price"}}}, "only events arrive"),
    ({"targets": {"t": {}}}, "either a 'column' of the entity or an 'event'"),
    ({"targets": {"t": {"event": "kind = 'A'", "within_days": 0}}}, "at least 1"),
    ({"targets": {"t": {"column": "group", "within_days": 3}}}, "belong to targets that are events"),
    ({"calender": {"every": "month"}}, "Did you mean 'calendar'?"),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused_before_any_table_is_looked_at(said, words):
    with pytest.raises(SpecError) as refused:
        spec(**said)
    assert words in str(refused.value)
