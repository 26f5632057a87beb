"""Typed columns of other formats in Campanile's few storage types."""

from __future__ import annotations

import json
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from campanile.sources.numbers import whole

DAY_MICROS = 86_400_000_000
_UUID_BYTES = 16


def canonical(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as bool, int64, double, date32, timestamp[us, UTC], or as texts in a dictionary array."""
    array = _plain(column)
    kind = array.type
    if pa.types.is_boolean(kind):
        return array
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _number(array)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _moment(array)
    return _texts(array).dictionary_encode()


def as_texts(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """Return a column as texts, to be read as a declaration says."""
    return _texts(_plain(column)).dictionary_encode()


def _plain(column: pa.ChunkedArray) -> pa.Array:
    array = column.combine_chunks()
    array = pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _number(array: pa.Array) -> pa.Array:
    if pa.types.is_integer(array.type):
        try:
            numbers = array.cast(pa.int64())
        except pa.ArrowInvalid:
            return array.cast(pa.string()).dictionary_encode()
    else:
        numbers = whole(array.cast(pa.float64()))
    bounds = pc.min_max(numbers).as_py()
    if pa.types.is_integer(numbers.type) and bounds["min"] is not None and bounds["min"] >= 0 and bounds["max"] <= 1:
        return pc.equal(numbers, 1)
    return numbers


def _moment(array: pa.Array) -> pa.Array:
    if pa.types.is_date(array.type):
        return array.cast(pa.date32())
    zoned = array.cast(pa.timestamp("us", tz=array.type.tz), safe=False)
    moments = zoned.cast(pa.timestamp("us", tz="UTC")) if array.type.tz else pc.assume_timezone(zoned, "UTC")
    rest = pc.max(
        pc.subtract(
            moments.cast(pa.int64()),
            pc.multiply(moments.cast(pa.date32()).cast(pa.int32()).cast(pa.int64()), DAY_MICROS),
        )
    )
    return moments.cast(pa.date32()) if rest.as_py() in (0, None) else moments


def _texts(array: pa.Array) -> pa.Array:
    kind = array.type
    if pa.types.is_nested(kind):
        told = [
            None if value is None else json.dumps(value, default=str, ensure_ascii=False) for value in array.to_pylist()
        ]
        return pa.array(told, pa.string())
    if pa.types.is_null(kind):
        return pa.nulls(len(array), pa.string())
    if pa.types.is_fixed_size_binary(kind) and kind.byte_width == _UUID_BYTES:
        return _uuids(array)
    return array.cast(pa.string())


def _uuids(array: pa.Array) -> pa.Array:
    """Write identifiers of 16 bytes as people do: in five groups of hexadecimal digits."""
    known = array.fill_null(bytes(_UUID_BYTES))
    start = known.offset * _UUID_BYTES
    raw = memoryview(known.buffers()[1])[start : start + len(known) * _UUID_BYTES]
    digits = pa.py_buffer(raw.hex().encode())
    whole = pa.Array.from_buffers(pa.binary(2 * _UUID_BYTES), len(array), [None, digits]).cast(pa.string())
    parts = [pc.utf8_slice_codeunits(whole, start, stop) for start, stop in pairwise((0, 8, 12, 16, 20, 32))]
    return pc.if_else(array.is_valid(), pc.binary_join_element_wise(*parts, "-"), None)
