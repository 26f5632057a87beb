"""Logistic regression on all features and on the products of every two, which are drawn to zero more strongly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from campanile.models.method import Method, Settings
from campanile.words import say

Floats = NDArray[np.float64]

_MOST_CELLS = 8_000_000
_MOST_COLUMNS = 200


class PairwiseLogistic(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Logistic regression with an elastic net over columns and their pairwise products.

    ``pairs`` is the scale of a standardised product beside a column: its coefficient's variance before
    the data is seen is ``pairs`` squared times a column's. 0 leaves products out. Where the products would
    not fit into memory, those kept are the ones that the residuals of the plain model point to most.
    After fitting all is folded into one quadratic form: log-odds = intercept + x·linear + z·quadratic·z, where
    z are the columns that are paired.
    """

    def __init__(self, C: float = 0.2, pairs: float = 0.07, l1_ratio: float = 0.0) -> None:
        self.C = C
        self.pairs = pairs
        self.l1_ratio = l1_ratio

    def fit(self, X: Floats, y: NDArray[np.int64], sample_weight: Floats | None = None) -> Self:
        """Fit to columns ``X`` (rows, columns) of like scale."""
        self.classes_ = np.unique(y)
        self.paired_, first, second = self._chosen(X, y, sample_weight)
        Z = X[:, self.paired_]
        products = Z[:, first] * Z[:, second]
        mean, spread = products.mean(axis=0), products.std(axis=0)
        kept = spread > 1e-6
        first, second, mean, spread = first[kept], second[kept], mean[kept], spread[kept]
        scale = self.pairs / spread
        fitted = self._regression().fit(np.hstack([X, (products[:, kept] - mean) * scale]), y, sample_weight)
        width = X.shape[1]
        self.linear_ = fitted.coef_[:, :width].copy()
        pairwise = fitted.coef_[:, width:] * scale
        self.quadratic_ = np.zeros((len(self.linear_), Z.shape[1], Z.shape[1]))
        self.quadratic_[:, first, second] = pairwise
        self.intercept_ = fitted.intercept_ - pairwise @ mean
        # What the columns and their products are on average: the point that attributions start from.
        self.centre_ = X.mean(axis=0)
        self.product_ = (Z.T @ Z) / len(Z)
        return self

    def decision_function(self, X: Floats) -> Floats:
        """Return log-odds (rows,) for two classes, else a score (rows, classes)."""
        Z = X[:, self.paired_]
        scores = [
            X @ linear + ((Z @ quadratic) * Z).sum(axis=1) + intercept
            for linear, quadratic, intercept in zip(self.linear_, self.quadratic_, self.intercept_, strict=True)
        ]
        return scores[0] if len(scores) == 1 else np.stack(scores, axis=1)

    def predict_proba(self, X: Floats) -> Floats:
        """Return probabilities (rows, classes)."""
        scores = self.decision_function(X)
        if scores.ndim == 1:
            p = 1 / (1 + np.exp(-np.clip(scores, -500, 500)))
            return np.stack([1 - p, p], axis=1)
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    def attributions(self, X: Floats) -> tuple[Floats, Floats]:
        """Return each column's part in the scores (outputs, rows, columns), and where they start (outputs,).

        The parts are exact Shapley values against the training rows: a product's part is split evenly
        between its two columns, each taken as present or drawn from the training rows.
        """
        parts, starts = [], []
        Z, centre = X[:, self.paired_], self.centre_[self.paired_]
        for linear, quadratic, intercept in zip(self.linear_, self.quadratic_, self.intercept_, strict=True):
            both = quadratic + quadratic.T
            mean_product = (both * self.product_).sum(axis=1)
            cross = Z * (both @ centre) - (Z @ both) * centre
            part = linear * (X - self.centre_)
            part[:, self.paired_] += 0.5 * (Z * (Z @ both) - mean_product + cross)
            parts.append(part)
            starts.append(intercept + linear @ self.centre_ + (quadratic * self.product_).sum())
        return np.stack(parts), np.array(starts)

    def _regression(self) -> Any:
        from sklearn.linear_model import LogisticRegression

        if self.l1_ratio > 0:
            return LogisticRegression(C=self.C, l1_ratio=self.l1_ratio, solver="saga", max_iter=300, tol=1e-3)
        return LogisticRegression(C=self.C, max_iter=1000, tol=1e-3)

    def _chosen(
        self, X: Floats, y: NDArray[np.int64], weight: Floats | None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the columns that are paired, and the pairs as two arrays of places among these."""
        columns = np.arange(X.shape[1])
        room = _MOST_CELLS // max(len(X), 1)
        if self.pairs <= 0 or len(columns) < 2:
            return columns[:0], columns[:0], columns[:0]
        first, second = np.triu_indices(min(len(columns), _MOST_COLUMNS), k=1)
        if len(columns) <= _MOST_COLUMNS and len(first) <= room:
            return columns, first, second
        from sklearn.linear_model import LogisticRegression

        plain = LogisticRegression(C=self.C, max_iter=200, tol=1e-2).fit(X, y, weight)
        strength = np.abs(plain.coef_).max(axis=0)
        columns = np.sort(np.argsort(-strength, kind="stable")[:_MOST_COLUMNS])
        miss = np.eye(len(self.classes_))[np.searchsorted(self.classes_, y)] - plain.predict_proba(X)
        pull = _pull(X[:, columns], miss)[first, second]
        strongest = np.argsort(-pull, kind="stable")[:room]
        return columns, first[strongest], second[strongest]


def _pull(Z: Floats, miss: Floats) -> Floats:
    """Return how strongly the residuals ``miss`` (rows, classes) point to each product (columns, columns)."""
    pull = np.max([np.abs(Z.T @ (Z * residual[:, None])) for residual in miss.T], axis=0)
    spread = np.sqrt(np.maximum((Z**2).T @ Z**2 - (Z.T @ Z) ** 2 / len(Z), 1e-9))
    return np.asarray(pull / spread)


def settings(rows: int) -> Settings:
    """Return settings that are good without a search."""
    return {"C": 0.2, "pairs": 0.07, "l1_ratio": 0.0}


def make(settings: Settings, levels: Sequence[int], seed: int) -> Any:
    """Return the encoder and the regression as one pipeline."""
    from sklearn.pipeline import Pipeline

    from campanile.features.encoding import Design

    return Pipeline([("design", Design(levels=list(levels))), ("classifier", PairwiseLogistic(**settings))])


def space(trial: Any) -> Settings:
    """Propose settings to try."""
    return {
        "C": trial.suggest_float("C", 0.02, 2.0, log=True),
        "pairs": trial.suggest_float("pairs", 0.01, 0.3, log=True),
        "l1_ratio": 0.0 if trial.number % 6 else trial.suggest_categorical("l1_ratio", [0.0, 0.3]),
    }


METHOD = Method(say("Logistic regression"), make, settings, quick={}, most_rows=30_000, space=space)
