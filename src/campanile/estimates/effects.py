"""The effect of a treatment down to each depth of an order of customers, with intervals over resampled groups.

Customers stand in a hundred steps of one per cent, the first those that an order puts first. Orders of the same
customers share their resamples, so that what one brings more than another is told pairwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate
from campanile.estimates.resampling import resample_weights

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

STEPS = 100
_MOST_BLOCKS = 1_000


@dataclass(frozen=True)
class Ordered:
    """Means by depth; row 0 as they are, the others resampled.

    ``uplift`` (1 + resamples, STEPS) is the effect among the first 1, 2 … 100 per cent; NaN where an arm has nobody.
    """

    uplift: Floats
    level: float = 0.95

    @property
    def gain(self) -> Floats:
        """What is added per customer of all by treating the first ones, shape (1 + resamples, STEPS)."""
        return self.uplift * (np.arange(1, STEPS + 1) / STEPS)

    @property
    def average(self) -> Floats:
        """The effect on everybody, shape (1 + resamples,)."""
        return self.uplift[:, -1]

    @property
    def qini(self) -> Floats:
        """The area between the gain and that of a random order, shape (1 + resamples,).

        Source: Radcliffe (2007), the Qini coefficient, here per customer and not divided by anything.
        """
        share = np.arange(1, STEPS + 1) / STEPS
        above = self.gain - self.average[:, None] * share
        return np.asarray(np.nanmean(above, axis=1))

    def told(self, values: Floats) -> Estimate:
        """Make an estimate of the first value with the percentiles of the others."""
        drawn = values[1:][np.isfinite(values[1:])]
        if not len(drawn) or not np.isfinite(values[0]):
            return Estimate(float(values[0]), float("nan"), float("nan"), self.level)
        low, high = np.quantile(drawn, [(1 - self.level) / 2, (1 + self.level) / 2])
        first = float(values[0])
        return Estimate(first, min(float(low), first), max(float(high), first), self.level)


def orderer(
    treated: Floats, outcome: Floats, weight: Floats, groups: Rows, *, resamples: int = 400, seed: int = 0
) -> Callable[[Floats], Ordered]:
    """Return what judges an order of these customers; all of shape (rows,).

    ``weight`` is one over the chance of what each got. An order is the place of each customer from 0 (first) up to but
    not 1, as ``places`` gives it. Effects are differences of weighted means.

    Source: Hajek (1971), ratio means; Efron and Tibshirani (1993), over groups of copies.
    """
    _, codes = np.unique(groups, return_inverse=True)
    blocks, count = _dealt(codes.astype(np.int64), seed)
    drawn = resample_weights(np.arange(count, dtype=np.int64), resamples, seed)
    weights = np.vstack([np.ones((1, count)), drawn])
    arms = (weight * treated, weight * (1 - treated))
    values = np.stack([part for arm in arms for part in (arm, arm * outcome)])
    # Summed once, so that all orders agree on everybody to the last bit.
    totals = [weights @ np.bincount(blocks, part, count) for part in values]

    def judged(place: Floats) -> Ordered:
        step = np.minimum((place * STEPS).astype(np.int64), STEPS - 1)
        cell = blocks * STEPS + step
        sums = [
            np.cumsum(weights @ np.bincount(cell, part, count * STEPS).reshape(count, STEPS), axis=1) for part in values
        ]
        for whole, total in zip(sums, totals, strict=True):
            whole[:, -1] = total
        with np.errstate(invalid="ignore", divide="ignore"):
            return Ordered(sums[1] / sums[0] - sums[3] / sums[2])

    return judged


def places(score: Floats, fold: Rows, marks: NDArray[np.uint64]) -> Floats:
    """Return the place of each customer in its fold, the highest score first: 0 up to but not 1, shape (rows,).

    Scores of different folds come from different models and are not compared. ``marks`` break ties in an order that
    has nothing to do with the order of rows.
    """
    order = np.lexsort((marks, -score, fold))
    sizes = np.bincount(fold)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    place = np.empty(len(score))
    place[order] = (np.arange(len(score)) - starts[fold[order]]) / sizes[fold[order]]
    return place


def _dealt(codes: Rows, seed: int) -> tuple[Rows, int]:
    """Return the block of each row: its group, or one of a thousand that whole groups are dealt into."""
    count = int(codes.max()) + 1 if len(codes) else 0
    if count <= _MOST_BLOCKS:
        return codes, count
    dealt = np.random.default_rng(seed).permutation(count) % _MOST_BLOCKS
    return dealt[codes], _MOST_BLOCKS
