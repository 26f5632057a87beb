"""Spearman's correlation of many columns at once: ranks among the rows that both have, ties sharing their mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campanile.quality.ranks import products

Floats = NDArray[np.float64]

_FEWEST = 3


@dataclass(frozen=True)
class Sorted:
    """A column's rows in ascending order of its values, missing ones left out, and where each run of ties begins."""

    rows: NDArray[np.int64]
    starts: NDArray[np.int64]


def in_order(values: Floats) -> tuple[Sorted, ...]:
    """Return the order of each column of ``values`` (rows, columns), NaN where missing."""
    return tuple(_ordered(values[:, place]) for place in range(values.shape[1]))


def spearman(values: Floats, orders: Sequence[Sorted] | None = None) -> Floats:
    """Return the rank correlation of all pairs of columns of ``values`` (rows, columns), NaN where missing.

    A pair is ranked anew among the rows that have both. Columns that are missing in the same rows are ranked together,
    so that one product of matrices does for all of them. NaN where one never varies, or fewer than 3 rows
    have both. ``orders`` are those of ``in_order``, where they are known.

    Source: Spearman (1904), American Journal of Psychology 15, 72-101.
    """
    columns = values.shape[1]
    found = np.full((columns, columns), np.nan)
    orders = in_order(values) if orders is None else orders
    patterns = _patterns(~np.isnan(values))
    for at, (known, ones) in enumerate(patterns):
        for also, others in patterns[at:]:
            both = known & also
            left = centred(orders, ones, both)
            right = left if ones is others else centred(orders, others, both)
            found[np.ix_(ones, others)] = _correlated(left, right)
            found[np.ix_(others, ones)] = found[np.ix_(ones, others)].T
    return found


def centred(orders: Sequence[Sorted], columns: NDArray[np.int64], rows: NDArray[np.bool_]) -> Floats:
    """Return the ranks (rows, columns) among ``rows``, less their mean; all columns are known there."""
    count = int(rows.sum())
    made = np.empty((len(columns), count))
    spread = np.empty(len(rows))
    for number, column in enumerate(columns):
        order = orders[column]
        if len(order.rows):
            kept = rows[order.rows]
            heavy = np.add.reduceat(kept, order.starts, dtype=np.int64)
            middle = np.cumsum(heavy) - (heavy - 1) / 2
            spread[order.rows] = np.repeat(middle, np.diff(order.starts, append=len(order.rows)))
        made[number] = spread[rows]
    return np.asarray(made.T - (count + 1) / 2)


def _ordered(column: Floats) -> Sorted:
    order = np.argsort(column, kind="stable")[: int(np.count_nonzero(~np.isnan(column)))]
    ordered = column[order]
    return Sorted(order, np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(order) else order)


def _patterns(known: NDArray[np.bool_]) -> list[tuple[NDArray[np.bool_], NDArray[np.int64]]]:
    """Return the different ways in which columns are filled, each with the columns that are."""
    if not known.shape[1]:
        return []
    packed = np.packbits(known, axis=0).T
    _, first, which = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    which = which.reshape(-1)
    return [(known[:, column], np.flatnonzero(which == number)) for number, column in enumerate(first)]


def _correlated(left: Floats, right: Floats) -> Floats:
    if len(left) < _FEWEST:
        return np.full((left.shape[1], right.shape[1]), np.nan)
    spread = np.sqrt(np.outer((left**2).sum(axis=0), (right**2).sum(axis=0)))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = products(left, right) / spread
    return np.asarray(np.clip(np.where(spread > 0, found, np.nan), -1, 1))
