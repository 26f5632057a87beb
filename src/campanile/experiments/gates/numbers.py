"""Gates of the values: missing, impossible, one that outweighs all others, and groups that differed before."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from campanile.experiments.counting import form
from campanile.experiments.gates.evidence import CHANCE, Evidence, Floats, by_arm, judged
from campanile.experiments.moments import Form, Moments, difference
from campanile.experiments.result import Gate, Measure
from campanile.words import Sentence, say

_HALF = 0.5


def missing(evidence: Evidence) -> Gate:
    """Outcomes are known of as many users in each group."""
    users = evidence.of("users")
    told: list[Sentence] = []
    shown: tuple[tuple[str, float], ...] = ()
    for measure, moments in _judged(evidence):
        known = moments.n.sum(axis=0)
        p = _unlike(known, users - known) * len(evidence.measured)
        share = 1 - known.sum() / max(users.sum(), 1)
        if p < CHANCE or share > _HALF:
            shown = by_arm(evidence, 1 - known / np.maximum(users, 1))
            told.append(say("{metric:quoted} is missing for {share:percent} of users ({groups})", metric=measure.name,
                            share=share, groups=tuple(say("{group} {share:percent}", group=arm, share=part)
                                                      for arm, part in shown)))  # fmt: skip
    return judged(
        "missing",
        say("Outcomes are missing: {told}.", told=tuple(told)) if told else None,
        say("Outcomes are known of as many users in each group."),
        say("Find out who is missing and why; load the outcomes of all users who were assigned.")
        if evidence.of("found").sum() or not users.sum()
        else say(
            "None of the users is found there. Compare how both write their keys: 007 and 7 are two users; load "
            "the column as text, with --type COLUMN=string."
        ),
        *shown,
    )


def balance(evidence: Evidence) -> Gate:
    """What was before the test was alike in the groups."""
    from scipy.stats import t

    comparisons = max(sum(one.before is not None for one in evidence.measured) * (len(evidence.arms) - 1), 1)
    unlike = []
    for measure, moments in _judged(evidence):
        shape = form(measure)
        if shape.before is None:
            continue
        total, earlier = moments.total(0), Form(shape.before, shape.before_per)
        for place, arm in enumerate(evidence.arms[1:], start=1):
            found = difference(total[0], total[place], earlier)
            with np.errstate(invalid="ignore", divide="ignore"):
                p = 2 * float(t.sf(abs(found.effect / found.error), found.freedom))
            if p * comparisons < CHANCE:
                unlike.append(say("{before:quoted}: {treatment:number} in {arm:quoted}, {control:number} in control",
                                  before=measure.before, arm=arm, treatment=float(found.treatment),
                                  control=float(found.control)))  # fmt: skip
    return judged(
        "balance",
        say("The groups differed before the test: {unlike}.", unlike=tuple(unlike)) if unlike else None,
        say("The groups were alike before the test."),
        say("The assignment was not by chance, or what is called earlier was measured after it. Check both."),
    )


def values(evidence: Evidence) -> Gate:
    """Values are possible ones, and not all the same."""
    told: list[Sentence] = []
    for at, measure in enumerate(evidence.measures):
        if measure.raw_of is not None:
            continue
        faults, moments = evidence.tested.faults[at], evidence.tested.moments[at].total(0).total(0)
        name = measure.name
        if not np.isfinite(moments.products).all():
            told.append(say("{metric:quoted} has values without end", metric=name))
        if (strange := int(faults.get("strange", np.zeros(1)).sum())) > 0:
            told.append(say("{metric:quoted} is neither yes nor no for {n:number} users", metric=name, n=strange))
        if (below := int(faults.get("below", np.zeros(1)).sum())) > 0:
            told.append(say("{metric:quoted} is per {per:quoted}, which is below 0 for {n:number} users",
                            metric=name, per=measure.per, n=below))  # fmt: skip
        if measure.per is not None and moments.n > 0 and moments.mean[1] <= 0:
            told.append(
                say("{metric:quoted} is per {per:quoted}, which is 0 for everybody", metric=name, per=measure.per)
            )
        elif moments.n > 1 and moments.covariance[0, 0] <= 0:
            told.append(say("{metric:quoted} is the same for everybody", metric=name))
    return judged(
        "values",
        say("Values cannot be right: {told}.", told=tuple(told)) if told else None,
        say("All values are possible ones."),
        say("Check that the right columns are measured and how they were filled."),
    )


def giant(evidence: Evidence) -> Gate:
    """No single user outweighs all others."""
    tested = evidence.tested
    told = []
    for at, measure in enumerate(evidence.measures):
        moments = tested.moments[at]
        if measure.kind not in ("mean", "ratio") or measure.raw_of is not None or moments.n.sum() == 0:
            continue
        largest, squares = float(tested.faults[at]["far"].max()), float(moments.products[..., 0, 0].sum())
        if np.isfinite(squares) and 0 < _HALF * squares < largest:
            told.append(say("in {metric:quoted} the one who is {far:number} away from the middle", metric=measure.name,
                            far=np.sqrt(largest)))  # fmt: skip
    return judged(
        "giant",
        say("A single user outweighs all others: {told}.", told=tuple(told)) if told else None,
        say("No single user outweighs the others."),
        say("Check that order. If it is real, measure money with its largest amounts cut: --metric NAME:money."),
    )


def _judged(evidence: Evidence) -> Iterator[tuple[Measure, Moments]]:
    pairs = zip(evidence.measures, evidence.tested.moments, strict=True)
    return ((measure, moments) for measure, moments in pairs if measure.raw_of is None)


def _unlike(known: Floats, unknown: Floats) -> float:
    """Return the p-value that groups are alike in what is known of them."""
    from scipy.stats import chi2_contingency

    table = np.array([known, unknown])[:, known + unknown > 0]
    if table.shape[1] < 2 or (table.sum(axis=1) == 0).any():
        return 1.0
    return float(chi2_contingency(table, correction=False).pvalue)
