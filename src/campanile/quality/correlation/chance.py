"""Which correlations with a target are no accident: tests that know whose rows are whose, and that there are many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate
from campanile.estimates.resampling import resample_weights

Floats = NDArray[np.float64]

_CELLS = 1_000_000
_MOST_CELLS = 5_000_000
_FEWEST_DRAWS = 50
_FEWEST = 3


def p_value(ranked: Floats, target: Floats, groups: NDArray[np.int64]) -> float:
    """Return the chance of a rank correlation as far from nought where there is none.

    ``ranked`` and ``target`` are centred ranks of the rows that have both; ``groups`` says whose each is. The larger of
    two: as if rows were independent, and by the spread of whole groups' parts in it, which holds where a group's rows
    are alike.

    Source: Kendall and Stuart, The Advanced Theory of Statistics 2, 31.19, for the first; Liang and Zeger (1986),
    Biometrika 73, 13-22, for the second.
    """
    from scipy.stats import t

    count = len(ranked)
    spread = float(np.sqrt((ranked**2).sum() * (target**2).sum()))
    if count <= _FEWEST or spread <= 0:
        return 1.0
    parts = np.bincount(groups, weights=ranked * target)
    rho = float(parts.sum()) / spread
    left = max(1 - rho * rho, 1e-12)
    rows = float(2 * t.sf(abs(rho) * np.sqrt((count - 2) / left), count - 2))
    several = int(np.count_nonzero(np.bincount(groups)))
    across = float(np.sqrt((parts**2).sum()))
    if several <= _FEWEST or across <= 0:
        return 1.0
    return max(rows, float(2 * t.sf(abs(float(parts.sum())) / across, several - 1)))


def no_accident(p: Floats, share: float) -> NDArray[np.bool_]:
    """Return which of many tests are called: of those, at most ``share`` are expected to be chance.

    Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.
    """
    order = np.argsort(p, kind="stable")
    held = p[order] <= share * np.arange(1, len(p) + 1) / max(len(p), 1)
    last = int(np.flatnonzero(held).max()) + 1 if held.any() else 0
    called = np.zeros(len(p), dtype=bool)
    called[order[:last]] = True
    return called


def draws(groups: NDArray[np.int64], resamples: int, seed: int) -> tuple[Floats, ...]:
    """Return weights of rows, pieces of (draws, rows): how often each row's group was drawn with replacement.

    Many rows have narrow intervals, which fewer draws measure well enough: memory stays bounded.
    """
    if not len(groups):
        return ()
    rows = len(groups)
    count = max(min(resamples, _FEWEST_DRAWS), min(resamples, _MOST_CELLS // rows))
    piece = max(1, min(count, _CELLS // rows))
    return tuple(resample_weights(groups, min(piece, count - start), seed + start) for start in range(0, count, piece))


def interval(rho: float, one: Floats, other: Floats, weights: Sequence[Floats]) -> Estimate:
    """Return a rank correlation with its percentile interval over ``draws``; rows have both values.

    Each draw is ranked anew.
    """
    found = np.concatenate([_weighted(one, other, piece) for piece in weights])
    found = found[np.isfinite(found)]
    if not len(found):
        return Estimate(rho, -1.0, 1.0)
    low, high = np.quantile(found, [0.025, 0.975])
    return Estimate(rho, float(min(low, rho)), float(max(high, rho)))


def _weighted(one: Floats, other: Floats, weights: Floats) -> Floats:
    """Return the rank correlation where each row counts ``weights`` times: (draws,) of (draws, rows)."""
    left, right = _ranks(one, weights), _ranks(other, weights)
    total = weights.sum(axis=1)
    middle = (total + 1)[:, None] / 2
    left, right = left - middle, right - middle
    together = (weights * left * right).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        own = np.sqrt((weights * left**2).sum(axis=1) * (weights * right**2).sum(axis=1))
        return np.asarray(np.where(own > 0, together / own, np.nan))


def _ranks(values: Floats, weights: Floats) -> Floats:
    """Return mid-ranks among rows that each stand there ``weights`` times: (draws, rows)."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    starts = np.flatnonzero(np.r_[True, np.diff(ordered) != 0])
    heavy = np.add.reduceat(weights[:, order], starts, axis=1)
    middle = np.cumsum(heavy, axis=1) - (heavy - 1) / 2
    level = np.empty(len(values), dtype=np.int64)
    level[order] = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(values)]))
    return np.asarray(middle[:, level])
