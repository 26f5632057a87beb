"""Pictures of uplift: the effect by depth, what is added, and the lists beside each other. Computes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from campanile.estimates import Estimate
from campanile.experiments.uplift.result import Step, Uplift
from campanile.words import Sentence, say
from campanile.words.palette import ACCENT, GOOD, STONE, wash

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_BAND = 0.18


def effect(told: Uplift) -> Figure:
    """Draw the effect among the first customers, by how many are taken, beside the effect on everybody."""
    figure = _figure(say("Share of customers, the highest predicted effect first"), say("Effect on each of them"),
                     share=told.proportion)  # fmt: skip
    _line(figure, told.curve, [one.uplift for one in told.curve], [
        say("The first {share:percent}: {effect} per customer", share=one.share, effect=one.uplift.told())
        for one in told.curve
    ])  # fmt: skip
    if told.average_effect is not None:
        figure.add_hline(y=told.average_effect.estimate, line={"color": STONE, "dash": "dot", "width": 1.5})
        figure.add_annotation(
            x=0, y=told.average_effect.estimate, text=str(say("everybody")), xanchor="left", yanchor="bottom",
            showarrow=False, font={"color": STONE},
        )  # fmt: skip
    return figure


def gain(told: Uplift) -> Figure:
    """Draw the outcomes added per customer of all, by how many are treated, beside a random order (Qini curve)."""
    figure = _figure(
        say("Share of customers treated, the highest predicted effect first"), say("Added per customer of all"),
        share=told.proportion,
    )  # fmt: skip
    _line(figure, told.curve, [one.gain for one in told.curve], [
        say("The first {share:percent} treated: {gain} added per customer of all; at random {random:number}",
            share=one.share, gain=one.gain.told(), random=one.random)
        for one in told.curve
    ])  # fmt: skip
    figure.add_scatter(
        x=[0, *(one.share for one in told.curve)], y=[0, *(one.random for one in told.curve)], mode="lines",
        line={"color": STONE, "dash": "dot", "width": 1.5}, hoverinfo="skip",
    )  # fmt: skip
    return figure


def beside(told: Uplift) -> Figure:
    """Draw what each list adds as a dot with its interval: profit where money is known, else outcomes."""
    shown = [one for one in told.lists if one.by != "nobody"]
    values = [one.profit or one.outcomes for one in shown]
    figure = _figure(say("List by"), say("Profit") if told.lists[0].profit else say("Outcomes added"))
    bounds: dict[str, Any] = {
        "type": "data", "symmetric": False, "thickness": 1.5, "width": 0, "color": STONE,
        "array": [one.high - one.estimate for one in values], "arrayminus": [one.estimate - one.low for one in values],
    }  # fmt: skip
    figure.add_scatter(
        x=[str(BY[one.by]) for one in shown], y=[one.estimate for one in values], error_y=bounds, mode="markers",
        marker={"size": 11, "color": [GOOD if one.by == "uplift" else ACCENT for one in shown]}, hoverinfo="text",
        text=[str(say("{customers:number} customers: {brought}", customers=one.customers, brought=value.told()))
              for one, value in zip(shown, values, strict=True)],
    )  # fmt: skip
    figure.update_xaxes(type="category")
    return figure


BY: dict[str, Sentence] = {
    "uplift": say("predicted effect"),
    "response": say("predicted response"),
    "random": say("chance"),
    "everybody": say("everybody"),
    "nobody": say("nobody"),
}
"""What lists are chosen by."""


def _figure(across: Sentence, up: Sentence, *, share: bool = False) -> Figure:
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.update_layout(xaxis={"title": str(across)}, yaxis={"title": str(up)}, showlegend=False)
    figure.update_yaxes(zeroline=True, zerolinecolor=STONE, zerolinewidth=1, tickformat=".0%" if share else None)
    return figure


def _line(figure: Figure, curve: Sequence[Step], values: Sequence[Estimate], hover: Sequence[Sentence]) -> None:
    across = [one.share for one in curve]
    figure.add_scatter(
        x=[*across, *reversed(across)], y=[*(one.high for one in values), *(one.low for one in reversed(values))],
        fill="toself", fillcolor=wash(GOOD, _BAND), line={"width": 0}, mode="lines", hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=across, y=[one.estimate for one in values], mode="lines", line={"color": GOOD, "width": 2.5},
        text=[str(one) for one in hover], hoverinfo="text",
    )  # fmt: skip
    figure.update_xaxes(tickformat=".0%", range=[0, 1.02])
