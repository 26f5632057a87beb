"""Which features to make of a table, judged by what its columns mean."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from campanile.features.families import snake
from campanile.features.plan import (
    Category,
    DaysBefore,
    Feature,
    FeaturePlan,
    LeftOut,
    Missing,
    Value,
    YearsBefore,
)
from campanile.features.wholes import wholes
from campanile.tables import Column, Dictionary, Semantic
from campanile.words import Sentence, say, texts

Labels = Mapping[str, Mapping[str, str]]

_NEVER = {
    Semantic.IDENTIFIER: say("it tells customers apart"),
    Semantic.PERSONAL: say("it is personal data"),
    Semantic.TEXT: say("it is free text"),
    Semantic.LIST: say("it holds lists"),
    Semantic.CONSTANT: say("it has one value"),
}
_MOST_LEVELS = 200
_MISSING_ROWS = 10


def propose(
    dictionary: Dictionary,
    rows: pa.Table,
    target: str,
    exclude: Collection[str] = (),
    *,
    labels: Labels | None = None,
    now: date | None = None,
    derive: bool = True,
) -> FeaturePlan:
    """Propose the features of a table for predicting ``target``.

    Identifiers, personal data, free text, lists, constants, columns known only after the outcome and those in
    ``exclude`` are left out. Dates become days before ``now`` (default: the table's last date). ``labels``
    maps a feature's name to its label by language. Without ``derive`` no totals and shares are made of columns.
    Raises NotFound for a name that is not in the table.
    """
    for name in (target, *exclude):
        dictionary[name]
    left_out = tuple(_left_out(dictionary, rows, target, exclude))
    names = {target, *(one.column for one in left_out)}
    columns = [column for column in dictionary if column.name not in names and column.name in rows.column_names]
    as_of = now or _last_day(columns, rows)
    made = [feature for column in columns for feature in _of_column(column, rows, as_of)]
    if derive:
        made += wholes([column for column in columns if _additive(column, rows)], rows)
    return FeaturePlan(tuple(_apart(made, labels or {})), left_out, as_of)


def _left_out(dictionary: Dictionary, rows: pa.Table, target: str, exclude: Collection[str]) -> Iterator[LeftOut]:
    for column in dictionary:
        if column.name == target:
            continue
        if column.name == dictionary.key:
            yield LeftOut(column.name, _NEVER[Semantic.IDENTIFIER])
        elif column.name in exclude:
            yield LeftOut(column.name, say("it was excluded"))
        elif column.known == "after":
            yield LeftOut(column.name, say("it is known only after the outcome"))
        elif column.semantic in _NEVER:
            yield LeftOut(column.name, _NEVER[column.semantic])
        elif column.name in rows.column_names and pc.count_distinct(rows[column.name], mode="all").as_py() < 2:
            yield LeftOut(column.name, _NEVER[Semantic.CONSTANT])


def _of_column(column: Column, rows: pa.Table, as_of: date | None) -> Iterator[Feature]:
    values, label = rows[column.name], column.named()
    if column.semantic is Semantic.DATE and as_of is not None:
        yield Feature(f"days_since_{snake(column.name)}", say("Days since {column}", column=label), "number", "day",
                      (column.name,), DaysBefore(column.name, as_of))  # fmt: skip
    elif column.semantic is Semantic.CATEGORY:
        yield Feature(column.name, label, "category", "", (column.name,), Category(column.name), _levels(values))
    elif as_of is not None and _is_year(column, values):
        yield Feature(*_years(column), "number", "year", (column.name,), YearsBefore(column.name, as_of.year))
    elif column.semantic is not Semantic.DATE:
        kind = "flag" if column.semantic is Semantic.FLAG else "number"
        yield Feature(column.name, label, kind, column.unit, (column.name,), Value(column.name))  # type: ignore[arg-type]
    if _MISSING_ROWS <= values.null_count <= len(values) - _MISSING_ROWS:
        yield Feature(f"{snake(column.name)}_missing", say("{column}: missing", column=label), "flag", "",
                      (column.name,), Missing(column.name))  # fmt: skip


def _levels(values: pa.ChunkedArray) -> tuple[str, ...]:
    """Return the most frequent levels in alphabetical order."""
    counts = pc.value_counts(values.cast(pa.string()).drop_null()).to_pylist()
    frequent = sorted(counts, key=lambda level: (-level["counts"], level["values"]))[:_MOST_LEVELS]
    return tuple(sorted(level["values"] for level in frequent))


def _years(column: Column) -> tuple[str, Sentence]:
    words = snake(column.name).split("_")
    if any(word.startswith(("birth", "born", "dob", "yob", "nac", "urodz")) for word in words):
        return "age", say("Age")
    return f"years_since_{snake(column.name)}", say("Years since {column}", column=column.named())


def _is_year(column: Column, values: pa.ChunkedArray) -> bool:
    """Tell whether whole numbers are calendar years: nearly all lie between 1900 and 2100, and they differ."""
    if column.semantic is not Semantic.NUMBER or not pa.types.is_integer(values.type):
        return False
    low, high = pc.quantile(values, q=[0.005, 0.995]).to_pylist()
    return low is not None and low >= 1890 and high <= 2100 and high - low >= 5


def _additive(column: Column, rows: pa.Table) -> bool:
    """Tell whether the column counts or measures something that can be summed: never negative, and no year."""
    if column.semantic not in (Semantic.MONEY, Semantic.NUMBER, Semantic.FLAG):
        return False
    values = rows[column.name]
    lowest = pc.min(values.cast(pa.float64())).as_py()
    return lowest is not None and lowest >= 0 and not _is_year(column, values)


def _last_day(columns: Collection[Column], rows: pa.Table) -> date | None:
    days = [
        pc.max(rows[column.name].cast(pa.date32())).as_py()
        for column in columns
        if column.semantic is Semantic.DATE and pa.types.is_temporal(rows[column.name].type)
    ]
    return max((day for day in days if day is not None), default=None)


def _apart(made: Collection[Feature], labels: Labels) -> Iterator[Feature]:
    """Give each feature a name of its own, and the label that was declared for it."""
    seen: set[str] = set()
    for feature in made:
        name, number = feature.name, 2
        while name.casefold() in seen:
            name, number = f"{feature.name}_{number}", number + 1
        seen.add(name.casefold())
        label = texts(labels[name]) if name in labels else feature.label
        yield replace(feature, name=name, label=label)
