"""Intervals over folds, of a share among customers with duplicates, and of a ratio."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from campanile.estimates import Estimate, wilson

_WIDE = 1e6
"""A bound that says nothing, yet can be kept as a number."""


def half_width(values: NDArray[np.float64], level: float = 0.95) -> NDArray[np.float64]:
    """Return half the interval of the mean over folds, for values of shape (folds, …).

    Models of different folds share most of their customers, so the naive interval is too narrow:
    its variance is taken (1 + k/(k - 1)) times over k folds.

    Source: Nadeau and Bengio (2003), Inference for the generalization error, Machine Learning 52.
    """
    folds = values.shape[0]
    if folds < 2:
        return np.zeros(values.shape[1:])
    from scipy.stats import t

    spread = values.std(axis=0, ddof=1) * math.sqrt(1 / folds + 1 / (folds - 1))
    return np.asarray(t.ppf((1 + level) / 2, folds - 1) * spread, dtype=np.float64)


def over_folds(values: NDArray[np.float64], level: float = 0.95, *, floor: float = -math.inf) -> Estimate:
    """Estimate a mean over folds, shape (folds,); folds in which it has no value (NaN) are left out."""
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return Estimate(0.0, 0.0, 0.0, level)
    middle, half = float(known.mean()), float(half_width(known, level))
    return Estimate(middle, max(floor, middle - half), middle + half, level)


def share_of(outcome: NDArray[np.bool_], group: NDArray[np.int64], level: float = 0.95) -> Estimate:
    """Estimate a share of customers; duplicates (one ``group``) count as one in the interval's width."""
    if len(outcome) == 0:
        return wilson(0, 0, level)
    distinct = len(np.unique(group))
    return wilson(float(outcome.mean()) * distinct, distinct, level)


def ratio(above: Estimate, below: Estimate) -> Estimate:
    """Estimate the ratio of two positive estimates from their intervals, taken as independent.

    Source: Donner and Zou (2012), Closed-form confidence intervals for functions of the normal mean
    and standard deviation, Statistical Methods in Medical Research 21 (MOVER-R).
    """
    a, b = above.estimate, below.estimate
    if not b > 0 or not math.isfinite(a):
        return Estimate(1.0, 0.0, _WIDE, above.level)
    low = _bound(a, b, above.low, below.high, -1)
    high = _bound(a, b, above.high, below.low, +1)
    return Estimate(a / b, max(0.0, min(low, a / b)), max(high, a / b), above.level)


def _bound(a: float, b: float, of_a: float, of_b: float, side: int) -> float:
    divisor = of_b * (2 * b - of_b)
    if divisor <= 0:
        return 0.0 if side < 0 else _WIDE
    inside = (a * b) ** 2 - of_a * of_b * (2 * a - of_a) * (2 * b - of_b)
    return (a * b + side * math.sqrt(max(0.0, inside))) / divisor
