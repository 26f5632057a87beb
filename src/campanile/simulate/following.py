"""How features follow levers: by a declared slope or elasticity, or as they go together among customers as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.simulate.checking import Bound, amounts

Floats = NDArray[np.float64]

_SPAN = 0.4
"""The share of customers that a point of a local regression looks at."""
_POINTS = 25
_LEARNED_FROM = 5_000


@dataclass(frozen=True)
class Curve:
    """What a feature is on average where the lever is at ``at``: rising, shape (points,) both."""

    at: Floats
    mean: Floats

    def __call__(self, lever: Floats) -> Floats:
        """Return the feature where the lever is at some values."""
        return np.asarray(np.interp(lever, self.at, self.mean))


@dataclass(frozen=True)
class Follower:
    """A feature that moves with levers, never beyond what was observed. ``curves`` are those that were estimated."""

    name: str
    together: str | None
    low: float
    high: float
    curves: dict[str, Curve]


def followers(levers: Sequence[Bound], rows: pa.Table, seed: int) -> tuple[Follower, ...]:
    """Return each feature that follows a lever; what is to be estimated is estimated from ``rows``."""
    movers: dict[str, list[Bound]] = {}
    for one in levers:
        for name in one.lever.follows:
            movers.setdefault(name, []).append(one)
    return tuple(_follower(name, by, rows, seed) for name, by in movers.items())


def _follower(name: str, by: Sequence[Bound], rows: pa.Table, seed: int) -> Follower:
    own = amounts(rows, name)
    curves = {
        one.name: local_regression(amounts(rows, one.name), own, seed)
        for one in by if one.lever.follows[name].kind == "estimated"
    }  # fmt: skip
    return Follower(name, by[0].lever.together, float(np.nanmin(own)), float(np.nanmax(own)), curves)


def local_regression(lever: Floats, feature: Floats, seed: int = 0) -> Curve:
    """Estimate what a feature is where a lever has a value: straight lines through the nearest customers.

    Source: Cleveland (1979), Robust locally weighted regression, without its rounds against outliers.
    """
    known = np.flatnonzero(np.isfinite(lever) & np.isfinite(feature))
    if len(known) > _LEARNED_FROM:
        known = np.random.default_rng(seed).choice(known, _LEARNED_FROM, replace=False)
    x, y = lever[known], feature[known]
    at = np.unique(np.quantile(x, np.linspace(0, 1, _POINTS)))
    return Curve(at, np.array([_line_at(point, x, y) for point in at]))


def _line_at(point: float, x: Floats, y: Floats) -> float:
    distance = np.abs(x - point)
    reach = np.partition(distance, at := min(len(x) - 1, max(2, int(_SPAN * len(x)))))[at]
    weight = np.clip(1 - (distance / (reach or 1.0) / (1 + 1e-9)) ** 3, 0, None) ** 3
    middle, level = np.average(x, weights=weight), np.average(y, weights=weight)
    spread = np.average((x - middle) ** 2, weights=weight)
    slope = np.average((x - middle) * (y - level), weights=weight) / spread if spread > 0 else 0.0
    return float(level + slope * (point - middle))


def followed(
    follower: Follower, levers: Sequence[Bound], before: dict[str, Floats], after: dict[str, Floats]
) -> Floats:
    """Return the feature after the levers have moved; ``before`` (n,) and ``after`` (changes, n), so the result.

    A feature beyond what was observed does not move farther out, and one that is not known stays so.
    """
    own = before[follower.name]
    shifts = [
        _shift(follower, one, own, before[one.name], after[one.name])
        for one in levers if follower.name in one.lever.follows
    ]  # fmt: skip
    moved = np.stack(shifts)
    largest = np.take_along_axis(moved, np.abs(moved).argmax(axis=0)[None], axis=0)[0]
    shift = largest if follower.together == "largest" else moved.sum(axis=0)
    return np.asarray(np.clip(own + shift, np.minimum(own, follower.low), np.maximum(own, follower.high)))


def _shift(follower: Follower, one: Bound, own: Floats, before: Floats, after: Floats) -> Floats:
    follow = one.lever.follows[follower.name]
    # Who has no value of the lever is not moved by it.
    known = np.isfinite(after)
    if follow.kind == "estimated":
        curve = follower.curves[one.name]
        return np.where(known, curve(after) - curve(before), 0.0)
    if follow.kind == "slope":
        return np.where(known, follow.amount * (after - before), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = np.where(known & (before > 0) & (after > 0), after / before, 1.0)
        return np.asarray(own * (factor**follow.amount - 1))
