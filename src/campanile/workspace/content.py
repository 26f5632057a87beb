"""The fingerprint of a table's content: the same for the same values, however they were written."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


def content_hash(table: pa.Table, key: str | None = None) -> str:
    """Return the SHA-256 of the typed values: columns by name, rows sorted by ``key``.

    Without a key the rows' order counts. Metadata, chunking and what lies under a null do not.
    """
    names = sorted(table.column_names)
    ordered = table.select(names)
    if key is not None:
        ordered = ordered.take(pc.sort_indices(table, sort_keys=[(key, "ascending")]))
    digest = hashlib.sha256(f"{table.num_rows} {key}".encode())
    for name in names:
        column = ordered.column(name).combine_chunks()
        digest.update(f"\n{name}\x1f{_called(column.type)}\n".encode())
        for part in _bytes_of(column):
            digest.update(part)
    return digest.hexdigest()


def _called(kind: pa.DataType) -> str:
    """Name a type; how the items of a list are called is the writer's affair."""
    return f"list<{_called(kind.value_type)}>" if pa.types.is_list(kind) else str(kind)


def _bytes_of(column: pa.Array) -> list[bytes]:
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    valid = _plain(pc.is_valid(column).cast(pa.uint8())).astype(bool)
    if pa.types.is_null(column.type):
        return [_packed(valid)]
    if pa.types.is_list(column.type):
        lengths = pc.fill_null(pc.list_value_length(column), 0).cast(pa.int64()).to_numpy().tobytes()
        return [_packed(valid), lengths, *_bytes_of(column.flatten())]
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        filled = pc.fill_null(column, "")
        lengths = pc.binary_length(filled).cast(pa.int64()).to_numpy().tobytes()
        return [_packed(valid), lengths, "".join(filled.to_pylist()).encode()]
    values = _plain(column)
    if pa.types.is_floating(column.type):
        # NaN means missing here, minus zero is zero, and a short number the same as a long one.
        valid &= ~np.isnan(values)
        values = values.astype(np.float64) + 0.0
    return [_packed(valid), np.where(valid, values, values.dtype.type(0)).tobytes()]


def _packed(valid: NDArray[np.bool_]) -> bytes:
    return np.packbits(valid).tobytes()


def _plain(column: pa.Array) -> NDArray[Any]:
    """Return numbers, flags and times as they lie in memory, also under nulls.

    Arrow's own way would import pandas, which takes longer than the rest.
    """
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.uint8())
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.int32() if pa.types.is_date32(column.type) else pa.int64())
    bare = pa.Array.from_buffers(column.type, len(column), [None, column.buffers()[1]], offset=column.offset)
    return np.from_dlpack(bare)
