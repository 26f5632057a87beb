"""From all that was tried to the front, and from that to a few answers unlike each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from campanile.simulate import sentences
from campanile.simulate.bench import Bench, Shares
from campanile.simulate.checking import Bound
from campanile.simulate.choosing import first, thinned, unbeaten, unlike
from campanile.simulate.expecting import as_share
from campanile.simulate.moving import Ground
from campanile.simulate.result import Answer, Change, Point, Pulled
from campanile.simulate.search import Steps, Tried, Worth
from campanile.simulate.spec import SimulateSpec
from campanile.words import Sentence

Floats = NDArray[np.float64]

_FRONT = 60
_STILL = 1e-9


def front_of(bench: Bench, tried: Tried) -> tuple[Steps, Worth]:
    """Return the changes that nothing beats, by rising cost, as models judge them that had not seen the customers."""
    found = thinned(unbeaten(tried.whole, tolerated=bench.tolerated, most_cost=bench.most_cost), 3 * _FRONT)
    steps = tried.steps[found]
    worth = bench.judged(steps)
    kept = thinned(unbeaten(worth, tolerated=bench.tolerated, most_cost=bench.most_cost), _FRONT)
    return steps[kept], Worth(worth.cost[kept], worth.response[kept], worth.outside[kept])


def answers_of(
    bench: Bench, steps: Steps, worth: Worth, spec: SimulateSpec, count: int, labels: Mapping[str, Sentence]
) -> tuple[Answer, ...]:
    """Return the answer to begin with and others unlike it; ``count`` customers pay for them, named by ``labels``."""
    before = float(bench.judged(np.zeros((1, steps.shape[1]), dtype=np.int64)).response[0])
    begin = first(worth.cost, worth.response, before, reach=spec.reach, value=spec.value, budget=spec.budget)
    if begin is None:
        return ()
    widths = np.array([max(one.most - one.least, 1) for one in bench.ground.levers], dtype=np.float64)
    chosen = unlike(steps / widths, worth.response - before, begin, spec.answers)
    told = bench.shares(steps[chosen], spec.level)
    costs, outside = worth.cost * count, worth.outside
    return tuple(
        _answer(bench, number, steps[place], float(costs[place]), float(outside[place]), shares, spec, labels)
        for number, (place, shares) in enumerate(zip(chosen, told, strict=True), start=1)
    )  # fmt: skip


def _answer(
    bench: Bench, number: int, steps: Steps, cost: float, outside: float, shares: Shares, spec: SimulateSpec,
    labels: Mapping[str, Sentence],
) -> Answer:  # fmt: skip
    moved = bench.ground.moved(steps[None])
    gain, before, after = shares.gain, as_share(shares.before), as_share(shares.after)
    by = {one.name: float(count * one.lever.step) for one, count in zip(bench.ground.levers, steps, strict=True)}
    named = {**labels} | {one.name: one.label for one in bench.ground.levers}
    changes = tuple(
        _change(bench.ground, name, named[name], moved.values[name][0], by[name]) for name in by if by[name]
    )
    follows = tuple(_change(bench.ground, one.name, named[one.name], moved.values[one.name][0], None)
                    for one in bench.ground.followers)  # fmt: skip
    distance = float(np.median(bench.real.distance(moved.features[0])))
    alone = bench.ground.count == 1
    words = sentences.answer(changes, before, after, gain, cost, spec.currency, alone=alone)
    followed = tuple(one for one in follows if one.by)
    return Answer(number, changes, followed, cost, before, after, gain, distance, outside, gain.low > 0, words)


def _change(ground: Ground, name: str, label: Sentence, values: Floats, by: float | None) -> Change:
    before, after = _mean(ground.own[name]), _mean(values)
    shift = after - before if by is None else by
    return Change(name, label, shift, before, after, sentences.change(label, shift, before, after))


def _mean(values: Floats) -> float:
    """Return the mean of those who are known."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def points_of(steps: Steps, worth: Worth, levers: Sequence[Bound], count: int) -> tuple[Point, ...]:
    """Return the front as costs for ``count`` customers and expected shares."""
    return tuple(
        Point(float(worth.cost[at]) * count, float(worth.response[at]),
              {one.name: float(n * one.lever.step) for one, n in zip(levers, row, strict=True) if n})
        for at, row in enumerate(steps)
    )  # fmt: skip


def pulled(levers: Sequence[Bound], tried: Tried) -> tuple[Pulled, ...]:
    """Return levers as they were searched, and which of them the model looks at."""
    steps, response = tried.steps, tried.whole.response
    still = response[(steps == 0).all(axis=1)]
    # The first generation pulls each lever by itself; what follows it moves too.
    alone = [(steps != 0).sum(axis=1) == (steps[:, place] != 0) for place in range(len(levers))]
    return tuple(
        Pulled(one.name, one.label, one.low, one.high, one.lever.step, one.lever.price, one.lever.direction,
               one.observed_low, one.observed_high, bool(np.ptp(np.concatenate([still, response[by]])) > _STILL),
               tuple(one.lever.follows))
        for one, by in zip(levers, alone, strict=True)
    )  # fmt: skip
