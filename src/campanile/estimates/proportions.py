"""Shares and totals of yes-or-no outcomes."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from campanile.estimates.estimate import Estimate


def wilson(successes: float, trials: float, level: float = 0.95) -> Estimate:
    """Estimate a share; the interval is Wilson's, which holds for small counts and shares near 0 or 1.

    Source: Wilson (1927), Journal of the American Statistical Association 22, 209-212.
    """
    if trials <= 0:
        return Estimate(float("nan"), 0.0, 1.0, level)
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = successes / trials
    middle = share + z * z / (2 * trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return Estimate(
        share, min(share, max(0.0, (middle - half) / scale)), max(share, min(1.0, (middle + half) / scale)), level
    )


def interval_of_total(probabilities: ArrayLike, level: float = 0.95) -> Estimate:
    """Estimate how many of independent yes-or-no outcomes will be yes: sum, and its normal interval.

    The variance is that of a sum of Bernoulli variables, sum p(1 - p).
    """
    p = np.asarray(probabilities, dtype=np.float64)
    total = float(p.sum())
    half = NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(float((p * (1 - p)).sum()))
    return Estimate(total, max(0.0, total - half), min(float(len(p)), total + half), level)
