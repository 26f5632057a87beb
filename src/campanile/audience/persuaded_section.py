"""A list by predicted effect as a section of a page: what it adds, beside as large a list by who responds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from campanile.audience.persuaded import Persuaded
from campanile.estimates import Estimate
from campanile.report import Grid, Heading, Picture, Prose, Section
from campanile.words import Sentence, say
from campanile.words.palette import ACCENT, GOOD, STONE

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_List = tuple[Sentence, Estimate, Estimate | None]


def persuaded_section(told: Persuaded) -> Section:
    """Return the section. Computes nothing."""
    care = (Prose(told.notes, "caution"),) if told.notes else ()
    return Section(
        anchor="persuaded",
        question=say("Who should we talk to?"),
        answer=told.words,
        blocks=(*care, _beside(told)),
        method=(say("What a list adds is told by the trial's own customers, each scored by models that had not seen "
                    "them. Intervals resample customers."),),
        context=(say("Scores {name} v{version}", name=told.scores, version=told.scores_version),),
    )  # fmt: skip


def _beside(told: Persuaded) -> Picture:
    lists, money = _lists(told), told.profit is not None
    headings = (
        Heading(say("List by")), Heading(say("Customers"), "exact"), Heading(say("Outcomes added"), "estimate"),
        *((Heading(say("Profit"), "estimate"),) if money else ()),
    )  # fmt: skip
    rows = tuple((by, told.customers, added, *((profit,) if money else ())) for by, added, profit in lists)
    title = say("What {customers:number} customers add, by how they are chosen", customers=told.customers)
    return Picture(title, _figure(lists, money=money), Grid(headings, rows, folded=True))


def _lists(told: Persuaded) -> tuple[_List, ...]:
    """Return the lists of which it is known what they add."""
    effect = (say("predicted effect"), told.outcomes, told.profit)
    response = told.by_response
    return (effect, (say("predicted response"), response, told.profit_by_response)) if response else (effect,)


def _figure(lists: tuple[_List, ...], *, money: bool) -> Figure:
    """Draw each list as a dot with its interval: profit where money is known, else outcomes."""
    import plotly.graph_objects as go

    values = [profit or added for _, added, profit in lists]
    bounds: dict[str, Any] = {
        "type": "data", "symmetric": False, "thickness": 1.5, "width": 0, "color": STONE,
        "array": [one.high - one.estimate for one in values], "arrayminus": [one.estimate - one.low for one in values],
    }  # fmt: skip
    figure = go.Figure()
    figure.add_scatter(
        x=[one.estimate for one in values], y=[str(by) for by, *_ in lists], error_x=bounds, mode="markers",
        marker={"size": 11, "color": [GOOD, ACCENT][: len(lists)]}, hoverinfo="text",
        text=[str(say("{by}: {added}", by=by, added=one.told())) for (by, *_), one in zip(lists, values, strict=True)],
    )  # fmt: skip
    figure.update_layout(showlegend=False, height=120 + 60 * len(lists))
    figure.update_xaxes(title=str(say("Profit") if money else say("Outcomes added")), rangemode="tozero")
    figure.update_yaxes(type="category", range=[len(lists) - 0.5, -0.5])
    return figure
