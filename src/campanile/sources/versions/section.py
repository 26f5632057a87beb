"""A difference between versions as a section of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campanile.report.sections import Block, Grid, Heading, Picture, Prose, Section
from campanile.sources.versions.result import ColumnChange, Difference
from campanile.words import palette, say

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_STILL = 0.005


def sections(difference: Difference) -> tuple[Section, ...]:
    """Lay out what changed between two versions."""
    told = difference.words()
    blocks: list[Block] = [Prose(told[1:], "points")] if told[1:] else []
    most = max(difference.columns, key=lambda column: column.moved or 0.0, default=None)
    if most is not None and (most.moved or 0.0) > _STILL:
        blocks.append(_moved_most(most, difference))
    if difference.cells:
        blocks.append(_cells(difference))
    return (
        Section(
            "difference", say("What changed between two versions?"), told[0], (*blocks, _columns(difference)),
            (
                say("Rows are compared by their key; without one, a row that changed counts as removed and added."),
                say("Moved: the share of rows that would have to move for both distributions to be equal."),
                say("Numbers are counted between the tenths of the earlier version."),
                say("Values of personal columns are never shown."),
            ),
            (say("Table {table}", table=difference.table),
             say("v{before} and v{after}", before=difference.before, after=difference.after)),
        ),
    )  # fmt: skip


def _moved_most(column: ColumnChange, difference: Difference) -> Picture:
    title = say(
        "{column} moved most: {share:percent} of its distribution", column=column.label, share=column.moved or 0.0
    )
    headings = (
        Heading(say("Value")), Heading(say("v{version}", version=difference.before), "number"),
        Heading(say("v{version}", version=difference.after), "number"),
    )  # fmt: skip
    rows = tuple((part.label, part.before, part.after) for part in column.parts)
    return Picture(title, before_and_after(column, difference), Grid(headings, rows))


def before_and_after(column: ColumnChange, difference: Difference) -> Figure:
    """Draw where a column's values lay before, and where they lie after, as shares of the rows."""
    import plotly.graph_objects as go

    names = [str(part.label) for part in column.parts]
    figure = go.Figure()
    for version, colour, counts in (
        (difference.before, palette.STONE_LIGHT, [part.before for part in column.parts]),
        (difference.after, palette.ACCENT, [part.after for part in column.parts]),
    ):
        total = sum(counts) or 1
        hover = [
            str(say("{part}: {share:percent} of the rows of v{version}.", part=name, share=count / total,
                    version=version))
            for name, count in zip(names, counts, strict=True)
        ]  # fmt: skip
        figure.add_bar(
            x=names, y=[round(count / total, 4) for count in counts], name=str(say("v{version}", version=version)),
            marker={"color": colour}, hovertext=hover, hoverinfo="text",
        )  # fmt: skip
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    figure.update_layout(height=340, barmode="group", showlegend=True, legend={"orientation": "h", "y": 1.12})
    return figure


def _columns(difference: Difference) -> Grid:
    headings = (
        Heading(say("Column")), Heading(say("Cells changed"), "number"),
        Heading(say("Missing in v{version}", version=difference.before), "number"),
        Heading(say("Missing in v{version}", version=difference.after), "number"), Heading(say("Moved"), "percent"),
    )  # fmt: skip
    rows = tuple(
        (column.label, column.cells, column.missing_before, column.missing_after, column.moved)
        for column in sorted(difference.columns, key=lambda one: (-(one.cells or 0), -(one.moved or 0.0)))
    )
    return Grid(headings, rows, say("Column by column"), folded=True)


def _cells(difference: Difference) -> Grid:
    headings = (Heading(say("Row")), Heading(say("Column")), Heading(say("Before")), Heading(say("After")))
    rows = tuple((cell.key, cell.column, cell.before, cell.after) for cell in difference.cells)
    return Grid(headings, rows, say("The first cells that changed"), folded=True)
