"""The pictures of rank correlations: the square, and the strongest ties with each target. Nothing is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from campanile.quality.correlation.result import Aimed, Correlated
from campanile.words import palette, say

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_LONGEST = 34
_SIDE = 20


def square(found: Correlated) -> Figure:
    """Draw all pairs: blue where two rise together, orange where one falls. Wider than a phone, it scrolls."""
    import plotly.graph_objects as go

    labels = _short(found)
    # The browser fills in the names: one sentence instead of one for each of thousands of cells.
    sentence = say("{one} and {other}: rank correlation {value}", one="%{y}", other="%{x}", value="%{z:.2f}")
    figure = go.Figure(go.Heatmap(
        z=[[None if value is None else round(value, 2) for value in row] for row in found.values],
        x=labels, y=labels, hovertemplate=f"{sentence}<extra></extra>", zmin=-1, zmax=1,
        colorscale=[[0, palette.CATEGORIES[5]], [0.5, palette.PAPER], [1, palette.CATEGORIES[0]]],
        colorbar={"thickness": 10, "len": 0.5, "outlinewidth": 0, "tickvals": [-1, 0, 1]}, xgap=1, ygap=1,
    ))  # fmt: skip
    small = {"tickfont": {"size": 11}, "showgrid": False, "dtick": 1}
    figure.update_xaxes(tickangle=-90, **small)
    figure.update_yaxes(autorange="reversed", **small)
    targets = len(found.targets)
    if targets:
        line = {"type": "line", "line": {"color": palette.INK, "width": 1.5}}
        edge, end = targets - 0.5, len(labels) - 0.5
        figure.add_shape(**line, x0=edge, x1=edge, y0=-0.5, y1=end)
        figure.add_shape(**line, x0=-0.5, x1=end, y0=edge, y1=edge)
    figure.update_layout(height=max(380, _SIDE * len(labels) + 230))
    return figure


def strongest(aimed: Aimed, shown: int) -> Figure:
    """Draw how far the strongest columns move with a target, the strongest on top, with intervals where there are."""
    import plotly.graph_objects as go

    ties = list(reversed(aimed.ties[:shown]))
    colours = [palette.ACCENT if tie.sure else palette.STONE for tie in ties]
    bounds = [(tie.rho.high - tie.rho.estimate, tie.rho.estimate - tie.rho.low) if tie.bounded else (0.0, 0.0)
              for tie in ties]  # fmt: skip
    hover = [
        str(say("{column} and {target}: rank correlation {rho}, over {rows:number} rows.", column=tie.label,
                target=aimed.label, rows=tie.rows,
                rho=tie.rho.told() if tie.bounded else say("{rho:number 2}", rho=tie.rho.estimate)))
        for tie in ties
    ]  # fmt: skip
    figure = go.Figure(go.Scatter(
        x=[tie.rho.estimate for tie in ties], y=[str(tie.label) for tie in ties], mode="markers",
        marker={"size": 10, "color": colours}, hovertext=hover, hoverinfo="text", showlegend=False,
        error_x={"type": "data", "symmetric": False, "color": palette.STONE, "thickness": 1.5, "width": 0,
                 "array": [high for high, _ in bounds], "arrayminus": [low for _, low in bounds]},
    ))  # fmt: skip
    figure.add_vline(x=0, line={"color": palette.STONE, "width": 1, "dash": "dot"})
    figure.update_xaxes(title=str(say("Rank correlation with {target}", target=aimed.label)))
    figure.update_layout(height=110 + 36 * len(ties))
    return figure


def _short(found: Correlated) -> list[str]:
    """Return labels cut to what fits, each a different one: alike, they would share a line."""
    made: list[str] = []
    for label in map(str, found.labels):
        short = label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…"
        while short in made:
            short += "\u200b"
        made.append(short)
    return made
