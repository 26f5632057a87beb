"""Pictures of a ranking: the ROC and the precision-recall curve beside chance. Nothing is computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from campanile.models.ranks import Confusion, Point, Ranking
from campanile.words import Sentence, say
from campanile.words.palette import ACCENT, GOOD, STONE

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

MARK = 2
"""The number of the trace that marks a threshold: a page moves it."""


def roc(ranking: Ranking, at: Confusion | None = None) -> Figure:
    """Draw the share of responders above each threshold by the share of others, beside chance; ``at`` is marked."""
    hover = [
        say("Above {threshold:percent}: {y:percent} of the responders, {x:percent} of the others.",
            threshold=one.threshold, x=one.x, y=one.y)
        for one in ranking.roc
    ]  # fmt: skip
    chance = [Point(0.0, 0.0, 1.0), Point(1.0, 1.0, 0.0)]
    figure = _figure(ranking.roc, hover, chance, say("By chance"), roc_place(at) if at else None)
    figure.update_xaxes(title=str(say("Others above the threshold")), tickformat=".0%", range=[0, 1])
    figure.update_yaxes(title=str(say("Responders above the threshold")), tickformat=".0%", range=[0, 1.02])
    return figure


def pr(ranking: Ranking, at: Confusion | None = None) -> Figure:
    """Draw the precision by the share of responders reached, beside the base rate; ``at`` is marked."""
    hover = [
        say("Above {threshold:percent}: {x:percent} of the responders; {y:percent} of those chosen respond.",
            threshold=one.threshold, x=one.x, y=one.y)
        for one in ranking.pr
    ]  # fmt: skip
    base = [Point(0.0, ranking.base_rate, 1.0), Point(1.0, ranking.base_rate, 0.0)]
    figure = _figure(ranking.pr, hover, base, say("Base rate"), pr_place(at) if at else None)
    figure.update_xaxes(title=str(say("Responders above the threshold")), tickformat=".0%", range=[0, 1])
    figure.update_yaxes(title=str(say("Of those chosen, who respond")), tickformat=".0%", range=[0, 1.02])
    return figure


def roc_place(at: Confusion) -> tuple[float, float]:
    """Return where a threshold lies on the ROC curve."""
    others = at.others_called + at.others_left
    return at.others_called / max(others, 1), at.recall.estimate


def pr_place(at: Confusion) -> tuple[float, float]:
    """Return where a threshold lies on the precision-recall curve."""
    return at.recall.estimate, at.precision.estimate


def _figure(
    curve: Sequence[Point], hover: Sequence[Sentence], chance: Sequence[Point], by_chance: Sentence,
    at: tuple[float, float] | None,
) -> Figure:  # fmt: skip
    from plotly.graph_objects import Figure

    figure = Figure()
    figure.add_scatter(
        x=[one.x for one in chance], y=[one.y for one in chance], mode="lines", name=str(by_chance),
        line={"color": STONE, "width": 1.5, "dash": "dot"}, hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=[one.x for one in curve], y=[one.y for one in curve], mode="lines", name=str(say("Model")),
        line={"color": GOOD, "width": 2.5}, hovertext=[str(line) for line in hover], hoverinfo="text",
    )  # fmt: skip
    x, y = at or (None, None)
    figure.add_scatter(
        x=[x], y=[y], mode="markers", marker={"size": 12, "color": ACCENT}, name=str(say("Threshold")),
        hoverinfo="skip",
    )  # fmt: skip
    figure.update_layout(height=340, showlegend=False)
    middle = chance[1]
    figure.add_annotation(
        x=0.98, y=middle.y * 0.98 if middle.y < 1 else 0.86, xanchor="right", text=str(by_chance),
        yanchor="bottom" if middle.y < 1 else "top", font={"color": STONE},
    )  # fmt: skip
    return figure
