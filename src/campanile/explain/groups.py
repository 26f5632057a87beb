"""Target groups in words: found on the customers of some folds, judged on those of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from campanile.estimates import Estimate, wilson
from campanile.explain.conditions import Candidate, candidates
from campanile.explain.evidence import Evidence
from campanile.explain.intervals import ratio, share_of
from campanile.explain.result import Condition, Group
from campanile.explain.search import Rule, covering
from campanile.explain.subjects import Subject
from campanile.explain.wording import everybody, members, within
from campanile.explain.wording import group as sentence
from campanile.words import Sentence

FOUND_ON = 0.6
"""The share of folds on whose customers groups are found; the rest judge them."""


@dataclass(frozen=True)
class Asked:
    """How groups are looked for: how many, of how many conditions, with which support and breadth."""

    groups: int = 4
    conditions: int = 3
    support: float = 0.03
    customers: int = 30
    breadth: float = 0.6
    level: float = 0.95


def target_groups(evidence: Evidence, subjects: Sequence[Subject], asked: Asked) -> tuple[Group, ...]:
    """Find groups that respond more often, best first; there is always one.

    No outcome of a judging customer is looked at in the search, and groups are neither chosen nor
    ordered by how they were judged: their intervals need no correction for the search. Duplicates
    of a customer are in one fold, so on one side. Where no group surely responds more often, the
    model's best tenth is described instead, and last everybody.
    """
    seen = discovery(evidence.fold)
    found = _found(evidence, subjects, seen, evidence.outcome.astype(np.float64), asked)
    if not found:
        seen, best_tenth = _scored_high(evidence)
        found = _found(evidence, subjects, seen, best_tenth, replace(asked, groups=1))
    judged = [_judged(evidence, rule, seen, asked.level) for rule in found]
    return tuple(group for group in judged if group.judged > 0) or (_everybody(evidence, asked.level),)


def discovery(fold: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which customers the search may look at: those of the first folds."""
    folds = np.unique(fold)
    count = max(1, min(len(folds) - 1, round(FOUND_ON * len(folds))))
    return np.isin(fold, folds[:count])


def _found(
    evidence: Evidence, subjects: Sequence[Subject], seen: NDArray[np.bool_], wanted: NDArray[np.float64], asked: Asked
) -> list[list[Candidate]]:
    # As many of those seen as the support asks of all, so that the whole group has it but for chance.
    least = int(np.ceil(max(asked.support * seen.sum(), asked.customers * seen.mean())))
    offered = candidates(evidence, subjects, seen, wanted, least)
    looked_at = [replace(one, met=one.met[seen]) for one in offered]
    fewest = max(asked.customers, asked.support * len(evidence.outcome))
    rules = covering(
        looked_at, wanted[seen], asked.groups, conditions=asked.conditions, breadth=asked.breadth, least=least,
        allowed=lambda rule: bool(_met(offered, rule).sum() >= fewest),
    )  # fmt: skip
    return [[offered[part] for part in rule.parts] for rule in rules]


def _met(offered: Sequence[Candidate], rule: Rule) -> NDArray[np.bool_]:
    return np.asarray(np.logical_and.reduce([offered[part].met for part in rule.parts]))


def _scored_high(evidence: Evidence) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Mark the best-scoring tenth by a model that saw none of the outcomes which will judge it."""
    last = int(evidence.fold.max())
    seen = evidence.fold != last
    scores = evidence.scorers[last](evidence.features)
    return seen, (scores > np.quantile(scores[seen], 0.9)).astype(np.float64)


def _judged(evidence: Evidence, rule: Sequence[Candidate], seen: NDArray[np.bool_], level: float) -> Group:
    met = np.logical_and.reduce([part.met for part in rule])
    inside = met & ~seen
    response = share_of(evidence.outcome[inside], evidence.group[inside], level)
    base = share_of(evidence.outcome[~seen], evidence.group[~seen], level)
    lift = ratio(response, base)
    caught = wilson(float(evidence.outcome[inside].sum()), float(evidence.outcome[~seen].sum()), level)
    if not evidence.outcome[~seen].any():
        caught = wilson(float(inside.sum()), float((~seen).sum()), level)
    conditions = _joined(evidence.subjects, [part.condition for part in rule])
    words = members([condition.words for condition in conditions])
    size, share = int(met.sum()), float(met.mean())
    said = sentence(words, size, share, response, lift, caught)
    return Group(words, said, conditions, size, share, int(inside.sum()), response, lift, caught, lift.low > 1)


def _joined(subjects: Sequence[Subject], conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """Join bounds on one column into one condition, in the order of the subjects."""
    joined = []
    for subject in subjects:
        own = [one for one in conditions if one.column == subject.measured]
        low = next((one.low for one in own if one.low is not None), None)
        high = next((one.high for one in own if one.high is not None), None)
        if low is not None or high is not None:
            joined.append(Condition(subject.measured, low, high, (), within(subject, low, high)))
        joined += [one for one in own if one.levels]
    return tuple(joined)


def _everybody(evidence: Evidence, level: float) -> Group:
    response = share_of(evidence.outcome, evidence.group, level)
    count, one = len(evidence.outcome), Estimate(1.0, 1.0, 1.0, level)
    words: Sentence = members([])
    return Group(words, everybody(count, response), (), count, 1.0, count, response, one, one, confirmed=False)
