"""Gates of who is in which group: names, empty groups, sizes, people in two of them."""

from __future__ import annotations

import numpy as np

from campanile.experiments.gates.evidence import CHANCE, Evidence, by_arm, judged
from campanile.experiments.people import ALL
from campanile.experiments.result import Gate
from campanile.words import plural, say


def names(evidence: Evidence) -> Gate:
    """Every group has the name that it was assigned under."""
    strange = tuple(name for name in evidence.counted.groups if name not in evidence.arms)
    return judged(
        "names",
        say("There are groups that nobody assigned: {groups:quoted}.", groups=strange) if strange else None,
        say("All groups have the names that they were assigned under."),
        say("Give the groups their names again: {arms:quoted}. Import the assignment whole, or name the arms.",
            arms=evidence.arms),
        *((name, float(evidence.counted.users[:, evidence.counted.groups.index(name)].sum())) for name in strange),
    )  # fmt: skip


def empty(evidence: Evidence) -> Gate:
    """No group is empty, in no month."""
    users = evidence.tested.users
    none = [(evidence.tested.rows[m], evidence.arms[a]) for m, a in np.argwhere((users == 0) & (evidence.shares > 0))]
    where = tuple(arm if month == ALL else f"{month}: {arm}" for month, arm in none) or (
        () if users.size and users.sum() else evidence.arms
    )
    return judged(
        "empty",
        say("Nobody is in {where:list}.", where=where) if where else None,
        say("Every group has users in every month."),
        say("Assign the month's new users, or import what is missing of the assignment."),
        *by_arm(evidence, users.sum(axis=0)),
    )


def sizes(evidence: Evidence) -> Gate:
    """The groups are as large as they were meant to be (sample-ratio mismatch)."""
    from scipy.stats import chi2

    users, shares = evidence.tested.users, evidence.shares
    known = (shares > 0).any(axis=1) & (users.sum(axis=1) > 0)
    expected = np.where(known[:, None], users.sum(axis=1, keepdims=True) * shares, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = np.where(expected > 0, (users - expected) ** 2 / expected, 0).sum(axis=1)
    freedom = (shares[known] > 0).sum(axis=1) - 1
    overall = float(chi2.sf(parts[known].sum(), max(int(freedom.sum()), 1)))
    worst = float(np.min(chi2.sf(parts[known], np.maximum(freedom, 1)), initial=1.0)) * max(int(known.sum()), 1)
    # Misplaced users add up over months where those of one month do not tell.
    whole = _whole(users[known].sum(axis=0), expected[known].sum(axis=0))
    p = min(1.0, 3 * min(overall, worst, whole))
    told = tuple(
        say(
            "{n:number} in {group:quoted} where {expected:number} were expected", n=int(n), group=arm, expected=round(e)
        )
        for arm, n, e in zip(evidence.arms, users.sum(axis=0), expected.sum(axis=0), strict=True)
    )
    return judged(
        "sizes",
        say("The groups' sizes are not what was assigned: {told} (p = {p:number}).", told=told, p=p)
        if p < CHANCE else None,
        say("The groups are as large as they were meant to be."),
        say("Find where users get lost on the way from assignment to this table: a filter, a failed import, a "
            "redirect, bots. Then compare again; the test cannot be saved by weighting."),
        *by_arm(evidence, users.sum(axis=0)),
    )  # fmt: skip


def _whole(users: np.ndarray, expected: np.ndarray) -> float:
    from scipy.stats import chi2

    meant = expected > 0
    if meant.sum() < 2:
        return 1.0
    return float(chi2.sf(((users[meant] - expected[meant]) ** 2 / expected[meant]).sum(), meant.sum() - 1))


def two_groups(evidence: Evidence) -> Gate:
    """Nobody is in two groups."""
    n = evidence.doubled
    return judged(
        "two_groups",
        plural("{n:number} user is in more than one group.", "{n:number} users are in more than one group.", n=n)
        if n else None,
        say("Nobody is in two groups."),
        say("Find out why: users that were merged, devices counted as people, an assignment made twice. Leave them out "
            "of all groups, then compare again."),
    )  # fmt: skip


def repeated(evidence: Evidence) -> Gate:
    """Outcomes have one row per user where they should."""
    n = evidence.repeated
    return judged(
        "repeated",
        plural("{n:number} row names a user who was there before.", "{n:number} rows name a user who was there before.",
               n=n) if n else None,
        say("Every user is there once."),
        say("Merge the rows of each user, or load the table with the key of its rows, so that they are added up."),
    )  # fmt: skip


def moved(evidence: Evidence) -> Gate:
    """Everybody is in the group that the hash gives."""
    n = evidence.moved
    return judged(
        "moved",
        plural("{n:number} user is not in the group that was assigned.",
               "{n:number} users are not in the group that was assigned.", n=n) if n else None,
        say("Everybody is in the group that was assigned."),
        say("The assignment was edited, renamed or half imported. Assign the users again: the hash gives each the same "
            "group as ever."),
    )  # fmt: skip


def exclusive(evidence: Evidence) -> Gate:
    """Nobody is in another test of the same layer."""
    n = evidence.crossed
    return judged(
        "exclusive",
        plural("{n:number} user is in another test of the same layer too.",
               "{n:number} users are in another test of the same layer too.", n=n) if n else None,
        say("Nobody is in another test of the same layer."),
        say("Give the tests slots of the layer that do not overlap, and leave these users out of both."),
    )  # fmt: skip
