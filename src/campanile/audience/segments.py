"""Segments told: size, response, value, earlier campaigns and a message for each cluster of customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campanile.audience.angle import advise
from campanile.audience.cut import earned, expectation
from campanile.audience.result import Campaign, Economics, Segment, Share, Trait
from campanile.audience.success import campaign
from campanile.audience.traits import Known, describe, name, traits
from campanile.estimates import Estimate, wilson
from campanile.words import Sentence, say

Floats = NDArray[np.float64]

NAMED_BY = 2


@dataclass(frozen=True)
class Asked:
    """One campaign as customers answered it: 1, 0, and NaN where not known, shape (rows,)."""

    column: str
    label: Sentence
    responded: Floats
    number: int | None = None
    analysed: bool = False


@dataclass(frozen=True)
class Classes:
    """The classes of the target, and which of them came true for customers that the model had not seen.

    ``members`` is the cluster and ``actual`` the class of each, shape (rows,); both empty where no outcome is known.
    """

    labels: tuple[Sentence, ...]
    members: NDArray[np.int64]
    actual: NDArray[np.int64]


@dataclass(frozen=True)
class Customers:
    """What is known of each customer of the list; arrays have shape (rows,).

    ``responded`` is None where outcomes are not known; ``spread`` is the relative standard error of the
    model's level.
    """

    probability: Floats
    contacted: NDArray[np.bool_]
    responded: Floats | None
    campaigns: Sequence[Asked]
    economics: Economics | None
    spread: float
    classes: Classes


def by_response(members: NDArray[np.int64], probability: Floats) -> NDArray[np.int64]:
    """Number clusters anew, 0 for the likeliest to respond."""
    if not len(members):
        return members
    size = np.bincount(members)
    mean = np.bincount(members, weights=probability) / np.maximum(size, 1)
    place = np.empty(len(size), dtype=np.int64)
    place[np.lexsort((-size, -mean))] = np.arange(len(size))
    return place[members]


def segments(members: NDArray[np.int64], columns: Sequence[Known], customers: Customers) -> tuple[Segment, ...]:
    """Tell each segment; ``members`` is each customer's segment from 0, shape (rows,)."""
    count = int(members.max()) + 1 if len(members) else 0
    found = traits(columns, members, count)
    names = _names(found)
    return tuple(_segment(at, names[at], found[at], members == at, customers) for at in range(count))


def _segment(
    at: int, named: Sentence, found: tuple[Trait, ...], inside: NDArray[np.bool_], customers: Customers
) -> Segment:
    size = int(inside.sum())
    chosen = inside & customers.contacted
    observed = _observed(customers.responded, inside)
    expected = _mean(expectation(customers.probability[inside], customers.spread), size)
    typical = describe(found)
    return Segment(
        number=at + 1,
        name=named,
        words=_words(size, observed or expected, typical),
        typical=typical,
        customers=size,
        share=size / len(inside),
        contacted=int(chosen.sum()),
        traits=found,
        observed=observed,
        expected=expected,
        profit=_profit(customers, chosen),
        campaigns=tuple(_campaign(asked, inside) for asked in customers.campaigns),
        angle=advise(found),
        mix=_mix(customers.classes, at),
    )


def _mix(classes: Classes, at: int) -> tuple[Share, ...]:
    told = classes.actual[classes.members == at]
    return tuple(
        Share(label, wilson(float((told == k).sum()), len(told))) for k, label in enumerate(classes.labels) if len(told)
    )


def _words(size: int, rate: Estimate, typical: Sentence) -> Sentence:
    return say("{customers:number} customers, response {rate}. {typical}", customers=size, rate=rate.told("percent"),
               typical=typical)  # fmt: skip


def _campaign(asked: Asked, inside: NDArray[np.bool_]) -> Campaign:
    return campaign(asked.column, asked.label, asked.responded, asked.number, inside, analysed=asked.analysed)


def _observed(responded: Floats | None, inside: NDArray[np.bool_]) -> Estimate | None:
    told = responded[inside & np.isfinite(responded)] if responded is not None else np.empty(0)
    return wilson(float(told.sum()), len(told)) if len(told) else None


def _mean(total: Estimate, size: int) -> Estimate:
    return Estimate(total.estimate / size, total.low / size, total.high / size, total.level)


def _profit(customers: Customers, chosen: NDArray[np.bool_]) -> Estimate | None:
    if customers.economics is None:
        return None
    likely = customers.probability[chosen]
    return earned(expectation(likely, customers.spread), len(likely), customers.economics)


def _names(found: Sequence[tuple[Trait, ...]]) -> list[Sentence]:
    """Name the segments so that no two have one name: by more traits, in the end by number."""
    short = [name(traits_of[:NAMED_BY]) for traits_of in found]
    names = [name(traits_of) if _twice(short, at) else short[at] for at, traits_of in enumerate(found)]
    return [
        say("{name} ({number:exact})", name=named, number=at + 1) if _twice(names, at) else named
        for at, named in enumerate(names)
    ]


def _twice(names: Sequence[Sentence], at: int) -> bool:
    return sum(str(other) == str(names[at]) for other in names) > 1
