"""Every customer's effect from models that have seen neither them nor a copy of them; and whether effects differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from campanile.experiments.uplift.learning import Learned, along, learn
from campanile.experiments.uplift.trial import Floats, Rows, Trial
from campanile.models.folds import dealt

Tell = Callable[[float], None]


@dataclass(frozen=True)
class Crossed:
    """Of shape (rows,): ``fold``, predicted ``effect`` and ``response``, and the unbiased, noisy effect ``noisy``.

    ``p`` is the test's chance of such an order where all effects are alike.
    """

    fold: Rows
    effect: Floats
    response: Floats
    noisy: Floats
    p: float


def crossed(trial: Trial, folds: int, learner: str | None = None, tell: Tell = lambda share: None) -> Crossed:
    """Fit without each fold and predict it; test whether effects differ in a way that is found."""
    fold = folds_of(trial, folds)
    fits = Fits(trial, fold, learner, tell, 3 * folds - 4)
    effect, response, noisy = np.empty(len(trial)), np.empty(len(trial)), np.empty(len(trial))
    for place in range(folds):
        learned = fits.without(tuple(one for one in range(folds) if one != place))
        rows = np.flatnonzero(fold == place)
        here = trial.take(rows)
        effect[rows], response[rows] = learned.effect(here.X), learned.response(here.X)
        noisy[rows] = learned.score(here)
    return Crossed(fold, effect, response, noisy, tested(trial, fold, fits))


def folds_of(trial: Trial, folds: int) -> Rows:
    """Deal groups into folds; arms and outcomes spread evenly."""
    above = trial.y > np.median(trial.y) if not trial.proportion else trial.y > 0
    kinds = (2 * trial.treated + above).astype(np.int64)
    return dealt(kinds, trial.groups, folds, trial.seed, trial.prints)


class Fits:
    """What was learned from sets of folds, each set once."""

    def __init__(self, trial: Trial, fold: Rows, learner: str | None, tell: Tell, count: int) -> None:
        self._trial, self._fold, self._learner = trial, fold, learner
        self._tell, self._count = tell, count
        self._kept: dict[tuple[int, ...], Learned] = {}

    def without(self, seen: tuple[int, ...]) -> Learned:
        """Return what is learned from the folds ``seen``."""
        if seen not in self._kept:
            rows = np.flatnonzero(np.isin(self._fold, seen))
            inside = replace(self._trial.take(rows), seed=self._trial.seed + len(self._kept))
            self._kept[seen] = learn(inside, self._learner)
            self._tell(len(self._kept) / self._count)
        return self._kept[seen]


def tested(trial: Trial, fold: Rows, fits: Fits) -> float:
    """Return the chance of so good an order of the customers if no one were more persuadable than another.

    Folds are taken one after another: what was learned from the folds before orders the next one, and its Qini
    coefficient is held against 0. Given what was learned, each is chance around 0 where effects are alike, so the sum
    is that of a fair game. Ordinary cross-fitting is none: its folds learn from each other, and a test on it is wrong
    more often than its level. The mean of both directions is taken, whose spread is at most one.

    Source: Wager (2024), Sequential validation of treatment heterogeneity; Luedtke and van der Laan (2016).
    """
    count = int(fold.max()) + 1
    ways = (tuple(range(count)), tuple(reversed(range(count))))
    scores = [_way(trial, fold, fits, way) for way in ways]
    return 1 - NormalDist().cdf(float(np.mean(scores)))


def _way(trial: Trial, fold: Rows, fits: Fits, way: tuple[int, ...]) -> float:
    sizes = []
    for at in range(1, len(way)):
        learned = fits.without(tuple(sorted(way[:at])))
        here = trial.take(np.flatnonzero(fold == way[at]))
        values = along(learned.score(here), learned.effect(here.X), here)
        # Copies are one customer's worth of chance.
        _, group = np.unique(here.groups, return_inverse=True)
        sums = np.bincount(group, values)
        spread = float(np.sqrt((sums**2).sum() - values.sum() ** 2 / len(sums)))
        sizes.append(float(values.sum()) / spread if spread > 0 else 0.0)
    return float(sum(sizes) / np.sqrt(len(sizes)))
