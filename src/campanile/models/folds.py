"""Which rows test a model that has not seen them: folds that keep a customer and its copies together."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.tables import Dictionary, Semantic
from campanile.workspace.engine import query, quoted

Rows = NDArray[np.int64]


def content(rows: pa.Table, dictionary: Dictionary, target: str) -> NDArray[np.uint64]:
    """Return a fingerprint of each row without identifiers and target: equal for copies of one customer."""
    apart = {column.name for column in dictionary.of(Semantic.IDENTIFIER)} | {target, dictionary.key}
    names = [name for name in rows.column_names if name not in apart]
    return hashed(rows, names)


def hashed(rows: pa.Table, names: Sequence[str]) -> NDArray[np.uint64]:
    """Return a fingerprint of what stands in these columns, shape (rows,); without any, each row has its own."""
    if not names:
        return np.arange(rows.num_rows, dtype=np.uint64)
    listed = ", ".join(quoted(name) for name in names)
    found = query(f"SELECT hash({listed}) AS h FROM rows", {"rows": rows.select(list(names))})
    return np.asarray(found["h"].to_numpy(), dtype=np.uint64)


def grouped(prints: NDArray[np.uint64], keys: pa.ChunkedArray | None) -> Rows:
    """Return the group of each row: rows with one print or one key are together, through chains too."""
    _, copies = np.unique(prints, return_inverse=True)
    if keys is None:
        return copies.astype(np.int64)
    codes = np.asarray(keys.combine_chunks().dictionary_encode(null_encoding="encode").indices.to_numpy())
    if len(np.unique(codes)) == len(codes):
        return copies.astype(np.int64)
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    count = int(copies.max()) + 1
    links = coo_matrix((np.ones(len(codes)), (copies, count + codes)), shape=(count + int(codes.max()) + 1,) * 2)
    _, parts = connected_components(links, directed=False)
    return np.asarray(np.unique(parts[copies], return_inverse=True)[1], dtype=np.int64)


def dealt(classes: Rows, groups: Rows, folds: int, seed: int, prints: NDArray[np.uint64] | None = None) -> Rows:
    """Return the fold of each row: groups whole, classes spread evenly.

    Groups are dealt class by class (a group counts for its rarest), large ones first, then in an order
    drawn from ``seed`` and their prints, so that the order of rows changes nothing.
    """
    _, first, codes = np.unique(groups, return_index=True, return_inverse=True)
    sizes = np.bincount(codes)
    rarity = np.argsort(np.argsort(np.bincount(classes), kind="stable"), kind="stable")[classes]
    rank = np.full(len(first), len(rarity), dtype=np.int64)
    np.minimum.at(rank, codes, rarity)
    marks = np.arange(len(first), dtype=np.uint64)
    if prints is not None:
        marks = np.full(len(first), np.iinfo(np.uint64).max, dtype=np.uint64)
        np.minimum.at(marks, codes, prints)
    order = np.lexsort((mixed(marks, seed), -sizes, rank))
    # To and fro (0 1 2 2 1 0 …), so that no fold gets the larger of each round.
    turn = np.arange(len(order)) % (2 * folds)
    fold_of_group = np.empty(len(order), dtype=np.int64)
    fold_of_group[order] = np.where(turn < folds, turn, 2 * folds - 1 - turn)
    return np.asarray(fold_of_group[codes], dtype=np.int64)


def possible(classes: Rows, groups: Rows, wanted: int) -> int:
    """Return how many folds there can be with each class in each: ``wanted`` or fewer."""
    least = min(len(np.unique(groups[classes == label])) for label in np.unique(classes))
    return max(2, min(wanted, least))


def splits(folds: Rows, only: Collection[int] | None = None) -> list[tuple[Rows, Rows]]:
    """Return (training rows, test rows) for each fold, or for those in ``only``."""
    return [
        (np.flatnonzero(folds != fold), np.flatnonzero(folds == fold))
        for fold in range(int(folds.max()) + 1)
        if only is None or fold in only
    ]


def mixed(marks: NDArray[np.uint64], seed: int) -> NDArray[np.uint64]:
    """Scatter 64-bit marks by a seed. Source: splitmix64 (Steele, Lea and Flood, 2014)."""
    # The seed itself is mixed too, so that neighbouring seeds give unlike orders.
    z = marks ^ np.uint64((seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) % 2**64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))
