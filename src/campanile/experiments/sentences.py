"""What is said of an effect: estimate (low to high), in counts where it is a share, in money where it has a value."""

from __future__ import annotations

from dataclasses import replace

from campanile.estimates import Estimate
from campanile.experiments.result import Analysis, Decision, Effect, Gate, Measure, Verdict
from campanile.words import Sentence, say


def size(kind: str, effect: Estimate) -> Sentence:
    """Tell an effect in what people count: of a share, more customers of every 1,000."""
    if kind == "proportion":
        thousand = Estimate(*(1000 * value for value in (effect.estimate, effect.low, effect.high)), effect.level)
        return say("{more} more of every 1,000 customers", more=thousand.told())
    if kind == "ratio":
        return say("{more} more", more=effect.told())
    return say("{more} more per customer", more=effect.told())


def effect_words(
    measure: Measure, arm: str, effect: Estimate, lift: Estimate, decision: Decision, money: Estimate | None,
    currency: str,
) -> Sentence:  # fmt: skip
    """Say what the comparison of one arm with control found in one metric."""
    told = size(measure.kind, effect)
    if money is not None:
        told = say("{told}, worth {money} per customer", told=told, money=money.told("money", currency))
    if decision == "no_difference":
        return say("{metric}, {arm}: no difference seen; {told}.", metric=measure.name, arm=arm, told=told)
    if decision == "better":
        return say("{metric}, {arm}: better; {told}.", metric=measure.name, arm=arm, told=told)
    return say("{metric}, {arm}: worse; {told}.", metric=measure.name, arm=arm, told=told)


def verdict_of(effects: tuple[Effect, ...], currency: str, metric: str | None = None) -> Verdict | None:
    """Return what may be said: of the first metric or the one named, in the arm that is surest."""
    named = (one for one in effects if one.metric == metric)
    judged = (one for one in effects if not one.guardrail and one.raw_of is None)
    first = next(judged if metric is None else named, None)
    if first is None:
        return None
    best = min((one for one in effects if one.metric == first.metric), key=lambda one: one.p)
    harmed = tuple(one.metric for one in effects if one.guardrail and one.decision == "worse")
    words = _verdict(best, currency)
    if harmed:
        words = say("{words} But a guardrail got worse: {metrics:quoted}.", words=words, metrics=harmed)
    return Verdict(best.decision, best.metric, best.arm, best.effect, words)


def about(told: Analysis, metric: str | None) -> Analysis:
    """Return a comparison with its answer about another of its metrics; all of them were corrected for all."""
    verdict = verdict_of(told.effects, told.currency, metric) if metric is not None and told.verdict else None
    return told if verdict is None else replace(told, words=verdict.words, verdict=verdict)


def _verdict(effect: Effect, currency: str) -> Sentence:
    told = size(effect.kind, effect.effect)
    if effect.decision == "no_difference":
        return say("No difference seen in {metric:quoted} between {arm:quoted} and control: {told}.",
                   metric=effect.metric, arm=effect.arm, told=told)  # fmt: skip
    what = (
        say("It worked: {arm:quoted} made {metric:quoted} better", arm=effect.arm, metric=effect.metric)
        if effect.decision == "better"
        else say("It did harm: {arm:quoted} made {metric:quoted} worse", arm=effect.arm, metric=effect.metric)
    )
    if effect.money is not None:
        told = say("{told}, worth {money} per customer", told=told, money=effect.money.told("money", currency))
    if effect.kind == "proportion":
        return say("{what}, {told}; {control:percent} in control, {treatment:percent} with it.", what=what, told=told,
                   control=effect.control, treatment=effect.treatment)  # fmt: skip
    return say("{what}, {told}; {control:number} in control, {treatment:number} with it.", what=what, told=told,
               control=effect.control, treatment=effect.treatment)  # fmt: skip


def blocked(failed: tuple[Gate, ...]) -> Sentence:
    """Say that there is no verdict, why, and what to repair first."""
    first = failed[0]
    more = len(failed) - 1
    words = say("No verdict: {why} {repair}", why=first.words, repair=first.repair or "")
    return words if not more else say("{words} {n:number} more to repair after that.", words=words, n=more)
