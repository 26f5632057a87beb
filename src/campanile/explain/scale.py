"""Where along an amount to look: grids of observed values, bins with enough customers, readable numbers."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from campanile.explain.subjects import Kind

EDGE = 0.01
"""The share of customers beyond each end of a curve, where too few are to draw it."""

_TINY = 1e-200


def quantiles(values: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return observed values at these shares of customers, sorted, each once; ``values`` are all known."""
    return np.unique(np.quantile(values, shares, method="inverted_cdf"))


def grid(values: NDArray[np.float64], most: int = 20) -> NDArray[np.float64]:
    """Return at most ``most`` + 1 observed values between the 1st and 99th percentile, sorted."""
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return known
    low, high = np.quantile(known, [EDGE, 1 - EDGE], method="inverted_cdf")
    inside = np.unique(known[(known >= low) & (known <= high)])
    if len(inside) <= most:
        return inside
    return quantiles(known, np.linspace(EDGE, 1 - EDGE, most + 1))


def bins(values: NDArray[np.float64], most: int, least: int) -> NDArray[np.float64]:
    """Return edges of bins, by rank and by width together, each with at least ``least`` customers.

    Rank keeps the crowded part fine, width the sparse tail. A bin holds values from its edge up to the
    next one; the last edge is above every value.
    """
    known = np.sort(values[np.isfinite(values)])
    if len(known) == 0:
        return np.empty(0)
    low, high = np.quantile(known, [EDGE, 1 - EDGE])
    even = known[np.minimum(np.searchsorted(known, np.linspace(low, high, most // 2 + 1)[1:-1]), len(known) - 1)]
    wanted = np.unique(np.concatenate([quantiles(known, np.linspace(0, 1, most + 1)), even]))
    starts = np.searchsorted(known, wanted)
    kept = [0]
    for place in range(1, len(wanted)):
        if starts[place] - starts[kept[-1]] >= least and len(known) - starts[place] >= least:
            kept.append(place)
    return np.append(wanted[kept], np.nextafter(known[-1], math.inf))


def readable(low: float, high: float, kind: Kind, *, integral: bool = False) -> float:
    """Return the roundest value from ``low`` to ``high``, both included: 400 rather than 397.5.

    Dates (days since 1970) become the first of a year, a quarter, a month, or the day itself.
    """
    if kind == "date":
        return _round_date(low, high)
    if low <= 0 <= high:
        return 0.0
    reach = max(abs(low), abs(high))
    if reach < _TINY:
        return (low + high) / 2
    for step in _steps(10.0 ** math.floor(math.log10(reach)), integral or kind == "year"):
        rounded = math.ceil(low / step - 1e-9) * step
        if rounded <= high + 1e-9 * reach:
            middle = round((low + high) / 2 / step) * step
            best = middle if low <= middle <= high else rounded
            return float(round(best, 12))
    return float(round((low + high) / 2)) if integral else (low + high) / 2


def _steps(first: float, integral: bool) -> list[float]:
    steps = [first * part / 10**power for power in range(8) for part in (1.0, 0.5, 0.2)]
    return [step for step in steps if step >= 1] if integral else steps


def _round_date(low: float, high: float) -> float:
    origin = date(1970, 1, 1)
    days = [origin + timedelta(days=day) for day in range(math.ceil(low), math.floor(high) + 1)]
    if not days:
        return float(math.floor(high))
    for fits in (_of_year, _of_quarter, _of_month):
        round_days = [day for day in days if fits(day)]
        if round_days:
            return float((round_days[len(round_days) // 2] - origin).days)
    return float((days[len(days) // 2] - origin).days)


def _of_year(day: date) -> bool:
    return day.month == 1 and day.day == 1


def _of_quarter(day: date) -> bool:
    return day.month in (1, 4, 7, 10) and day.day == 1


def _of_month(day: date) -> bool:
    return day.day == 1
