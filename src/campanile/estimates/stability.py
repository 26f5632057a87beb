"""Whether values lie where they lay: the population stability index, and how large chance alone makes it.

Source: Siddiqi, Credit Risk Scorecards (2006); Yurdakul (2018), Statistical Properties of Population
Stability Index, for its distribution.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

MODERATE, SERIOUS = 0.1, 0.25
"""The field's limits: below the first nothing is said to have moved, above the second much has."""
TENTHS = 10


def stability(current: NDArray[np.float64], earlier: NDArray[np.float64]) -> tuple[float, float]:
    """Return the population stability index of two histograms, and what chance exceeds once in a thousand.

    By chance alone the index is about (1/n + 1/m) times a chi-squared variable: of few values it is large for their
    fewness.
    """
    bins = len(current)
    if bins < 2:
        return 0.0, 0.0
    p, q = (counts + 0.5 for counts in (current, earlier))
    p, q = p / p.sum(), q / q.sum()
    index = float(((p - q) * np.log(p / q)).sum())
    free = bins - 1
    z = 3.09  # the standard normal's quantile at 0.999; the cube is Wilson and Hilferty's approximation
    chi_squared = free * (1 - 2 / (9 * free) + z * math.sqrt(2 / (9 * free))) ** 3
    return index, chi_squared * (1 / float(current.sum()) + 1 / float(earlier.sum()))


def edges(earlier: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the bounds between the tenths of ``earlier`` values, each once."""
    return np.unique(np.quantile(earlier, np.arange(1, TENTHS) / TENTHS, method="inverted_cdf"))


def between(values: NDArray[np.float64], bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Count ascending ``values`` between ``bounds`` (of ``edges``)."""
    places = np.concatenate([[0], np.searchsorted(values, bounds, side="right"), [len(values)]])
    return np.diff(places).astype(np.float64)
