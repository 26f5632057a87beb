"""Rows told apart by their key: the same row twice is kept once, two rows that contradict each other are not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.sources.result import Reading
from campanile.tables import Dictionary, Semantic
from campanile.tables.lists import as_json, is_list

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Keyed:
    """What becomes of each new row: ``new`` ones enter, ``repeated`` equal one that is kept, the others are refused."""

    new: Mask
    repeated: Mask
    missing: Mask
    conflict: Mask
    exists: Mask


def compare(rows: pa.Table, key: str, before: pa.Table | None = None) -> Keyed:
    """Hold new ``rows`` against each other and against the rows there are, which have ``rows``' columns.

    Of new rows with one key, the first is kept; a later one is repeated if all of its cells are equal.
    """
    old = before.num_rows if before is not None else 0
    together = pa.concat_tables([before.select(rows.column_names), rows]) if before is not None else rows
    missing = np.asarray(together.column(key).is_null().to_numpy())
    first = _first_of(together.column(key))
    equal = np.ones(len(missing), dtype=bool)
    for column in together.columns:
        codes = _codes(column)
        equal &= codes == codes[first]
    later = (first < np.arange(len(first))) & ~missing
    new = slice(old, None)
    return Keyed(
        new=(~later & ~missing)[new], repeated=(later & equal)[new], missing=missing[new],
        conflict=(later & ~equal & (first >= old))[new], exists=(later & ~equal & (first < old))[new],
    )  # fmt: skip


def natural_key(reading: Reading) -> str | None:
    """Return the first identifier that every row has and no two share, or None."""
    dictionary: Dictionary = reading.dictionary
    for column in dictionary.of(Semantic.IDENTIFIER):
        values = reading.table.column(column.name)
        if not values.null_count and pc.count_distinct(values).as_py() == len(values):
            return column.name
    return None


def _codes(column: pa.ChunkedArray) -> NDArray[np.int64]:
    encoded = (as_json(column) if is_list(column.type) else column.combine_chunks()).dictionary_encode()
    encoded = encoded if isinstance(encoded, pa.DictionaryArray) else encoded.combine_chunks()
    return np.asarray(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)


def _first_of(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return for each row the first row with its key."""
    codes = _codes(column)
    first = np.empty(codes.max(initial=0) + 2, dtype=np.int64)
    backwards = np.arange(len(codes))[::-1]
    first[codes[::-1]] = backwards
    return first[codes]
