"""Trees on the few features that matter: where most say nothing, leaving them out is what helps most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from campanile.models.method import Method, Settings
from campanile.words import say

Floats = NDArray[np.float64]

_LARGEST = 1e30
_LOOK = {"criterion": "entropy", "min_samples_leaf": 8, "max_leaf_nodes": 12, "max_features": 1.0, "max_samples": 0.8}
"""The forest that looks for features: all compete in every split, so that chance has little room."""


class Few(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Keeps the columns of a matrix (rows, features) that make at least ``least`` of a small forest's splits.

    Fitted on training rows alone, so that what is kept is chosen inside every fold. The most telling is always kept,
    as are the columns ``keep``: what an analyst declared need not earn its place.
    """

    def __init__(self, least: float = 0.05, seed: int = 0, keep: Sequence[int] = ()) -> None:
        self.least = least
        self.seed = seed
        self.keep = keep

    def fit(self, X: Floats, y: NDArray[np.int64]) -> Self:
        """Learn which columns to keep."""
        from sklearn.ensemble import RandomForestClassifier

        forest = RandomForestClassifier(60, **_LOOK, random_state=self.seed, n_jobs=1).fit(_finite(X), y)
        share = forest.feature_importances_
        declared = np.isin(np.arange(X.shape[1]), np.asarray(self.keep, dtype=np.int64))
        self.kept_ = np.flatnonzero((share >= self.least) | (share == share.max()) | declared)
        return self

    def transform(self, X: Floats) -> Floats:
        """Return (rows, kept columns)."""
        return _finite(X[:, self.kept_])


def _finite(X: Floats) -> Floats:
    """Return numbers that a forest takes, which holds them in 32 bits; what is missing stays so."""
    return np.asarray(np.clip(X, -_LARGEST, _LARGEST))


def settings(rows: int) -> Settings:
    """Return settings that are good without a search."""
    return {"forest": 150, "drawn": 200, "leaves": 14 if rows < 5_000 else 60, "least": 4 if rows < 10_000 else 10}


def make(settings: Settings, levels: Sequence[int], seed: int) -> Any:
    """Return the choice of features and the trees as one pipeline; categories stand as level numbers."""
    from sklearn.pipeline import Pipeline

    from campanile.models.trees import Trees

    return Pipeline([("few", Few(seed=seed)), ("classifier", Trees(**settings, seed=seed))])


METHOD = Method(
    say("Three kinds of trees on few features"),
    make,
    settings,
    inner={"forest": 60, "drawn": 100},
    inner_folds=3,
    quick={"forest": 60, "drawn": 60, "kept": 10},
    quick_rows=1_000,
    most_rows=30_000,
    keeps="few__keep",
)
