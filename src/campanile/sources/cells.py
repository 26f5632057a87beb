"""Cells as every reader of a format hands them on: columns of distinct texts, each row with its line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.sources.refusal import Refusal
from campanile.sources.result import Dialect


@dataclass(frozen=True)
class Cells:
    """A table before its types are known.

    ``columns`` are dictionary arrays of strings where the format writes text, typed arrays where it
    has types (Parquet). ``lines`` holds the physical line of each row; ``raw`` gives the text of
    the rows of these indices; ``refused`` are rows that never became cells.
    """

    names: tuple[str, ...]
    columns: tuple[pa.Array, ...]
    lines: NDArray[np.int64]
    raw: Callable[[NDArray[np.int64]], list[str]]
    refused: tuple[Refusal, ...]
    dialect: Dialect


def dictionary(column: pa.Array | pa.ChunkedArray) -> pa.DictionaryArray:
    """Return strings as one dictionary array."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return array if pa.types.is_dictionary(array.type) else array.dictionary_encode()


def joined(columns: tuple[pa.Array, ...]) -> Callable[[NDArray[np.int64]], list[str]]:
    """Return a ``raw`` for formats without lines of text: the cells of a row, separated by tabs."""

    def raw(rows: NDArray[np.int64]) -> list[str]:
        cells = [column.take(pa.array(rows)).to_pylist() for column in columns]
        return ["\t".join("" if cell is None else str(cell) for cell in row) for row in zip(*cells, strict=True)]

    return raw
