"""The picture of a leak: each feature's AUC as it would have been claimed, and as it is. Nothing is computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from campanile.estimates.estimate import Estimate
from campanile.models.leak.result import Alone
from campanile.words import Sentence, say
from campanile.words.palette import ACCENT, GOOD, STONE

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def claims(shown: Sequence[Alone]) -> Figure:
    """Draw for each feature two points with their intervals, the greatest claim on top."""
    import plotly.graph_objects as go

    told = list(reversed(shown))
    figure = go.Figure()
    sides = (
        (say("Periods cut at the event (a leak)"), ACCENT, [one.cut for one in told], -0.12),
        (say("Before the cut-off (honest)"), GOOD, [one.honest for one in told], 0.12),
    )
    for name, colour, aucs, shift in sides:
        _side(figure, name, colour, told, aucs, shift)
    figure.add_vline(x=0.5, line={"color": STONE, "width": 1, "dash": "dot"})
    labels = [_broken(str(one.label)) for one in told]
    figure.update_yaxes(tickmode="array", tickvals=list(range(len(told))), ticktext=labels, showgrid=False)
    figure.update_xaxes(title=str(say("AUC by itself: below .5 less of it is likelier, above more")), range=[0, 1])
    figure.update_layout(height=120 + 44 * len(told), showlegend=True)
    return figure


def _side(
    figure: Figure, name: Sentence, colour: str, told: Sequence[Alone], aucs: Sequence[Estimate | None], shift: float
) -> None:
    there = [(place, one, auc) for place, (one, auc) in enumerate(zip(told, aucs, strict=True)) if auc is not None]
    figure.add_scatter(
        x=[auc.estimate for _, _, auc in there], y=[place - shift for place, _, _ in there], mode="markers",
        name=str(name), marker={"size": 9, "color": colour},
        error_x={
            "type": "data", "symmetric": False, "color": colour, "thickness": 1.5, "width": 0,
            "array": [auc.high - auc.estimate for _, _, auc in there],
            "arrayminus": [auc.estimate - auc.low for _, _, auc in there],
        },
        hovertext=[str(say("{feature}, {side}: AUC {auc}.", feature=one.label, side=name, auc=auc.told()))
                   for _, one, auc in there],
        hoverinfo="text",
    )  # fmt: skip


def _broken(label: str) -> str:
    import textwrap

    return "<br>".join(textwrap.wrap(label, 26))
