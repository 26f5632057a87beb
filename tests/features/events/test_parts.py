"""What is computed early, once, or of some events only: the same comes out of it as if nothing were."""

from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.features.events.calendar import Span, looks, start
from campanile.features.events.expressions import parse
from campanile.features.events.parts import lifted, of_tables, repeated
from campanile.features.events.spec import Window

from .hand import asked, happened, people, whole

ITEMS = pa.table({"item": [1, 2, 3], "maker": ["xy", "xy", None], "price": [1.0, 2.0, 4.0]})
TOLD = happened("who kind item ts", ("a", "A", 1, "01-05"), ("a", "A", 2, "01-06"), ("a", "B", 3, "01-07"),
                ("a", "B", 9, "01-08"), ("b", "B", 1, "01-09"), ("a", None, 1, "01-10"))  # fmt: skip
OF_A, OF_B, OF_ALL = (
    f"sum(items.price){which}" for which in (" FILTER (WHERE kind = 'A')", " FILTER (WHERE (kind = 'B'))", "")
)


def values(engine, **features):
    spec = asked(tables={"items": {"key": "item"}}, joins=["events.item = items.item"], features=features)
    return whole(engine, spec, users=people("a", "b"), events=TOLD, items=ITEMS).rows


@pytest.mark.parametrize("beside", [
    {}, {"b": OF_B}, {"all": OF_ALL}, {"b": OF_B, "n": "count(*)"},
    {"c": "avg(items.price) FILTER (WHERE kind = 'A' AND items.price > 1)"},
], ids=["alone", "other kind", "all kinds", "no join", "narrower"])  # fmt: skip
def test_a_feature_is_the_same_whatever_is_computed_beside_it(engine, beside):
    assert values(engine, a=OF_A, **beside)["a"].to_pylist() == [3.0, None]


MARKS = frozenset({"cutoff", "liked"})


def plain(tree):
    return tree.sql().replace("(", "").replace(")", "")


def test_all_events_that_a_filter_asks_for_are_asked_for_before_they_are_joined():
    def condition(*texts):
        found = lifted({text: parse(text) for text in texts}, "events", MARKS)
        return None if found.condition is None else plain(found.condition)

    assert condition(OF_A) == "kind = 'A'"
    assert condition(OF_A, OF_B) == "kind = 'A' OR kind = 'B'"
    assert condition(OF_A, OF_ALL) is None
    assert condition("sum(items.price) FILTER (WHERE kind = 'A' AND liked)") == "kind = 'A'"
    assert condition("sum(items.price) FILTER (WHERE liked)") is None
    assert condition("sum(items.price) FILTER (WHERE kind = 'A' OR liked)") is None
    bare = lifted({"a": parse("sum(items.price) FILTER (WHERE kind = 'A' AND liked)")}, "events", MARKS)
    assert plain(bare.expressions["a"].tree) == "SUMitems.price FILTERWHERE liked"


def test_the_cutoff_is_known_of_whoever_has_an_event_of_any_kind(engine):
    days = "day(cutoff) + count(items.price) FILTER (WHERE kind = 'A')"
    assert values(engine, f=days)["f"].to_pylist() == [13, 11]


@pytest.mark.parametrize(("expression", "value"), {
    "sum(length(items.maker))": 6, "count(length(items.maker))": 3, "sum(coalesce(length(items.maker), 100))": 206,
    "count(DISTINCT items.maker)": 1, "count(DISTINCT items.price)": 3,
    "count(*) FILTER (WHERE lower(items.maker) = 'xy')": 3, "count(*) FILTER (WHERE length(items.maker) IS NULL)": 2,
}.items())  # fmt: skip
def test_what_is_computed_of_a_joined_row_is_missing_where_the_row_is(engine, expression, value):
    assert values(engine, f=expression)["f"].to_pylist()[0] == value


def test_of_joined_tables_only_what_cannot_fail_is_computed_for_all_their_rows():
    def early(text):
        found = of_tables({"f": parse(text)}, {"items": frozenset({"maker"})})
        return [node.sql() for node in found.parts.get("items", {}).values()]

    assert early("avg(epoch_day(partial_date(items.released)))") == ["EPOCH_DAY(PARTIAL_DATE(items.released))"]
    assert early("count(DISTINCT items.maker)") == ["DISTINCT items.maker"]
    assert early("count(DISTINCT items.price)") == []
    assert early("sum(floor(items.price))") == early("sum(items.price * 2)") == early("sum(length(kind))") == []


def test_calls_that_stand_twice_are_computed_once_unless_the_cutoff_decides_them():
    def often(text):
        return [one.sql() for one in repeated({"f": parse(text)}, MARKS).parts.get("", {}).values()]

    twice = "sum({0}) FILTER (WHERE {0} > 0)"
    assert len(often(twice.format("list_overlap(colours, items.colours)"))) == 1
    assert often(twice.format("days_between(ts, cutoff)")) == []


DAYS = st.dates(date(2023, 11, 1), date(2024, 3, 31))
WINDOWS = st.builds(Window, count=st.none() | st.integers(1, 40), unit=st.sampled_from(["day", "week", "month"]))


@settings(deadline=None)
@given(days=st.sets(DAYS, min_size=1, max_size=12), ends=st.tuples(DAYS, DAYS), window=WINDOWS)
def test_each_day_finds_the_cutoffs_in_whose_windows_it_is(days, ends, window):
    first, last = min(ends), max(ends)
    span = Span(*(datetime.combine(day, datetime.min.time()) for day in (first, last)), datetime(2030, 1, 1))
    cutoffs = sorted(days)
    found, ahead = looks(cutoffs, window, span)
    if ahead is not None:
        found = found.join(ahead, "period_", join_type="inner")
    every = np.arange(np.datetime64(first), np.datetime64(last) + 1).tolist()
    true = {(day, cut) for day in every for cut in cutoffs if start(cut, window) <= day < cut}
    pairs = list(zip(found["day_"].to_pylist(), found["cutoff_"].to_pylist(), strict=True))
    assert len(pairs) == len(true)
    assert set(pairs) == true


@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
def test_one_user_with_nearly_all_events_is_counted_like_any_other(engine, late):
    n = 100_000
    moments = np.datetime64("2024-01-01", "us") + np.arange(n) * np.timedelta64(60_000_000, "us")
    told = pa.table({
        "who": ["a"] * n + ["b"], "ts": [*moments, moments[0]], "kind": ["LIKE", "PLAY"] * (n // 2) + ["PLAY"],
        "item": [*(np.arange(n) % 7), 1], "came": [*moments, moments[0]],
    })  # fmt: skip
    spec = asked(
        calendar={"every": "week"}, events={"arrived": "came"} if late else {},
        marks={"liked": {"table": "events", "after": "kind = 'LIKE'", "same": ["item"]}},
        features={"liked": {"expression": "count(*) FILTER (WHERE kind = 'PLAY' AND liked)", "window": "30 days"},
                  "n": {"expression": "count(*)", "window": "all"}},
    )  # fmt: skip
    rows = whole(engine, spec, users=people("a", "b"), events=told).rows
    assert sum(rows["n"].to_pylist()) > n
    assert max(rows["liked"].to_pylist()) < n / 2
