"""Gates of what came before what: assignment, exposure, outcome, and now."""

from __future__ import annotations

import numpy as np

from campanile.experiments.gates.evidence import Evidence, by_arm, judged
from campanile.experiments.result import Gate
from campanile.words import plural, say

_ZONES = say("All of them by a few hours: are the two clocks in different time zones? Load the times in UTC.")


def contaminated(evidence: Evidence) -> Gate:
    """Nobody in control was reached by what is tested."""
    exposed = evidence.of("exposed")
    n = int(exposed[0])
    return judged(
        "contaminated",
        plural("{n:number} user in control was reached by what is tested.",
               "{n:number} users in control were reached by what is tested.", n=n) if n else None,
        say("Nobody in control was reached."),
        say("Stop what reaches them. If it is few, compare as assigned and say so; never move them to the treatment."),
        *by_arm(evidence, exposed),
    )  # fmt: skip


def reached(evidence: Evidence) -> Gate:
    """Somebody in every treatment was reached, where that is logged."""
    exposed, users = evidence.of("exposed"), evidence.of("users")
    missed = tuple(
        arm for arm, here, n in zip(evidence.arms[1:], exposed[1:], users[1:], strict=True)
        if evidence.logged and n and not here
    )  # fmt: skip
    return judged(
        "reached",
        say("Nobody in {arms:quoted} was reached.", arms=missed) if missed else None,
        say("The treatment reached people.") if evidence.logged else say("It is not logged who was reached."),
        say("Check that the treatment was delivered, and that the log names users as the assignment does."),
        *by_arm(evidence, exposed),
    )


def exposure_before(evidence: Evidence) -> Gate:
    """Nobody was reached before being assigned."""
    early = evidence.of("exposed_early")
    n = int(early.sum())
    return judged(
        "exposure_before",
        plural("{n:number} user was reached before being assigned.",
               "{n:number} users were reached before being assigned.", n=n) if n else None,
        say("Nobody was reached before being assigned."),
        _ZONES if n == evidence.of("early_hours").sum()
        else say("Leave out users who had been reached before, in all groups alike, or assign earlier."),
        *by_arm(evidence, early),
    )  # fmt: skip


def outcome_before(evidence: Evidence) -> Gate:
    """No outcome is from before the user was reached or assigned."""
    early = evidence.of("outcome_early")
    n = int(early.sum())
    return judged(
        "outcome_before",
        plural("{n:number} user has an outcome from before being reached.",
               "{n:number} users have an outcome from before being reached.", n=n) if n else None,
        say("No outcome is from before the test."),
        _ZONES if n == evidence.of("outcome_hours").sum()
        else say("Count only what happened after the assignment: an outcome from before cannot be an effect."),
        *by_arm(evidence, early),
    )  # fmt: skip


def clock(evidence: Evidence) -> Gate:
    """Nothing happened in the future."""
    n = int(evidence.of("future").sum())
    return judged(
        "clock",
        plural("{n:number} user has a time in the future.", "{n:number} users have a time in the future.", n=n)
        if n else None,
        say("No time lies in the future."),
        say("Check the order of day and month and the time zone of the columns, and load them again."),
    )  # fmt: skip


def matured(evidence: Evidence) -> Gate:
    """Every user's outcome has had its time."""
    unripe = evidence.tested.counts["unripe"].sum(axis=1)
    n = int(unripe.sum())
    ripe = tuple(month for month, count in zip(evidence.tested.rows, np.cumsum(unripe), strict=True) if not count)
    return judged(
        "matured",
        plural("The outcome of {n:number} user is not complete: it takes {days:number} days.",
               "The outcomes of {n:number} users are not complete: they take {days:number} days.",
               n=n, days=evidence.window_days) if n else None,
        say("Every outcome has had its time."),
        say("Look as far as the last complete month: --month {month}.", month=ripe[-1]) if ripe
        else say("Wait until the outcomes of the first month are complete."),
    )  # fmt: skip


def too_early(evidence: Evidence) -> Gate:
    """There are enough users, and of rare outcomes enough, to say anything."""
    from campanile.experiments.counting import form
    from campanile.experiments.gates.enough import RARE, enough

    counted = evidence.tested
    short = []
    for measure, moments in zip(evidence.measures, counted.moments, strict=True):
        if measure.raw_of is None and not enough(moments.total(0), form(measure), measure.kind, evidence.least):
            short.append(measure.name)
    few = int(min(evidence.of("users"), default=0))
    return judged(
        "too_early",
        say("It is too early to say anything of {metrics:quoted}: the smallest group has {few:number} users.",
            metrics=tuple(dict.fromkeys(short)), few=few) if short else None,
        say("There are enough users."),
        say("Wait for {least:number} users in each group, and for {rare:number} who respond and who do not; small "
            "groups of rare or large values take more.", least=evidence.least, rare=RARE),
        *by_arm(evidence, evidence.of("users")),
    )  # fmt: skip
