"""What is said: how many more of a hundred customers, and whether some are more persuadable than others."""

from __future__ import annotations

from collections.abc import Mapping

from campanile.estimates import Estimate
from campanile.experiments.result import Gate
from campanile.experiments.uplift.result import Predicted, Uplift, Versus
from campanile.words import Sentence, plural, say


def answer(told: Uplift) -> Sentence:
    """Say what the treatment adds, and in whom."""
    average, best = told.average_effect, told.uplift_at_30
    if average is None or best is None:
        return told.words
    whole = _whole(told, average)
    if not told.targetable:
        return say("{whole} Nobody in particular: no one is found to be more persuadable than another.", whole=whole)
    if told.proportion:
        return say("{whole} Among the 30 % with the highest predicted effect: {best}.", whole=whole,
                   best=_hundred(best).told())  # fmt: skip
    return say("{whole} Among the 30 % with the highest predicted effect: {best} per customer.", whole=whole,
               best=best.told())  # fmt: skip


def _whole(told: Uplift, average: Estimate) -> Sentence:
    if told.proportion:
        return say("Of 100 customers with {arm:quoted}, {more} more have {outcome:quoted} than without it.",
                   arm=told.arm, more=_hundred(average).told(), outcome=told.outcome)  # fmt: skip
    return say("Each customer with {arm:quoted} has {more} more {outcome:quoted} than without it.", arm=told.arm,
               more=average.told(), outcome=told.outcome)  # fmt: skip


def _hundred(one: Estimate) -> Estimate:
    return Estimate(100 * one.estimate, 100 * one.low, 100 * one.high, one.level)


def blocked(failed: tuple[Gate, ...]) -> Sentence:
    """Say why nothing is said of effects, and what to repair first."""
    first = failed[0]
    return say("{why} {repair}", why=first.words, repair=first.repair or "")


_GIANT = 0.1


def of_the_data(dropped: int, copies: int, largest: float) -> tuple[Sentence, ...]:
    """Say which customers were left out, which are judged together, and whether one outweighs the others.

    ``largest`` is the share of all outcomes that one customer has.
    """
    notes = []
    if largest > _GIANT:
        notes.append(say("One customer has {share:percent} of the whole outcome: the effect hangs on that one.",
                         share=largest))  # fmt: skip
    if dropped:
        notes.append(plural("{n:number} customer has no outcome and was left out.",
                            "{n:number} customers have no outcome and were left out.", dropped))  # fmt: skip
    if copies:
        notes.append(plural("{n:number} row equals another: such rows are kept, and judged together.",
                            "{n:number} rows equal another: such rows are kept, and judged together.",
                            copies))  # fmt: skip
    return tuple(notes)


def notes(told: Uplift) -> tuple[Sentence, ...]:
    """Say how sure it is that effects differ, what a list by uplift brings beside others, and what to do."""
    if told.p is None:
        return ()
    sure = (
        say("Were all customers alike, so good an order would be seen in {p:percent} of trials.", p=told.p)
        if told.p >= 0.001
        else say("Were all customers alike, so good an order would be seen in less than one of 1,000 trials.")
    )
    beside = tuple(_beside(one, told) for one in told.versus if one.by == "response")
    if told.targetable:
        return (sure, *beside)
    return (sure, _everybody(told))


def not_kept() -> Sentence:
    """Say that nobody else can be scored by what was learned."""
    return say("A causal forest is not kept: others than the trial's customers cannot be scored by it.")


def _beside(one: Versus, told: Uplift) -> Sentence:
    first = told.lists[0]
    if one.profit is not None:
        return say(
            "The list by uplift ({customers:number} customers) earns {more} more than one of the same size by who "
            "responds.", customers=first.customers, more=one.profit.told("money", told.currency),
        )  # fmt: skip
    return say(
        "The list by uplift ({customers:number} customers) brings {more} more {outcome:quoted} than one of the same "
        "size by who responds.", customers=first.customers, more=one.outcomes.told(), outcome=told.outcome,
    )  # fmt: skip


def _everybody(told: Uplift) -> Sentence:
    average = told.average_effect
    if average is not None and average.high < 0:
        return say("On the whole it does harm: contact nobody.")
    if average is not None and average.low > 0:
        return say("It matters how many are contacted, not who: take everybody, or some at random.")
    return say("Neither is it seen that it works on the whole.")


def scored(told: Predicted) -> Sentence:
    """Say how many were scored, and what is expected of a contact with all of them."""
    return plural(
        "{n:number} customer was scored by the trial {trial:quoted} v{version}. With {arm:quoted} for all of them, "
        "{expected:number} more {outcome:quoted} are expected.",
        "{n:number} customers were scored by the trial {trial:quoted} v{version}. With {arm:quoted} for all of them, "
        "{expected:number} more {outcome:quoted} are expected.",
        told.rows, trial=told.uplift, version=told.uplift_version, arm=told.arm, expected=told.expected,
        outcome=told.outcome,
    )  # fmt: skip


def of_others(told: Predicted) -> tuple[Sentence, ...]:
    """Say what the scores of customers outside the trial are worth."""
    notes = [
        say("This is an expectation: it holds as far as these customers are like those of the trial.")
        if told.targetable
        else say("In the trial no one was found to be more persuadable than another: the order of these scores means "
                 "nothing. Everybody, or some at random, is as good.")
    ]  # fmt: skip
    if told.in_trial:
        notes.append(plural(
            "{n:number} of them was in the trial, and is scored by what was learned from that customer too.",
            "{n:number} of them were in the trial, and are scored by what was learned from them too.", told.in_trial,
        ))  # fmt: skip
    if told.refused:
        notes.append(plural(
            "{n:number} row of the file could not be read and was left out.",
            "{n:number} rows of the file could not be read and were left out.", told.refused,
        ))  # fmt: skip
    return tuple(notes)


_SOME = 0.01


def unseen(counts: Mapping[str, int], rows: int) -> tuple[Sentence, ...]:
    """Say in which columns values are new: where they are many, they may be written in another way."""
    return tuple(
        say("In {column:quoted} {share:percent} of the customers have a value that the trial did not have: they are "
            "scored as if it were missing.", column=column, share=count / rows)
        for column, count in counts.items() if count >= _SOME * rows
    )  # fmt: skip
