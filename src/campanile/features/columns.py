"""A plan and rows become a table of features: one query of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

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
from campanile.workspace.engine import query, quoted
from campanile.workspace.errors import DataError, nearest


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
    columns = ", ".join(f"{expression(feature.operation)} AS {quoted(feature.name)}" for feature in plan)
    return query(f"SELECT {columns} FROM rows", {"rows": rows.select(list(plan.sources))})


def expression(operation: Operation) -> str:  # noqa: PLR0911 - one return for each operation
    """Write an operation as SQL over the columns."""
    match operation:
        case Value(column):
            return _number(column)
        case Category(column):
            return f"CAST({quoted(column)} AS VARCHAR)"
        case Missing(column):
            return f"CASE WHEN {quoted(column)} IS NULL THEN 1.0::DOUBLE ELSE 0.0::DOUBLE END"
        case Total(columns):
            return _total(columns)
        case Share(column, columns):
            return f"CASE WHEN {_sum(columns)} > 0 THEN {_or_zero(column)} / {_sum(columns)} ELSE 0.0::DOUBLE END"
        case DaysBefore(column, day):
            since = f"TRY_CAST({quoted(column)} AS DATE)"
            return f"CAST(date_diff('day', {since}, DATE '{day.isoformat()}') AS DOUBLE)"
        case YearsBefore(column, year):
            return f"{int(year)} - {_number(column)}"
        case _ as never:
            assert_never(never)


def _number(column: str) -> str:
    return f"TRY_CAST({quoted(column)} AS DOUBLE)"


def _or_zero(column: str) -> str:
    return f"coalesce({_number(column)}, 0.0::DOUBLE)"


def _sum(columns: Sequence[str]) -> str:
    return "(" + " + ".join(_or_zero(column) for column in columns) + ")"


def _total(columns: Sequence[str]) -> str:
    anything = ", ".join(_number(column) for column in columns)
    return f"CASE WHEN coalesce({anything}) IS NULL THEN NULL ELSE {_sum(columns)} END"


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
