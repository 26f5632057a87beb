"""Rank correlations as a section of a page: what has to do with the targets, and what says the same twice."""

from __future__ import annotations

from campanile.quality.correlation import figure
from campanile.quality.correlation.result import Aimed, Correlated
from campanile.report.sections import Block, Grid, Heading, Picture, Prose, Section
from campanile.words import Sentence, say

_MOST_DRAWN = 10
_FEWEST = 3


def sections(found: Correlated) -> tuple[Section, ...]:
    """Lay the answer out: the strongest ties with the first target, then the square of all."""
    rest = found.words()[1:]
    return (Section(
        "correlations", say("What moves together?"), found.answer,
        (
            *(_strongest(one) for one in found.targets[:1] if one.ties),
            *((Prose(rest, "points"),) if rest else ()), *_square(found), *_tables(found),
        ),
        (
            say("Rank correlation is Spearman's, over the rows in which both columns are known; ties share their mean"
                " rank."),
            say("Intervals are by customer, of the strongest alone; they hold for each by itself, not for the choice"
                " of the strongest."),
            say("Beyond chance are those of which, all tried at once, 1 in 20 at most is expected to be an accident"
                " (Benjamini and Hochberg); rows of one customer count as alike."),
            say("What is seen here is side by side, not cause and effect: columns may say the same thing twice."),
        ),
        (say("Table {table} v{version}", table=found.table, version=found.version),
         say("{rows:number} rows", rows=found.rows)),
    ),)  # fmt: skip


def _strongest(aimed: Aimed) -> Picture:
    headings = (
        Heading(say("Column")), Heading(say("Rank correlation"), "number"), Heading(say("with interval"), "estimate"),
        Heading(say("Rows"), "number"), Heading(say("Beyond chance")),
    )  # fmt: skip
    rows = tuple(
        (tie.label, tie.rho.estimate, tie.rho if tie.bounded else None, tie.rows, _yes_or_no(tie.sure))
        for tie in aimed.ties
    )
    title = (
        say("{column} moves most with {target}", column=aimed.sure[0].label, target=aimed.label)
        if aimed.sure
        else say("Nothing moves with {target} beyond chance", target=aimed.label)
    )
    return Picture(title, figure.strongest(aimed, _MOST_DRAWN), Grid(headings, rows))


def _yes_or_no(sure: bool) -> Sentence:
    return say("yes") if sure else say("no")


def _square(found: Correlated) -> list[Block]:
    if len(found.columns) < _FEWEST:
        return []
    headings = (Heading(say("Column")), *(Heading(label, "number") for label in found.labels))
    rows = tuple((label, *row) for label, row in zip(found.labels, found.values, strict=True))
    title = say("All {n:number} columns, those that move together side by side", n=len(found.columns))
    note = say("Blue: both rise together. Orange: one falls as the other rises. Targets stand first.")
    return [Picture(title, figure.square(found), Grid(headings, rows), note, least_width=_width(found))]


def _width(found: Correlated) -> int:
    """Return from which width in pixels each column can be read."""
    return 300 + 16 * len(found.columns)


def _tables(found: Correlated) -> list[Block]:
    """Return the ties with further targets, and the pairs that say nearly the same."""
    made: list[Block] = []
    for aimed in found.targets[1:]:
        told = _strongest(aimed)
        made.append(Grid(told.table.headings, told.table.rows, told.title, folded=True))
    if found.alike:
        headings = (Heading(say("Column")), Heading(say("and")), Heading(say("Rank correlation"), "number"))
        rows = tuple((found.label(one), found.label(other), rho) for one, other, rho in found.alike)
        made.append(Grid(headings, rows, say("Columns that say nearly the same"), folded=True))
    return made
