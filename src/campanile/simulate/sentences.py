"""What was found, in words: the model's expectation, never a cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from campanile.simulate.checking import Bound
from campanile.simulate.result import Answer, Change, Pulled
from campanile.words import Sentence, Value, plural, say

if TYPE_CHECKING:
    from campanile.estimates import Estimate
    from campanile.simulate.spec import SimulateSpec


def change(label: Sentence, by: float, before: float, after: float) -> Sentence:
    """Say what becomes of a feature."""
    return say("{label}: {by:signed} (on average from {before:number} to {after:number})", label=label, by=by,
               before=before, after=after)  # fmt: skip


def moves(changes: Sequence[Change]) -> Sentence:
    """Name changes shortly."""
    return say("{changes:list}", changes=tuple(say("{label} {by:signed}", label=one.label, by=one.by)
                                               for one in changes))  # fmt: skip


def answer(
    changes: Sequence[Change], before: Estimate, after: Estimate, gain: Estimate, cost: float, currency: str,
    *, alone: bool,
) -> Sentence:  # fmt: skip
    """Say what is expected of an answer; ``alone`` is one customer, who has a chance and no share."""
    told: dict[str, Value] = {"moves": moves(changes), "after": after.told("percent"), "before": before.told("percent"),
            "gain": gain.told("points"), "cost": cost, "currency": currency}  # fmt: skip
    if alone and gain.low > 0:
        return say("{moves}: a chance to respond of {after} would be expected instead of {before}, a gain of {gain}, "
                   "at a cost of {cost:money {currency}}.", **told)  # fmt: skip
    if alone:
        return say("{moves}: a chance to respond of {after} would be expected instead of {before}, at a cost of "
                   "{cost:money {currency}}; but the gain is {gain}, so it may be none.", **told)  # fmt: skip
    if gain.low > 0:
        return say("{moves}: {after} would be expected to respond instead of {before}, a gain of {gain}, at a cost "
                   "of {cost:money {currency}}.", **told)  # fmt: skip
    return say("{moves}: {after} would be expected to respond instead of {before}, at a cost of "
               "{cost:money {currency}}; but the gain is {gain}, so it may be none.", **told)  # fmt: skip


def headline(whom: Sentence, answers: Sequence[Answer], spec: SimulateSpec, count: int) -> Sentence:
    """Say what to begin with, or that there is nothing, or nothing that pays for ``count`` customers."""
    if not answers:
        return say("For {whom} the model expects no more responses from any change of these levers within what has "
                   "been observed and may be spent.", whom=whom)  # fmt: skip
    best = answers[0]
    told: dict[str, Value] = {"whom": whom, "moves": moves(best.changes), "after": best.after.told("percent"),
            "before": best.before.estimate, "cost": best.cost, "currency": spec.currency}  # fmt: skip
    if count == 1:
        return _alone(best, spec, told)
    if spec.value is not None and spec.value * best.gain.estimate * count <= best.cost:
        return say("For {whom} no change of these levers is expected to earn what it costs, at "
                   "{value:money {currency}} for a response. The nearest is {moves}: {after} expected to respond "
                   "instead of {before:percent}, at a cost of {cost:money {currency}}.",
                   value=spec.value, **told)  # fmt: skip
    if best.agreed:
        return say("For {whom} the model expects {after} to respond instead of {before:percent} after this change: "
                   "{moves}, at a cost of {cost:money {currency}}. It is a guess until an experiment confirms it.",
                   **told)  # fmt: skip
    return say("For {whom} the model expects {after} to respond instead of {before:percent} after this change: "
               "{moves}; but models of other customers do not agree that it would help at all.",
               **told)  # fmt: skip


def _alone(best: Answer, spec: SimulateSpec, told: Mapping[str, Value]) -> Sentence:
    """Say of one customer what to begin with, or that nothing pays."""
    if spec.value is not None and spec.value * best.gain.estimate <= best.cost:
        return say("For {whom} no change of these levers is expected to earn what it costs, at "
                   "{value:money {currency}} for a response. The nearest is {moves}: a chance to respond of {after} "
                   "instead of {before:percent}, at a cost of {cost:money {currency}}.",
                   value=spec.value, **told)  # fmt: skip
    if best.agreed:
        return say("For {whom} the model expects a chance to respond of {after} instead of {before:percent} after this "
                   "change: {moves}, at a cost of {cost:money {currency}}. It is a guess.", **told)  # fmt: skip
    return say("For {whom} the model expects a chance to respond of {after} instead of {before:percent} after this "
               "change: {moves}; but models of other customers do not agree that it would help at all.",
               **told)  # fmt: skip


def hypothesis(whom: Sentence, best: Answer) -> Sentence:
    """Say what an experiment would have to show."""
    return say("To be tested: of {whom}, those with this change ({moves}) respond more often than those without: "
               "{after} instead of {before}.", whom=whom, moves=moves(best.changes), after=best.after.told("percent"),
               before=best.before.told("percent"))  # fmt: skip


def notes(
    spec: SimulateSpec, looked_at: int, customers: int, models: int, levers: Sequence[Bound], tried: int,
    labels: Mapping[str, Sentence],
) -> tuple[Sentence, ...]:  # fmt: skip
    """Say what must be known to read the answers rightly; ``labels`` name the features that move."""
    told = [
        say("This is what the model expects of customers like those it knows. It does not show that changing a "
            "customer changes the answer."),
        plural("Intervals are over customers and over {n:number} model that was fitted again on customers drawn anew; "
               "it is asked about customers it had not seen.",
               "Intervals are over customers and over {n:number} models that were each fitted again on customers drawn "
               "anew; each is asked about customers it had not seen.", models),
        *_fewer(spec, models),
        say("They tell how far models of other customers would differ, not what all models of this kind have wrong in "
            "common: that only an experiment shows."),
        plural("{n:number} change was tried; none goes beyond what was observed of a lever, and at most "
               "{out:percent} of the customers would be farther from real ones than {near:percent} of real ones are "
               "from each other.",
               "{n:number} changes were tried; none goes beyond what was observed of a lever, and at most "
               "{out:percent} of the customers would be farther from real ones than {near:percent} of real ones are "
               "from each other.",
               tried, out=1 - spec.near, near=spec.near),
    ]  # fmt: skip
    if looked_at < customers:
        told.append(say("Worked out on {looked:number} of {customers:number} customers, drawn at random.",
                        looked=looked_at, customers=customers))  # fmt: skip
    told += [
        say("How {follower:quoted} follows {lever:quoted} was estimated from customers as they are (local regression): "
            "who is moved may differ.", follower=labels[name], lever=one.label)
        for one in levers for name, follow in one.lever.follows.items() if follow.kind == "estimated"
    ]  # fmt: skip
    return tuple(told)


def _fewer(spec: SimulateSpec, models: int) -> tuple[Sentence, ...]:
    """Say that there are fewer models than were asked for, because the method takes long."""
    if models >= spec.models:
        return ()
    return (say("That is {n:number} models instead of {most:number}, for each takes long to fit; intervals are "
                "somewhat wider for it.", n=models, most=spec.models),)  # fmt: skip


def unpriced(levers: Sequence[Bound]) -> tuple[Sentence, ...]:
    """Name the levers whose price was not given."""
    named = tuple(one.label for one in levers if one.lever.cost is None)
    if not named:
        return ()
    return (say("No cost was given for {levers:list}: a unit for one customer is taken to cost 1.", levers=named),)


def idle(levers: Sequence[Pulled]) -> tuple[Sentence, ...]:
    """Name the levers that the model does not look at."""
    return tuple(
        say("The model's answers do not move with {label}: it found nothing in it, or uses other features instead. "
            "Where an answer moves it, that keeps changed customers near real ones.",
            label=one.label)
        for one in levers if not one.moves_answers
    )  # fmt: skip


def short_of(spec: SimulateSpec, answers: Sequence[Answer]) -> tuple[Sentence, ...]:
    """Say what was asked for and is not to be had."""
    if not answers or spec.reach is None or answers[0].after.estimate >= spec.reach:
        return ()
    return (say("No change within what has been observed lets {reach:percent} respond; the most is {most:percent}.",
                reach=spec.reach, most=answers[0].after.estimate),)  # fmt: skip
