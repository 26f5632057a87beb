"""Customers as they would be: levers moved, what follows them, and the features that the model sees of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.features.plan import FeaturePlan
from campanile.features.straight import Rows, straight
from campanile.simulate.checking import Bound, amounts
from campanile.simulate.following import Follower, followed

Floats = NDArray[np.float64]
Steps = NDArray[np.int64]


@dataclass(frozen=True)
class Moved:
    """Some changes made to all customers: their features, shape (changes, customers, features).

    ``values`` are the moved columns, each of shape (changes, customers); ``cost`` is that of each change for an average
    customer, shape (changes,).
    """

    features: Floats
    values: dict[str, Floats]
    cost: Floats


@dataclass(frozen=True)
class Ground:
    """Customers as they are: ``rows`` of the table, and ``features`` as the model takes them (customers, features)."""

    rows: pa.Table
    features: Floats
    plan: FeaturePlan
    levers: tuple[Bound, ...]
    followers: tuple[Follower, ...]

    @property
    def count(self) -> int:
        """How many customers there are."""
        return len(self.features)

    @cached_property
    def own(self) -> dict[str, Floats]:
        """The columns that move, as they are."""
        names = [*(one.name for one in self.levers), *(one.name for one in self.followers)]
        return {name: amounts(self.rows, name) for name in names}

    @cached_property
    def _touched(self) -> tuple[int, ...]:
        """The places of the features that are made of columns that move."""
        return tuple(place for place, feature in enumerate(self.plan) if set(feature.sources) & set(self.own))

    def moved(self, steps: Steps) -> Moved:
        """Return the customers after each of some changes; ``steps`` (changes, levers) counts each lever's steps.

        A lever never takes a customer beyond its bounds; one who is beyond already stays there.
        """
        values, cost = {}, np.zeros(len(steps))
        for place, one in enumerate(self.levers):
            values[one.name] = lifted(self.own[one.name], one, steps[:, place])
            shift = np.nan_to_num(np.abs(values[one.name] - self.own[one.name]))
            cost += one.lever.price * shift.mean(axis=1)
        for follower in self.followers:
            values[follower.name] = followed(follower, self.levers, self.own, values)
        return Moved(self._features(values, len(steps)), values, cost)

    def _features(self, values: dict[str, Floats], changes: int) -> Floats:
        """Return all features; only those that move are made anew, by the arithmetic that scoring uses."""
        told = np.repeat(self.features[None], changes, axis=0)
        plan = FeaturePlan(tuple(self.plan.features[place] for place in self._touched), as_of=self.plan.as_of)
        made = straight(plan, _Cells(Rows(self.rows), values, changes, self.count))
        told[:, :, list(self._touched)] = made.reshape(changes, self.count, len(plan))
        return told


def lifted(own: Floats, one: Bound, steps: Steps) -> Floats:
    """Return a lever's values (changes, customers) after ``steps`` (changes,)."""
    shift = steps[:, None] * one.lever.step
    up = np.maximum(np.minimum(own + shift, one.high), own)
    down = np.minimum(np.maximum(own + shift, one.low), own)
    return np.asarray(np.where(shift >= 0, up, down))


class _Cells:
    """Columns of all customers after each change, one change after another: moved ones as they are now."""

    def __init__(self, rows: Rows, values: dict[str, Floats], changes: int, customers: int) -> None:
        self._rows = rows
        self._values = values
        self._changes = changes
        self.count = changes * customers

    def numbers(self, column: str) -> Floats:
        """Return a column as numbers."""
        if column in self._values:
            return self._values[column].reshape(-1)
        return np.tile(self._rows.numbers(column), self._changes)

    def days(self, column: str) -> Floats:
        """Return a column of dates, none of which moves, as days."""
        return np.tile(self._rows.days(column), self._changes)

    def levels(self, column: str, levels: Sequence[str]) -> Floats:
        """Return the place of each text, none of which moves, among ``levels``."""
        return np.tile(self._rows.levels(column, levels), self._changes)

    def missing(self, column: str) -> NDArray[np.bool_]:
        """Tell which rows have no value."""
        if column in self._values:
            return np.isnan(self._values[column].reshape(-1))
        return np.tile(self._rows.missing(column), self._changes)
