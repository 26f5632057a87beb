"""Pictures of a test: the running effect with both bands, effects by segment, peeking. Computes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from campanile.estimates import Estimate
from campanile.experiments.result import Analysis, Effect, Honesty, Month, SegmentEffect
from campanile.words import Sentence, say
from campanile.words.palette import ACCENT, GOOD, STONE, wash

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_WIDE, _NARROW = 0.14, 0.26


def running(months: Sequence[Month], *, share: bool = False) -> Figure:
    """Draw the effect so far, month by month: the band that holds at every look, within it that of one look.

    The effect on a ``share`` is told in customers of every 1,000, as in the words.
    """
    figure = _figure(say("Month"), say("More of every 1,000 customers, so far") if share else say("Effect so far"))
    at_all, at_one = ([_drawn(value, share) for value in told] for told in (
        [one.running for one in months], [one.running_fixed for one in months],
    ))  # fmt: skip
    across = [one.month for one in months]
    hover = [
        say("{month}: {effect}; looked at once {fixed}. {control:number} users in control, {treatment:number} with it.",
            month=one.month, effect=wide.told(), fixed=narrow.told(), control=one.users_control,
            treatment=one.users_treatment)
        for one, wide, narrow in zip(months, at_all, at_one, strict=True)
    ]  # fmt: skip
    _band(figure, across, at_all, GOOD, _WIDE)
    _band(figure, across, at_one, GOOD, _NARROW)
    figure.add_scatter(
        x=across, y=[one.estimate for one in at_all], mode="lines+markers", text=_told(hover), hoverinfo="text",
        line={"color": GOOD, "width": 2.5}, name=str(say("Effect so far")),
    )  # fmt: skip
    figure.update_xaxes(type="category")
    return figure


def alone(months: Sequence[Month], *, share: bool = False) -> Figure:
    """Draw each month's own comparison as a dot with its interval."""
    figure = _figure(
        say("Month"), say("More of every 1,000 customers") if share else say("Effect on the month's users")
    )
    told = [_drawn(one.alone, share) for one in months]
    hover = [
        say("{month}: {effect}", month=one.month, effect=here.told()) for one, here in zip(months, told, strict=True)
    ]
    _dots(figure, [one.month for one in months], told, hover)
    return figure


def changes(effects: Sequence[Effect]) -> Figure:
    """Draw the change in percent of each comparison, as a dot with its interval."""
    figure = _figure(say("Metric and group"), say("Change against control"))
    hover = [
        say("{metric}, {arm}: {change}", metric=one.metric, arm=one.arm, change=one.lift.told("percent"))
        for one in effects
    ]
    _dots(figure, [f"{one.metric}, {one.arm}" for one in effects], [one.lift for one in effects], hover)
    figure.update_yaxes(tickformat=".0%")
    return figure


def segments(effects: Sequence[SegmentEffect], *, share: bool = False) -> Figure:
    """Draw each segment's effect, drawn towards the others."""
    figure = _figure(say("Segment"), say("More of every 1,000 customers") if share else say("Effect"))
    hover = [
        say("{segment}: {effect}; as measured {measured}. {users:number} users.", segment=one.segment,
            effect=_drawn(one.shrunken, share).told(), measured=_drawn(one.measured, share).told(), users=one.users)
        for one in effects
    ]  # fmt: skip
    _dots(figure, [one.segment for one in effects], [_drawn(one.shrunken, share) for one in effects], hover)
    return figure


def peeking(honesty: Honesty) -> Figure:
    """Draw the share of wrong verdicts so far, look by look, of both methods, and the level that was promised."""
    figure = _figure(say("Looks"), say("Wrong verdicts so far"))
    looks = [look for look, _, _ in honesty.by_look]
    for at, (name, colour) in enumerate(
        ((say("A test made for one look"), ACCENT), (say("Intervals that hold at every look"), GOOD)), start=1
    ):
        values = [step[at] for step in honesty.by_look]
        hover = [say("After {look:number} looks: {share:percent}", look=look, share=share)
                 for look, share in zip(looks, values, strict=True)]  # fmt: skip
        figure.add_scatter(
            x=looks, y=values, mode="lines", line={"color": colour, "width": 2.5}, text=_told(hover), hoverinfo="text",
            name=str(name),
        )  # fmt: skip
        figure.add_annotation(
            x=looks[-1], y=values[-1], text=str(name), xanchor="right", yanchor="bottom", font={"color": colour}
        )
    figure.add_hline(y=honesty.level, line={"color": STONE, "dash": "dot", "width": 1})
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    return figure


def lead(analysis: Analysis) -> tuple[Month, ...]:
    """Return the months of the comparison that the verdict is about."""
    if analysis.verdict is None:
        return ()
    about = (analysis.verdict.metric, analysis.verdict.arm)
    return tuple(one for one in analysis.months if (one.metric, one.arm) == about)


def _drawn(told: Estimate, share: bool) -> Estimate:
    """Return an effect as it is drawn: on a share, in customers of every 1,000."""
    times = 1000 if share else 1
    return Estimate(times * told.estimate, times * told.low, times * told.high, told.level)


def _figure(across: Sentence, up: Sentence) -> Figure:
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.update_layout(xaxis={"title": str(across)}, yaxis={"title": str(up)}, showlegend=False)
    figure.update_yaxes(zeroline=True, zerolinecolor=STONE, zerolinewidth=1)
    return figure


def _band(figure: Figure, across: Sequence[str], told: Sequence[Estimate], colour: str, opacity: float) -> None:
    figure.add_scatter(
        x=[*across, *reversed(across)], y=[*(one.high for one in told), *(one.low for one in reversed(told))],
        fill="toself", fillcolor=wash(colour, opacity), line={"width": 0}, mode="lines", hoverinfo="skip",
    )  # fmt: skip


def _dots(figure: Figure, across: Sequence[str], told: Sequence[Estimate], hover: Sequence[Sentence]) -> None:
    bounds: dict[str, Any] = {
        "type": "data", "symmetric": False, "thickness": 1.5, "width": 0, "color": STONE,
        "array": [one.high - one.estimate for one in told], "arrayminus": [one.estimate - one.low for one in told],
    }  # fmt: skip
    figure.add_scatter(
        x=list(across), y=[one.estimate for one in told], error_y=bounds, mode="markers",
        marker={"size": 11, "color": GOOD}, text=_told(hover), hoverinfo="text",
    )  # fmt: skip
    figure.update_xaxes(type="category")


def _told(sentences: Sequence[Sentence]) -> list[str]:
    return [str(one) for one in sentences]
