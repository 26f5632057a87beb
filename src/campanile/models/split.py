"""Which rows each model may learn from and which it is judged on: apart by entity, and by time where that is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from campanile.models.folds import Rows, dealt, possible
from campanile.models.target import FEWEST

Mask = NDArray[np.bool_]
Days = NDArray[np.float64]

ALL = -1
"""The number that stands for the fit on all rows, beside those of the folds."""

OUTSIDE = -2
"""The fold of groups that test nothing: every fold's model may learn from them."""

_FEWEST_ROWS = 20
_PERIODS = 12


@dataclass(frozen=True)
class Split:
    """``fold`` numbers the fold that a row's group tests; ``judged`` rows are predicted by the model of their fold,

    which learned from ``learnable`` rows of other folds only; all of shape (rows,). ``day`` (days since 1970) is the
    test period's cut-off where the split is by time.
    """

    fold: Rows
    judged: Mask
    learnable: Mask
    day: float | None = None

    @property
    def folds(self) -> int:
        """How many folds there are."""
        return int(self.fold.max()) + 1

    @property
    def cutoff(self) -> date | None:
        """The day of the test period's cut-off; None where the split is not by time."""
        return None if self.day is None else date(1970, 1, 1) + timedelta(days=int(self.day // 1))

    @property
    def places(self) -> list[int]:
        """The folds' numbers, then ``ALL``."""
        return [*range(self.folds), ALL]

    def training(self, place: int) -> Rows:
        """Return the rows that the model of ``place`` learns from; ``ALL`` learns from every row."""
        return np.flatnonzero((self.fold != place) & self.learnable | (place == ALL))

    def testing(self, place: int) -> Rows:
        """Return the rows that the model of fold ``place`` is judged on."""
        return np.flatnonzero((self.fold == place) & self.judged)


def by_group(y: Rows, groups: Rows, wanted: int, seed: int, prints: NDArray[np.uint64]) -> Split:
    """Split by groups alone: every row is judged, every row of another fold is learned from."""
    every = np.ones(len(y), dtype=bool)
    return Split(dealt(y, groups, possible(y, groups, wanted), seed, prints), every, every)


def by_period(
    y: Rows, groups: Rows, days: Days, horizon: int, positive: int, wanted: int, seed: int, prints: NDArray[np.uint64]
) -> Split | None:
    """Split by groups and time: the last period is judged by models that knew no outcome later than its cut-off.

    ``days`` are the rows' cut-offs (NaN where unknown: such a row is neither judged nor learned from); the outcome of
    a row is known ``horizon`` days after. A period with fewer than five groups with and without a response is
    passed over for the one before. None where no period leaves enough to judge and to learn from.
    """
    for day in np.unique(days[np.isfinite(days)])[::-1][:_PERIODS]:
        judged, learnable = days == day, (days < day) & (days + horizon <= day)
        if not _tells(y[judged], groups[judged], positive):
            continue
        count = possible(y[judged], groups[judged], wanted)
        fold = _spread(groups, judged, dealt(y[judged], groups[judged], count, seed, prints[judged]))
        split = Split(fold, judged, learnable, float(day))
        if all(_learns(y, groups, split.training(place), positive) for place in range(count)):
            return split
    return None


def _spread(groups: Rows, judged: Mask, dealt_: Rows) -> Rows:
    """Give all rows of a judged group its fold."""
    _, codes = np.unique(groups, return_inverse=True)
    fold_of_group = np.full(int(codes.max()) + 1, OUTSIDE, dtype=np.int64)
    fold_of_group[codes[judged]] = dealt_
    return np.asarray(fold_of_group[codes], dtype=np.int64)


def _tells(y: Rows, groups: Rows, positive: int) -> bool:
    return all(len(np.unique(groups[side])) >= FEWEST for side in (y == positive, y != positive))


def _learns(y: Rows, groups: Rows, rows: Rows, positive: int) -> bool:
    if len(rows) < _FEWEST_ROWS or not _tells(y[rows], groups[rows], positive):
        return False
    # Two groups of a class at least, so that inner folds can have it on both sides.
    return all(len(np.unique(groups[rows][y[rows] == label])) >= 2 for label in np.unique(y))
