"""Which columns may speak of a customer: those known before the treatment. The others are kept out, each with why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from campanile.experiments.uplift.alike import basis, comes_after, direction, only_in_arm, tells, within
from campanile.experiments.uplift.result import Excluded
from campanile.experiments.uplift.trial import Floats, Rows
from campanile.features import FeaturePlan, build, matrix, propose
from campanile.tables import Dictionary
from campanile.words import say

CHANCE = 0.001
"""How often a check of chance may stop a sound trial."""


@dataclass(frozen=True)
class Before:
    """What was known before: ``X`` (rows, features) with ``levels``, made by ``plan``.

    ``B`` (rows, ...) is all that arms may differ in; ``unlike`` names columns in which the arms differ, and of which
    nobody knows whether they came before.
    """

    plan: FeaturePlan
    X: Floats
    levels: tuple[int, ...]
    B: Floats
    excluded: tuple[Excluded, ...]
    unlike: tuple[str, ...]


@dataclass(frozen=True)
class Given:
    """What customers got and what became of them, (rows,); ``apart`` are treatment, strata and the like."""

    treated: Floats
    e: Floats
    y: Floats
    strata: Rows
    outcome: str
    apart: Collection[str]


def known_before(rows: pa.Table, dictionary: Dictionary, given: Given, exclude: Collection[str]) -> Before:
    """Find the columns that were known before the treatment. Raises NotFound for a name that is not in the table."""
    plan = propose(dictionary, rows, given.outcome, (*exclude, *given.apart), derive=False)
    excluded = [
        Excluded(one.column, one.reason) for one in plan.left_out if one.column not in set(given.apart) - set(exclude)
    ]
    X = matrix(plan, build(plan, rows))
    kept, told = _no_consequence(plan, X, given)
    bases = {at: within(basis(X[:, at], _levels(plan, at)), given.strata) for at in kept}
    after, unlike = _later(plan, X, bases, given)
    excluded += [*told, *_reasons(after)]
    left = [at for at in kept if plan.features[at].sources[0] not in {*after, *unlike}]
    used = FeaturePlan(tuple(plan.features[at] for at in left), as_of=plan.as_of)
    return Before(
        used, X[:, left], tuple(_levels(plan, at) for at in left), _joined([bases[at] for at in left], len(given.y)),
        tuple(excluded), tuple(unlike),
    )  # fmt: skip


def _levels(plan: FeaturePlan, at: int) -> int:
    feature = plan.features[at]
    return len(feature.levels) if feature.kind == "category" else 0


def _no_consequence(plan: FeaturePlan, X: Floats, given: Given) -> tuple[list[int], list[Excluded]]:
    """Leave out what has something only where the outcome has: a sale where there was a visit."""
    found = {
        plan.features[at].sources[0]
        for at in range(len(plan))
        if plan.features[at].kind != "category" and tells(X[:, at], given.y)
    }
    reason = say("it tells the outcome: one of them is there only where the other is")
    kept = [at for at in range(len(plan)) if plan.features[at].sources[0] not in found]
    return kept, [Excluded(name, reason) for name in plan.sources if name in found]


def _later(plan: FeaturePlan, X: Floats, bases: dict[int, Floats], given: Given) -> tuple[list[str], list[str]]:
    """Return the columns in which the arms differ beyond chance: those that came after, and those in doubt."""
    told = {at: direction(B, given.treated, given.e) for at, B in bases.items()}
    order = sorted(told, key=lambda at: told[at][1])
    differing = []
    for place, at in enumerate(order):
        # Holm's rule: the first that does not differ ends it.
        if told[at][1] * (len(order) - place) >= CHANCE / 2:
            break
        differing.append(at)
    named = {plan.features[at].sources[0] for at in differing}
    others = _joined([B for at, B in bases.items() if plan.features[at].sources[0] not in named], len(given.y))
    after = [
        plan.features[at].sources[0]
        for at in differing
        if comes_after(
            bases[at] @ told[at][0], others, given.treated, given.e, arm_only=only_in_arm(X[:, at], given.treated)
        )
    ]
    return list(dict.fromkeys(after)), sorted(named - set(after))


def _reasons(after: list[str]) -> list[Excluded]:
    reason = say("the treatment changes it: the arms differ in it, and not in what goes along with it")
    return [Excluded(name, reason) for name in after]


def _joined(parts: list[Floats], rows: int) -> Floats:
    return np.hstack(parts) if parts else np.empty((rows, 0))
