"""Where to cut the list: by profit, by budget or capacity, or, without money, above the average."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from campanile.audience.result import Economics, Rule
from campanile.estimates import Estimate
from campanile.words import Sentence, plural, say

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """How many of the likeliest customers to contact, which limit decided it, and what each would allow."""

    customers: int
    rule: Rule
    worth: int | None
    threshold: float | None
    words: Sentence


def choose(
    probability: Floats,
    *,
    contact_cost: float | None = None,
    sale_value: float | None = None,
    budget: float | None = None,
    capacity: int | None = None,
    customers: int | None = None,
    average: float = 0.0,
) -> Choice:
    """Choose how many to contact, the likeliest first.

    Contact where ``sale_value`` times probability is more than ``contact_cost``, as far as ``budget`` (money;
    needs a cost) and ``capacity`` (customers) reach. Without money and limits: those more likely to respond
    than ``average``, where the gains curve lies farthest above chance if probabilities are calibrated.
    ``customers`` asks for so many, whether they pay or not, as far as the limits allow.

    Source: Elkan (2001), The foundations of cost-sensitive learning; Youden (1950), Cancer 3, 32-35.
    """
    known = contact_cost is not None and sale_value is not None
    worth = int((sale_value * probability > contact_cost).sum()) if known else None  # type: ignore[operator]
    limits: dict[Rule, int] = {}
    if customers is not None:
        limits["asked"] = min(customers, len(probability))
    elif worth is not None:
        limits["profit"] = worth
    if budget is not None and contact_cost:
        limits["budget"] = affordable(budget, contact_cost, len(probability))
    if capacity is not None:
        limits["capacity"] = min(capacity, len(probability))
    if not limits:
        limits["above_average"] = int((probability > average).sum())
    rule = min(limits, key=lambda name: limits[name])
    count = limits[rule]
    threshold = float(np.partition(probability, -count)[-count]) if count else None
    words = _WORDS[rule](count, worth, contact_cost, sale_value, budget, average)
    return Choice(count, rule, worth, threshold, words)


def affordable(budget: float, contact_cost: float, customers: int) -> int:
    """Return how many contacts a budget pays for, never spending more than it."""
    count = min(customers, math.floor(budget / contact_cost * (1 + 1e-12)))
    return count - 1 if count * contact_cost > budget else count


def expectation(probability: Floats, spread: float = 0.0, level: float = 0.95) -> Estimate:
    """Estimate how many of these customers will respond: the sum of their probabilities.

    The interval holds the chance of each outcome, variance p(1 - p), and ``spread``, the relative standard
    error with which the model's level is known from customers it had not seen.
    """
    total = float(probability.sum())
    deviation = math.sqrt(float((probability * (1 - probability)).sum()) + (total * spread) ** 2)
    half = NormalDist().inv_cdf((1 + level) / 2) * deviation
    return Estimate(total, max(0.0, total - half), min(float(len(probability)), total + half), level)


def earned(responders: Estimate, contacts: int, economics: Economics) -> Estimate:
    """Return the profit of ``contacts`` customers of whom ``responders`` respond."""
    spent = economics.contact_cost * contacts
    low, middle, high = (
        economics.sale_value * n - spent for n in (responders.low, responders.estimate, responders.high)
    )
    return Estimate(middle, low, high, responders.level)


def ranks(probability: Floats) -> NDArray[np.int64]:
    """Return each row's place, 1 for the likeliest; equals in the order of rows."""
    places = np.empty(len(probability), dtype=np.int64)
    places[np.argsort(-probability, kind="stable")] = np.arange(1, len(probability) + 1)
    return places


def _by_profit(count: int, worth: int | None, cost: float | None, value: float | None, *_: float | None) -> Sentence:
    return say(
        "A contact costs {cost:money} and a response is worth {value:money}, so a contact pays where the probability "
        "is above {even:percent}.",
        cost=cost, value=value, even=(cost or 0.0) / (value or 1.0),
    )  # fmt: skip


def _by_budget(
    count: int, worth: int | None, cost: float | None, value: float | None, budget: float | None, *_: float | None
) -> Sentence:
    paid = say("The budget of {budget:money} pays for {n:number} contacts at {cost:money} each.",
               budget=budget, n=count, cost=cost)  # fmt: skip
    return _and_more(paid, count, worth)


def _by_capacity(count: int, worth: int | None, *_: float | None) -> Sentence:
    held = plural(
        "No more than {n:number} customer can be contacted.", "No more than {n:number} customers can be contacted.",
        n=count,
    )  # fmt: skip
    return _and_more(held, count, worth)


def _as_asked(count: int, worth: int | None, *_: float | None) -> Sentence:
    chosen = plural(
        "The cut is set by hand at {n:number} customer.", "The cut is set by hand at {n:number} customers.", n=count
    )
    if worth is None or worth >= count:
        return _and_more(chosen, count, worth)
    beyond = plural(
        "{n:number} of them is expected to cost more than it brings.",
        "{n:number} of them are expected to cost more than they bring.", n=count - worth,
    )  # fmt: skip
    return say("{first} {second}", first=chosen, second=beyond)


def _and_more(limit: Sentence, count: int, worth: int | None) -> Sentence:
    if worth is None or worth <= count:
        return limit
    more = plural(
        "{n:number} more customer would be worth a contact.", "{n:number} more customers would be worth a contact.",
        n=worth - count,
    )  # fmt: skip
    return say("{first} {second}", first=limit, second=more)


def _above_average(count: int, *others: float | None) -> Sentence:
    return say(
        "What a contact costs and what a response is worth are not known, so no profit can be told. "
        "The list holds the customers more likely to respond than the average of {average:percent}.",
        average=others[-1],
    )


_WORDS: dict[Rule, Callable[..., Sentence]] = {
    "profit": _by_profit,
    "budget": _by_budget,
    "capacity": _by_capacity,
    "above_average": _above_average,
    "asked": _as_asked,
}
