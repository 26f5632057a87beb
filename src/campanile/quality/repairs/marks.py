"""Identifiers of -1 and the like become missing."""

from __future__ import annotations

import pyarrow as pa

from campanile.quality.look import Look
from campanile.quality.marks import marked_unknown
from campanile.quality.repairs.change import Change
from campanile.tables.dictionary import Semantic
from campanile.words import plural


def unknown_ids_to_missing(look: Look) -> tuple[Change, ...]:
    """Set the marks that the check ``personal`` finds to missing; the key is left alone, as rows need their names."""
    changes = []
    for column in look.dictionary.of(Semantic.IDENTIFIER):
        rows = marked_unknown(look, column.name)
        if len(rows) and column.name != look.dictionary.key:
            words = plural(
                "{column}: {n:number} mark of an unknown id set to missing.",
                "{column}: {n:number} marks of an unknown id set to missing.",
                n=len(rows),
                column=column.named(),
            )
            after = pa.nulls(len(rows), look.rows.schema.field(column.name).type)
            changes.append(Change(column.name, rows, words, after))
    return tuple(changes)
