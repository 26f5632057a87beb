"""What can be claimed of a handful of responders: the interval of an AUC by their number alone, and how many it takes.

Source: Hanley and McNeil (1982), The meaning and use of the area under a ROC curve, Radiology 143, 29-36, for the
variance; Newcombe (2006), Statistics in Medicine 25, 559-573, for solving it for the true AUC, so that the
interval stays within 0 to 1 and has a width where all responders rank first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate
from campanile.models.metrics import Judged, ranked, roc_auc

Floats = NDArray[np.float64]

WIDTH = 0.2
"""How wide the interval of an AUC may be for a claim that means something."""

_Z = 1.96
_TOO_WIDE = 0.3
_HANDFUL = 10
_FEW = 30
_USUAL = (0.6, 0.9)
_GRID = np.linspace(0, 1, 2001)


@dataclass(frozen=True)
class Sparse:
    """Too few to claim anything: ``positives`` among ``rows``, the AUC as it is known, and how many it would take."""

    positives: int
    rows: int
    auc: Estimate
    needed: int


def interval(auc: float, positives: int, others: int) -> Estimate:
    """Return ``auc`` with the values that so many responders and others do not rule out, at 95 %."""
    held = _GRID[np.abs(auc - _GRID) <= _Z * np.sqrt(_variance(_GRID, positives, others))]
    return Estimate(auc, float(min(held.min(initial=1.0), auc)), float(max(held.max(initial=0.0), auc)))


def needed(auc: float, others_each: float) -> int:
    """Return about how many responders, each with ``others_each`` others, make the interval ``WIDTH`` wide."""
    counts = np.arange(2, 20_000, dtype=np.float64)
    widths = 2 * _Z * np.sqrt(_variance(np.clip(auc, *_USUAL), counts, np.maximum(counts * others_each, 1)))
    return 10 * math.ceil(float(counts[int(np.argmax(widths <= WIDTH))]) / 10)


def counted(judged: Judged) -> tuple[int, int]:
    """Return how many groups have a response, and how many have a row without."""
    response = judged.y == judged.positive
    return len(np.unique(judged.groups[response])), len(np.unique(judged.groups[~response]))


def widened(auc: Estimate, positives: int, others: int) -> Estimate:
    """Return an interval at least as wide as so few responders or others allow: resampling a handful is too sure."""
    if min(positives, others) >= _FEW or not math.isfinite(auc.estimate) or not positives or not others:
        return auc
    least = interval(auc.estimate, positives, others)
    lows, highs = (
        [one for one in pair if math.isfinite(one)] for pair in ((auc.low, least.low), (auc.high, least.high))
    )
    return Estimate(auc.estimate, min(lows), max(highs), auc.level)


def sparse(judged: Judged, found: Estimate | None = None) -> Sparse | None:
    """Tell whether there are too few responders, or too few others, for a claim about a model's ranking.

    ``found`` is the AUC of a response against the rest with its interval, where it was estimated already.
    """
    positives, others = counted(judged)
    if not positives or not others:
        return None
    ranks = ranked(judged.p[:, judged.positive], judged.y == judged.positive, np.ones((1, len(judged.y))))
    auc = found or interval(float(roc_auc(ranks)[0]), positives, others)
    if min(positives, others) >= _HANDFUL and auc.high - auc.low <= _TOO_WIDE:
        return None
    return Sparse(positives, len(judged.y), auc, needed(auc.estimate, others / positives))


def _variance(auc: Floats, positives: Floats | int, others: Floats | int) -> Floats:
    # The formula is not the same from both ends; below chance it is read from the other.
    a = np.maximum(auc, 1 - auc)
    first, second = a / (2 - a) - a**2, 2 * a**2 / (1 + a) - a**2
    return np.asarray((a * (1 - a) + (positives - 1) * first + (others - 1) * second) / (positives * others))
