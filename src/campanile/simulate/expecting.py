"""What the model expects of customers as they would be, and how far other models of the same kind agree."""

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


@dataclass(frozen=True)
class Expecting:
    """A model and those of its folds. ``fold`` is where each customer was not seen, -1 for none: (customers,)."""

    model: Model
    fold: NDArray[np.int64]

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

    def others(self, features: Floats) -> Floats:
        """Return what each fold's model expects, shape (models, changes, customers)."""
        return np.stack([self._of(fold.pipeline, features) for fold in self.model.folds])

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


def estimate(each: Floats, by_model: Floats, level: float) -> Estimate:
    """Estimate a mean over customers, ``each`` (customers,), with its uncertainty over customers and over models.

    ``by_model`` is the mean as each fold's model tells it, shape (models,). Models that each left out a part of the
    customers are a jackknife: their spread, times the number of models less one, is that of the kept model.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 11; Kott (2001), The delete-a-group
    jackknife.
    """
    from scipy.stats import t

    mean, models = float(each.mean()), len(by_model)
    over_models = (models - 1) / models * float(((by_model - by_model.mean()) ** 2).sum()) if models > 1 else 0.0
    over_customers = float(each.var(ddof=1)) / len(each) if len(each) > 1 else 0.0
    half = float(t.ppf((1 + level) / 2, max(1, models - 1))) * math.sqrt(over_models + over_customers)
    middle = float(by_model.mean()) if models else mean
    return Estimate(mean, min(mean - half, middle), max(mean + half, middle), level)


def as_share(told: Estimate) -> Estimate:
    """Return an estimate of a share, whose interval ends at 0 and 1."""
    return Estimate(told.estimate, max(0.0, told.low), min(1.0, told.high), told.level)
