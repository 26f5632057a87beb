"""What a search works on: customers as they are, the model, and real customers to stay near to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate
from campanile.simulate.checking import Bound
from campanile.simulate.expecting import Expecting, estimate, folds_of
from campanile.simulate.following import followers
from campanile.simulate.moving import Ground
from campanile.simulate.nearness import Real, real
from campanile.simulate.search import Steps, Worth

if TYPE_CHECKING:
    from campanile.models.model import Model
    from campanile.models.refits import Refits
    from campanile.simulate.people import People
    from campanile.simulate.spec import SimulateSpec

Floats = NDArray[np.float64]

_SOME = 300
_SURE = 3.0
"""Of some customers it is often plain already whether too many are too far: by so many standard errors."""
_BATCH_CELLS = 8_000_000


@dataclass(frozen=True)
class Bench:
    """What a search works on: the customers as they are, the model, and real customers to stay near to.

    ``own`` is how far each customer is from real ones already. ``tolerated`` of them may be too far after a change, and
    ``most_cost`` is what an average one may cost.
    """

    ground: Ground
    expecting: Expecting
    real: Real
    own: Floats
    tolerated: float
    most_cost: float | None = None

    def far(self, features: Floats, some: NDArray[np.int64]) -> Floats:
        """Return which share of ``some`` customers would be farther from real ones than allowed, and than they are."""
        asked = features[:, some]
        distance = self.real.distance(asked.reshape(-1, asked.shape[2])).reshape(asked.shape[:2])
        return np.asarray((distance > np.maximum(self.real.limit, self.own[some]) + 1e-9).mean(axis=1))

    def look(self, steps: Steps) -> Worth:
        """Return what changes are worth to the model that is kept: one call. What is too dear counts as too far."""
        moved = self.ground.moved(steps)
        response, outside = self.expecting.whole(moved.features).mean(axis=1), np.ones(len(steps))
        paid = np.flatnonzero(moved.cost <= self.most_cost) if self.most_cost is not None else np.arange(len(steps))
        if len(paid):
            outside[paid] = self._soon_far(moved.features[paid])
        return Worth(moved.cost, response, outside)

    def _soon_far(self, features: Floats) -> Floats:
        """Return the share too far from real ones: of some customers, and of all where that leaves a doubt."""
        count = self.ground.count
        some = np.unique(np.linspace(0, count - 1, min(count, _SOME)).astype(np.int64))
        told = self.far(features, some)
        doubt = _SURE * math.sqrt(self.tolerated * (1 - self.tolerated) / len(some))
        unsure = np.flatnonzero(np.abs(told - self.tolerated) <= doubt) if len(some) < count else np.empty(0, np.int64)
        if len(unsure):
            told[unsure] = self.far(features[unsure], np.arange(count))
        return told

    def judged(self, steps: Steps) -> Worth:
        """Return what changes are worth by models that had not seen the customers, all of whose distances count."""
        width = self.ground.count * max(1, self.ground.features.shape[1])
        pieces = np.array_split(steps, max(1, -(-len(steps) * width // _BATCH_CELLS)))
        told = [self._judged(piece) for piece in pieces if len(piece)]
        return Worth(
            *(np.concatenate([getattr(one, name) for one in told]) for name in ("cost", "response", "outside"))
        )

    def _judged(self, steps: Steps) -> Worth:
        moved = self.ground.moved(steps)
        everyone = np.arange(self.ground.count)
        return Worth(moved.cost, self.expecting.unseen(moved.features).mean(axis=1), self.far(moved.features, everyone))

    def shares(self, steps: Steps, level: float) -> list[Shares]:
        """Return what is expected before and after each change, with intervals over customers and models."""
        return [self._shares(one, level) for one in steps]

    def _shares(self, steps: Steps, level: float) -> Shares:
        both = np.stack([np.zeros_like(steps), steps])
        features = self.ground.moved(both).features
        before, after = self.expecting.unseen(features)
        first, then = self.expecting.apart(features).T
        return Shares(estimate(before, first, level), estimate(after, then, level),
                      estimate(after - before, then - first, level))  # fmt: skip


@dataclass(frozen=True)
class Shares:
    """The share expected to respond before and after a change, and their difference."""

    before: Estimate
    after: Estimate
    gain: Estimate


def bench_of(
    model: Model, who: People, known: pa.Table, levers: tuple[Bound, ...], spec: SimulateSpec, others: Refits
) -> Bench:
    """Return the bench of the customers in question; ``known`` are the rows that tell what was observed."""
    places = who.sample(spec.sample, spec.seed)
    rows = who.rows.take(pa.array(places)).combine_chunks()
    ground = Ground(rows, model.numbers(rows), model.plan, levers, followers(levers, known, spec.seed))
    own_table = who.table.id == model.table.id
    fold = folds_of(model, places, own_table=own_table)
    seen = others.seen[:, places] if own_table else np.zeros((len(others.pipelines), len(places)), dtype=bool)
    near_to = real(model.plan, model.numbers(known), neighbours=spec.neighbours, near=spec.near, seed=spec.seed)
    most_cost = None if spec.budget is None else spec.budget / len(who.places)
    expecting = Expecting(model, fold, others.pipelines, seen)
    return Bench(ground, expecting, near_to, near_to.distance(ground.features), 1 - spec.near, most_cost)
