"""Of all changes that were tried: those that nothing beats, the one to begin with, and others unlike it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from campanile.simulate.search import Worth

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

_NOTHING = 1e-9
"""What sums differ by that were made in another order: no gain."""
_WORTH_SHOWING = 0.1
"""The part of the largest gain below which a change is no answer of its own."""


def unbeaten(worth: Worth, *, tolerated: float, most_cost: float | None = None) -> Places:
    """Return the places of the changes that are allowed and that none allowed beats, by rising cost.

    One beats another that costs no less and brings no more; of two alike the first stands.
    """
    allowed = worth.outside <= tolerated
    if most_cost is not None:
        allowed &= worth.cost <= most_cost * (1 + 1e-12)
    places = np.flatnonzero(allowed)
    ordered = places[np.lexsort((-worth.response[places], worth.cost[places]))]
    best = np.maximum.accumulate(np.concatenate([[-np.inf], worth.response[ordered]]))[:-1]
    return ordered[worth.response[ordered] > best]


def thinned(places: Places, most: int) -> Places:
    """Return at most ``most`` of some places, evenly, with both ends."""
    if len(places) <= most:
        return places
    return places[np.unique(np.round(np.linspace(0, len(places) - 1, most)).astype(np.int64))]


def first(
    cost: Floats, response: Floats, before: float, *, reach: float | None, value: float | None, budget: float | None
) -> int | None:
    """Return the place of the change to begin with; ``cost`` and ``value`` are for one customer. None: none helps.

    What reaches ``reach`` at the least cost, else what earns most, else what the budget buys; and else where the front
    is farthest above the line between its ends.
    """
    gain = response - before
    helps = np.flatnonzero(gain > _NOTHING)
    if not len(helps):
        return None
    if reach is not None:
        there = helps[response[helps] >= reach]
        return int(there[np.argmin(cost[there])] if len(there) else helps[np.argmax(response[helps])])
    if value is not None:
        return int(helps[np.argmax(value * gain[helps] - cost[helps])])
    if budget is not None:
        return int(helps[np.argmax(response[helps])])
    dearest = cost[helps].max() or 1.0
    return int(helps[np.argmax(gain[helps] / gain.max() - cost[helps] / dearest)])


def unlike(steps: Floats, gain: Floats, begin: int, count: int) -> list[int]:
    """Return ``begin`` and up to ``count - 1`` others that help, each as unlike those before it as there is.

    ``steps`` (changes, levers) are parts of each lever's range. Unlike is what pulls other levers, or farther.
    """
    chosen = [begin]
    left = [int(place) for place in np.flatnonzero(gain >= _WORTH_SHOWING * gain.max()) if place != begin]
    while left and len(chosen) < count:
        far = [min(_apart(steps[one], steps[other]) for other in chosen) for one in left]
        best = int(np.argmax(far))
        if far[best] <= 0:
            break
        chosen.append(left.pop(best))
    return chosen


def _apart(one: Floats, other: Floats) -> float:
    return float(np.abs(one - other).sum() + ((one != 0) != (other != 0)).sum())
