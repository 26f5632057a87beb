"""The explainable boosting machine: one curve for each feature, and their sum."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from campanile.models.method import Method, Settings
from campanile.words import say

Floats = NDArray[np.float64]


class AdditiveCurves(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """An explainable boosting machine without interactions, kept as its curves.

    ``levels`` gives the number of levels of each feature, 0 for a number. ``cuts_`` are the curves' steps,
    ``scores_`` (steps + 2, outputs) their heights: first for a missing value, last for an unknown level.

    Source: Lou, Caruana and Gehrke (2012), Intelligible models for classification and regression.
    """

    def __init__(self, levels: Sequence[int], seed: int = 0, parameters: Mapping[str, Any] | None = None) -> None:
        self.levels = levels
        self.seed = seed
        self.parameters = parameters

    def fit(self, X: Floats, y: NDArray[np.int64], sample_weight: Floats | None = None) -> Self:
        """Fit to the feature matrix ``X`` (rows, features)."""
        from interpret.glassbox import ExplainableBoostingClassifier

        kinds = ["nominal" if count else "continuous" for count in self.levels]
        machine = ExplainableBoostingClassifier(
            interactions=0, n_jobs=1, random_state=self.seed, feature_types=kinds, **(self.parameters or {})
        )
        # It warns that its own charts leave missing values out; ours are drawn from the heights.
        warnings.filterwarnings("ignore", "Missing values detected", UserWarning)
        machine.fit(_readable(X, self.levels), y, sample_weight=sample_weight)
        self.classes_ = np.asarray(machine.classes_)
        self.cuts_, self.scores_ = [], []
        for index, count in enumerate(self.levels):
            cuts, scores = _curve(machine, index, count)
            self.cuts_.append(cuts)
            self.scores_.append(scores)
        self.intercept_ = np.atleast_1d(np.asarray(machine.intercept_, dtype=np.float64))
        return self

    def attributions(self, X: Floats) -> tuple[Floats, Floats]:
        """Return each feature's part in the scores (outputs, rows, features), and where they start (outputs,)."""
        parts = np.empty((len(self.intercept_), len(X), X.shape[1]))
        for index, (cuts, scores) in enumerate(zip(self.cuts_, self.scores_, strict=True)):
            parts[:, :, index] = scores[self._step(X[:, index], cuts, len(scores), index)].T
        return parts, self.intercept_

    def decision_function(self, X: Floats) -> Floats:
        """Return log-odds (rows,) for two classes, else a score (rows, classes)."""
        scores = np.repeat(self.intercept_[None, :], len(X), axis=0)
        for index, (cuts, heights) in enumerate(zip(self.cuts_, self.scores_, strict=True)):
            scores += heights[self._step(X[:, index], cuts, len(heights), index)]
        return scores[:, 0] if scores.shape[1] == 1 else scores

    def predict_proba(self, X: Floats) -> Floats:
        """Return probabilities (rows, classes)."""
        scores = self.decision_function(X)
        if scores.ndim == 1:
            p = 1 / (1 + np.exp(-scores))
            return np.stack([1 - p, p], axis=1)
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    def _step(self, values: Floats, cuts: Floats, steps: int, index: int) -> NDArray[np.int64]:
        missing = ~np.isfinite(values)
        if self.levels[index]:
            place = np.where(missing, 0, values) + 1
        else:
            place = np.searchsorted(cuts, values, side="right") + 1
        return np.where(missing, 0, np.minimum(place, steps - 1)).astype(np.int64)


def _curve(machine: Any, index: int, count: int) -> tuple[Floats, Floats]:
    """Return the steps of one feature and their heights, brought to one shape for numbers and categories."""
    terms = {features[0]: place for place, features in enumerate(machine.term_features_)}
    outputs = np.atleast_1d(machine.intercept_).shape[0]
    bins = machine.bins_[index][0]
    if index not in terms:
        return np.empty(0), np.zeros((count + 2 if count else 3, outputs))
    heights = np.asarray(machine.term_scores_[terms[index]], dtype=np.float64).reshape(-1, outputs)
    if not count:
        return np.asarray(bins, dtype=np.float64), heights[:-1]
    unknown = heights[-1]
    by_level = [heights[bins[str(level)]] if str(level) in bins else unknown for level in range(count)]
    return np.empty(0), np.stack([heights[0], *by_level, unknown])


def _readable(X: Floats, levels: Sequence[int]) -> Any:
    """Write the levels of categories as text: what the machine calls nominal."""
    import pandas as pd

    columns = {}
    for index, count in enumerate(levels):
        values = X[:, index]
        if count:
            columns[str(index)] = pd.Series([str(int(v)) if np.isfinite(v) else None for v in values], dtype=object)
        else:
            columns[str(index)] = pd.Series(values)
    return pd.DataFrame(columns)


def settings(rows: int) -> Settings:
    """Return settings that are good without a search."""
    return {"outer_bags": 4, "learning_rate": 0.05, "max_bins": 64, "min_samples_leaf": 10}


def make(settings: Settings, levels: Sequence[int], seed: int) -> Any:
    """Return the machine as a pipeline."""
    from sklearn.pipeline import Pipeline

    curves = AdditiveCurves(levels=list(levels), seed=seed, parameters=dict(settings))
    return Pipeline([("classifier", curves)])


METHOD = Method(say("Explainable boosting"), make, settings, inner={"outer_bags": 2}, inner_folds=3, most_rows=10_000)
