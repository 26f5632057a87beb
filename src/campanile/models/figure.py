"""Pictures of a training: the methods side by side. Nothing is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campanile.models.result import Training
from campanile.words import say
from campanile.words.palette import ACCENT, STONE

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
