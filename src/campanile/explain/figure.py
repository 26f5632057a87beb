"""The pictures of an explanation: influence as bars, target groups as bars, one customer's reasons as bars."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

from campanile.estimates import Estimate
from campanile.explain.marks import line_at, whiskers, wrapped
from campanile.explain.result import Explanation, Reasons
from campanile.words import Sentence, palette, say

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_BAR = 34
_FACTOR_PX = 48


def influence(result: Explanation, features: int | None = None) -> Figure:
    """Draw the share of influence of the first ``features``, the greatest on top; brick where it is surely of use."""
    import plotly.graph_objects as go

    shown = result.features[: result.shown if features is None else features][::-1]
    colours = [palette.ACCENT if one.permutation and one.permutation.low > 0 else palette.STONE for one in shown]
    figure = go.Figure(go.Bar(
        orientation="h", x=[one.share.estimate for one in shown], y=[str(one.label) for one in shown],
        error_x=whiskers([one.share for one in shown]), marker={"color": colours}, hoverinfo="text",
        hovertext=[wrapped(f"{_moved(one.label, one.name, one.share, one.permutation)} {one.description}".rstrip())
                   for one in shown],
    ))  # fmt: skip
    top = max((one.share.high for one in shown), default=1.0)
    figure.update_layout(height=90 + _BAR * len(shown), showlegend=False)
    figure.update_xaxes(tickformat=".0%", range=[0, 1.05 * top], title=str(say("Share of what moves the answers")))
    figure.update_yaxes(showgrid=False, ticksuffix="  ")
    return figure


def groups(result: Explanation) -> Figure:
    """Draw the response of each target group on held-out customers beside that of all."""
    import plotly.graph_objects as go

    shown = result.target_groups
    places = list(range(len(shown)))
    figure = go.Figure(go.Bar(
        orientation="h", x=[group.response.estimate for group in shown], y=places, width=0.32, hoverinfo="text",
        marker={"color": [palette.ACCENT if group.confirmed else palette.STONE for group in shown]},
        error_x=whiskers([group.response for group in shown]),
        hovertext=[wrapped(str(group.sentence)) for group in shown],
    ))  # fmt: skip
    # The words of a group are too long for an axis: they stand above its bar.
    for place, group in zip(places, shown, strict=True):
        label = wrapped(str(_short(group.words, [one.words for one in group.conditions])), 44)
        figure.add_annotation(xref="paper", x=0, y=place - 0.2, yanchor="bottom", xanchor="left", align="left",
                              text=label, showarrow=False)  # fmt: skip
    line_at(figure, result.base.estimate, "x")
    figure.update_layout(height=110 + 100 * len(shown), showlegend=False)
    figure.update_xaxes(tickformat=".0%", rangemode="tozero", title=str(say("Share that responded")))
    figure.update_yaxes(range=[len(shown) - 0.6, -1.0], showticklabels=False, showgrid=False)
    return figure


def reasons(result: Reasons) -> Figure:
    """Draw what each value adds to one customer's odds: to the right more, to the left less, as factors."""
    import plotly.graph_objects as go

    shown = result.reasons[::-1]
    values = [one.contribution for one in shown]
    figure = go.Figure(go.Bar(
        orientation="h", x=values, y=[str(_valued(one.label, one.value)) for one in shown], textposition="outside",
        text=[str(_factor(value)) for value in values], cliponaxis=False, hoverinfo="text",
        hovertext=[wrapped(str(one.words)) for one in shown],
        marker={"color": [palette.ACCENT if value >= 0 else palette.STONE for value in values]},
    ))  # fmt: skip
    low, high = min(0.0, *values), max(0.0, *values)
    figure.add_vline(x=0, line={"width": 1, "color": palette.STONE})
    figure.update_layout(height=50 + _BAR * len(shown), showlegend=False, margin={"r": _FACTOR_PX})
    # Room for the factor that stands at the end of the longest bar to the left.
    figure.update_xaxes(range=[low - 0.35 * (high - low), high], showticklabels=False, showline=False)
    figure.update_yaxes(showgrid=False, ticksuffix="  ")
    return figure


def _valued(label: Sentence, value: Sentence) -> Sentence:
    return say("{label}: {value}", label=label, value=value)


def _factor(contribution: float) -> Sentence:
    factor = exp(min(20.0, abs(contribution)))
    return say("× {n:number 2}", n=factor) if contribution >= 0 else say("÷ {n:number 2}", n=factor)


def _moved(label: Sentence, name: str, share: Estimate, permutation: Estimate | None) -> Sentence:
    permutation = permutation or Estimate(0.0, 0.0, 0.0)
    return say(
        "{label} (column {name}) makes {share:percent} ({low:percent} to {high:percent}) of what moves the answers. "
        "Without it the AUC would change by {lost:signed} ({least:signed} to {most:signed}).",
        label=label, name=name, share=share.estimate, low=share.low, high=share.high,
        lost=-permutation.estimate, least=-permutation.high, most=-permutation.low,
    )  # fmt: skip


def _short(words: Sentence, conditions: list[Sentence]) -> Sentence:
    return say("{conditions:list}", conditions=tuple(conditions)) if conditions else words
