"""Rows in which several measures are nought at once, though nought is rare in each: measures that were never taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.quality.look import Look
from campanile.quality.result import Examples, Finding
from campanile.words import plural, say

FEWEST_ROWS = 50
FEWEST_COLUMNS = 3
RARE_SHARE = 0.01
CHANCE_SHARE = 0.01
"""Rows that chance would give, columns taken as unrelated, up to this share of those found."""
FEW = 5


@dataclass(frozen=True)
class Zeroed:
    """``rows`` (ascending) hold 0 in at least ``FEWEST_COLUMNS`` of ``columns``; ``marks`` says in which."""

    columns: tuple[str, ...]
    rows: NDArray[np.int64]
    marks: NDArray[np.bool_]


def zeroed_rows(look: Look) -> tuple[Finding, ...]:
    """Find rows whose measures are nought together."""
    found = zeroed(look)
    if found is None:
        return (Finding("zeros", None, True, "info", 0, say("No row holds 0 in several measures at once.")),)
    return (_finding(look, found),)


def zeroed(look: Look) -> Zeroed | None:
    """Return the rows that hold 0 in several columns in which 0 is rare; None where there are none."""
    places = {name: rows for name in _measures(look) if len(rows := _zeros(look, name))}
    if len(places) < FEWEST_COLUMNS:
        return None
    rows, counts = np.unique(np.concatenate(list(places.values())), return_counts=True)
    rows = rows[counts >= FEWEST_COLUMNS]
    marks = np.column_stack([np.isin(rows, zeros) for zeros in places.values()])
    if not len(rows) or _by_chance(look, [len(zeros) for zeros in places.values()]) > CHANCE_SHARE * len(rows):
        return None
    used: NDArray[np.bool_] = np.asarray(marks.any(axis=0))
    names = tuple(name for name, keep in zip(places, used, strict=True) if keep)
    return Zeroed(names, rows, marks[:, used])


def _measures(look: Look) -> list[str]:
    """Return columns of numbers; a count goes down to 0 by way of 1, so its noughts are its own."""
    if look.rows.num_rows < FEWEST_ROWS:
        return []
    return [
        column.name for column in look.measured
        if column.name not in (look.dictionary.key, look.spec.target) and not _counts(look, column.name)
    ]  # fmt: skip


def _counts(look: Look, name: str) -> bool:
    values = look.ordered(name).values
    above = values[np.searchsorted(values, 0, side="right") :]
    return bool(pa.types.is_integer(look.rows.schema.field(name).type) and (not len(above) or above[0] == 1))


def _zeros(look: Look, name: str) -> NDArray[np.int64]:
    """Return the rows that hold 0; none where that is frequent."""
    ordered = look.ordered(name)
    start, end = np.searchsorted(ordered.values, 0, side="left"), np.searchsorted(ordered.values, 0, side="right")
    rare = end - start <= RARE_SHARE * len(ordered.values)
    return ordered.rows[start:end] if rare else ordered.rows[:0]


def _by_chance(look: Look, counts: list[int]) -> float:
    """Return how many rows would hold so many noughts if those of the columns had nothing to do with each other."""
    exactly = np.zeros(FEWEST_COLUMNS + 1)  # the chance of 0, 1, 2 noughts, and of more
    exactly[0] = 1.0
    for count in counts:
        one_more = exactly[:-1] * count / look.rows.num_rows
        exactly[1:] += one_more
        exactly[:-1] -= one_more
    return float(exactly[-1] * look.rows.num_rows)


def _finding(look: Look, found: Zeroed) -> Finding:
    labels = [look.dictionary[name].named() for name in found.columns]
    least, most = int(found.marks.sum(axis=1).min()), int(found.marks.sum(axis=1).max())
    count = (
        say("{value:number}", value=most)
        if least == most
        else say("{low:number} to {high:number}", low=least, high=most)
    )
    words = plural(
        "{n:number} row holds 0 in {count} measures at once, though 0 is rare in each ({columns:list}): they"
        " were probably not measured.",
        "{n:number} rows hold 0 in {count} measures at once, though 0 is rare in each ({columns:list}): they were"
        " probably not measured.",
        n=len(found.rows), count=count, columns=labels,
    )  # fmt: skip
    shown = Examples((say("Row"), say("Columns that are 0")), tuple(
        (look.where(int(row)), ", ".join(name for name, is_zero in zip(found.columns, marks, strict=True) if is_zero))
        for row, marks in list(zip(found.rows, found.marks, strict=True))[:FEW]
    ))  # fmt: skip
    return Finding("zeros", None, False, "warning", len(found.rows), words, shown, "zeros_to_missing")
