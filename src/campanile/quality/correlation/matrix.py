"""Spearman's correlation of many columns at once: ranks among the rows that both have, ties sharing their mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from campanile.quality.look import Ordered
from campanile.quality.ranks import products, ranks

Floats = NDArray[np.float64]

_FEWEST = 3


def spearman(values: Floats) -> Floats:
    """Return the rank correlation of all pairs of columns of ``values`` (rows, columns), NaN where missing.

    A pair is ranked anew among the rows that have both. Columns that are missing in the same rows are ranked together,
    so that one product of matrices does for all of them. NaN where one never varies, or fewer than 3 rows have both.

    Source: Spearman (1904), American Journal of Psychology 15, 72-101.
    """
    columns = values.shape[1]
    found = np.full((columns, columns), np.nan)
    orders = [_ordered(values[:, place]) for place in range(columns)]
    patterns = _patterns(~np.isnan(values))
    for at, (known, ones) in enumerate(patterns):
        for also, others in patterns[at:]:
            both = known & also
            left = centred(orders, ones, both)
            right = left if ones is others else centred(orders, others, both)
            found[np.ix_(ones, others)] = _correlated(left, right)
            found[np.ix_(others, ones)] = found[np.ix_(ones, others)].T
    return found


def centred(orders: list[Ordered], columns: NDArray[np.int64], rows: NDArray[np.bool_]) -> Floats:
    """Return the ranks (rows, columns) among ``rows``, less their mean."""
    count = int(rows.sum())
    if count == 0:
        return np.zeros((0, len(columns)))
    place = np.cumsum(rows) - 1
    made = np.empty((count, len(columns)))
    for number, column in enumerate(columns):
        order = orders[column]
        kept = rows[order.rows]
        among = order if kept.all() else Ordered(order.values[kept], order.rows[kept])
        made[:, number] = ranks(Ordered(among.values, place[among.rows]), count)
    return np.asarray(made - (count + 1) / 2)


def _ordered(column: Floats) -> Ordered:
    order = np.argsort(column, kind="stable")[: int(np.count_nonzero(~np.isnan(column)))]
    return Ordered(column[order], order)


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
