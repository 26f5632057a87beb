"""Whom to contact: the list by uplift beside lists by response, at random, everybody, nobody; the same customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from campanile.estimates import Estimate, Ordered
from campanile.estimates.effects import STEPS
from campanile.experiments.uplift.result import Chosen, Step, TargetList, Versus
from campanile.experiments.uplift.spec import UpliftSpec
from campanile.experiments.uplift.trial import Floats
from campanile.tables.uplift import Measured

_USUAL = 30
_DRAWN = tuple(range(4, STEPS, 5))


@dataclass(frozen=True)
class Money:
    """What one unit of the outcome is worth and a contact costs; None: not known."""

    value: float | None
    contact_cost: float | None

    def profit(self, outcomes: Floats, customers: int) -> Floats | None:
        """Return what ``outcomes`` added by contacting ``customers`` earn."""
        if self.value is None or self.contact_cost is None:
            return None
        return self.value * outcomes - self.contact_cost * customers


def depth(spec: UpliftSpec, predicted: Floats) -> int:
    """Return how many percent to contact: as asked, else those whose predicted effect pays, else 30."""
    if spec.share is not None:
        return spec.share
    if spec.value is None or spec.contact_cost is None:
        return _USUAL
    worth = float((spec.value * predicted > spec.contact_cost).mean())
    return int(np.clip(round(worth * STEPS), 1, STEPS))


def compared(
    by_uplift: Ordered, by_response: Ordered, rows: int, percent: int, money: Money
) -> tuple[tuple[TargetList, ...], tuple[Versus, ...]]:
    """Return the lists of so many percent, everybody and nobody; and the first beside each of the others, paired."""
    part = percent - 1
    average, share = by_uplift.average, percent / STEPS
    effect = {
        "uplift": (share, by_uplift.uplift[:, part]), "response": (share, by_response.uplift[:, part]),
        "random": (share, average), "everybody": (1.0, average), "nobody": (0.0, np.zeros_like(average)),
    }  # fmt: skip
    counted = {by: round(rows * size) for by, (size, _) in effect.items()}
    added = {by: values * counted[by] for by, (_, values) in effect.items()}
    earned = {by: money.profit(added[by], counted[by]) for by in effect}
    told = by_uplift.told
    lists = tuple(
        TargetList(_by(by), size, counted[by], told(values), told(added[by]), _maybe(by_uplift, earned[by]))
        for by, (size, values) in effect.items()
    )
    versus = tuple(
        Versus(_by(by), told(less(added["uplift"], added[by])), _less(by_uplift, earned["uplift"], earned[by]))
        for by in effect if by != "uplift"
    )  # fmt: skip
    return lists, versus


def curve(order: Ordered) -> tuple[Step, ...]:
    """Return the curve at every twentieth of the customers."""
    average = float(order.average[0])
    return tuple(
        Step((at + 1) / STEPS, order.told(order.uplift[:, at]), order.told(order.gain[:, at]),
             average * (at + 1) / STEPS)
        for at in _DRAWN
    )  # fmt: skip


def measured(order: Ordered, predicted: Floats) -> Measured:
    """Return the effect down to each per cent of the customers, beside the lowest predicted effect there.

    ``predicted`` (rows,) is by models that had not seen the customer, as it will be of others. Depths at which an arm
    has nobody show what the next one does.
    """
    lowest = np.quantile(predicted, 1 - np.arange(1, STEPS + 1) / STEPS, method="lower")
    told = [order.told(order.uplift[:, at]) for at in range(STEPS)]
    for at in reversed(range(STEPS - 1)):
        if not np.isfinite(told[at].low):
            told[at] = told[at + 1]
    return Measured(tuple(lowest.tolist()), tuple((one.estimate, one.low, one.high) for one in told))


def _by(name: str) -> Chosen:
    return name  # type: ignore[return-value]


def _maybe(order: Ordered, values: Floats | None) -> Estimate | None:
    return None if values is None else order.told(values)


def _less(order: Ordered, one: Floats | None, other: Floats | None) -> Estimate | None:
    return None if one is None or other is None else order.told(less(one, other))


def less(one: Floats, other: Floats) -> Floats:
    """Return the difference; sums of the same customers in another order are the same, though not to the last bit."""
    return np.where(np.isclose(one, other, rtol=1e-9, atol=0.0, equal_nan=True), 0.0 * one, one - other)
