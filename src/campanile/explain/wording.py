"""The sentences of this room. They tell who responds more often, never what brings it about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from campanile.estimates import Estimate
from campanile.explain.subjects import Subject, told
from campanile.words import Sentence, plural, say


def span(subject: Subject, low: float, high: float) -> Sentence:
    """Tell a span of values, or the one value that it is."""
    if low == high:
        return told(subject, low)
    return say("{low} to {high}", low=told(subject, low), high=told(subject, high))


def within(subject: Subject, low: float | None, high: float | None) -> Sentence:
    """Tell that a value is at least ``low``, below ``high``, or both."""
    only = _only(subject, low, high)
    if only is not None:
        return say("{label}: {value}", label=subject.label, value=told(subject, only))
    if low is not None and high is not None:
        return say(
            "{label} at least {low} and below {high}",
            label=subject.label,
            low=told(subject, low),
            high=told(subject, high),
        )
    value = told(subject, high if low is None else low)
    if subject.kind == "date":
        if low is not None:
            return say("{label} on or after {value}", label=subject.label, value=value)
        return say("{label} before {value}", label=subject.label, value=value)
    if low is not None:
        return say("{label} at least {value}", label=subject.label, value=value)
    return say("{label} below {value}", label=subject.label, value=value)


def _only(subject: Subject, low: float | None, high: float | None) -> float | None:
    """Return the one whole number that the bounds leave, if they leave one."""
    if not subject.integral:
        return None
    first = subject.lowest if low is None else low
    last = subject.highest if high is None else high - 1
    return first if first is not None and first == last else None


def among(subject: Subject, levels: Sequence[Any]) -> Sentence:
    """Tell that a value is one of ``levels``."""
    return say("{label}: {values:list or}", label=subject.label, values=tuple(told(subject, level) for level in levels))


def zone(place: Sentence, customers: int, size: float, response: Estimate, lift: float, base: float) -> Sentence:
    """Tell of a zone: who, how many, and how often they respond."""
    return plural(
        "Customers with {place} respond more often: {response:percent} ({low:percent} to {high:percent}) "
        "against {base:percent} of all, {lift:number 2} times. It is {n:number} customer, {size:percent} of all.",
        "Customers with {place} respond more often: {response:percent} ({low:percent} to {high:percent}) "
        "against {base:percent} of all, {lift:number 2} times. They are {n:number} customers, {size:percent} of all.",
        n=customers, place=place, size=size, response=response.estimate, low=response.low, high=response.high,
        lift=lift, base=base,
    )  # fmt: skip


def members(conditions: Sequence[Sentence]) -> Sentence:
    """Tell who belongs to a target group."""
    if not conditions:
        return say("All customers")
    return say("Customers with {conditions:list}", conditions=tuple(conditions))


def group(words: Sentence, size: int, share: float, response: Estimate, lift: Estimate, caught: Estimate) -> Sentence:
    """Tell of a target group: who, how many, how often they respond, and how many responses they make."""
    told_group = plural(
        "{words}: {n:number} customer, {share:percent} of all. On customers not used to find the group, "
        "{response:percent} ({low:percent} to {high:percent}) responded, {lift:number 2} times as often as all; "
        "the group holds {caught:percent} of the responses.",
        "{words}: {n:number} customers, {share:percent} of all. On customers not used to find the group, "
        "{response:percent} ({low:percent} to {high:percent}) responded, {lift:number 2} times as often as all; "
        "the group holds {caught:percent} of the responses.",
        n=size, words=words, share=share, response=response.estimate, low=response.low, high=response.high,
        lift=lift.estimate, caught=caught.estimate,
    )  # fmt: skip
    if lift.low > 1:
        return told_group
    return say("{group} This may be chance: the interval holds the response of all customers.", group=told_group)


def everybody(customers: int, base: Estimate) -> Sentence:
    """Say that no group stands out."""
    return plural(
        "No group of customers stands out with confidence, so the group is everybody: {n:number} customer, "
        "of whom {response:percent} ({low:percent} to {high:percent}) respond.",
        "No group of customers stands out with confidence, so the group is everybody: {n:number} customers, "
        "of whom {response:percent} ({low:percent} to {high:percent}) respond.",
        n=customers, response=base.estimate, low=base.low, high=base.high,
    )  # fmt: skip


def unsure(labels: Sequence[Sentence]) -> Sentence:
    """Answer the question of the room where no group surely responds more often."""
    return say(
        "The answers differ between customers most by {labels:list}. No group was found that surely responds more "
        "often than all; more responses would change that.", labels=tuple(labels),
    )  # fmt: skip


def headline(labels: Sequence[Sentence], group_words: Sentence, response: Estimate, base: float) -> Sentence:
    """Answer the question of the room in one sentence."""
    return say(
        "The answers differ between customers most by {labels:list}. {group} responded in {response:percent} "
        "({low:percent} to {high:percent}) of held-out cases, all customers in {base:percent}.",
        labels=tuple(labels), group=group_words, response=response.estimate, low=response.low, high=response.high,
        base=base,
    )  # fmt: skip


def reason(subject: Subject, value: Sentence, contribution: float) -> Sentence:
    """Tell what one value adds to a customer's odds, as a factor."""
    from math import exp

    factor = exp(min(20.0, abs(contribution)))
    if contribution >= 0:
        return say(
            "{label}: {value}. The model sets the odds of a response {factor:number 2} times as high.",
            label=subject.label, value=value, factor=factor,
        )  # fmt: skip
    return say(
        "{label}: {value}. The model divides the odds of a response by {factor:number 2}.",
        label=subject.label, value=value, factor=factor,
    )  # fmt: skip


def verdict(key: str, probability: float, base: float) -> Sentence:
    """Tell the model's answer for one customer beside that for all."""
    if probability >= base:
        return say(
            "Customer {key} would respond with a chance of {p:odds} ({p:percent}), by this model: more than the "
            "average of {base:percent}.", key=key, p=probability, base=base,
        )  # fmt: skip
    return say(
        "Customer {key} would respond with a chance of {p:odds} ({p:percent}), by this model: less than the "
        "average of {base:percent}.", key=key, p=probability, base=base,
    )  # fmt: skip


def change(steps: Sequence[Sentence], probability: float, threshold: float, *, possible: bool) -> Sentence:
    """Tell what the model would answer after a change."""
    if possible:
        return say(
            "With {steps:list} the model would answer {p:percent}, across the threshold of {threshold:percent}. "
            "This is what the model would answer, not what would happen.",
            steps=tuple(steps), p=probability, threshold=threshold,
        )  # fmt: skip
    return say(
        "With {steps:list} the model would answer {p:percent}, across the threshold of {threshold:percent}; "
        "but nobody can change this.", steps=tuple(steps), p=probability, threshold=threshold,
    )  # fmt: skip


def step(label: Sentence, before: Sentence, after: Sentence) -> Sentence:
    """Tell one changed value."""
    return say("{label} {after} instead of {before}", label=label, after=after, before=before)
