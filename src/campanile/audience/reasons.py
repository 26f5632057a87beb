"""Which cluster of reasons each customer belongs to: from exact attributions, or found on a sample and carried over."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.audience.clusters import cluster
from campanile.audience.traits import Known
from campanile.explain.shapley import COMPARED, gathered, sampled

Floats = NDArray[np.float64]
Of = Callable[[pa.Table], Floats]

WHOLE_ROWS = 20_000
EXACT_ROWS = 5_000
SAMPLED_ROWS = 300
"""Customers whose attributions are looked at: all of so many, else a sample, smaller where each is dear."""


def clustered(
    built: pa.Table, columns: Sequence[Known], score: Of, terms: Of | None, count: int | None = None,
    *, most: int = 8, seed: int = 0,
) -> NDArray[np.int64]:  # fmt: skip
    """Return the cluster of each customer, from 0, by the reasons of its score.

    ``built`` holds the features; ``score`` gives probabilities (rows,) of them, ``terms`` exact additive terms
    in log-odds (rows, features), None where a model has none: then Shapley values are sampled.
    """
    subjects = [column.subject for column in columns]
    rows = built.num_rows
    if terms is not None:
        exact = terms

        def of_terms(chosen: NDArray[np.int64]) -> Floats:
            part = built.take(chosen)
            return gathered(exact(part), part.column_names, subjects)

        if rows <= WHOLE_ROWS:
            return cluster(of_terms(np.arange(rows)), count, most=most, seed=seed)
        return carried(columns, rows, of_terms, count, most=most, seed=seed, sampled_rows=EXACT_ROWS)
    background = built.take(np.random.default_rng(seed).integers(0, rows, COMPARED))

    def of_samples(chosen: NDArray[np.int64]) -> Floats:
        return sampled(score, built.take(chosen), background, subjects, seed)

    return carried(columns, rows, of_samples, count, most=most, seed=seed)


def carried(
    columns: Sequence[Known], rows: int, attributed: Callable[[NDArray[np.int64]], Floats],
    count: int | None = None, *, most: int = 8, seed: int = 0, sampled_rows: int = SAMPLED_ROWS,
) -> NDArray[np.int64]:  # fmt: skip
    """Return the cluster of each customer where attributions are dear: found on a sample, carried to all.

    ``attributed`` gives the attributions (chosen, features) of the rows it is asked for. A small decision
    tree learns the sample's clusters from ``columns`` and places every customer.

    Source: Breiman et al. (1984), Classification and Regression Trees.
    """
    from sklearn.tree import DecisionTreeClassifier

    chosen = np.sort(np.random.default_rng(seed).choice(rows, min(rows, sampled_rows), replace=False))
    members = cluster(attributed(chosen), count, most=most, seed=seed)
    if not columns or len(np.unique(members)) < 2:
        return np.zeros(rows, dtype=np.int64)
    points = np.column_stack([_numbers(column) for column in columns])
    tree = DecisionTreeClassifier(max_leaf_nodes=32, min_samples_leaf=5, random_state=seed)
    placed = tree.fit(points[chosen], members).predict(points)
    return np.unique(placed, return_inverse=True)[1].astype(np.int64)


def _numbers(column: Known) -> Floats:
    if column.numeric:
        return column.values.astype(np.float64)
    told = np.array(["" if value is None else str(value) for value in column.values])
    return np.unique(told, return_inverse=True)[1].astype(np.float64)
