"""The functions that expressions of features may use: each gives the same on every engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

Make = Callable[..., Any]


def _double(value: Any) -> Any:
    return value.cast("float64")


def _length(value: Any) -> Any:
    return value.length()


def _moment(value: Any) -> Any:
    """Return a date or time as it is. Raises TypeError for anything else: what is computed of it would fail later."""
    if not (value.type().is_date() or value.type().is_timestamp()):
        raise TypeError
    return value


def _listed(value: Any, entry: Any = None) -> Any:
    """Return a list as it is. Raises TypeError for anything else, and where it cannot hold ``entry``."""
    kind = value.type()
    if not kind.is_array() or (entry is not None and kind.value_type.is_string() != entry.type().is_string()):
        raise TypeError
    return value


def _weekday(value: Any) -> Any:
    return _moment(value).day_of_week.index().cast("int64")


def _part(name: str) -> Make:
    return lambda value: getattr(_moment(value), name)().cast("int64")


def _whole(name: str) -> Make:
    return lambda value: getattr(_double(value), name)().cast("int64")


def _extreme(name: str) -> Make:
    def made(*values: Any) -> Any:
        import ibis

        return getattr(ibis, name)(*values)

    return made


def _partial_date(text: Any) -> Any:
    """Return the first day that a text of a year, a year and month, or a date may mean."""
    import ibis

    rest = ibis.cases((text.length() == 4, "-01-01"), (text.length() == 7, "-01"), else_="")
    fits = text.re_search(r"^[0-9]{4}(-[0-9]{2}){0,2}$")
    return ibis.ifelse(fits, text + rest, ibis.null("string")).try_cast("date")


def _overlap(values: Any, others: Any) -> Any:
    """Count the entries of one list that stand in another: 0 where there is no other, missing without a first."""
    return _listed(values).filter(lambda value: _listed(others).contains(value)).length()


def _day(value: Any) -> Any:
    return _moment(value).cast("date")


def _epoch_day(day: Any) -> Any:
    import ibis

    return _moment(day).cast("date").delta(ibis.date("1970-01-01"), unit="day").cast("int64")


def _sum(value: Any, where: Any) -> Any:
    # Engines differ in how wide the sum of whole numbers is.
    return value.sum(where=where).cast("int64" if value.type().is_integer() else "float64")


AGGREGATES: Mapping[type[exp.Expr], Make] = {
    exp.Sum: _sum,
    exp.Avg: lambda value, where: _double(value).mean(where=where),
    exp.Min: lambda value, where: value.min(where=where),
    exp.Max: lambda value, where: value.max(where=where),
    exp.Stddev: lambda value, where: _double(value).std(where=where, how="sample"),
    exp.StddevSamp: lambda value, where: _double(value).std(where=where, how="sample"),
    exp.Variance: lambda value, where: _double(value).var(where=where, how="sample"),
}
"""Aggregates of one value, by how they are parsed; ``count`` has forms of its own."""

SCALARS: Mapping[type[exp.Expr], tuple[Make, int, int]] = {
    exp.Abs: (lambda value: value.abs(), 1, 1),
    exp.Ln: (lambda value: _double(value).ln(), 1, 1),
    exp.Sqrt: (lambda value: _double(value).sqrt(), 1, 1),
    exp.Pow: (lambda base, power: _double(base) ** _double(power), 2, 2),
    exp.Floor: (_whole("floor"), 1, 1),
    exp.Ceil: (_whole("ceil"), 1, 1),
    exp.Greatest: (_extreme("greatest"), 1, 9),
    exp.Least: (_extreme("least"), 1, 9),
    exp.Coalesce: (_extreme("coalesce"), 1, 9),
    exp.Nullif: (lambda value, other: value.nullif(other), 2, 2),
    exp.Length: (_length, 1, 1),
    exp.Lower: (lambda text: text.lower(), 1, 1),
    exp.Upper: (lambda text: text.upper(), 1, 1),
    exp.Year: (_part("year"), 1, 1),
    exp.Month: (_part("month"), 1, 1),
    exp.Day: (_part("day"), 1, 1),
    exp.Hour: (_part("hour"), 1, 1),
    exp.ArrayContains: (lambda values, value: _listed(values, value).contains(value), 2, 2),
}
"""Functions of one row, by how they are parsed: what makes them, and how many arguments they take."""

NAMED: Mapping[str, tuple[Make, int, int]] = {
    "weekday": (_weekday, 1, 1),
    "list_overlap": (_overlap, 2, 2),
    "partial_date": (_partial_date, 1, 1),
    "epoch_day": (_epoch_day, 1, 1),
    "days_between": (lambda start, end: _day(end).delta(_day(start), unit="day"), 2, 2),
}
"""Functions that have no type of their own in the parser; ``weekday`` is 0 on Monday."""

CASTS: Mapping[str, str] = {
    "DOUBLE": "float64", "FLOAT": "float64", "BIGINT": "int64", "INT": "int64", "TEXT": "string", "VARCHAR": "string",
    "DATE": "date", "TIMESTAMP": "timestamp", "BOOLEAN": "boolean",
}  # fmt: skip
"""Types that values may be cast to; what cannot be cast is missing."""

KNOWN_NAMES = (
    "count", "sum", "avg", "min", "max", "stddev", "var_samp",
    "abs", "ln", "sqrt", "power", "floor", "ceil", "greatest", "least", "coalesce", "nullif", "length", "lower",
    "upper",
    "year", "month", "day", "hour",
    "list_contains", *NAMED,
)  # fmt: skip
"""What an error offers in place of a function that may not be used."""
