"""Ranks, and what can be told from them: rank correlation and the area under the ROC curve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from campanile.quality.look import Levels, Ordered


def ranks(ordered: Ordered, rows: int) -> NDArray[np.float64]:
    """Return each row's rank from 1, ties sharing their mean; NaN where the value is missing."""
    count = len(ordered.values)
    made = np.full(rows, np.nan)
    if count:
        starts = np.concatenate([[0], np.flatnonzero(np.diff(ordered.values)) + 1, [count]])
        middle = (starts[:-1] + starts[1:] + 1) / 2
        made[ordered.rows] = np.repeat(middle, np.diff(starts))
    return made


def auc_of_ranks(ranked: NDArray[np.float64], outcome: NDArray[np.float64]) -> float | None:
    """Return how often a responder ranks above another customer; None unless both kinds are there.

    Source: Mann and Whitney (1947), Annals of Mathematical Statistics 18, 50-60.
    """
    both = ~np.isnan(ranked) & ~np.isnan(outcome)
    responded = outcome[both] == 1
    ones = int(responded.sum())
    zeros = len(responded) - ones
    if not ones or not zeros:
        return None
    # Ranks were given among all known values; those without an outcome are closed up.
    among = ranked[both] if both.sum() == np.count_nonzero(~np.isnan(ranked)) else _again(ranked[both])
    return float((among[responded].mean() - (ones + 1) / 2) / zeros)


def auc_of_flag(flag: NDArray[np.bool_], outcome: NDArray[np.float64]) -> float | None:
    """Return how often a responder has the flag and another customer has not, ties counting half."""
    ones, zeros = flag[outcome == 1], flag[outcome == 0]
    if not len(ones) or not len(zeros):
        return None
    return float(0.5 + (ones.mean() - zeros.mean()) / 2)


def auc_of_levels(levels: Levels) -> float | None:
    """Return the area for categories told by the response of the *other* rows of their category.

    Leaving the row itself out keeps rare categories from foretelling their own outcome.
    """
    ones, judged = levels.responses, levels.judged
    zeros = judged - ones
    total_ones, total_zeros = float(ones.sum()), float(zeros.sum())
    if not total_ones or not total_zeros:
        return None
    prior = total_ones / (total_ones + total_zeros)
    others = np.maximum(judged - 1, 0) + 1
    scores = np.concatenate([(ones - 1 + prior) / others, (ones + prior) / others])
    weights_of_ones = np.concatenate([ones, np.zeros_like(ones)])
    weights_of_zeros = np.concatenate([np.zeros_like(zeros), zeros])
    _, place = np.unique(scores, return_inverse=True)
    at_ones, at_zeros = np.bincount(place, weights_of_ones), np.bincount(place, weights_of_zeros)
    below = np.cumsum(at_zeros) - at_zeros
    return float((at_ones * (below + at_zeros / 2)).sum() / (total_ones * total_zeros))


def rank_correlations(ranked: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return Spearman's correlation of all pairs, over rows that have both; NaN where one never varies.

    With missing values the ranks are those among all known values of a column, not ranked anew for each pair.
    """
    if not ranked:
        return np.empty((0, 0))
    values = np.column_stack(ranked)
    known = (~np.isnan(values)).astype(np.float64)
    middle = np.nan_to_num(np.nansum(values, axis=0) / np.maximum(known.sum(axis=0), 1))
    filled = np.where(known > 0, values - middle, 0.0)
    pairs, sums, squares = products(known, known), products(filled, known), products(filled**2, known)
    with np.errstate(invalid="ignore", divide="ignore"):
        together = products(filled, filled) - sums * sums.T / pairs
        own = squares - sums**2 / pairs
        correlation = together / np.sqrt(own * own.T)
    correlation[(own <= 1e-9) | (own.T <= 1e-9) | (pairs < 3)] = np.nan
    return np.clip(correlation, -1, 1)


def products(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``one.T @ other``, in pieces so small that the linear algebra library keeps to one thread.

    On a machine shared with others its threads wait for each other: seconds instead of hundredths.
    """
    rows, columns = one.shape
    across = other.shape[1]
    piece = max(16, 250_000 // max(columns * across, 1))
    whole = rows - rows % piece
    first = one[:whole].reshape(-1, piece, columns).swapaxes(1, 2)
    rest = one[whole:].T @ other[whole:]
    return np.asarray((first @ other[:whole].reshape(-1, piece, across)).sum(axis=0) + rest)


def _again(values: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.argsort(values, kind="stable")
    return ranks(Ordered(values[order], order), len(values))
