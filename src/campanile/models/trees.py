"""Three kinds of trees whose probabilities are averaged: each is wrong in a way of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from campanile.models.boosting import Booster

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Grown = tuple[Any, Floats]
"""A tree, and the share of each class in its nodes (nodes, classes)."""

_BOOSTING = {"max_depth": 4, "eta": 0.06, "subsample": 0.8, "min_child_weight": 2.0}
_SMOOTHED = 3.0
"""How many rows of the base rate a leaf of a drawn tree is mixed with: few rows in a leaf prove little."""


class Trees(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The mean of a random forest, of the best among trees of shapes drawn at random, and of boosted trees.

    The forest has ``forest`` trees. Of ``drawn`` trees the ``kept`` with the least log loss on rows that they did not
    see are used. ``rounds`` are the booster's; ``leaves`` and ``least`` bound a tree's leaves and the rows in each.
    Fitted: ``trees_`` with ``nodes_``, the share of each class (nodes, classes), and ``weights_``; ``boosted_``.

    Source: Breiman (2001), Random forests; Khan et al. (2020), Ensemble of optimal trees.
    """

    def __init__(
        self, forest: int = 150, drawn: int = 200, kept: int = 20, rounds: int = 80, leaves: int = 14, least: int = 4,
        seed: int = 0,
    ) -> None:  # fmt: skip
        self.forest = forest
        self.drawn = drawn
        self.kept = kept
        self.rounds = rounds
        self.leaves = leaves
        self.least = least
        self.seed = seed

    def fit(self, X: Floats, y: Rows, sample_weight: Floats | None = None) -> Self:
        """Fit to the feature matrix ``X`` (rows, features)."""
        self.classes_, codes = np.unique(y, return_inverse=True)
        weight = np.ones(len(y)) if sample_weight is None else sample_weight
        random = np.random.default_rng(self.seed)
        grown = [self._of_forest(X, codes, weight, random)[0] for _ in range(self.forest)]
        best = self._best(X, codes, weight, random)
        self.trees_ = [tree for tree, _ in grown + best]
        self.nodes_ = [nodes for _, nodes in grown + best]
        self.weights_ = np.repeat([1 / (3 * len(grown)), 1 / (3 * len(best))], [len(grown), len(best)])
        self.boosted_ = Booster([0] * X.shape[1], self.rounds, self.seed, _BOOSTING).fit(X, codes, sample_weight)
        return self

    def predict_proba(self, X: Floats) -> Floats:
        """Return probabilities (rows, classes)."""
        narrow = np.ascontiguousarray(X, dtype=np.float32)
        p = self.boosted_.predict_proba(X) / 3
        for weight, tree, nodes in zip(self.weights_, self.trees_, self.nodes_, strict=True):
            p += weight * nodes[tree.apply(narrow)]
        return p

    def _best(self, X: Floats, y: Rows, weight: Floats, random: np.random.Generator) -> list[Grown]:
        tried: list[tuple[float, Grown]] = []
        for _ in range(self.drawn):
            (tree, nodes), unseen = self._of_any_shape(X, y, weight, random)
            p = nodes[tree.apply(X[unseen].astype(np.float32)), y[unseen]]
            losses = -weight[unseen] * np.log(np.maximum(p, 1e-6))
            tried.append((float(losses.sum() / max(weight[unseen].sum(), 1e-9)), (tree, nodes)))
        return [grown for _, grown in sorted(tried, key=lambda one: one[0])[: self.kept]]

    def _of_forest(self, X: Floats, y: Rows, weight: Floats, random: np.random.Generator) -> tuple[Grown, Rows]:
        shape = {"max_leaf_nodes": self.leaves, "min_samples_leaf": self.least, "max_features": 0.5}
        return self._grown(X, y, weight, shape, 0.0, random)

    def _of_any_shape(self, X: Floats, y: Rows, weight: Floats, random: np.random.Generator) -> tuple[Grown, Rows]:
        shape = {
            "splitter": ("best", "random")[random.integers(2)],
            "min_samples_leaf": int(random.integers(max(2, self.least // 2), 3 * self.least)),
            "max_leaf_nodes": int(random.integers(max(2, self.leaves // 2), 2 * self.leaves)),
            "max_features": float(random.uniform(0.4, 1.0)),
        }  # fmt: skip
        return self._grown(X, y, weight, shape, _SMOOTHED, random)

    def _grown(
        self, X: Floats, y: Rows, weight: Floats, shape: Mapping[str, Any], smoothed: float, random: np.random.Generator
    ) -> tuple[Grown, Rows]:
        """Grow a tree on rows drawn with replacement, and return what it did not see; leaves lean to the base rate."""
        from sklearn.tree import DecisionTreeClassifier

        chosen = random.integers(0, len(y), len(y))
        made = DecisionTreeClassifier(criterion="entropy", random_state=int(random.integers(2**31)), **shape)
        tree = made.fit(X[chosen], y[chosen], sample_weight=weight[chosen]).tree_
        share = np.zeros((tree.node_count, len(self.classes_)))
        share[:, made.classes_] = tree.value[:, 0, :]
        rows = tree.weighted_n_node_samples[:, None]
        unseen = np.setdiff1d(np.arange(len(y)), chosen)
        return (tree, (share * rows + smoothed * share[0]) / (rows + smoothed)), unseen
