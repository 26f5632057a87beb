"""A test as sections of a page: did it work, its gates, the ledger; a plan; the method. Computes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from campanile.experiments import figure
from campanile.experiments.gates.labels import label
from campanile.experiments.people import ALL
from campanile.experiments.result import Analysis, Design, Effect, Honesty, Look, Month
from campanile.report import Grid, Heading, Picture, Prose, Section
from campanile.words import Sentence, plural, say

DECISIONS: Mapping[str, Sentence] = {
    "better": say("better"), "worse": say("worse"), "no_difference": say("no difference seen"),
}  # fmt: skip
_MOST_DRAWN = 100.0
"""A change beyond which is no picture: of a control that has next to nothing."""

HOW = (
    say("Groups are compared as assigned, whoever was reached. Ratios: delta method. What was before the test is "
        "taken out by regression (CUPED)."),
    say("The intervals are asymptotic confidence sequences: they hold however often one looks. With several "
        "metrics or groups they hold for all at once (Bonferroni); p-values are corrected by Holm's rule."),
)  # fmt: skip
"""How a comparison is computed."""


def sections(answer: Analysis | Design | Honesty, ledger: Sequence[Look] = ()) -> tuple[Section, ...]:
    """Return the sections of an answer; of a comparison "verdict" and "gates", with its ``ledger`` where given."""
    if isinstance(answer, Design):
        return (_plan(answer),)
    if isinstance(answer, Honesty):
        return (_honesty(answer),)
    return (_verdict(answer), _gates(answer), *((_ledger(ledger),) if ledger else ()))


def _verdict(told: Analysis) -> Section:
    months = figure.lead(told)
    share = any(one.kind == "proportion" and one.metric == told.verdict.metric for one in told.effects if told.verdict)
    notes = Prose(told.notes, "caution" if any(one.late for one in told.effects) else "text")
    return Section(
        anchor="verdict",
        question=say("Did it work?"),
        answer=told.words,
        blocks=(
            *([_running(months, share), _alone(months, share)] if len(months) > 1 else _changes(told.effects)),
            *_segments(told, share),
            notes,
            *([_effects(told.effects)] if told.effects else []),
        ),
        method=HOW,
        context=_context(told),
    )


def _running(months: Sequence[Month], share: bool) -> Picture:
    last = months[-1]
    title = (
        say("After {n:number} months the effect can be told from 0", n=len(months))
        if last.running.excludes(0.0)
        else say("After {n:number} months the effect cannot be told from 0", n=len(months))
    )
    headings = (
        Heading(say("Month")), Heading(say("Effect so far, at every look"), "estimate"),
        Heading(say("Looked at once"), "estimate"), Heading(say("Users in control"), "exact"),
        Heading(say("Users with it"), "exact"),
    )  # fmt: skip
    rows = tuple((m.month, m.running, m.running_fixed, m.users_control, m.users_treatment) for m in months)
    note = say("The wide band holds at every look; the narrow one only if this had been the one look that was planned.")
    return Picture(title, figure.running(months, share=share), Grid(headings, rows, folded=True), note)


def _alone(months: Sequence[Month], share: bool) -> Picture:
    headings = (
        Heading(say("Month")), Heading(say("Control"), "number"), Heading(say("With it"), "number"),
        Heading(say("Effect"), "estimate"),
    )  # fmt: skip
    rows = tuple((m.month, m.control, m.treatment, m.alone) for m in months)
    title = say("Each month's users compared by themselves")
    return Picture(title, figure.alone(months, share=share), Grid(headings, rows, folded=True), wide=False)


def _changes(effects: Sequence[Effect]) -> tuple[Picture, ...]:
    """Return every comparison as a change in percent, where there are no months to be followed."""
    shown = [one for one in effects if one.raw_of is None and one.lift.high < _MOST_DRAWN]
    if not shown:
        return ()
    told = sum(one.decision != "no_difference" for one in shown)
    title = say("{n:number} of {all:number} comparisons can be told from 0", n=told, all=len(shown))
    headings = (Heading(say("Metric")), Heading(say("Group")), Heading(say("Change"), "estimate_percent"))
    rows = tuple((one.metric, one.arm, one.lift) for one in shown)
    note = say("The change against control, with the interval that holds at every look.")
    return (Picture(title, figure.changes(shown), Grid(headings, rows, folded=True), note),)


def _effects(effects: Sequence[Effect]) -> Grid:
    headings = (
        Heading(say("Metric")), Heading(say("Group")), Heading(say("Decision")), Heading(say("Control"), "number"),
        Heading(say("With it"), "number"),
        Heading(say("Effect, at every look"), "estimate"), Heading(say("Looked at once"), "estimate"),
        Heading(say("Change"), "estimate_percent"), Heading(say("p, at every look, corrected"), "number"),
    )  # fmt: skip
    rows = tuple(
        (e.metric, e.arm, DECISIONS[e.decision], e.control, e.treatment, e.effect, e.fixed, e.lift, e.p)
        for e in effects
    )  # fmt: skip
    return Grid(headings, rows, say("Effects by metric and group"), folded=True)


def _segments(told: Analysis, share: bool) -> tuple[Picture, ...]:
    if told.verdict is None:
        return ()
    about = (told.verdict.metric, told.verdict.arm)
    parts = [one for one in told.segments if (one.metric, one.arm) == about]
    if len(parts) < 2:
        return ()
    headings = (
        Heading(say("Segment")), Heading(say("Users"), "exact"),
        Heading(say("Effect, drawn to the others"), "estimate"),
        Heading(say("As measured"), "estimate"),
    )  # fmt: skip
    rows = tuple((one.segment, one.users, one.shrunken, one.measured) for one in parts)
    note = say("Effects of small segments are drawn towards the others, as chance alone would set them apart.")
    return (
        Picture(
            say("The effect by segment"), figure.segments(parts, share=share), Grid(headings, rows, folded=True), note
        ),
    )


def _gates(told: Analysis) -> Section:
    failed = told.failed
    answer = (
        say(
            "{n:number} of {all:number} checks did not pass: there is no verdict yet.",
            n=len(failed),
            all=len(told.gates),
        )
        if failed
        else say("All {all:number} checks passed.", all=len(told.gates))
    )
    points = tuple(say("{words} {repair}", words=one.words, repair=one.repair) for one in failed)
    headings = (Heading(say("Check")), Heading(say("Passed")), Heading(say("What was found")))
    rows = tuple((label(one.gate), say("yes") if one.passed else say("no"), one.words) for one in told.gates)
    return Section(
        anchor="gates",
        question=say("Can this test be trusted?"),
        answer=answer,
        blocks=(*([Prose(points, "points")] if points else []), Grid(headings, rows, say("All checks"), folded=True)),
        method=(say("A check of chance stops a sound test once in 1,000 times."),),
        context=_context(told),
    )


def _ledger(looks: Sequence[Look]) -> Section:
    headings = (
        Heading(say("Look"), "exact"), Heading(say("Day"), "date"), Heading(say("Metrics")),
        Heading(say("Named after the first look")), Heading(say("Checks not passed")), Heading(say("Decision")),
        Heading(say("Users"), "exact"),
    )  # fmt: skip
    rows = tuple(
        (one.number, one.at, ", ".join(one.metrics), ", ".join(one.late),
         ", ".join(str(label(gate)) for gate in one.failed), DECISIONS.get(one.decision or "", say("none")), one.users)
        for one in looks
    )  # fmt: skip
    return Section(
        anchor="ledger",
        question=say("Who has looked?"),
        answer=plural(
            "There was {n:number} look, and it is kept.", "There were {n:number} looks, and each is kept.", n=len(looks)
        ),
        blocks=(Grid(headings, rows),),
    )


def _plan(told: Design) -> Section:
    headings = (Heading(say("Looking")), Heading(say("Users"), "exact"), Heading(say("Months")),
                Heading(say("Smallest lift that is seen"), "percent"))  # fmt: skip
    rows = (
        (say("every month"), told.users_sequential, told.months_sequential, told.smallest_sequential),
        (say("once, at the end"), told.users_fixed, told.months_fixed, told.smallest_fixed),
    )
    return Section(
        anchor="design",
        question=say("How large must the test be?"),
        answer=told.words,
        blocks=(Prose(told.notes), Grid(headings, rows)),
        method=(
            say("Users for one look: Welch's test. For every look: how often paths of chance with the effect cross the "
                "bounds of the always-valid method at one of the looks."),
        ),
    )  # fmt: skip


def peeking(told: Honesty, *, wide: bool = True) -> Picture:
    """Return the price of peeking: how often a test that is made for one look is wrong where it is looked at often."""
    headings = (
        Heading(say("Metric")), Heading(say("Wrong, at every look"), "estimate_percent"),
        Heading(say("Wrong, looked at once"), "estimate_percent"),
        Heading(say("Wrong, looked at often with a test for one look"), "estimate_percent"),
    )  # fmt: skip
    rows = tuple((one.metric, one.sequential, one.once, one.fixed) for one in told.metrics)
    title = say("Looking often with a test made for one look is wrong more and more often")
    return Picture(title, figure.peeking(told), Grid(headings, rows, folded=True), None if wide else told.words, wide)


def _honesty(told: Honesty) -> Section:
    return Section(
        anchor="honesty",
        question=say("Is the method honest on these data?"),
        answer=told.words,
        blocks=(peeking(told), Prose(told.notes)),
        method=(
            say("{repetitions:number} times the {units:number} customers were split at random into groups that are "
                "treated alike. Every difference that is then called real is a wrong verdict.",
                repetitions=told.repetitions, units=told.units),
        ),
    )  # fmt: skip


def _context(told: Analysis) -> tuple[Sentence, ...]:
    users = sum(count for _, count in told.users)
    if told.month == ALL:
        return (say("{name}, look {look:number}, {users:number} users", name=told.name, look=told.look, users=users),)
    return (
        say("{name} up to {month}, look {look:number}, {users:number} users", name=told.name, month=told.month,
            look=told.look, users=users),
    )  # fmt: skip
