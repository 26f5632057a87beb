"""A plan and rows become a table of features: one query of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, assert_never

import pyarrow as pa

from campanile.features.plan import (
    Category,
    DaysBefore,
    FeaturePlan,
    Missing,
    Operation,
    Share,
    Total,
    Value,
    YearsBefore,
)
from campanile.words import plural, say
from campanile.workspace.engine import compiled, query
from campanile.workspace.errors import DataError, nearest

if TYPE_CHECKING:
    import ibis


def build(plan: FeaturePlan, rows: pa.Table) -> pa.Table:
    """Return one column per feature (double, or string for a category), rows in their order.

    What cannot be read as a number is missing. Raises DataError where a column of the plan is not there.
    """
    # Arrow gathers the names anew each time they are asked for: thousands of columns would take minutes.
    known = set(rows.column_names)
    absent = [name for name in plan.sources if name not in known]
    if absent:
        raise _columns_missing(absent, rows.column_names)
    if not plan.features:
        return pa.table({})
    read = rows.select(list(plan.sources))
    return query(_sql(plan, read.schema.remove_metadata()), {"rows": read})


@lru_cache(maxsize=64)
def _sql(plan: FeaturePlan, schema: pa.Schema) -> str:
    """Return the query; kept, as a model is asked many times and writing a wide query takes a while."""
    import ibis

    rows = ibis.table(ibis.Schema.from_pyarrow(schema), name="rows")
    return compiled(rows.select(**{feature.name: expressed(feature.operation, rows) for feature in plan}))


def expressed(operation: Operation, rows: ibis.Table) -> ibis.Value:  # noqa: PLR0911 - one return for each operation
    """Return an operation as an expression over the columns of ``rows``, whatever engine they are in."""
    import ibis

    match operation:
        case Value(column):
            return _number(rows, column)
        case Category(column):
            return rows[column].cast("string")
        case Missing(column):
            return rows[column].isnull().cast("float64")
        case Total(columns):
            anything = ibis.coalesce(*(_number(rows, column) for column in columns))
            return ibis.ifelse(anything.isnull(), ibis.null("float64"), _sum(rows, columns))
        case Share(column, columns):
            total = _sum(rows, columns)
            return ibis.ifelse(total > 0, _or_zero(rows, column) / total, _zero())
        case DaysBefore(column, day):
            return ibis.date(day).delta(rows[column].try_cast("date"), unit="day").cast("float64")
        case YearsBefore(column, year):
            return ibis.literal(year, "float64") - _number(rows, column)
        case _ as never:
            assert_never(never)


def _number(rows: ibis.Table, column: str) -> Any:
    return rows[column].try_cast("float64")


def _zero() -> Any:
    import ibis

    return ibis.literal(0.0, "float64")


def _or_zero(rows: ibis.Table, column: str) -> Any:
    return _number(rows, column).coalesce(_zero())


def _sum(rows: ibis.Table, columns: Sequence[str]) -> Any:
    """Add in pairs, so that the expression of many columns is not nested deeply."""
    parts = [_or_zero(rows, column) for column in columns]
    while len(parts) > 1:
        parts = [sum(parts[at + 1 : at + 2], parts[at]) for at in range(0, len(parts), 2)]
    return parts[0]


def _columns_missing(absent: Sequence[str], known: Sequence[str]) -> DataError:
    what = plural(
        "The rows lack {n} column that the model needs: {names:quoted}.",
        "The rows lack {n} columns that the model needs: {names:quoted}.",
        len(absent), names=tuple(absent[:8]),
    )  # fmt: skip
    near = nearest(absent[0], known)
    shown = ", ".join(list(known)[:12])
    if near is None:
        return DataError(what, say("They have: {names}. Add the missing ones (empty cells are allowed).", names=shown))
    return DataError(
        what, say("They have: {names}. Perhaps {near:quoted} should be called {name:quoted}.", names=shown, near=near,
                  name=absent[0]),
    )  # fmt: skip
