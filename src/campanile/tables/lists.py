"""Columns that hold a list of texts in each row: ``favourite_genres`` is soul, motown.

They are stored as ``list<element: string>`` (DuckDB: ``VARCHAR[]``, Spark: ``array<string>``), the form that Delta Lake
gives back, so that engines can take them apart (``unnest``) and hold them against each other (``list_intersect``).
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from campanile.workspace.engine import query

STRINGS = pa.list_(pa.field("element", pa.string()))

_FITS = (
    "SELECT text, coalesce(json_type(valid) = 'ARRAY' AND NOT list_has_any(json_type(valid, '$[*]'),"
    " ['OBJECT', 'ARRAY']), false) AS fits FROM (SELECT text, CASE WHEN json_valid(text) THEN text END AS valid"
    " FROM texts)"
)


def is_list(kind: pa.DataType) -> bool:
    """Tell whether cells are lists."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def from_json(texts: pa.StringArray) -> tuple[pa.ListArray, pa.BooleanArray]:
    """Read JSON arrays of texts, numbers and flags as lists of texts; the second array marks what is one.

    What is none, an array of objects or arrays among them, becomes null.
    """
    found = query(
        f"SELECT from_json(CASE WHEN fits THEN text END, '[\"VARCHAR\"]') AS cells, fits FROM ({_FITS})",
        {"texts": pa.table({"text": texts})},
    )
    return _one(found["cells"].cast(STRINGS)), _one(found["fits"])


def as_json(column: pa.ChunkedArray | pa.Array) -> pa.StringArray:
    """Return lists as JSON arrays in text, for a format that has no lists."""
    plain = pa.table({"cells": column})
    return _one(query("SELECT to_json(cells)::VARCHAR AS told FROM plain", {"plain": plain})["told"].cast(pa.string()))


def as_texts(column: pa.ChunkedArray | pa.Array) -> pa.StringArray:
    """Return cells of any type as texts."""
    return as_json(column) if is_list(column.type) else _one(pc.cast(column, pa.string()))


def _one(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
