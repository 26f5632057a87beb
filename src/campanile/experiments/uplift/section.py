"""Uplift as sections of a page: whom it persuades, and whether the trial can be trusted. Computes nothing."""

from __future__ import annotations

from collections.abc import Mapping

from campanile.experiments.uplift import figure
from campanile.experiments.uplift.result import Uplift
from campanile.report import Grid, Heading, Picture, Prose, Section
from campanile.words import Sentence, say

CHECKS: Mapping[str, Sentence] = {
    "enough": say("Enough customers"),
    "shares": say("Arms as large as was meant"),
    "missing": say("Outcomes known in both arms"),
    "assignment": say("Assigned by chance"),
}
"""What the checks are called."""


def sections(told: Uplift) -> tuple[Section, ...]:
    """Return the sections "uplift" and "trial"."""
    return (_whom(told), _trial(told))


def _whom(told: Uplift) -> Section:
    pictures = (_effect(told), _lists(told), _gain(told)) if told.curve else ()
    return Section(
        anchor="uplift",
        question=say("Whom does it persuade?"),
        answer=told.words,
        blocks=(Prose(told.notes), *pictures),
        method=_how(),
        context=_context(told),
    )


def _effect(told: Uplift) -> Picture:
    title = (
        say("Those with the highest predicted effect are moved more than the others")
        if told.targetable
        else say("Those with the highest predicted effect are moved no more than chance explains")
    )
    headings = (Heading(say("Share of customers"), "percent"), Heading(say("Effect on each of them"), "estimate"))
    rows = tuple((one.share, one.uplift) for one in told.curve)
    note = say("The band holds at each share by itself. Every customer was scored by models that had not seen them.")
    return Picture(title, figure.effect(told), Grid(headings, rows, folded=True), note)


def _gain(told: Uplift) -> Picture:
    headings = (
        Heading(say("Share of customers"), "percent"), Heading(say("Added per customer of all"), "estimate"),
        Heading(say("At random"), "number"),
    )  # fmt: skip
    rows = tuple((one.share, one.gain, one.random) for one in told.curve)
    title = say("What treating the first ones adds, beside as many at random")
    return Picture(title, figure.gain(told), Grid(headings, rows, folded=True), wide=False)


def _lists(told: Uplift) -> Picture:
    money = told.lists[0].profit is not None
    headings = (
        Heading(say("List by")), Heading(say("Customers"), "exact"), Heading(say("Effect on each of them"), "estimate"),
        Heading(say("Outcomes added"), "estimate"),
        *((Heading(say("Profit"), "estimate_money", told.currency),) if money else ()),
        Heading(say("How much more the list by predicted effect brings"), "estimate_money" if money else "estimate",
                told.currency if money else ""),
    )  # fmt: skip
    more = {one.by: one.profit if money else one.outcomes for one in told.versus}
    rows = tuple(
        (figure.BY[one.by], one.customers, one.uplift, one.outcomes, *((one.profit,) if money else ()),
         more.get(one.by))
        for one in told.lists
    )  # fmt: skip
    title = say("The list by predicted effect beside others, on the same customers")
    return Picture(title, figure.beside(told), Grid(headings, rows, folded=True), wide=False)


def _trial(told: Uplift) -> Section:
    failed = told.failed
    answer = (
        say("{n:number} of {all:number} checks did not pass: nothing is said of effects.", n=len(failed),
            all=len(told.gates))
        if failed
        else say("All {all:number} checks passed.", all=len(told.gates))
    )  # fmt: skip
    points = tuple(say("{words} {repair}", words=one.words, repair=one.repair or "") for one in failed)
    checks = Grid(
        (Heading(say("Check")), Heading(say("Passed")), Heading(say("What was found"))),
        tuple(
            (CHECKS.get(one.gate, one.gate), say("yes") if one.passed else say("no"), one.words) for one in told.gates
        ),
    )
    kept_out = Grid(
        (Heading(say("Column kept out")), Heading(say("Why"))),
        tuple((one.column, one.reason) for one in told.kept_out), say("Columns that were kept out"), folded=True,
    )  # fmt: skip
    return Section(
        anchor="trial",
        question=say("Can this trial be trusted?"),
        answer=answer,
        blocks=(*([Prose(points, "points")] if points else []), checks, *([kept_out] if told.kept_out else [])),
        method=(say("A check of chance stops a sound trial once in 1,000 times."),),
        context=_context(told),
    )


def _how() -> tuple[Sentence, ...]:
    return (
        say("Effects are differences between customers who were assigned at random. Each customer's effect is "
            "predicted by models that had seen neither them nor a copy of them; the learner is chosen without them "
            "too."),
        say("Whether some are more persuadable than others is tested part by part: what was learned from the parts "
            "before orders the next one. The test is wrong as often as its level says, where ordinary cross-fitting is "
            "wrong more often."),
        say("Intervals resample customers. The Qini coefficient is the area between the curve of what is added and "
            "that of a random order, per customer."),
    )  # fmt: skip


def _context(told: Uplift) -> tuple[Sentence, ...]:
    return (
        say("{source}: {arm:quoted} ({treated:number} customers) against {control:quoted} ({others:number}), outcome "
            "{outcome:quoted}", source=told.source, arm=told.arm, treated=told.customers_treatment,
            control=told.control, others=told.customers_control, outcome=told.outcome),
    )  # fmt: skip
