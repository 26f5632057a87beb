"""How far a changed customer is from real ones, and how far real ones are from each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campanile.features.plan import FeaturePlan

Floats = NDArray[np.float64]

_REAL = 2_000
"""Real customers that others are compared with; more change the limit little and take long."""


@dataclass(frozen=True)
class Real:
    """Real customers in standard deviations of their numbers; ``limit`` is as far as most are from their neighbours.

    ``places`` are the features that count (categories do not move), ``neighbours`` the one whose distance is told.
    """

    places: tuple[int, ...]
    middle: Floats
    scale: Floats
    index: Any
    neighbours: int
    limit: float

    def distance(self, features: Floats) -> Floats:
        """Return how far customers (n, features) are from real ones: the distance to the last of the neighbours."""
        found, _ = self.index.kneighbors(_scaled(features[:, self.places], self.middle, self.scale), self.neighbours)
        return np.asarray(found[:, -1], dtype=np.float64)


def real(plan: FeaturePlan, features: Floats, *, neighbours: int, near: float, seed: int) -> Real:
    """Learn from real customers (n, features) how near they are to each other: ``near`` of them within the limit.

    Each is compared with the others, itself left out.
    """
    from sklearn.neighbors import NearestNeighbors

    places = tuple(place for place, feature in enumerate(plan) if feature.kind != "category")
    told = features[:, places]
    with np.errstate(invalid="ignore"):
        known = np.where(np.isfinite(told).any(axis=0), told, 0.0)
    middle, scale = np.nanmedian(known, axis=0), np.nanstd(known, axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    some = _some(len(told), seed)
    points = _scaled(told[some], middle, scale)
    least = min(neighbours, max(1, len(points) - 1))
    index = NearestNeighbors(n_neighbors=least, algorithm="brute").fit(points)
    own, _ = index.kneighbors(points, min(least + 1, len(points)))
    return Real(places, middle, scale, index, least, float(np.quantile(own[:, -1], near)))


def _some(count: int, seed: int) -> NDArray[np.int64]:
    if count <= _REAL:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, _REAL, replace=False))


def _scaled(values: Floats, middle: Floats, scale: Floats) -> Floats:
    return np.asarray((np.where(np.isfinite(values), values, middle) - middle) / scale)
