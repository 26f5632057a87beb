"""The pictures of an explanation: influence as bars, the response as a curve, target groups as bars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from campanile.estimates import Estimate
from campanile.explain.result import Curve, Explanation, Zone
from campanile.words import Sentence, palette, plural, say

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_BAR = 34
_DAY_MS = 86_400_000


def influence(result: Explanation) -> Figure:
    """Draw the share of influence of each shown feature, the greatest on top; brick where it is surely of use."""
    import plotly.graph_objects as go

    shown = result.features[: result.shown][::-1]
    colours = [palette.ACCENT if one.permutation and one.permutation.low > 0 else palette.STONE for one in shown]
    figure = go.Figure(go.Bar(
        orientation="h", x=[one.share.estimate for one in shown], y=[str(one.label) for one in shown],
        error_x=_whiskers([one.share for one in shown]), marker={"color": colours}, hoverinfo="text",
        hovertext=[_wrapped(str(_moved(one.label, one.name, one.share, one.permutation))) for one in shown],
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
        error_x=_whiskers([group.response for group in shown]),
        hovertext=[_wrapped(str(group.sentence)) for group in shown],
    ))  # fmt: skip
    # The words of a group are too long for an axis: they stand above its bar.
    for place, group in zip(places, shown, strict=True):
        label = _wrapped(str(_short(group.words, [one.words for one in group.conditions])), 44)
        figure.add_annotation(xref="paper", x=0, y=place - 0.2, yanchor="bottom", xanchor="left", align="left",
                              text=label, showarrow=False)  # fmt: skip
    _line_at(figure, result.base.estimate, "x")
    figure.update_layout(height=110 + 100 * len(shown), showlegend=False)
    figure.update_xaxes(tickformat=".0%", rangemode="tozero", title=str(say("Share that responded")))
    figure.update_yaxes(range=[len(shown) - 0.6, -1.0], showticklabels=False, showgrid=False)
    return figure


def curve(result: Curve, zones: Sequence[Zone]) -> Figure:
    """Draw one response curve: local effects with their band, dependence, what was observed, and how many."""
    import plotly.graph_objects as go

    figure = go.Figure()
    if result.discrete:
        _draw_levels(figure, result)
    else:
        _draw_line(figure, result)
    _draw_observed(figure, result)
    _draw_density(figure, result)
    for zone in zones:
        _shade(figure, result, zone)
    _line_at(figure, result.base, "y")
    figure.update_layout(height=420, yaxis={"domain": [0.2, 1], "tickformat": ".0%", "rangemode": "tozero"},
                         yaxis2={"domain": [0, 0.13], "showgrid": False, "showticklabels": False},
                         xaxis={"anchor": "y2", "title": {"text": str(result.label)}, **_ticks(result)})  # fmt: skip
    return figure


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


def _whiskers(estimates: Sequence[Estimate], colour: str = palette.INK) -> dict[str, Any]:
    return {
        "type": "data", "symmetric": False, "thickness": 1, "width": 0, "color": colour,
        "array": [one.high - one.estimate for one in estimates],
        "arrayminus": [one.estimate - one.low for one in estimates],
    }  # fmt: skip


def _draw_line(figure: Figure, result: Curve) -> None:
    x = [_place(result, point.value) for point in result.points]
    low, high = [point.effect.low for point in result.points], [point.effect.high for point in result.points]
    figure.add_scatter(x=x + x[::-1], y=high + low[::-1], fill="toself", fillcolor=palette.wash(palette.INK),
                       line={"width": 0}, mode="lines", hoverinfo="skip", showlegend=False)  # fmt: skip
    figure.add_scatter(x=x, y=[point.dependence for point in result.points], mode="lines", hoverinfo="skip",
                       line={"width": 1.2, "color": palette.STONE}, name=str(_DEPENDENCE))  # fmt: skip
    figure.add_scatter(x=x, y=[point.effect.estimate for point in result.points], mode="lines", name=str(_EFFECT),
                       line={"width": 2.5, "color": palette.INK}, hoverinfo="text", hovertext=_at(result))  # fmt: skip


def _draw_levels(figure: Figure, result: Curve) -> None:
    figure.add_scatter(x=[point.value - 0.1 for point in result.points], mode="markers", name=str(_EFFECT),
                       y=[point.effect.estimate for point in result.points], hoverinfo="text", hovertext=_at(result),
                       error_y=_whiskers([point.effect for point in result.points]),
                       marker={"symbol": "diamond", "size": 10, "color": palette.INK})  # fmt: skip


def _draw_observed(figure: Figure, result: Curve) -> None:
    blue = palette.CATEGORIES[0]
    x = [_place(result, (part.low + part.high) / 2 + (0.1 if result.discrete else 0.0)) for part in result.bins]
    hover = [str(_seen(part.label, part.customers, part.observed)) for part in result.bins]
    figure.add_scatter(x=x, y=[part.observed.estimate for part in result.bins], mode="markers", name=str(_OBSERVED),
                       error_y=_whiskers([part.observed for part in result.bins], blue), hoverinfo="text",
                       hovertext=hover, marker={"size": 7, "color": blue})  # fmt: skip


def _draw_density(figure: Figure, result: Curve) -> None:
    scale = _DAY_MS if result.kind == "date" else 1
    figure.add_bar(
        x=[_place(result, (part.low + part.high) / 2) for part in result.density], yaxis="y2", showlegend=False,
        y=[part.customers for part in result.density],
        width=[0.9 * scale * (part.high - part.low) for part in result.density],
        marker={"color": palette.STONE_LIGHT}, hoverinfo="text",
        hovertext=[str(_count(part.customers)) for part in result.density],
    )  # fmt: skip


def _count(customers: int) -> Sentence:
    return plural("{n:number} customer", "{n:number} customers", n=customers)


def _shade(figure: Figure, result: Curve, zone: Zone) -> None:
    """Wash a zone in teal and write on it what it is."""
    ends = _ends(result, zone)
    if ends is None:
        return
    figure.add_shape(type="rect", xref="x", yref="paper", x0=_place(result, ends[0]), x1=_place(result, ends[1]),
                     y0=0.2, y1=1, fillcolor=palette.wash(palette.GOOD), line={"width": 0}, layer="below")  # fmt: skip
    figure.add_annotation(
        x=_place(result, (ends[0] + ends[1]) / 2), y=1, xref="x", yref="paper", yanchor="top", showarrow=False,
        text=str(say("{lift:number 2} × average", lift=zone.lift.estimate)), font={"color": palette.GOOD, "size": 12},
        hovertext=_wrapped(str(zone.words)),
    )  # fmt: skip


def _ends(result: Curve, zone: Zone) -> tuple[float, float] | None:
    if zone.level is not None:
        place = next((point.value for point in result.points if str(point.label) == zone.level), None)
        return None if place is None else (place - 0.4, place + 0.4)
    if not result.points:
        return None
    first, last = result.points[0].value, result.points[-1].value
    # Where values are few whole numbers, each is a place of its own, half a step to either side.
    shift = 0.5 if _few(result) else 0.0
    low = first - shift if zone.low is None else max(first, zone.low) - shift
    high = last + shift if zone.high is None else min(last + 2 * shift, zone.high) - shift
    return (low, high) if low < high else None


def _line_at(figure: Figure, base: float, axis: str) -> None:
    """Mark the response of all customers, with its label on the line."""
    said = str(say("all customers: {base:percent}", base=base))
    ends: dict[str, Any] = (
        {"x0": 0, "x1": 1, "y0": base, "y1": base, "xref": "paper"} if axis == "y"
        else {"x0": base, "x1": base, "y0": 0, "y1": 1, "yref": "paper"}
    )  # fmt: skip
    at: dict[str, Any] = (
        {"x": 1, "y": base, "xref": "paper", "xanchor": "right", "yanchor": "bottom"} if axis == "y"
        else {"x": base, "y": 1, "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
    )  # fmt: skip
    figure.add_shape(type="line", line={"width": 1, "dash": "dot", "color": palette.STONE}, **ends)
    figure.add_annotation(text=said, showarrow=False, font={"color": palette.STONE, "size": 12}, **at)


def _place(result: Curve, value: float) -> Any:
    if result.kind != "date":
        return value
    return (date(1970, 1, 1) + timedelta(days=round(value))).isoformat()


def _ticks(result: Curve) -> dict[str, Any]:
    if result.discrete:
        return {
            "tickvals": [point.value for point in result.points],
            "ticktext": [str(point.label) for point in result.points],
        }
    if _few(result):
        return {"tickvals": [point.value for point in result.points]}
    if result.kind == "date":
        return {"type": "date"}
    if result.kind == "share":
        return {"tickformat": ".0%"}
    return {"tickformat": "d"} if result.kind == "year" else {}


def _few(result: Curve) -> bool:
    """Tell whether the values are few whole numbers, such as children at home."""
    values = [point.value for point in result.points]
    return result.kind == "number" and 0 < len(values) <= 12 and all(value.is_integer() for value in values)


def _at(result: Curve) -> list[str]:
    return [
        str(say("At {value} the model expects {p:percent} ({low:percent} to {high:percent}) to respond.",
                value=point.label, p=point.effect.estimate, low=point.effect.low, high=point.effect.high))
        for point in result.points
    ]  # fmt: skip


def _seen(label: Sentence, customers: int, observed: Estimate) -> Sentence:
    return say(
        "{label}: of {n:number} customers {p:percent} ({low:percent} to {high:percent}) responded.",
        label=label, n=customers, p=observed.estimate, low=observed.low, high=observed.high,
    )  # fmt: skip


def _wrapped(text: str, width: int = 60) -> str:
    import textwrap

    return "<br>".join(textwrap.wrap(text, width))


_EFFECT = say("expected by the model")
_DEPENDENCE = say("if all customers had the value")
_OBSERVED = say("observed")
