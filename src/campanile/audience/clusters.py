"""Customers whose scores have the same reasons: clusters in the space of attributions."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FIT_ROWS = 5_000
SILHOUETTE_ROWS = 1_500
COUNTS = range(3, 7)
SMALLEST_SHARE = 0.03
"""A segment for which no one would write a message of its own is not sought."""


def strongest(attributions: Floats, most: int) -> NDArray[np.int64]:
    """Return the columns of the ``most`` features with the largest mean absolute attribution, strongest first."""
    strength = np.abs(attributions - attributions.mean(axis=0)).mean(axis=0)
    order = np.argsort(-strength, kind="stable")[:most]
    return np.asarray(order[strength[order] > 1e-9], dtype=np.int64)


def cluster(attributions: Floats, count: int | None = None, *, most: int = 8, seed: int = 0) -> NDArray[np.int64]:
    """Return the cluster of each customer, from 0; attributions have shape (rows, features), in log-odds.

    k-means on the standardised attributions of the ``most`` influential features; ``count`` None takes the
    number from three to six whose clusters are told apart most clearly (silhouette). The order of rows plays no part.

    Source: Rousseeuw (1987), Silhouettes, Journal of Computational and Applied Mathematics 20, 53-65.
    """
    columns = strongest(attributions, most) if len(attributions) else np.empty(0, dtype=np.int64)
    if not len(columns) or count == 1:
        return np.zeros(len(attributions), dtype=np.int64)
    points = _standardised(attributions[:, columns])
    sample = _sample(points, FIT_ROWS)
    distinct = len(np.unique(sample, axis=0))
    counts = [k for k in ((count,) if count else COUNTS) if k <= distinct and k * 10 <= len(points)]
    if not counts:
        return np.zeros(len(points), dtype=np.int64)
    return _nearest(points, _best_centres(sample, counts, seed))


def _best_centres(sample: Floats, counts: Iterable[int], seed: int) -> Floats:
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    shown = _spread(len(sample), SILHOUETTE_ROWS)
    found: list[tuple[bool, float, Floats]] = []
    for count in counts:
        fitted = KMeans(count, n_init=5, random_state=seed).fit(sample)
        labels = fitted.labels_
        large = bool(np.bincount(labels, minlength=count).min() >= SMALLEST_SHARE * len(sample))
        told = labels[shown]
        clear = float(silhouette_score(sample[shown], told)) if 1 < len(np.unique(told)) < len(told) else -1.0
        found.append((large, clear, np.asarray(fitted.cluster_centers_, dtype=np.float64)))
    return max(found, key=lambda entry: entry[:2])[2]


def _standardised(points: Floats) -> Floats:
    scale = points.std(axis=0)
    scaled = (points - points.mean(axis=0)) / np.where(scale > 0, scale, 1.0)
    # One odd customer must not become a segment: beyond four standard deviations nothing counts.
    return np.asarray(np.clip(scaled, -4.0, 4.0), dtype=np.float64)


def _sample(points: Floats, most: int) -> Floats:
    """Return points evenly spread over their sorted order: the same whatever the order of rows."""
    rounded = np.round(points, 9)
    order = np.lexsort(rounded.T[::-1])
    return points[order][_spread(len(points), most)]


def _spread(count: int, most: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


def _nearest(points: Floats, centres: Floats, step: int = 65_536) -> NDArray[np.int64]:
    labels = np.empty(len(points), dtype=np.int64)
    sizes = (centres**2).sum(axis=1)
    for start in range(0, len(points), step):
        part = points[start : start + step]
        labels[start : start + step] = np.argmin(sizes - 2 * part @ centres.T, axis=1)
    # A centre without customers leaves no hole in the numbering.
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)
