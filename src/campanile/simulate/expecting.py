"""What the model expects of customers as they would be, and how far models of other customers agree."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate

if TYPE_CHECKING:
    from campanile.models.model import Model

Floats = NDArray[np.float64]


_FEWEST = 3
"""Models that had not seen anybody in question; where there are fewer, all are asked."""


@dataclass(frozen=True)
class Expecting:
    """A model, those of its folds, and ``others`` that were fitted on customers drawn anew.

    ``fold`` is where each customer was not seen, -1 for none: (customers,). ``seen`` (others, customers) tells whom
    each of the others had seen.
    """

    model: Model
    fold: NDArray[np.int64]
    others: tuple[Any, ...]
    seen: NDArray[np.bool_]

    def whole(self, features: Floats) -> Floats:
        """Return the model's response for customers after changes: (changes, customers, features) without the last."""
        return self._of(self.model.pipeline, features)

    def unseen(self, features: Floats) -> Floats:
        """Return the same, each customer's by a model that had not seen that customer's outcome."""
        told = np.empty(features.shape[:2])
        for fold in np.unique(self.fold):
            those = self.fold == fold
            pipeline = self.model.pipeline if fold < 0 else self.model.folds[fold].pipeline
            told[:, those] = self._of(pipeline, features[:, those])
        return told

    def apart(self, features: Floats) -> Floats:
        """Return how far each of the others lies from them all, on average over customers that it had not seen.

        Shape (models, changes). A customer is held against what all of them say of that customer, so that it is models
        that differ here, not the customers whom each had not seen.
        """
        told = np.stack([self._of(pipeline, features) for pipeline in self.others])
        told -= told.mean(axis=0)
        unseen = ~self.seen
        asked = unseen.any(axis=1)
        if asked.sum() < _FEWEST:
            return np.asarray(told.mean(axis=2))
        unseen = unseen[asked]
        return np.asarray((told[asked] * unseen[:, None]).sum(axis=2) / unseen.sum(axis=1)[:, None])

    def _of(self, pipeline: Any, features: Floats) -> Floats:
        changes, customers, width = features.shape
        told = pipeline.predict_proba(features.reshape(-1, width))[:, self.model.positive]
        return np.asarray(told, dtype=np.float64).reshape(changes, customers)


def folds_of(model: Model, places: NDArray[np.int64], *, own_table: bool) -> NDArray[np.int64]:
    """Return the fold whose model has not seen the customer of each place in the model's table.

    It is -1 for a row without an outcome, which none has seen, and for those of another table.
    """
    if not own_table:
        return np.full(len(places), -1, dtype=np.int64)
    row, fold = (np.asarray(model.oof[name].to_numpy(), dtype=np.int64) for name in ("row", "fold"))
    of = np.full(int(max(row.max(initial=-1), places.max(initial=-1))) + 1, -1, dtype=np.int64)
    of[row] = fold
    return of[places]


def estimate(each: Floats, apart: Floats, level: float) -> Estimate:
    """Estimate a mean over customers, ``each`` (customers,), with its uncertainty over customers and over models.

    ``apart`` (models,) is by how much the models of resampled customers differ: their variance is that of the kept one.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 12: Student's t for few draws.
    """
    from scipy.stats import t

    mean, models = float(each.mean()), len(apart)
    over_models = float(apart.var(ddof=1)) if models > 1 else 0.0
    over_customers = float(each.var(ddof=1)) / len(each) if len(each) > 1 else 0.0
    half = float(t.ppf((1 + level) / 2, max(1, models - 1))) * math.sqrt(over_models + over_customers)
    return Estimate(mean, mean - half, mean + half, level)


def as_share(told: Estimate) -> Estimate:
    """Return an estimate of a share, whose interval ends at 0 and 1."""
    return Estimate(told.estimate, max(0.0, told.low), min(1.0, told.high), told.level)
