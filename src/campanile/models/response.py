"""A fitted method as one object: pipelines, how they are blended, and the calibration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from campanile.models import calibration

Floats = NDArray[np.float64]

_LEAST = 1e-6


class Response(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Calibrated probabilities of one pipeline, or of several blended in log probabilities.

    ``parts`` are fitted pipelines; ``weights`` say how much each counts; ``slopes`` (classes, classes) and
    ``intercepts`` (classes,) are the calibration.
    """

    def __init__(self, parts: Sequence[Any], weights: Floats, slopes: Floats, intercepts: Floats) -> None:
        self.parts = parts
        self.weights = weights
        self.slopes = slopes
        self.intercepts = intercepts

    def scores(self, X: Floats) -> Floats:
        """Return blended log probabilities (rows, classes), before calibration."""
        blended = np.zeros((len(X), len(self.intercepts)))
        for weight, part in zip(self.weights, self.parts, strict=True):
            blended += weight * log_probabilities(part, X, len(self.intercepts))
        return blended

    def predict_proba(self, X: Floats) -> Floats:
        """Return calibrated probabilities (rows, classes) of a feature matrix (rows, features)."""
        return calibration.apply(self.scores(X), self.slopes, self.intercepts)


def log_probabilities(pipeline: Any, X: Floats, classes: int) -> Floats:
    """Return log probabilities (rows, classes), kept from minus infinity; a class it never saw has the least."""
    p = np.full((len(X), classes), _LEAST)
    p[:, pipeline.classes_] = np.clip(pipeline.predict_proba(X), _LEAST, 1 - _LEAST)
    return np.asarray(np.log(p))
