"""The pictures of a profile: distributions with the response over them, empty cells, rank correlations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from campanile.quality.contents import Bin, ColumnProfile, Correlations, Profile
from campanile.quality.naming import bin_name, day, is_year
from campanile.words import numbers, palette, plural, say

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

ACROSS = 2
ROW_HEIGHT = 190
FEWEST_ROWS = 5
"""Rows from which a bin's response is drawn: below, it says nothing."""

MOST_TICKS = 4
LABEL_LENGTH = 14


def distributions(columns: Sequence[ColumnProfile]) -> Figure:
    """Draw small histograms side by side: rows as grey bars, the response over them as points with intervals."""
    from plotly.subplots import make_subplots

    down = -(-len(columns) // ACROSS)
    across = min(ACROSS, len(columns))
    height = ROW_HEIGHT * down + 40
    figure = make_subplots(
        rows=down, cols=across, specs=[[{"secondary_y": True}] * across] * down,
        subplot_titles=[str(column.label) for column in columns],
        horizontal_spacing=0.1, vertical_spacing=min(0.9 / max(down - 1, 1), 75 / height),
    )  # fmt: skip
    most = max((bin.response.high for column in columns for bin in _judged(column) if bin.response), default=0.0)
    for place, column in enumerate(columns):
        at = {"row": place // across + 1, "col": place % across + 1}
        _bars(figure, column, at)
        if _judged(column):
            _response(figure, column, at, min(1.0, 1.08 * most))
        figure.update_xaxes(**_ticks(column), **at)
    figure.update_annotations(font={"size": 13, "color": palette.INK})
    figure.update_layout(height=height, showlegend=False, bargap=0.15, margin={"l": 8, "r": 8, "t": 34, "b": 8})
    return figure


def missing_pattern(profile: Profile) -> Figure:
    """Draw which columns are empty together: one line for each pattern, the most frequent on top."""
    import plotly.graph_objects as go

    labels = {column.name: str(column.label) for column in profile.columns}
    names = [column.name for column in profile.columns if column.missing]
    patterns = profile.empty
    lines = [str(plural("{n:number} row", "{n:number} rows", n=pattern.rows)) for pattern in patterns]
    hover = [
        [str(_emptiness(labels[name], pattern.rows, name in pattern.columns)) for name in names] for pattern in patterns
    ]
    figure = go.Figure(go.Heatmap(
        z=[[int(name in pattern.columns) for name in names] for pattern in patterns],
        x=[labels[name] for name in names], y=list(range(len(patterns))), text=hover, hoverinfo="text",
        colorscale=[[0, palette.wash(palette.STONE_LIGHT, 0.4)], [1, palette.ACCENT]], zmin=0, zmax=1, showscale=False,
        xgap=2, ygap=2,
    ))  # fmt: skip
    ticks = {"tickmode": "array", "tickvals": list(range(len(patterns))), "ticktext": lines}
    figure.update_yaxes(autorange="reversed", showgrid=False, **ticks)
    figure.update_layout(height=140 + 30 * len(patterns))
    return figure


def correlation_map(correlations: Correlations) -> Figure:
    """Draw the rank correlations as a square: blue where two columns rise together, orange where one falls."""
    import plotly.graph_objects as go

    labels = [str(label) for label in correlations.labels]
    # The browser fills in the names: one sentence instead of one for each of up to 1,600 cells.
    sentence = say("{one} and {other}: rank correlation {value}", one="%{y}", other="%{x}", value="%{z:.2f}")
    figure = go.Figure(go.Heatmap(
        z=[[None if value is None else round(value, 2) for value in row] for row in correlations.values],
        x=labels, y=labels, hovertemplate=f"{sentence}<extra></extra>", zmin=-1, zmax=1,
        colorscale=[[0, palette.CATEGORIES[5]], [0.5, palette.PAPER], [1, palette.CATEGORIES[0]]],
        colorbar={"thickness": 10, "len": 0.5, "outlinewidth": 0, "tickvals": [-1, 0, 1]}, xgap=1, ygap=1,
    ))  # fmt: skip
    figure.update_xaxes(tickangle=-90, tickfont={"size": 11})
    figure.update_yaxes(autorange="reversed", showgrid=False, tickfont={"size": 11})
    figure.update_layout(height=max(380, 22 * len(labels) + 190))
    return figure


def _judged(column: ColumnProfile) -> list[Bin]:
    return [bin for bin in column.bins if bin.response is not None and bin.rows >= FEWEST_ROWS]


def _bars(figure: Figure, column: ColumnProfile, at: dict[str, int]) -> None:
    import plotly.graph_objects as go

    hover = [str(_rows_told(column, bin)) for bin in column.bins]
    bars = go.Bar(
        x=list(range(len(column.bins))), y=[bin.rows for bin in column.bins], hovertext=hover, hoverinfo="text",
        marker={"color": palette.STONE_LIGHT},
    )  # fmt: skip
    figure.add_trace(bars, **at)
    drawn = bool(_judged(column))
    figure.update_yaxes(
        showgrid=not drawn, showticklabels=not drawn, rangemode="tozero", nticks=4, secondary_y=False, **at
    )


def _response(figure: Figure, column: ColumnProfile, at: dict[str, int], top: float) -> None:
    import plotly.graph_objects as go

    drawn = [
        (place, bin, bin.response) for place, bin in enumerate(column.bins) if bin in _judged(column) and bin.response
    ]
    # Places between which there are no customers are not joined by a line.
    shares = {place: response.estimate for place, _, response in drawn}
    span = range(drawn[0][0], drawn[-1][0] + 1)
    whiskers = {
        place: (response.high - response.estimate, response.estimate - response.low) for place, _, response in drawn
    }
    points = go.Scatter(
        x=list(span), y=[_short(shares.get(place)) for place in span],
        mode="markers" if column.bins[0].level is not None else "lines+markers",
        line={"color": palette.ACCENT, "width": 1.5}, marker={"color": palette.ACCENT, "size": 5},
        error_y={
            "type": "data", "color": palette.ACCENT, "thickness": 1, "width": 0,
            "array": [_short(whiskers.get(place, (0, 0))[0]) for place in span],
            "arrayminus": [_short(whiskers.get(place, (0, 0))[1]) for place in span],
        },
        hovertext=[str(_rows_told(column, column.bins[place])) for place in span], hoverinfo="text",
    )  # fmt: skip
    figure.add_trace(points, **at, secondary_y=True)
    figure.update_yaxes(
        secondary_y=True, side="left", range=[0, top], tickformat=".0%", tickmode="linear", tick0=0, dtick=_step(top),
        showgrid=True, gridcolor=palette.GRID, **at,
    )  # fmt: skip


def _step(top: float) -> float:
    """Return the round share between two marks of an axis that ends at ``top``."""
    return next(step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if top / step <= 5 or step == 0.5)


def _rows_told(column: ColumnProfile, bin: Bin) -> Any:
    values: dict[str, Any] = {"column": column.label, "bin": bin_name(column, bin), "rows": bin.rows}
    if bin.response is None:
        return say("{column}, {bin}: {rows:number} customers.", **values)
    return say(
        "{column}, {bin}: {rows:number} customers, of whom {response} responded.",
        **values,
        response=bin.response.told("percent"),
    )


def _emptiness(label: str, rows: int, empty: bool) -> Any:
    if empty:
        return say("{column} is missing in these {rows:number} rows.", column=label, rows=rows)
    return say("{column} is known in these {rows:number} rows.", column=label, rows=rows)


def _ticks(column: ColumnProfile) -> dict[str, Any]:
    """Name a few places below the bars: categories by name, numbers and dates by where their bin begins."""
    bins = column.bins
    if bins[0].level is not None:
        marked = list(range(len(bins)))
        text = [_cut(str(bin_name(column, bin))) for bin in bins]
    else:
        marked = list(range(0, len(bins), max(1, -(-len(bins) // MOST_TICKS))))
        text = [_begins(column, bins[place]) for place in marked]
    # A bin that spans a range begins at the left edge of its bar; a single value is named below its middle.
    shift = 0.5 if bins[0].low != bins[0].high else 0.0
    places = [place - shift for place in marked]
    return {"tickmode": "array", "tickvals": places, "ticktext": text, "tickfont": {"size": 11}, "showgrid": False}


def _begins(column: ColumnProfile, bin: Bin) -> str:
    low = bin.low or 0.0
    if column.type.startswith(("date", "timestamp")):
        return day(low).strftime("%Y-%m")
    return numbers.number(low) if not is_year(column) else str(int(low))


def _cut(text: str) -> str:
    return text if len(text) <= LABEL_LENGTH else text[: LABEL_LENGTH - 1] + "…"


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
