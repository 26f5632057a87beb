"""Pictures of versions in production: differences from the champion, what moved. Nothing is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campanile.estimates.stability import MODERATE, SERIOUS
from campanile.models.rollouts.result import Comparison, VersionDrift
from campanile.models.rollouts.spec import told_version
from campanile.words import say
from campanile.words.palette import ACCENT, CAUTION, GOOD, STONE, STONE_LIGHT

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_MOST = 9
_COLOURS = {"better": GOOD, "worse": ACCENT}
_MOVED = {"serious": ACCENT, "moderate": CAUTION, "steady": GOOD, "few": STONE_LIGHT}


def differences(comparison: Comparison) -> Figure:
    """Draw how much lower each version's log loss is than the champion's, with its interval."""
    from plotly.graph_objects import Figure, Scatter

    told = [(one, one.figures["log_loss"]) for one in comparison.against if "log_loss" in one.figures]
    names = [str(told_version(one.model, one.version)) for one, _ in told]
    hover = [
        str(say("{version}: log loss {loss} against the champion's, on {customers:number} customers.", version=name,
                loss=loss.told(), customers=one.customers))
        for name, (one, loss) in zip(names, told, strict=True)
    ]  # fmt: skip
    figure = Figure(Scatter(
        x=[loss.estimate for _, loss in told], y=names, mode="markers", showlegend=False, hovertext=hover,
        hoverinfo="text", marker={"size": 10, "color": [_COLOURS.get(one.state, STONE) for one, _ in told]},
        error_x={
            "type": "data", "symmetric": False, "color": STONE, "thickness": 1.5, "width": 0,
            "array": [loss.high - loss.estimate for _, loss in told],
            "arrayminus": [loss.estimate - loss.low for _, loss in told],
        },
    ))  # fmt: skip
    figure.add_vline(x=0, line={"color": STONE, "width": 1, "dash": "dot"})
    figure.update_xaxes(title=str(say("Log loss less the champion's: left of the line is better")), nticks=5)
    figure.update_yaxes(automargin=True)
    figure.update_layout(height=110 + 42 * len(told))
    return figure


def moved(drift: VersionDrift) -> Figure:
    """Draw the stability index of the scores and of the features that moved most, beside what chance may do."""
    from plotly.graph_objects import Figure, Scatter

    told = [*drift.features[: _MOST - 1], drift.score][::-1]
    names = [str(one.label) for one in told]
    hover = [
        str(say("{name}: stability index {index:number}, by chance at most {chance:number}.", name=name,
                index=one.index, chance=one.chance))
        for name, one in zip(names, told, strict=True)
    ]  # fmt: skip
    figure = Figure(Scatter(
        x=[one.chance for one in told], y=names, mode="markers", name=str(say("By chance at most")), hoverinfo="skip",
        marker={"symbol": "line-ns-open", "size": 14, "line": {"width": 2}, "color": STONE},
    ))  # fmt: skip
    figure.add_scatter(
        x=[one.index for one in told], y=names, mode="markers", name=str(say("Stability index")), hovertext=hover,
        hoverinfo="text", marker={"size": 10, "color": [_MOVED[one.state] for one in told]},
    )  # fmt: skip
    for limit in (MODERATE, SERIOUS):
        figure.add_vline(x=limit, line={"color": STONE_LIGHT, "width": 1, "dash": "dot"})
    figure.update_xaxes(title=str(say("Stability index, with the limits .1 and .25")), rangemode="tozero", nticks=5)
    figure.update_yaxes(automargin=True)
    figure.update_layout(height=120 + 36 * len(told), showlegend=True)
    return figure
