"""The picture of a response curve, of one model or of two over each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from campanile.estimates import Estimate
from campanile.explain.marks import line_at, whiskers, wrapped
from campanile.explain.result import Curve, Point, Zone
from campanile.words import Sentence, palette, plural, say

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_DAY_MS = 86_400_000


def curve(result: Curve, zones: Sequence[Zone]) -> Figure:
    """Draw one response curve: local effects with their band, dependence, what was observed, and how many."""
    import plotly.graph_objects as go

    figure = go.Figure()
    if result.discrete:
        _draw_levels(figure, result)
    else:
        _draw_dependence(figure, result)
        _draw_line(figure, result)
    _draw_around(figure, result, zones)
    return figure


def compared(first: Curve, second: Curve, zones: Sequence[Zone], models: tuple[Sentence, Sentence]) -> Figure:
    """Draw the curves of two models over each other, each with its name; the rest is the first one's."""
    import plotly.graph_objects as go

    figure, other = go.Figure(), _in_places_of(first, second)
    if first.discrete:
        _draw_levels(figure, first, models[0], shift=-0.25)
        _draw_levels(figure, other, models[1], palette.ACCENT, shift=-0.08)
    else:
        _draw_line(figure, first, models[0])
        _draw_line(figure, other, models[1], palette.ACCENT)
        _name_lines(figure, (first, other), models)
    _draw_around(figure, first, zones)
    return figure


def _draw_around(figure: Figure, result: Curve, zones: Sequence[Zone]) -> None:
    """Draw what a curve is read against: the observed shares, how many customers, zones and the average."""
    _draw_observed(figure, result)
    _draw_density(figure, result)
    for zone in zones:
        _shade(figure, result, zone)
    line_at(figure, result.base, "y")
    figure.update_layout(height=420, yaxis={"domain": [0.2, 1], "tickformat": ".0%", "rangemode": "tozero"},
                         yaxis2={"domain": [0, 0.13], "showgrid": False, "showticklabels": False},
                         xaxis={"anchor": "y2", "title": {"text": str(result.label)}, **_ticks(result)})  # fmt: skip


def _in_places_of(first: Curve, second: Curve) -> Curve:
    """Number the second curve's levels as the first one does: each model orders them by its own answers."""
    if not first.discrete:
        return second
    place = {str(point.label): point.value for point in first.points}
    kept = [replace(point, value=place[str(point.label)]) for point in second.points if str(point.label) in place]
    return replace(second, points=tuple(kept))


def _name_lines(figure: Figure, curves: tuple[Curve, Curve], models: tuple[Sentence, Sentence]) -> None:
    """Write each model's name at the end of its line, the higher one's above and the lower one's below it."""
    ends = [curve.points[-1] if curve.points else None for curve in curves]
    heights = [end.effect.estimate if end else 0.0 for end in ends]
    for place, (end, name, colour) in enumerate(zip(ends, models, (palette.INK, palette.ACCENT), strict=True)):
        if end is not None:
            above = heights[place] > heights[1 - place] or (heights[0] == heights[1] and place == 0)
            figure.add_annotation(
                x=_place(curves[place], end.value), y=heights[place], text=str(name), showarrow=False, xanchor="right",
                yanchor="bottom" if above else "top", font={"color": colour, "size": 12},
            )  # fmt: skip


def _draw_dependence(figure: Figure, result: Curve) -> None:
    figure.add_scatter(x=[_place(result, point.value) for point in result.points], mode="lines", hoverinfo="skip",
                       y=[point.dependence for point in result.points], name=str(_DEPENDENCE),
                       line={"width": 1.2, "color": palette.STONE})  # fmt: skip


def _draw_line(figure: Figure, result: Curve, name: Sentence | None = None, colour: str = palette.INK) -> None:
    """Draw a curve with its band; one that is named is named beside its end rather than in a legend."""
    x = [_place(result, point.value) for point in result.points]
    low, high = [point.effect.low for point in result.points], [point.effect.high for point in result.points]
    figure.add_scatter(x=x + x[::-1], y=high + low[::-1], fill="toself", fillcolor=palette.wash(colour),
                       line={"width": 0}, mode="lines", hoverinfo="skip", showlegend=False)  # fmt: skip
    figure.add_scatter(x=x, y=[point.effect.estimate for point in result.points], mode="lines",
                       name=str(name or _EFFECT), line={"width": 2.5, "color": colour}, hoverinfo="text",
                       hovertext=_at(result.points, name), showlegend=name is None)  # fmt: skip


def _draw_levels(
    figure: Figure, result: Curve, name: Sentence | None = None, colour: str = palette.INK, *, shift: float = -0.1
) -> None:
    effects = [point.effect for point in result.points]
    figure.add_scatter(x=[point.value + shift for point in result.points], y=[one.estimate for one in effects],
                       mode="markers", name=str(name or _EFFECT), hoverinfo="text",
                       hovertext=_at(result.points, name), error_y=whiskers(effects, colour),
                       marker={"symbol": "diamond", "size": 10, "color": colour})  # fmt: skip


def _draw_observed(figure: Figure, result: Curve) -> None:
    blue = palette.CATEGORIES[0]
    x = [_place(result, (part.low + part.high) / 2 + (0.1 if result.discrete else 0.0)) for part in result.bins]
    hover = [str(_seen(part.label, part.customers, part.observed)) for part in result.bins]
    figure.add_scatter(x=x, y=[part.observed.estimate for part in result.bins], mode="markers", name=str(_OBSERVED),
                       error_y=whiskers([part.observed for part in result.bins], blue), hoverinfo="text",
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
        hovertext=wrapped(str(zone.words)),
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


def _at(points: Sequence[Point], model: Sentence | None) -> list[str]:
    if model is not None:
        return [
            str(say("{model}: at {value} {p:percent} ({low:percent} to {high:percent}) are expected to respond.",
                    model=model, value=point.label, p=point.effect.estimate, low=point.effect.low,
                    high=point.effect.high))
            for point in points
        ]  # fmt: skip
    return [
        str(say("At {value} the model expects {p:percent} ({low:percent} to {high:percent}) to respond.",
                value=point.label, p=point.effect.estimate, low=point.effect.low, high=point.effect.high))
        for point in points
    ]  # fmt: skip


def _seen(label: Sentence, customers: int, observed: Estimate) -> Sentence:
    return say(
        "{label}: of {n:number} customers {p:percent} ({low:percent} to {high:percent}) responded.",
        label=label, n=customers, p=observed.estimate, low=observed.low, high=observed.high,
    )  # fmt: skip


_EFFECT = say("expected by the model")
_DEPENDENCE = say("if all customers had the value")
_OBSERVED = say("observed")
