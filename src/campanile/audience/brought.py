"""What a cut of the list brings: its cost, its responders, its profit, what it catches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from campanile.audience.cut import Choice, earned, expectation
from campanile.audience.gains import Ranked
from campanile.audience.judge import Unseen
from campanile.audience.result import Cut, Economics
from campanile.estimates import Estimate

Floats = NDArray[np.float64]

NOBODY = Estimate(0.0, 0.0, 0.0)


def brought(
    choice: Choice, first: Floats, unseen: Unseen, ranked: Ranked, economics: Economics | None,
    contact_cost: float | None, spread: float, *, own: bool,
) -> Cut:  # fmt: skip
    """Return what contacting the customers with the probabilities ``first`` brings.

    ``own``: they are the training table's, so their outcomes are known and counted; elsewhere profit is
    expected, and those of the training above the same probability tell what such a list catches.
    """
    count = choice.customers
    responders = expectation(first, spread) if count else NOBODY
    depth = count if own else unseen.above(choice.threshold)
    past = ranked.depth(depth, economics) if count and depth else None
    profit = None
    if economics is not None:
        profit = past.profit if own and past is not None else earned(responders, count, economics)
    return Cut(
        rule=choice.rule,
        customers=count,
        threshold=choice.threshold,
        worth=choice.worth,
        cost=None if contact_cost is None else contact_cost * count,
        responders=responders,
        profit=profit,
        caught=past.caught if past else None,
        lift=past.lift if past else None,
        words=choice.words,
    )
