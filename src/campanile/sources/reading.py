"""Read a file into a typed table: find its dialect, decide each column's type as a whole, refuse what does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.sources.arrival import Arrival, arrive
from campanile.sources.cells import Cells
from campanile.sources.customs import Customs
from campanile.sources.decide import Decided, decide
from campanile.sources.delimited import read_delimited
from campanile.sources.jsonlines import read_json
from campanile.sources.parquet import read_parquet
from campanile.sources.refusal import Refusal, as_table, check_share, clipped
from campanile.sources.result import Dialect, Reading
from campanile.sources.semantics import describe
from campanile.sources.spec import ReadSpec
from campanile.sources.vocabulary import identifying
from campanile.sources.workbook import read_workbook
from campanile.tables import Dictionary
from campanile.words import Sentence, plural, say
from campanile.workspace.errors import NotFound, nearest, not_found

# What pandas and R call the numbers of rows when they write them as a column.
_COUNTERS = ("index", "level_0", "X", "rownames")

READERS: Mapping[str, Callable[[Arrival, ReadSpec], Cells]] = {
    "text": read_delimited,
    "json": read_json,
    "parquet": read_parquet,
    "excel": read_workbook,
}


def read(
    path: str | Path, spec: ReadSpec | None = None, *, head: int | None = None, only: Sequence[str] | None = None
) -> Reading:
    """Read ``path`` whatever its format and dialect; change nothing.

    With ``head`` only about the first so many bytes of a text or Parquet file are read: a look at a large one. ``only``
    names the columns that are wanted (None: all): no row is refused for what stands in another one. Raises
    NotFound for a missing file or column, SourceError where the file is no table, has two columns of one
    name, dates that can be read in two ways, or more rows that do not fit than ``refuse_share``.
    """
    spec = spec or ReadSpec()
    arrival = arrive(Path(path), head, called=spec.called)
    cells = READERS[arrival.format](arrival, spec)
    if only is not None:
        cells = _only(arrival.name, cells, only)
    if spec.absent == "refused":
        _check_known(arrival.name, cells.names, spec)
    decided, customs = decide(cells, spec)
    columns, index = _named(cells, decided, spec)
    bad, refused = _refuse(arrival.name, cells, columns, spec)
    table = pa.table({column.name: _values(column, ~bad) for column in columns})
    dictionary = _dictionary(columns, table, spec)
    dialect = replace(cells.dialect, decimal=customs.decimal, dates=_order(customs), index_column=index)
    lines = pa.array(cells.lines[~bad])
    return Reading(table, dictionary, dialect, as_table(refused), _notes(dialect, customs), lines, arrival.share)


def _only(source: str, cells: Cells, wanted: Sequence[str]) -> Cells:
    for name in wanted:
        if name not in cells.names:
            raise not_found(say("column"), name, [known for known in cells.names if known],
                            say("{source:quoted}", source=source))  # fmt: skip
    places = [at for at, name in enumerate(cells.names) if name in wanted]
    names, columns = (tuple(all_of[at] for at in places) for all_of in (cells.names, cells.columns))
    return replace(cells, names=names, columns=columns)


def _check_known(source: str, names: tuple[str, ...], spec: ReadSpec) -> None:
    for name in spec.types:
        if name not in names:
            error = not_found(
                say("column"), name, [known for known in names if known], say("{source:quoted}", source=source)
            )
            near = nearest(name, names)
            hint = (
                say("{remedy} Map it: --map {name}={near}", remedy=error.remedy, name=name, near=near)
                if near
                else error.remedy
            )
            raise NotFound(error.what, hint)


def _named(cells: Cells, decided: tuple[Decided, ...], spec: ReadSpec) -> tuple[list[Decided], str | None]:
    """Leave out a column that only counts the rows; give a name to others without one."""
    columns, index = [], None
    taken = set(cells.names)
    identified = any(identifying(name) for name in taken)
    for place, column in enumerate(decided):
        unnamed = bool(re.fullmatch(r"(?:Unnamed: \d+.*)?", column.name))
        spare = unnamed or (identified and column.name in _COUNTERS)
        if (
            spare
            and column.name not in spec.types
            and len(decided) > 1
            and index is None
            and _counts(column, cells, shuffled=identified)
        ):
            index = column.name
        elif not unnamed:
            columns.append(column)
        else:
            name = next(name for name in (f"column_{place + 1}", f"column_{place + 1}_") if name not in taken)
            columns.append(replace(column, name=name, unnamed=True))
    return columns, index


def _counts(column: Decided, cells: Cells, *, shuffled: bool) -> bool:
    """Tell whether a column holds nothing but the numbers of rows, from 0 or from 1, perhaps ``shuffled``."""
    rows = len(cells.lines) + len(cells.refused)
    values = _values(column, None)
    if values.null_count or not (pa.types.is_integer(values.type) or pa.types.is_boolean(values.type)):
        return False
    numbers = np.asarray(values.to_numpy(zero_copy_only=False)).astype(np.int64)
    if shuffled:
        numbers.sort()
    return bool(numbers[0] in (0, 1) and (np.diff(numbers) > 0).all() and numbers[-1] - numbers[0] < rows)


def _refuse(
    source: str, cells: Cells, columns: list[Decided], spec: ReadSpec
) -> tuple[NDArray[np.bool_], tuple[Refusal, ...]]:
    """Find the rows with a cell that does not fit its column; each is refused once, for its first such cell."""
    blame = np.full(len(cells.lines), -1)
    for place, column in enumerate(columns):
        if column.levels is not None and column.typed.bad.any():
            blame[column.typed.bad[column.levels.codes] & (blame < 0)] = place
    bad = blame >= 0
    rows, total = np.flatnonzero(bad), len(cells.lines) + len(cells.refused)
    count = len(rows) + len(cells.refused)
    told = rows if count <= spec.refuse_share * total else rows[:3]
    refused = (*cells.refused, *_refusals(cells, columns, told, blame))
    check_share(source, count, total, spec.refuse_share, refused if len(told) == len(rows) else refused[-3:])
    return bad, refused


def _refusals(cells: Cells, columns: list[Decided], rows: NDArray[np.int64], blame: NDArray[np.int64]) -> list[Refusal]:
    refused = []
    for row, raw in zip(rows, cells.raw(rows), strict=True):
        column = columns[blame[row]]
        levels = column.levels
        value = levels.texts[int(levels.codes[row])].as_py() if levels is not None else ""
        refused.append(Refusal(int(cells.lines[row]), column.name, column.typed.reason, clipped(value), clipped(raw)))
    return refused


def _values(column: Decided, keep: NDArray[np.bool_] | None) -> pa.Array:
    if column.levels is None:
        return column.typed.values if keep is None else column.typed.values.filter(pa.array(keep))
    codes = column.levels.codes
    return column.typed.values.take(pa.array(codes if keep is None or keep.all() else codes[keep]))


def _dictionary(columns: list[Decided], table: pa.Table, spec: ReadSpec) -> Dictionary:
    found = tuple(describe(column, table.column(column.name).combine_chunks()) for column in columns)
    names = table.column_names
    said = {name: one.model_copy(update={"type": None}) for name, one in spec.types.items() if name in names}
    # A declared storage type alone says nothing about the meaning, which is then recognised.
    meant = {name: declared for name, declared in said.items() if declared.model_dump(exclude_none=True)}
    return Dictionary(found).declared(meant)


def _order(customs: Customs) -> str | None:
    orders = sorted(customs.orders.values(), key=lambda order: order == "ymd")
    return orders[0] if orders else None


def _notes(dialect: Dialect, customs: Customs) -> tuple[Sentence, ...]:
    notes = [
        say(
            "Dates in {column:quoted} are read as {order}: {reason}.",
            column=name,
            order=customs.orders[name],
            reason=reason,
        )
        for name, reason in customs.why.items()
    ]
    if dialect.index_column is not None:
        notes.append(say("A column that only counts the rows was left out."))
    if dialect.skipped_lines:
        notes.append(
            plural(
                "{n:number} line above the header was left out.",
                "{n:number} lines above the header were left out.",
                dialect.skipped_lines,
            )
        )
    return tuple(notes)
