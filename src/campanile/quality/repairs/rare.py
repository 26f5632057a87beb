"""Rare categories become "Other", when asked."""

from __future__ import annotations

import pyarrow as pa

from campanile.quality.checks.categories import rare_levels
from campanile.quality.look import Look
from campanile.quality.repairs.change import Change
from campanile.quality.repairs.spellings import renamed
from campanile.tables.dictionary import Semantic
from campanile.words import Sentence, plural

OTHER = "Other"


def join_rare(look: Look) -> tuple[Change, ...]:
    """Join the categories that the check ``rare`` finds; a column with a single rare one is left as it is."""
    changes = []
    for column in look.dictionary.of(Semantic.CATEGORY):
        kind = look.rows.schema.field(column.name).type
        if column.name == look.spec.target or not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            continue
        rare = [name for name in rare_levels(look, column.name) if name != OTHER]
        # One rare category renamed would be as rare as before.
        if len(rare) > 1 or (rare and OTHER in look.levels[column.name].names):
            changes.append(renamed(look, column.name, dict.fromkeys(rare, OTHER), _words))
    return tuple(changes)


def _words(column: Sentence, values: int, categories: int) -> Sentence:
    return plural(
        "{column}: {n:number} value joined into Other ({categories:number} rare categories).",
        "{column}: {n:number} values joined into Other ({categories:number} rare categories).",
        n=values,
        column=column,
        categories=categories,
    )
