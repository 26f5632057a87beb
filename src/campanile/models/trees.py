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

_BOOSTING = {"max_depth": 4, "eta": 0.06, "subsample": 0.8, "min_child_weight": 2.0}
_SMOOTHED = 3.0
"""How many rows of the base rate a leaf of a drawn tree is mixed with: few rows in a leaf prove little."""


class Trees(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The mean of bagged trees, of the best of trees drawn at random, and of boosted trees.

    ``bagged`` trees see four fifths of the rows each. Of ``drawn`` trees, each of a shape of its own, the ``kept`` with
    the least log loss on rows that they did not see are used. ``rounds`` are the booster's. ``leaves`` is the most that
    a tree may have. ``trees_`` with the classes' shares in each node (``nodes_``: nodes, classes) are the first two
    kinds, one weight for each tree in ``weights_``.

    Source: Breiman (1996), Bagging predictors; Khan et al. (2020), Ensemble of optimal trees.
    """

    def __init__(
        self, bagged: int = 40, drawn: int = 200, kept: int = 20, rounds: int = 80, leaves: int = 14, least: int = 5,
        seed: int = 0,
    ) -> None:  # fmt: skip
        self.bagged = bagged
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
        of_bags = [self._bagged(X, codes, weight, random) for _ in range(self.bagged)]
        tried = [self._drawn(X, codes, weight, random) for _ in range(self.drawn)]
        best = [tried[at][1:] for at in np.argsort([loss for loss, *_ in tried], kind="stable")[: self.kept]]
        self.trees_ = [tree for tree, _ in of_bags + best]
        self.nodes_ = [nodes for _, nodes in of_bags + best]
        self.weights_ = np.repeat([1 / len(of_bags), 1 / len(best)], [len(of_bags), len(best)]) / 3
        self.boosted_ = Booster([0] * X.shape[1], self.rounds, self.seed, _BOOSTING).fit(X, codes, sample_weight)
        return self

    def predict_proba(self, X: Floats) -> Floats:
        """Return probabilities (rows, classes)."""
        narrow = np.ascontiguousarray(X, dtype=np.float32)
        p = self.boosted_.predict_proba(X) / 3
        for weight, tree, nodes in zip(self.weights_, self.trees_, self.nodes_, strict=True):
            p += weight * nodes[tree.apply(narrow)]
        return p

    def _bagged(self, X: Floats, y: Rows, weight: Floats, random: np.random.Generator) -> tuple[Any, Floats]:
        chosen = random.permutation(len(y))[: max(1, round(0.8 * len(y)))]
        shape = {"max_leaf_nodes": self.leaves, "min_samples_leaf": self.least}
        return self._tree(X[chosen], y[chosen], weight[chosen], shape, 0.0, random)

    def _drawn(self, X: Floats, y: Rows, weight: Floats, random: np.random.Generator) -> tuple[float, Any, Floats]:
        """Return a tree of a shape drawn at random, after its log loss on the rows that it did not see."""
        chosen = random.integers(0, len(y), len(y))
        shape = {
            "splitter": ("best", "random")[random.integers(2)],
            "min_samples_leaf": int(random.integers(max(2, self.least // 2), 2 * self.least + 2)),
            "max_leaf_nodes": int(random.integers(max(2, self.leaves // 2), 2 * self.leaves)),
            "max_features": float(random.uniform(0.4, 1.0)),
        }  # fmt: skip
        tree, nodes = self._tree(X[chosen], y[chosen], weight[chosen], shape, _SMOOTHED, random)
        unseen = np.setdiff1d(np.arange(len(y)), chosen)
        p = nodes[tree.apply(X[unseen].astype(np.float32)), y[unseen]]
        losses = -weight[unseen] * np.log(np.maximum(p, 1e-6))
        return float(losses.sum() / max(weight[unseen].sum(), 1e-9)), tree, nodes

    def _tree(
        self, X: Floats, y: Rows, weight: Floats, shape: Mapping[str, Any], smoothed: float, random: np.random.Generator
    ) -> tuple[Any, Floats]:
        """Return a tree and the share of each class in its nodes (nodes, classes), drawn towards the base rate."""
        from sklearn.tree import DecisionTreeClassifier

        made = DecisionTreeClassifier(criterion="entropy", random_state=int(random.integers(2**31)), **shape)
        tree = made.fit(X, y, sample_weight=weight).tree_
        share = np.zeros((tree.node_count, len(self.classes_)))
        share[:, made.classes_] = tree.value[:, 0, :]
        rows = tree.weighted_n_node_samples[:, None]
        return tree, (share * rows + smoothed * share[0]) / (rows + smoothed)
