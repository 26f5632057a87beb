"""Resampling whole groups (a customer and its duplicates), so that intervals are honest."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate

Statistic = Callable[[NDArray[np.float64]], float]


def resample_weights(groups: NDArray[np.int64], resamples: int, seed: int) -> NDArray[np.float64]:
    """Return weights (resamples, rows): how often each row's group was drawn with replacement.

    ``groups`` holds the group of each row, any integers. Rows of one group share their weight.
    """
    _, codes = np.unique(groups, return_inverse=True)
    count = int(codes.max()) + 1 if len(codes) else 0
    draws = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / max(count, 1)), size=resamples)
    return draws[:, codes].astype(np.float64)


def bootstrap(
    statistic: Statistic, groups: NDArray[np.int64], *, resamples: int = 500, seed: int = 0, level: float = 0.95
) -> Estimate:
    """Estimate a weighted statistic with its percentile interval over resampled groups.

    ``statistic`` takes a weight for each row, shape (rows,), and returns a number; resamples for which
    it is not finite (a class was not drawn) are left out.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13, over groups as
    in Field and Welsh (2007).
    """
    whole = statistic(np.ones(len(groups)))
    drawn = np.array([statistic(weights) for weights in resample_weights(groups, resamples, seed)])
    drawn = drawn[np.isfinite(drawn)]
    if len(drawn) == 0:
        return Estimate(float(whole), float("nan"), float("nan"), level)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    # A skewed statistic may lie outside its own percentiles; the interval holds the estimate.
    return Estimate(float(whole), float(min(low, whole)), float(max(high, whole)), level)
