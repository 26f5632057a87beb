"""Columns of made-up texts, put together whole columns at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_BASE62 = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", np.uint8)
_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
_OCTETS = pa.array([str(number) for number in range(256)])


def codes(rng: np.random.Generator, rows: int, width: int = 22) -> pa.Array:
    """Return texts of ``width`` letters and digits, as music services name their tracks."""
    return _fixed_width(_BASE62[rng.integers(0, len(_BASE62), (rows, width), dtype=np.uint8)])


def uuids(rng: np.random.Generator, rows: int) -> pa.Array:
    """Return texts like random UUIDs (version 4)."""
    digits = rng.integers(0, 16, (rows, 32), dtype=np.uint8)
    digits[:, 12] = 4
    digits[:, 16] = 8 + digits[:, 16] % 4
    texts = np.full((rows, 36), ord("-"), dtype=np.uint8)
    texts[:, [place for place in range(36) if place not in (8, 13, 18, 23)]] = _HEX[digits]
    return _fixed_width(texts)


def addresses(rng: np.random.Generator, rows: int) -> pa.Array:
    """Return texts like IP addresses."""
    first = _OCTETS.take(pa.array(rng.integers(1, 224, rows)))
    rest = (_OCTETS.take(pa.array(rng.integers(0, 256, rows))) for _ in range(3))
    return pc.binary_join_element_wise(first, *rest, ".")


def sentences(rng: np.random.Generator, words: Sequence[str], lengths: NDArray[np.int64]) -> pa.Array:
    """Return one text for each of ``lengths``, of so many words."""
    return pc.binary_join(lists(pick(words, rng.integers(0, len(words), int(lengths.sum()))), lengths), " ")


def lists(values: pa.Array, lengths: NDArray[np.int64]) -> pa.ListArray:
    """Cut ``values`` into lists of the given ``lengths``."""
    return pa.ListArray.from_arrays(pa.array(np.concatenate(([0], np.cumsum(lengths))), pa.int32()), values)


def pick(words: Sequence[str], places: NDArray[np.integer]) -> pa.Array:
    """Return the words at ``places``."""
    return pa.array(words, pa.string()).take(pa.array(places))


def joined(*parts: pa.Array | str, by: str = " ") -> pa.Array:
    """Join texts row by row."""
    return pc.binary_join_element_wise(*parts, by)


def _fixed_width(characters: NDArray[np.uint8]) -> pa.Array:
    rows, width = characters.shape
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(characters)))
