"""Marks that several pictures of an explanation share: intervals, the response of all, broken lines of text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from campanile.estimates import Estimate
from campanile.words import palette, say

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def whiskers(estimates: Sequence[Estimate], colour: str = palette.INK) -> dict[str, Any]:
    """Return intervals as thin lines on marks."""
    return {
        "type": "data", "symmetric": False, "thickness": 1, "width": 0, "color": colour,
        "array": [one.high - one.estimate for one in estimates],
        "arrayminus": [one.estimate - one.low for one in estimates],
    }  # fmt: skip


def line_at(figure: Figure, base: float, axis: str) -> None:
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


def wrapped(text: str, width: int = 60) -> str:
    """Break a text into lines for a hover label."""
    return "<br>".join(textwrap.wrap(text, width))
