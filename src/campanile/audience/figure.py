"""Pictures of an audience: profit and gains by depth, tenths, earlier campaigns, segments. Nothing is computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from campanile.audience.result import Audience, Campaign, Segment
from campanile.audience.traits import name
from campanile.estimates import Estimate
from campanile.words import Sentence, say
from campanile.words.palette import ACCENT, CATEGORIES, GOOD, STONE, wash

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BAND = 0.18
LABEL_WIDTH = 46
"""Characters of a label that find room on a telephone."""

_NO_WORDS = Sentence("{empty}", {"empty": ""})


def profit(audience: Audience) -> Figure:
    """Draw profit by share of customers contacted, with its interval, and mark the cut."""
    points = [(one.share, one.customers, one.profit) for one in _shown(audience) if one.profit is not None]
    figure = _figure(say("Customers contacted, the likeliest first"), say("Profit"))
    _band(figure, [share for share, _, _ in points], [told for *_, told in points], GOOD)
    hover = [
        say("Contacting the likeliest {n:number} customers: profit {profit}.", n=n, profit=told.told("money"))
        for _, n, told in points
    ]
    _line(figure, [share for share, *_ in points], [told.estimate for *_, told in points], GOOD, say("Profit"), hover)
    figure.update_yaxes(zeroline=True, zerolinecolor=STONE, zerolinewidth=1)
    if audience.cut.profit is not None:
        _mark(figure, audience, audience.cut.profit.estimate)
    figure.update_xaxes(tickformat=".0%", range=[0, 1])
    return figure


def gains(audience: Audience) -> Figure:
    """Draw the share of responders caught by share of customers contacted, beside chance."""
    figure = _figure(say("Customers contacted, the likeliest first"), say("Responders caught"))
    shares = [one.share for one in audience.curve]
    _band(figure, shares, [one.caught for one in audience.curve], GOOD)
    hover = [
        say("The likeliest {share:percent} of customers hold {caught} of the responders.",
            share=one.share, caught=one.caught.told("percent"))
        for one in audience.curve
    ]  # fmt: skip
    _line(figure, shares, [one.caught.estimate for one in audience.curve], GOOD, say("Model"), hover)
    chance = [
        say("By chance, {share:percent} of customers hold as many of the responders.", share=s) for s in (0.0, 1.0)
    ]
    _line(figure, [0.0, 1.0], [0.0, 1.0], STONE, say("By chance"), chance, dash="dot")
    if audience.cut.caught is not None:
        _mark(figure, audience, audience.cut.caught.estimate)
    figure.update_xaxes(tickformat=".0%", range=[0, 1])
    figure.update_yaxes(tickformat=".0%", range=[0, 1.02])
    return figure


def movable(figure: Figure, audience: Audience) -> Figure:
    """Return a figure of depths with the cut as a line to be dragged: its only shape above the curve, its last."""
    share = audience.cut.customers / max(audience.rows, 1)
    line = {"color": ACCENT, "width": 3}
    figure.add_shape(type="line", x0=share, x1=share, y0=0, y1=1, yref="paper", line=line, layer="above")
    return figure


def tenths(audience: Audience) -> Figure:
    """Draw predicted against actual responders, by tenth of the customers."""
    figure = _figure(say("Tenth of the customers, the likeliest first"), say("Responders"))
    numbers = [str(one.number) for one in audience.deciles]
    hover = [
        say("Tenth {number:number}: {predicted:number} responders predicted, {actual} were there.",
            number=one.number, predicted=one.predicted, actual=one.interval.told("number"))
        for one in audience.deciles
    ]  # fmt: skip
    colours = [GOOD if one.inside else ACCENT for one in audience.deciles]
    _dots(figure, numbers, [one.interval for one in audience.deciles], colours, say("Actual, with interval"), hover)
    figure.add_scatter(
        x=numbers, y=[one.predicted for one in audience.deciles], mode="markers", name=str(say("Predicted")),
        marker={"symbol": "line-ew-open", "size": 20, "line": {"width": 3}, "color": STONE},
        text=_told(hover), hoverinfo="text",
    )  # fmt: skip
    figure.update_layout(showlegend=True)
    return figure


def campaigns(told: Sequence[Campaign]) -> Figure:
    """Draw each campaign's share of responders as a dot with its interval; no line joins unlike campaigns."""
    figure = _figure(_NO_WORDS, say("Customers who responded"))
    colours = [ACCENT if one.analysed else CATEGORIES[0] for one in told]
    hover = [
        say("{label}: {responders:number} of {customers:number} customers responded, {rate}.",
            label=one.label, responders=one.responders, customers=one.customers, rate=one.rate.told("percent"))
        for one in told
    ]  # fmt: skip
    _dots(figure, [str(one.label) for one in told], [one.rate for one in told], colours, say("Responded"), hover)
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    return figure


def segments(told: Sequence[Segment]) -> Figure:
    """Draw each segment's response, observed where it is known, as a dot with its interval under its name."""
    figure = _figure(say("Customers who responded"), _NO_WORDS)
    rates = [one.observed or one.expected for one in told]
    hover = [
        say("{name}: {customers:number} customers, response {rate}.", name=one.name, customers=one.customers,
            rate=rate.told("percent"))
        for one, rate in zip(told, rates, strict=True)
    ]  # fmt: skip
    rows = list(range(len(told)))
    figure.add_scatter(
        x=[rate.estimate for rate in rates], y=rows, mode="markers", text=_told(hover), hoverinfo="text",
        error_x=_arms(rates), marker={"size": 11, "color": GOOD}, name=str(say("Customers who responded")),
    )  # fmt: skip
    for row, one in zip(rows, told, strict=True):
        label = _wrapped(f"{one.number}. {one.name}", LABEL_WIDTH)
        figure.add_annotation(xref="paper", x=0, y=row, yshift=12, yanchor="bottom", xanchor="left", align="left",
                              text=label, showarrow=False)  # fmt: skip
    figure.update_xaxes(tickformat=".0%", rangemode="tozero")
    figure.update_yaxes(range=[len(told) - 0.5, -0.9], showticklabels=False, showgrid=False)
    figure.update_layout(height=90 + 75 * len(told))
    return figure


def campaigns_by_segment(told: Sequence[Segment]) -> Figure:
    """Show each campaign's share of responders in each segment as a table of shades; nothing joins campaigns."""
    figure = _figure(_NO_WORDS, _NO_WORDS)
    hover = [
        [
            str(say("{label}, {name}: {rate}.", label=one.label, name=segment.name, rate=one.rate.told("percent")))
            for one in segment.campaigns
        ]
        for segment in told
    ]
    figure.add_heatmap(
        x=[_wrapped(str(one.label), 12) for one in told[0].campaigns],
        y=[_wrapped(f"{one.number}. {name(one.traits[:1])}", 22) for one in told],
        z=[[one.rate.estimate for one in segment.campaigns] for segment in told], zmin=0, showscale=False,
        texttemplate="%{z:.0%}", hovertext=hover, hoverinfo="text",
    )  # fmt: skip
    figure.update_xaxes(type="category", side="top")
    figure.update_yaxes(type="category", autorange="reversed", showgrid=False)
    figure.update_layout(height=110 + 62 * len(told))
    return figure


def _shown(audience: Audience) -> Sequence[Any]:
    """Return the profit curve of these customers: measured where their outcomes are known, else expected."""
    return audience.curve if audience.unseen else audience.plan


def _figure(across: Sentence, up: Sentence) -> Figure:
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.update_layout(xaxis={"title": str(across)}, yaxis={"title": str(up)}, showlegend=False)
    return figure


def _band(figure: Figure, across: Sequence[float], told: Sequence[Estimate], colour: str) -> None:
    figure.add_scatter(
        x=[*across, *reversed(across)], y=[*(one.high for one in told), *(one.low for one in reversed(told))],
        fill="toself", fillcolor=wash(colour, BAND), line={"width": 0}, mode="lines", hoverinfo="skip",
        showlegend=False,
    )  # fmt: skip


def _line(
    figure: Figure, across: Sequence[float], up: Sequence[float], colour: str, name: Sentence,
    hover: Sequence[Sentence], dash: str = "solid",
) -> None:  # fmt: skip
    figure.add_scatter(
        x=list(across), y=list(up), mode="lines", name=str(name), text=_told(hover), hoverinfo="text",
        line={"color": colour, "width": 2.5, "dash": dash},
    )  # fmt: skip


def _mark(figure: Figure, audience: Audience, height: float) -> None:
    cut = audience.cut
    share = cut.customers / max(audience.rows, 1)
    figure.add_vrect(x0=0, x1=share, fillcolor=wash(GOOD), line_width=0, layer="below")
    label = say("Contact {n:number}", n=cut.customers)
    figure.add_scatter(
        x=[share], y=[height], mode="markers+text", marker={"size": 11, "color": ACCENT}, text=[str(label)],
        textposition="bottom right" if share < 0.6 else "bottom left", textfont={"color": ACCENT}, cliponaxis=False,
        hovertext=[str(audience.words)], hoverinfo="text", name=str(label),
    )  # fmt: skip


def _dots(
    figure: Figure, across: Sequence[str], told: Sequence[Estimate], colours: Sequence[str], name: Sentence,
    hover: Sequence[Sentence],
) -> None:  # fmt: skip
    figure.add_scatter(
        x=list(across), y=[one.estimate for one in told], error_y=_arms(told), mode="markers", name=str(name),
        marker={"size": 11, "color": list(colours)}, text=_told(hover), hoverinfo="text",
    )  # fmt: skip
    figure.update_xaxes(type="category", automargin=True)


def _arms(told: Sequence[Estimate]) -> dict[str, Any]:
    return {
        "type": "data", "symmetric": False, "thickness": 1.5, "width": 0, "color": STONE,
        "array": [one.high - one.estimate for one in told], "arrayminus": [one.estimate - one.low for one in told],
    }  # fmt: skip


def _told(sentences: Sequence[Sentence]) -> list[str]:
    return [str(one) for one in sentences]


def _wrapped(text: str, width: int) -> str:
    import textwrap

    return "<br>".join(textwrap.wrap(text, width))
