"""The pictures of what was found: cost against expected response, and what each answer moves. Nothing is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campanile.simulate.result import Answer, Simulation
from campanile.simulate.sentences import moves
from campanile.words import palette, say

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_BAR = 26


def front(result: Simulation) -> Figure:
    """Draw the changes that nothing beats, by cost and expected response; the answers with number and interval."""
    import plotly.graph_objects as go

    points = result.front
    hover = [
        say("At a cost of {cost:money {currency}} {share:percent} would be expected to respond.", cost=one.cost,
            share=one.response, currency=result.currency)
        for one in points
    ]  # fmt: skip
    figure = go.Figure(go.Scatter(
        x=[one.cost for one in points], y=[one.response for one in points], mode="lines+markers",
        line={"color": palette.STONE, "width": 1.5, "shape": "hv"}, marker={"size": 5, "color": palette.STONE},
        hovertext=[str(one) for one in hover], hoverinfo="text",
    ))  # fmt: skip
    shown = result.answers
    figure.add_trace(go.Scatter(
        x=[one.cost for one in shown], y=[one.after.estimate for one in shown], mode="markers+text",
        marker={"size": 13, "color": [_colour(one) for one in shown]}, text=[str(one.number) for one in shown],
        textposition="top left", error_y=_arms(shown), hovertext=[str(one.words) for one in shown], hoverinfo="text",
    ))  # fmt: skip
    figure.add_hline(y=result.before.estimate, line={"width": 1, "dash": "dot", "color": palette.STONE})
    figure.update_layout(height=380, showlegend=False)
    figure.update_xaxes(rangemode="tozero", title=str(say("Cost for all of them")))
    figure.update_yaxes(tickformat=".1%", title=str(say("Share expected to respond")))
    return figure


def levers(result: Simulation) -> Figure:
    """Draw how far each answer moves each lever, as a part of the lever's range."""
    import plotly.graph_objects as go

    figure = go.Figure()
    pulled = [one for one in result.levers if any(one.name in _by(answer) for answer in result.answers)]
    for place, answer in enumerate(result.answers):
        by = _by(answer)
        figure.add_trace(go.Bar(
            orientation="h", name=str(say("Answer {number}", number=str(answer.number))),
            y=[str(one.label) for one in pulled],
            x=[by.get(one.name, 0.0) / ((one.high - one.low) or 1) for one in pulled],
            marker={"color": palette.CATEGORIES[place % len(palette.CATEGORIES)]}, hoverinfo="text",
            hovertext=[str(_moved(answer, one.name)) for one in pulled],
        ))  # fmt: skip
    rows = len(pulled) * max(1, len(result.answers))
    figure.update_layout(height=120 + _BAR * rows, barmode="group", legend={"orientation": "h", "y": 1.12})
    figure.update_xaxes(tickformat="+.0%", title=str(say("Part of the lever's range")), zeroline=True)
    figure.update_yaxes(ticksuffix="  ", showgrid=False, autorange="reversed")
    return figure


def _by(answer: Answer) -> dict[str, float]:
    return {one.name: one.by for one in answer.changes}


def _moved(answer: Answer, name: str) -> object:
    return next((one.words for one in answer.changes if one.name == name), moves(answer.changes))


def _colour(answer: Answer) -> str:
    return palette.ACCENT if answer.agreed else palette.STONE


def _arms(shown: tuple[Answer, ...]) -> dict[str, object]:
    after = [one.after for one in shown]
    return {
        "type": "data", "symmetric": False, "thickness": 1.5, "width": 0, "color": palette.STONE,
        "array": [one.high - one.estimate for one in after], "arrayminus": [one.estimate - one.low for one in after],
    }  # fmt: skip
