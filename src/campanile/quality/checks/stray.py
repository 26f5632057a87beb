"""Identifiers that are hardly ever filled, beside one that names every row: left over from another table."""

from __future__ import annotations

import pyarrow.compute as pc

from campanile.quality.look import Look
from campanile.quality.result import Finding
from campanile.tables.dictionary import Column, Semantic, readable
from campanile.words import say

FEWEST_ROWS = 20
FILLED_SHARE = 0.2
BARE = frozenset({"id", "key", "uuid", "guid", "pk", "index"})


def stray_columns(look: Look) -> tuple[Finding, ...]:
    """Find second identifiers without use."""
    whole = _whole(look)
    found = [] if whole is None else [
        _finding(look, column, whole) for column in look.dictionary.of(Semantic.IDENTIFIER)
        if column.name != whole.name and _is_stray(look, column, whole)
    ]  # fmt: skip
    return tuple(found) or (Finding("stray", None, True, "info", 0, say("No column is left over from another table.")),)


def _whole(look: Look) -> Column | None:
    """Return the identifier that every row has: the key, else the first."""
    full = [c for c in look.dictionary.of(Semantic.IDENTIFIER) if not look.facts[c.name].missing]
    return next((c for c in full if c.name == look.dictionary.key), full[0] if full else None)


def _is_stray(look: Look, column: Column, whole: Column) -> bool:
    """A reference to something that few rows have is filled rarely too, but with values and a name of its own."""
    fact = look.facts[column.name]
    if fact.rows < FEWEST_ROWS or not 0 < fact.present <= FILLED_SHARE * fact.rows:
        return False
    return fact.distinct == 1 or readable(column.name).lower() in BARE or _repeats(look, column, whole)


def _repeats(look: Look, column: Column, whole: Column) -> bool:
    one, other = look.rows.column(column.name), look.rows.column(whole.name)
    return one.type == other.type and bool(pc.all(pc.equal(one, other)).as_py())


def _finding(look: Look, column: Column, whole: Column) -> Finding:
    fact = look.facts[column.name]
    words = say(
        "{column} is filled in {n:number} of {rows:number} rows, while {whole} names every row: it seems to be left"
        " over. Leave it out.",
        n=fact.present, rows=fact.rows, column=column.named(), whole=whole.named(),
    )  # fmt: skip
    return Finding("stray", column.name, False, "warning", fact.present, words)
