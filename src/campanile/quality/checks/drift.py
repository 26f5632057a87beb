"""What has changed against the version before: columns, how full they are, and where values lie.

The measure is the population stability index over tenths of the earlier version (``estimates.stability``); a small
table is not said to drift for its smallness.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.estimates.stability import SERIOUS, between, edges, stability
from campanile.quality.look import Look
from campanile.quality.result import Examples, Finding, Severity
from campanile.tables.dictionary import Column
from campanile.words import plural, say
from campanile.workspace.engine import query, quoted

MISSING_POINTS = 0.05
FEWEST_ROWS = 30
MOST_LEVELS = 100


def drift(look: Look) -> tuple[Finding, ...]:
    """Compare with the version before; where rows were added under new ids, the added rows alone."""
    if look.before is None:
        return (Finding("drift", None, True, "info", 0, say("There is no earlier version to compare with.")),)
    now = Look(_added(look, look.before), look.dictionary, look.spec, look.as_of)
    found = [*_columns(look, look.before)]
    if min(now.rows.num_rows, look.before.rows.num_rows) >= FEWEST_ROWS:
        for column in look.dictionary:
            if column.name in look.before.dictionary:
                found += [*_fullness(now, look.before, column), *_values(now, look.before, column)]
    words = say(
        "No column has changed against the version before ({rows:number} rows compared).", rows=now.rows.num_rows
    )
    return tuple(found) or (Finding("drift", None, True, "info", 0, words),)


def _added(look: Look, before: Look) -> pa.Table:
    """Return the rows whose id is new, where the others are still there; else all rows."""
    key = look.dictionary.key
    if (
        key is None
        or key not in before.dictionary
        or look.rows.schema.field(key).type != before.rows.schema.field(key).type
    ):
        return look.rows
    added = query(
        f"SELECT rows.* FROM rows ANTI JOIN earlier USING ({quoted(key)})",
        {"rows": look.rows, "earlier": before.rows.select([key])},
    )
    kept = look.rows.num_rows - added.num_rows
    return added if added.num_rows >= FEWEST_ROWS and kept >= 0.5 * before.rows.num_rows else look.rows


def _columns(look: Look, before: Look) -> Iterator[Finding]:
    gone = [column for column in before.dictionary if column.name not in look.dictionary]
    new = [column for column in look.dictionary if column.name not in before.dictionary]
    if gone:
        words = plural(
            "{n:number} column is gone since the version before: {columns:list}.",
            "{n:number} columns are gone since the version before: {columns:list}.",
            n=len(gone),
            columns=[column.named() for column in gone],
        )
        yield Finding("drift", None, False, "serious", len(gone), words)
    if new:
        words = plural(
            "{n:number} column is new since the version before: {columns:list}.",
            "{n:number} columns are new since the version before: {columns:list}.",
            n=len(new),
            columns=[column.named() for column in new],
        )
        yield Finding("drift", None, False, "info", len(new), words)


def _fullness(now: Look, before: Look, column: Column) -> Iterator[Finding]:
    fact, earlier = now.facts[column.name], before.facts[column.name]
    share, was = fact.missing / fact.rows, earlier.missing / earlier.rows
    spread = math.sqrt(max(was, 1 / earlier.rows) * (1 / fact.rows + 1 / earlier.rows))
    if abs(share - was) >= MISSING_POINTS and abs(share - was) > 4 * spread:
        severity: Severity = "serious" if share - was >= 0.3 else "warning"
        words = say(
            "{column}: {share:percent} of the values are missing, against {was:percent} in the version before.",
            column=column.named(),
            share=share,
            was=was,
        )
        yield Finding("drift", column.name, False, severity, fact.missing, words)


def _values(now: Look, before: Look, column: Column) -> Iterator[Finding]:
    if column.name in now.levels and column.name in before.levels:
        if len(before.levels[column.name].names) <= MOST_LEVELS:
            yield from _categories(now, before, column)
    # Dates of later rows are later by nature: only numbers are compared by where they lie.
    elif (
        column.name in now.measured_names
        and column.name != now.dictionary.key
        and column.name in {c.name for c in before.measured}
    ):
        values, earlier = now.ordered(column.name).values, before.ordered(column.name).values
        if min(len(values), len(earlier)) >= FEWEST_ROWS:
            tenths = edges(earlier)
            yield from _moved(now, column, between(values, tenths), between(earlier, tenths))


def _categories(now: Look, before: Look, column: Column) -> Iterator[Finding]:
    current = dict(zip(now.levels[column.name].names, now.levels[column.name].rows.tolist(), strict=True))
    earlier = dict(zip(before.levels[column.name].names, before.levels[column.name].rows.tolist(), strict=True))
    new = [name for name in current if name not in earlier]
    if new:
        words = plural(
            "{column}: {n:number} category is new: {names:list}.",
            "{column}: {n:number} categories are new: {names:list}.",
            n=len(new),
            column=column.named(),
            names=new[:6],
        )
        shown = Examples((say("Category"), say("Rows")), tuple((name, int(current[name])) for name in new[:20]))
        severity: Severity = "warning" if sum(current[name] for name in new) >= 0.01 * sum(current.values()) else "info"
        yield Finding("drift", column.name, False, severity, len(new), words, shown)
    total = sum(earlier.values())
    gone = [
        name for name, rows in earlier.items() if name not in current and _missed(rows / total, sum(current.values()))
    ]
    if gone:
        words = plural(
            "{column}: {n:number} category is gone: {names:list}.",
            "{column}: {n:number} categories are gone: {names:list}.",
            n=len(gone),
            column=column.named(),
            names=gone[:6],
        )
        yield Finding("drift", column.name, False, "warning", len(gone), words)
    names = sorted(current | earlier)
    if len(names) <= MOST_LEVELS:
        yield from _moved(
            now, column, *(np.array([rows.get(name, 0.0) for name in names]) for rows in (current, earlier))
        )


def _missed(share: float, rows: float) -> bool:
    """Tell whether a category of this share would hardly be absent from so many rows by chance."""
    return share * rows > 7


def _moved(now: Look, column: Column, current: NDArray[np.float64], earlier: NDArray[np.float64]) -> Iterator[Finding]:
    index, chance = stability(current, earlier)
    if index <= max(now.spec.drift_psi, chance):
        return
    place = int(np.argmax(np.abs(current / current.sum() - earlier / earlier.sum())))
    words = say(
        "{column}: the values lie elsewhere than in the version before (stability index {index:number}, by chance at"
        " most {chance:number}); one part of the range went from {was:percent} to {share:percent} of the rows.",
        column=column.named(),
        index=index,
        chance=chance,
        was=float(earlier[place] / earlier.sum()),
        share=float(current[place] / current.sum()),
    )
    severity: Severity = "serious" if index > max(SERIOUS, 2 * chance) else "warning"
    yield Finding("drift", column.name, False, severity, now.facts[column.name].present, words)
