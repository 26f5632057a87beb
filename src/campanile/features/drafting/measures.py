"""What rules want to know of rows, measured by the engine: nothing here decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from campanile.tables.lists import is_list
from campanile.workspace.engine import query, quoted


@dataclass(frozen=True)
class Counted:
    """How many rows say anything in a column, how many different things, and between which numbers."""

    filled: int
    distinct: int
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Contained:
    """How many of a column's ``filled`` rows are ``found`` in a key, in how many ``different`` values;
    ``reached`` is the share of the key's values that the column names.
    """  # fmt: skip

    filled: int
    found: int
    different: int
    reached: float

    @property
    def coverage(self) -> float:
        """The share of filled rows that are found."""
        return self.found / self.filled if self.filled else 0.0


@dataclass(frozen=True)
class Level:
    """A value of a column of events: on how many events, and of how many entities."""

    value: Any
    events: int
    entities: int


def counted(rows: pa.Table) -> Mapping[str, Counted]:
    """Count each column that is no list."""
    names = [field.name for field in rows.schema if not is_list(field.type) and not pa.types.is_null(field.type)]
    if not names:
        return {}
    parts = []
    for at, name in enumerate(names):
        column = quoted(name)
        parts += [f"count({column}) AS f{at}", f"count(DISTINCT {column}) AS d{at}"]
        if pa.types.is_integer(rows.schema.field(name).type):
            parts += [f"min({column}) AS l{at}", f"max({column}) AS h{at}"]
    found = query(f"SELECT {', '.join(parts)} FROM t", {"t": rows}).to_pylist()[0]
    return {
        name: Counted(found[f"f{at}"], found[f"d{at}"], found.get(f"l{at}"), found.get(f"h{at}"))
        for at, name in enumerate(names)
    }


def contained(rows: pa.Table, column: str, others: pa.Table, key: str) -> Contained:
    """Look a column's values up in a key. Values of different types are compared as text: 7 and "7" are one."""
    as_text = rows.schema.field(column).type != others.schema.field(key).type
    left, right = (f"CAST({quoted(name)} AS VARCHAR)" if as_text else quoted(name) for name in (column, key))
    found = query(
        f"WITH v AS (SELECT {left} AS v, count(*) AS n FROM a WHERE {quoted(column)} IS NOT NULL GROUP BY 1),"
        f" k AS (SELECT DISTINCT {right} AS k FROM b WHERE {quoted(key)} IS NOT NULL)"
        " SELECT coalesce(sum(n), 0)::BIGINT AS filled, coalesce(sum(n) FILTER (k IS NOT NULL), 0)::BIGINT AS found,"
        " count(k) AS different, count(k) / greatest((SELECT count(*) FROM k), 1) AS reached"
        " FROM v LEFT JOIN k ON v = k",
        {"a": rows.select([column]), "b": others.select([key])},
    ).to_pylist()[0]
    return Contained(**found)


def earlier(rows: pa.Table, column: str, other: str) -> tuple[int, int, float]:
    """Return in how many rows both times stand, in how many ``other`` is earlier, and the usual days to it."""
    one, two = (f"CAST({quoted(name)} AS TIMESTAMP)" for name in (column, other))
    found = query(
        f"SELECT count(*) AS n, count(*) FILTER ({two} < {one}) AS earlier,"
        f" coalesce(quantile_cont(date_diff('second', {one}, {two}), 0.95), 0) / 86400 AS days"
        f" FROM t WHERE {one} IS NOT NULL AND {two} IS NOT NULL",
        {"t": rows.select([column, other])},
    ).to_pylist()[0]
    return found["n"], found["earlier"], float(found["days"])


def between(rows: pa.Table, time: str, now: datetime) -> tuple[datetime, datetime] | None:
    """Return the first and the last time until ``now``, or None where there is none."""
    when = f"CAST({quoted(time)} AS TIMESTAMP)"
    sql = f"SELECT min({when}) AS first, max({when}) AS last FROM t WHERE {when} <= ?"
    found = query(sql, {"t": rows.select([time])}, [now]).to_pylist()[0]
    return None if found["first"] is None else (found["first"], found["last"])


def levels(rows: pa.Table, column: str, entity: str) -> tuple[Level, ...]:
    """Count a column's values, the rarest first."""
    of, whose = quoted(column), quoted(entity)
    found = query(
        f"SELECT {of} AS value, count(*) AS events, count(DISTINCT {whose}) AS entities FROM t"
        f" WHERE {of} IS NOT NULL AND {whose} IS NOT NULL GROUP BY 1 ORDER BY 2, 1",
        {"t": rows.select(list(dict.fromkeys([column, entity])))},
    )
    return tuple(Level(**row) for row in found.to_pylist())


def around(rows: pa.Table, column: str, value: Any, entity: str, time: str) -> Mapping[Any, tuple[int, int]]:
    """Count by a column's values the events before and after each entity's first event of ``value``."""
    of, whose, when = quoted(column), quoted(entity), quoted(time)
    found = query(
        f"WITH f AS (SELECT {whose} AS e, min({when}) AS first FROM t WHERE {of} = ? GROUP BY 1)"
        f" SELECT {of} AS value, count(*) FILTER ({when} < first) AS before,"
        f" count(*) FILTER ({when} > first) AS later FROM t JOIN f ON {whose} = e WHERE {of} IS NOT NULL GROUP BY 1",
        {"t": rows.select(list(dict.fromkeys([column, entity, time])))}, [value],
    )  # fmt: skip
    return {row["value"]: (row["before"], row["later"]) for row in found.to_pylist()}


def by_outcome(
    people: pa.Table, key: str, column: str, rows: pa.Table, entity: str, event: tuple[str, Any]
) -> Sequence[tuple[str, int, int]]:
    """Return a column's values with how many entities have them, of those to whom ``event`` happened and of others."""
    happened = f"SELECT DISTINCT CAST({quoted(entity)} AS VARCHAR) AS e FROM t WHERE {quoted(event[0])} = ?"
    found = query(
        f"SELECT CAST(p.{quoted(column)} AS VARCHAR) AS value, count(e) AS happened, count(*) - count(e) AS others"
        f" FROM p LEFT JOIN ({happened}) ON CAST(p.{quoted(key)} AS VARCHAR) = e"
        f" WHERE p.{quoted(column)} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1",
        {"p": people.select(list(dict.fromkeys([key, column]))),
         "t": rows.select(list(dict.fromkeys([entity, event[0]])))},
        [event[1]],
    )  # fmt: skip
    return [(row["value"], row["happened"], row["others"]) for row in found.to_pylist()]


def smallest(rows: pa.Table, column: str) -> int:
    """Return how many rows the rarest value of a column has."""
    of = quoted(column)
    sql = f"SELECT min(n) AS n FROM (SELECT count(*) AS n FROM t WHERE {of} IS NOT NULL GROUP BY {of})"
    return query(sql, {"t": rows.select([column])}).to_pylist()[0]["n"] or 0


def complementary(rows: pa.Table, column: str, other: str) -> bool:
    """Tell whether each row says one of two columns and not the other."""
    sql = f"SELECT count(*) FILTER (({quoted(column)} IS NULL) = ({quoted(other)} IS NULL)) AS n FROM t"
    return bool(query(sql, {"t": rows.select([column, other])}).to_pylist()[0]["n"] == 0)
