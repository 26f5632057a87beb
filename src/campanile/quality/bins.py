"""Where a histogram's bins begin and end: round numbers for values, calendar steps for dates."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

ABOUT = 12
MOST = 16
SINGLE_VALUES = 12
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)


def number_edges(values: NDArray[np.float64], *, whole: bool = False) -> NDArray[np.float64]:
    """Return edges of about a dozen bins over ascending ``values``; the outer two reach to their ends.

    The steps are round numbers within the middle 96 % of the values, so that a far value does not empty
    the picture. Those of ``whole`` numbers are whole, so that no bin is wider than another for its rounding.
    """
    low, high = (float(edge) for edge in np.quantile(values, [0.02, 0.98]))
    least, most = float(values[0]), float(values[-1])
    if high <= low:
        low, high = least, most
    rough = (high - low) / ABOUT
    if rough <= 0 or not math.isfinite(rough):
        return np.array([least, most])
    power = 10.0 ** math.floor(math.log10(rough))
    steps = [factor * power for factor in _ROUND if factor * power >= rough * 0.999]
    step = next((step for step in steps if not whole or step.is_integer()), 1.0)
    inner = np.round(np.arange(math.floor(low / step) + 1, math.ceil(high / step) + 1) * step, 12)
    inner = inner[(inner > least) & (inner < most)]
    return np.concatenate([[least], inner, [most]])


def single_values(values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the different values where they are few whole numbers, each a bin of its own; else None."""
    different = values[np.concatenate([[True], np.diff(values) > 0])]
    few = len(different) <= SINGLE_VALUES and bool(np.all(different == np.floor(different)))
    return different if few else None


def date_edges(days: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return edges at calendar steps (months, quarters, years) over ascending ``days`` since 1970."""
    first, last = days[0].astype("datetime64[D]"), days[-1].astype("datetime64[D]")
    month, end = first.astype("datetime64[M]").astype(int), last.astype("datetime64[M]").astype(int)
    if end - month < 2:
        return np.unique(np.concatenate([number_edges(days, whole=True), days[[0, -1]]]))
    step = next((months for months in _MONTHS if (end - month) / months <= MOST - 2), _MONTHS[-1])
    while (end - month) / step > MOST:
        step *= 2
    starts = np.arange(month - month % step + step, end + 1, step)
    inner = starts.astype("datetime64[M]").astype("datetime64[D]").astype(np.float64)
    return np.concatenate([days[:1], inner[(inner > days[0]) & (inner < days[-1])], days[-1:]])
