"""Pictures of a training: the methods side by side, expected beside actual. Nothing is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campanile.models.result import Trained, Training
from campanile.words import say
from campanile.words.palette import ACCENT, GOOD, STONE

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def compared(training: Training, chosen: str) -> Figure:
    """Draw each method's AUC with its interval, the best on top, the model chosen in the accent colour."""
    from plotly.graph_objects import Figure, Scatter

    told = sorted(
        (model for model in training.models if "roc_auc" in model.metrics),
        key=lambda model: model.metrics["roc_auc"].estimate,
    )
    aucs = [model.metrics["roc_auc"] for model in told]
    names = [str(model.label) for model in told]
    hover = [
        str(say("{name}: AUC {auc} on customers it had not seen.", name=name, auc=auc.told()))
        for name, auc in zip(names, aucs, strict=True)
    ]
    marks = Scatter(
        x=[auc.estimate for auc in aucs],
        y=names,
        mode="markers",
        marker={"size": 10, "color": [ACCENT if model.name == chosen else STONE for model in told]},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [auc.high - auc.estimate for auc in aucs],
            "arrayminus": [auc.estimate - auc.low for auc in aucs],
            "color": STONE,
            "thickness": 1.5,
            "width": 0,
        },
        hovertext=hover,
        hoverinfo="text",
        showlegend=False,
    )
    figure = Figure(marks)
    figure.update_xaxes(title=str(say("AUC: how well responders are ranked before the others")), range=[0.45, 1.0])
    figure.update_yaxes(automargin=True)
    figure.update_layout(height=90 + 42 * len(told))
    return figure


def tenths(model: Trained) -> Figure:
    """Draw, by tenth of the customers, how many responders were expected, with interval, and how many came."""
    from plotly.graph_objects import Figure

    told = model.calibration.deciles
    numbers = [str(number) for number in range(1, len(told) + 1)]
    hover = [
        str(say("Tenth {number}: {expected} responders expected, {actual:number} came.", number=number,
                expected=one.expected.told(), actual=one.actual))
        for number, one in zip(numbers, told, strict=True)
    ]  # fmt: skip
    figure = Figure()
    figure.add_scatter(
        x=numbers, y=[one.expected.estimate for one in told], mode="markers", name=str(say("Expected, with interval")),
        marker={"symbol": "line-ew-open", "size": 20, "line": {"width": 3}, "color": STONE},
        error_y={
            "type": "data", "symmetric": False, "color": STONE, "thickness": 1.5, "width": 0,
            "array": [one.expected.high - one.expected.estimate for one in told],
            "arrayminus": [one.expected.estimate - one.expected.low for one in told],
        },
        hovertext=hover, hoverinfo="text",
    )  # fmt: skip
    figure.add_scatter(
        x=numbers, y=[one.actual for one in told], mode="markers", name=str(say("Came")),
        marker={"size": 10, "color": [ACCENT if one.expected.excludes(one.actual) else GOOD for one in told]},
        hovertext=hover, hoverinfo="text",
    )  # fmt: skip
    figure.update_xaxes(title=str(say("Tenth of the customers, the least likely first")), type="category")
    figure.update_yaxes(title=str(say("Responders")), rangemode="tozero")
    figure.update_layout(height=320, showlegend=True)
    return figure
