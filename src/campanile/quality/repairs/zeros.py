"""Noughts of rows whose measures were never taken become missing."""

from __future__ import annotations

import pyarrow as pa

from campanile.quality.checks.zeros import zeroed
from campanile.quality.look import Look
from campanile.quality.repairs.change import Change
from campanile.words import plural


def zeros_to_missing(look: Look) -> tuple[Change, ...]:
    """Set the noughts that the check ``zeros`` finds to missing."""
    found = zeroed(look)
    if found is None:
        return ()
    changes = []
    for place, name in enumerate(found.columns):
        rows = found.rows[found.marks[:, place]]
        words = plural(
            "{column}: {n:number} nought set to missing, where other measures of the row are nought too.",
            "{column}: {n:number} noughts set to missing, where other measures of the row are nought too.",
            n=len(rows),
            column=look.dictionary[name].named(),
        )
        changes.append(Change(name, rows, words, pa.nulls(len(rows), look.rows.schema.field(name).type)))
    return tuple(changes)
