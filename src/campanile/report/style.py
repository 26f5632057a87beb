"""How a figure looks: the palette's template laid over it, in the reader's separators."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Any

from campanile.words import current, palette
from campanile.words.numbers import SEPARATORS
from campanile.words.palette import Theme

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

HEIGHT = 380
"""Height in pixels of a figure that states none."""

_LONGEST_LABEL = 26
_LONGEST_HOVER = 44
_LONGEST_TITLE = 32


def styled(figure: Figure, theme: Theme = "light") -> Figure:
    """Return the figure as it is shown on a light or dark page; ``figure`` stays as it is."""
    import plotly.graph_objects as go

    text = shape(figure)
    whole = json.loads(palette.on_dark(text) if theme == "dark" else text)
    whole["layout"]["template"] = palette.template(theme)
    return go.Figure(whole)


def shape(figure: Figure) -> str:
    """Return the figure as JSON without template, title and width: the page gives it those.

    Colours are the light ones; ``palette.on_dark`` turns the text into a dark page's.
    """
    from plotly.utils import PlotlyJSONEncoder

    plain = figure.to_plotly_json()
    layout = {name: part for name, part in plain["layout"].items() if name not in ("template", "title", "width")}
    thousands, decimal = SEPARATORS[current()]
    layout |= {"separators": decimal + thousands, "height": layout.get("height", HEIGHT)}
    _wrap_titles(layout)
    for trace in plain["data"]:
        _ready_hover(trace)
    _wrap_labels(plain["data"], layout)
    whole = {"data": plain["data"], "layout": layout}
    text = json.dumps(whole, cls=PlotlyJSONEncoder, separators=(",", ":"), ensure_ascii=False)
    # Plotly makes links of <a> in texts, and texts may hold what stood in the data.
    return re.sub(r"<(?=/?a\b)", "&lt;", text, flags=re.IGNORECASE)


def _ready_hover(trace: dict[str, Any]) -> None:
    """Break long hover texts for a phone, and keep Plotly from writing "trace 0" beside ours."""
    told = trace.get("hovertemplate")
    if isinstance(told, str) and "<extra>" not in told:
        trace["hovertemplate"] = f"{told}<extra></extra>"
    hidden = trace.get("hoverinfo") == "text" and "hovertext" not in trace
    shown = "text" in trace.get("mode", "") or (trace.get("type") == "bar" and trace.get("textposition") != "none")
    name = "text" if hidden and not shown else "hovertext"
    if isinstance(trace.get(name), str):
        trace[name] = _broken(trace[name], _LONGEST_HOVER)
    elif isinstance(trace.get(name), (list, tuple)):
        trace[name] = [_broken(line, _LONGEST_HOVER) if isinstance(line, str) else line for line in trace[name]]


def _wrap_titles(layout: dict[str, Any]) -> None:
    """Break long titles of horizontal axes: a phone would cut them off."""
    for name in [name for name in layout if name.startswith("xaxis")]:
        title = layout[name].get("title", {})
        if title.get("text"):
            layout[name] = {**layout[name], "title": {**title, "text": _broken(title["text"], _LONGEST_TITLE)}}


def _wrap_labels(traces: list[dict[str, Any]], layout: dict[str, Any]) -> None:
    """Break long labels of vertical axes into lines, so that on a phone there is room beside them."""
    found: dict[str, dict[str, None]] = {}
    for trace in traces:
        labels = {label: None for label in trace.get("y", ()) if isinstance(label, str)}
        if trace.get("type") == "bar" or (trace.get("type") == "scatter" and len(labels) == len(trace.get("y", ()))):
            found.setdefault("yaxis" + trace.get("yaxis", "y")[1:], {}).update(labels)
    for name, labels in found.items():
        said = layout.get(name, {})
        if "ticktext" not in said and any(len(label) > _LONGEST_LABEL for label in labels):
            broken = [_broken(label, _LONGEST_LABEL) for label in labels]
            layout[name] = {**said, "tickmode": "array", "tickvals": list(labels), "ticktext": broken}


def _broken(text: str, width: int) -> str:
    return "<br>".join(line for part in text.split("<br>") for line in textwrap.wrap(part, width) or [""])
