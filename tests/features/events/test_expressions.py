"""What expressions of features mean, by hand on a table of five rows, and what of SQL they refuse."""

import math
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from campanile.features.events import PanelSpec
from campanile.features.events.computing import compute
from campanile.features.events.expressions import Fault, parse
from campanile.workspace.engines import open_engine
from campanile.workspace.errors import SpecError

NOW = datetime(2025, 1, 1)
A, B = "with events", "without any"
EVENTS = pa.table({
    "who": [A, A, A, A, None],
    "ts": [datetime(2024, 1, 1, 10), datetime(2024, 1, 6, 3), datetime(2024, 2, 29, 23, 30), datetime(2024, 3, 1),
           datetime(2024, 3, 2)],
    "amount": [1.5, -2.0, None, 4.0, 99.0],
    "n": [1, 2, 3, None, 99],
    "kind": ["A", "b", None, "A", "z"],
    "ok": [True, False, None, True, True],
    "genres": [["x", "y"], ["z"], None, [], ["x"]],
    "said": ["2024", "2024-05", "2024-05-17", "soon", "1999"],
    "day": pa.array([date(2024, 1, 31)] * 5),
})  # fmt: skip
USERS = pa.table({"id": [A, B], "likes": [["y", "z"], ["x"]]})


def spec(features: dict[str, str]) -> PanelSpec:
    tables = {"users": {"key": "id"}, "events": {"entity": "who", "time": "ts"}}
    return PanelSpec(
        entity="users", tables=tables, features={name: {"expression": one} for name, one in features.items()}
    )


def values(engine, expression: str) -> dict:
    """Return a feature over all events, by user; the cut-off is the 2nd of March 2024."""
    tables = engine.tables({"users": USERS, "events": EVENTS})
    rows = compute(engine, spec({"f": expression}), tables, NOW).rows
    assert rows["cutoff"].to_pylist() == [date(2024, 3, 2)] * 2
    return dict(zip(rows["id"].to_pylist(), rows["f"].to_pylist(), strict=True))


MEANT = {
    "count(*)": 4, "count(n)": 3, "count(DISTINCT kind)": 2, "sum(n)": 6, "sum(amount)": 3.5, "avg(n)": 2.0,
    "avg(ok)": 2 / 3, "sum(ok)": 2, "min(kind)": "A", "max(amount)": 4.0, "stddev(n)": 1.0, "stddev_samp(n)": 1.0,
    "var_samp(n)": 1.0, "variance(amount)": 109 / 12,
    "max(ts)": datetime(2024, 3, 1, tzinfo=UTC),
    "sum(abs(amount))": 7.5, "sum(ln(n))": math.log(6), "sum(sqrt(n + 1))": math.sqrt(2) + math.sqrt(3) + 2,
    "sum(power(n, 2))": 14.0, "sum(floor(amount))": 1 - 2 + 4, "sum(ceil(amount))": 2 - 2 + 4,
    "sum(greatest(n, 2))": 2 + 2 + 3 + 2, "sum(least(n, 2))": 1 + 2 + 2 + 2, "sum(coalesce(n, 10))": 16,
    "sum(nullif(n, 2))": 4, "sum(length(said))": 4 + 7 + 10 + 4, "max(lower(kind))": "b", "max(upper(kind))": "B",
    "min(year(ts))": 2024, "sum(month(ts))": 1 + 1 + 2 + 3, "sum(day(ts))": 1 + 6 + 29 + 1,
    "sum(hour(ts))": 10 + 3 + 23 + 0, "sum(weekday(ts))": 0 + 5 + 3 + 4, "max(day(day))": 31,
    "count(*) FILTER (WHERE list_contains(genres, 'x'))": 1, "sum(list_overlap(genres, users.likes))": 2,
    "min(partial_date(said))": date(2024, 1, 1), "max(partial_date(said))": date(2024, 5, 17),
    "count(partial_date(said))": 3, "max(epoch_day(day))": 19_753, "sum(days_between(ts, cutoff))": 61 + 56 + 2 + 1,
    "days_between(max(ts), cutoff)": 1, "days_between(cutoff, min(ts))": -61, "max(cutoff)": date(2024, 3, 2),
    "sum(n) / count(*)": 1.5, "sum(n) / 4": 1.5, "sum(n) % 4": 2, "-sum(n) * 1.5": -9.0, "sum(n) - 2 * 2": 2,
    "sum(CASE WHEN kind = 'A' THEN 1 ELSE 0 END)": 2, "sum(CASE kind WHEN 'A' THEN 5 END)": 10,
    "sum(if(n > 1, n, 0))": 5, "sum(CAST(said AS INT))": 2024, "sum(CAST(n AS DOUBLE))": 6.0,
    "avg(events.amount)": 3.5 / 3, "sum(n) FILTER (WHERE kind = 'A')": 1,
    "count(*) FILTER (WHERE n BETWEEN 2 AND 3)": 2, "count(*) FILTER (WHERE ts >= '2024-02-29')": 2,
    "count(DISTINCT cast(ts AS date))": 4, "count(*) /* of all */": 4,
}  # fmt: skip


@pytest.fixture(scope="module")
def together():
    """Return all those expressions computed as one panel."""
    with open_engine() as opened:
        tables = {name: opened.arrow(name, table) for name, table in {"users": USERS, "events": EVENTS}.items()}
        rows = compute(opened, spec({f"f{at}": one for at, one in enumerate(MEANT)}), tables, NOW).rows
    return {one: dict(zip(rows["id"].to_pylist(), rows[f"f{at}"].to_pylist(), strict=True))
            for at, one in enumerate(MEANT)}  # fmt: skip


@pytest.mark.parametrize(("expression", "value"), MEANT.items())
def test_an_expression_means_what_it_says(together, expression, value):
    found = together[expression][A]
    assert found == (pytest.approx(value) if isinstance(value, float) else value)
    assert isinstance(found, float) == isinstance(value, float)


MISSING = {
    "count(*) FILTER (WHERE kind != 'A')": 1, "count(*) FILTER (WHERE kind NOT IN ('A'))": 1,
    "count(*) FILTER (WHERE NOT ok)": 1, "count(*) FILTER (WHERE ok)": 2, "count(*) FILTER (WHERE kind IS NULL)": 1,
    "count(*) FILTER (WHERE kind IS NOT NULL)": 3, "count(*) FILTER (WHERE n <> 2 OR ok)": 3, "sum(n + amount)": 2.5,
    "sum(n / 0)": None, "sum(n % 0)": None, "sum(n) / sum(n - n)": None, "stddev(n) FILTER (WHERE n = 1)": None,
    "min(CAST(kind AS INT))": None, "sum(n) FILTER (WHERE kind = 'none')": None,
}  # fmt: skip


@pytest.mark.parametrize(("expression", "value"), MISSING.items())
def test_what_is_missing_fits_no_condition_and_adds_nothing(engine, expression, value):
    assert values(engine, expression)[A] == value


@pytest.mark.parametrize(("expression", "value"), {
    "count(*)": 0, "count(DISTINCT kind)": 0, "count(*) FILTER (WHERE n = 1)": 0, "sum(n)": None, "avg(n)": None,
    "max(kind)": None, "coalesce(avg(n), -1)": -1.0, "coalesce(count(n), 5)": 0, "greatest(count(*), 3)": 3,
    "sum(n) / count(*)": None, "CASE WHEN count(*) = 0 THEN 'none' ELSE 'some' END": "none",
    "days_between(max(ts), cutoff)": None,
}.items())  # fmt: skip
def test_of_no_events_a_count_is_nothing_and_all_else_is_missing_unless_it_says_otherwise(engine, expression, value):
    assert values(engine, expression)[B] == value


def test_a_sum_of_whole_numbers_is_whole_whatever_it_is_over_no_events(engine):
    found = values(engine, "coalesce(sum(n), 0)")
    assert found == {A: 6, B: 0}
    assert all(isinstance(value, int) for value in found.values())


@pytest.mark.parametrize("expression", ["ln(count(*))", "ln(0 * count(*))", "sqrt(count(*) - 9)"])
def test_what_is_no_number_is_missing(engine, expression):
    found = values(engine, expression)
    assert found == {A: pytest.approx(math.log(4)) if expression == "ln(count(*))" else None, B: None}


def test_a_constant_is_counted_for_each_event_and_not_aggregated_otherwise(engine):
    assert values(engine, "count(1)")[A] == 4
    for expression in ("sum(1)", "avg(2)"):
        with pytest.raises(SpecError, match="speaks of no column"):
            values(engine, expression)


REFUSED = {
    "(SELECT 1)": "may not be used", "SELECT count(*) FROM events": "may not be used",
    "sum((SELECT max(n) FROM events))": "may not be used", "count(*) UNION SELECT 1": "may not be used",
    "count(*) FILTER (WHERE n IN (SELECT 1))": "may not be used", "EXISTS (SELECT 1)": "may not be used",
    "sum(n) OVER ()": "may not be used", "max(lag(n))": "may not be used", "sum(n ORDER BY n)": "may not be used",
    "count(*); DROP TABLE events": "may not be used", "read_csv('/etc/passwd')": "may not be used",
    "count(read_csv('/etc/passwd'))": "may not be used", "getenv('HOME')": "may not be used",
    "max(now())": "may not be used", "sum(random())": "may not be used", "sum(n) AS total": "may not be used",
    "sum(DISTINCT n)": "may not be used", "count(*) FILTER (WHERE n > ?)": "may not be used",
    "count(*) FILTER (WHERE kind LIKE 'A%')": "may not be used", "sum(CAST(kind AS BLOB))": "may not be used",
    "average(n)": "Did you mean 'avg'?", "sum(lenght(kind))": "Did you mean 'length'?",
    "sum(week_day(ts))": "Did you mean 'weekday'?", "avg(amuont)": "Did you mean 'amount'?",
    "avg(user.likes)": "no table 'user'. Did you mean 'users'?", "count(users.like)": "Did you mean 'users.likes'?",
    "avg(tracks.tempo)": "no table 'tracks'", "avg(AMOUNT)": "Did you mean 'amount'?",
    "sum(*)": "may not be used", "max(*)": "may not be used", "count(DISTINCT *)": "may not be used",
    "*": "may not be used", "count(events.*)": "no column 'events.*'", "count(DISTINCT n, kind)": "takes one column",
    "sum(avg(n))": "within an aggregate", "count(*) FILTER (WHERE avg(n) > 1)": "within an aggregate",
    "amount": "outside of an aggregate", "amount + count(*)": "'amount' stands outside of an aggregate",
    "1": "aggregates nothing", "cutoff": "aggregates nothing", "avg(kind)": "needs a number, and is given string",
    "sum(ts)": "needs a number, and is given timestamp", "sum(kind + 1)": "'kind + 1' needs a number",
    "sum(hour(day))": "does not fit", "sum(coalesce(n, kind))": "does not fit", "sum(list_overlap(kind, genres))": "",
    "sum(weekday(ts, ts))": "another number of arguments", "count(": "cannot be read as SQL", "": "cannot be read",
    "sum(n), avg(n)": "cannot be read as SQL", "sum(n) sum(n)": "cannot be read as SQL",
    "count(*) FILTER (WHERE kind = 5)": "does not fit", "sum(-kind)": "", "count(*) FILTER (WHERE n AND kind)": "",
}  # fmt: skip


@pytest.mark.parametrize(("expression", "why"), REFUSED.items())
def test_nothing_else_of_sql_gets_through(engine, expression, why):
    with pytest.raises(SpecError) as refused:
        values(engine, expression)
    assert len(refused.value.faults) == 1
    assert str(refused.value).startswith("Feature 'f': ")
    assert why in str(refused.value)


IGNORED = {
    "max(n, 2)": "a second argument", "min(n, 2)": "a second argument", "count(n, kind)": "a second argument",
    "avg(elsewhere.events.amount)": "a name before the table's",
}  # fmt: skip


@pytest.mark.parametrize("expression", IGNORED, ids=IGNORED.values())
def test_nothing_that_is_written_is_passed_over(engine, expression):
    with pytest.raises(SpecError):
        values(engine, expression)


@pytest.mark.parametrize("expression", [
    "count(*) FILTER (WHERE amount)", "sum(CASE WHEN n THEN 1 END)", "sum(if(n, 1, 0))",
    "count(*) FILTER (WHERE list_contains(genres, 5))", "count(*) FILTER (WHERE list_contains(kind, 'A'))",
    "sum(epoch_day(kind))", "days_between(min(kind), cutoff)",
])  # fmt: skip
def test_what_does_not_fit_its_type_is_told_before_anything_runs(engine, expression):
    with pytest.raises(SpecError):
        values(engine, expression)


def test_a_very_long_expression_is_not_even_parsed():
    with pytest.raises(Fault, match="longer than"):
        parse(" + ".join(["count(*)"] * 1_000))
