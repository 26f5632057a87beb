"""A leak scan as a section of a page: what would have been claimed, and what is true."""

from __future__ import annotations

from campanile.models.leak import figure
from campanile.models.leak.result import LeakScan
from campanile.models.result import Training
from campanile.report import Grid, Heading, Picture, Prose, Section
from campanile.words import Sentence, say

_MOST_DRAWN = 8


def sections(scan: LeakScan, training: Training | None = None) -> tuple[Section, ...]:
    """Lay a scan out; with a ``training`` what a split by rows would have claimed of it stands beside."""
    rest = scan.words()[1:]
    return (Section(
        "leaks", say("What would a leak have claimed?"), scan.answer,
        (*((Prose(rest),) if rest else ()), _picture(scan), *_by_rows(training)),
        (
            say("Each feature is taken by itself as a score; nothing is fitted. An AUC of .5 is a coin toss."),
            say("For comparison the periods of the calendar were cut short where the event happened, and features and"
                " outcome were taken from the same period. No model learns from these rows."),
            say("A feature is named where the leak's AUC is at least .1 further from chance than the honest one, and"
                " the days that one was there tell the outcome too. Intervals are by customer."),
        ),
        (say("{rows:number} periods, {events:number} with the event", rows=scan.rows, events=scan.events),),
    ),)  # fmt: skip


def _picture(scan: LeakScan) -> Picture:
    drawn = (*scan.features[:_MOST_DRAWN], scan.presence)
    title = _SEEN if scan.named else _UNSEEN
    headings = (
        Heading(say("Feature by itself")), Heading(say("AUC, periods cut at the event"), "estimate"),
        Heading(say("AUC before the cut-off"), "estimate"), Heading(say("Leak")),
    )  # fmt: skip
    rows = tuple(
        (one.label, one.cut, one.honest, say("named") if one.named else None) for one in (scan.presence, *scan.features)
    )
    return Picture(title, figure.claims(drawn), Grid(headings, rows))


_SEEN = say("Cut at the event, periods seem to foretell it; before the cut-off the same features do less")
_UNSEEN = say("Cut at the event, periods foretell no more than before the cut-off")


def _by_rows(training: Training | None) -> tuple[Grid, ...]:
    """Return what the chosen method would have claimed on a split by rows, beside what holds."""
    if training is None or not training.naive:
        return ()
    best = training[training.best]
    names: tuple[tuple[str, Sentence], ...] = (
        ("roc_auc", say("ROC-AUC")), ("pr_auc", say("PR-AUC")), ("f1_macro", say("F1, classes alike")),
        ("f1_weighted", say("F1, by class size")),
    )  # fmt: skip
    headings = (
        Heading(say("Measure")), Heading(say("Split by rows (a leak)"), "estimate"), Heading(say("Honest"), "estimate"),
    )  # fmt: skip
    rows = tuple(
        (label, training.naive[name], best.metrics[name])
        for name, label in names if name in training.naive and name in best.metrics
    )  # fmt: skip
    return (Grid(headings, rows, say("What a split by rows would have claimed")),)
