"""What one repair does to one column, or to whole rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.words import Sentence


@dataclass(frozen=True)
class Change:
    """Set ``column`` to ``after`` in ``rows`` (their places, ascending); without a column, drop the rows.

    ``after`` has one value for each of ``rows``, of the column's type.
    """

    column: str | None
    rows: NDArray[np.int64]
    words: Sentence
    after: pa.Array | None = None


def applied(table: pa.Table, change: Change) -> pa.Table:
    """Return ``table`` with the change made."""
    keep = np.ones(table.num_rows, dtype=bool)
    keep[change.rows] = False
    if change.column is None:
        return table.filter(pa.array(keep))
    import pyarrow.compute as pc

    old = table.column(change.column)
    old = old.combine_chunks() if old.num_chunks != 1 else old.chunk(0)
    old = pa.concat_arrays(old.chunks) if isinstance(old, pa.ChunkedArray) else old
    place = table.schema.get_field_index(change.column)
    return table.set_column(place, table.schema.field(place), pc.replace_with_mask(old, pa.array(~keep), change.after))
