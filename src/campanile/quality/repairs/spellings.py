"""Spellings of one category become the most frequent one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from campanile.quality.checks.spellings import joined_spellings
from campanile.quality.look import Look
from campanile.quality.repairs.change import Change
from campanile.tables.dictionary import Semantic
from campanile.words import Sentence, plural

Telling: TypeAlias = Callable[[Sentence, int, int], Sentence]
"""How a renaming is told, from the column's label and the counts of values and categories."""


def join_spellings(look: Look) -> tuple[Change, ...]:
    """Join the spellings that the check ``spellings`` finds."""
    changes = []
    for column in look.dictionary.of(Semantic.CATEGORY):
        joined = joined_spellings(look, column.name)
        if joined:
            changes.append(renamed(look, column.name, joined, _words))
    return tuple(changes)


def renamed(look: Look, column: str, names: Mapping[str, str], words: Telling) -> Change:
    """Make the change that gives categories their new names."""
    values = look.rows.column(column)
    old = pa.array(list(names), values.type)
    rows = np.flatnonzero(pc.is_in(values, value_set=old).to_numpy())
    places = pc.index_in(values.take(pa.array(rows)), value_set=old)
    after = pa.array(list(names.values()), values.type).take(_one(places))
    return Change(column, rows, words(look.dictionary[column].named(), len(rows), len(names)), after)


def _words(column: Sentence, values: int, categories: int) -> Sentence:
    return plural(
        "{column}: {n:number} value given the usual spelling ({categories:number} spellings joined).",
        "{column}: {n:number} values given the usual spelling ({categories:number} spellings joined).",
        n=values,
        column=column,
        categories=categories,
    )


def _one(values: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(values, pa.Array):
        return values
    return pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
