"""The colours, by what they mean, and how figures look; each with its value on a light and on a dark page.

A figure is made with the light values. ``on_dark`` gives a colour's dark value, so that one figure serves both.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from campanile.words.numbers import SEPARATORS

Theme = Literal["light", "dark"]

ACCENT = "#B4532A"
INK = "#1F2933"
GOOD = "#0F766E"
CAUTION = "#B7791F"
STONE = "#6B7280"
STONE_LIGHT = "#D6D3D1"
PAPER = "#FCFBF9"
GRID = "#E7E5E1"

CATEGORIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
"""Okabe and Ito's colours, told apart by people with any colour vision."""

ZONE_OPACITY = 0.12

FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', Arial, sans-serif"
"""The reader's own system font: nothing is fetched."""

DARK = {
    ACCENT: "#E58F66",
    INK: "#ECEAE6",
    GOOD: "#4FC3B5",
    CAUTION: "#E3B155",
    STONE: "#A9A39B",
    STONE_LIGHT: "#4A4641",
    PAPER: "#191816",
    GRID: "#33302C",
    "#0072B2": "#4BA3DB",
    "#E69F00": "#F0B33C",
    "#009E73": "#2FBF96",
    "#CC79A7": "#DE9CC0",
    "#56B4E9": "#7FC8F0",
    "#D55E00": "#F08244",
    "#F0E442": "#F0E442",
}
"""The dark value of each colour."""


def wash(colour: str, opacity: float = ZONE_OPACITY) -> str:
    """Return ``colour`` as a transparent wash: for zones, bands and fills."""
    return f"{_rgb(colour)}{opacity:g})"


def on_dark(text: str) -> str:
    """Return ``text`` with every colour of the palette in it, solid or wash, in its dark value."""
    return re.sub(PATTERN, lambda found: SWITCH[re.sub(r"\s", "", found[0]).upper()], text, flags=re.IGNORECASE)


def template(theme: Theme = "light") -> dict[str, Any]:
    """Return the Plotly template: no boxes, a light horizontal grid, system fonts, quiet axes."""
    ink, paper, grid, quiet = (_of(theme, colour) for colour in (INK, PAPER, GRID, STONE))
    axis = {
        "automargin": True, "fixedrange": True, "zeroline": False, "ticks": "", "separatethousands": True,
        "title": {"standoff": 10, "font": {"color": quiet, "size": 12}}, "ticklabelstandoff": 5,
        "tickfont": {"color": quiet, "size": 12}, "linecolor": _of(theme, STONE_LIGHT),
    }  # fmt: skip
    return {
        "layout": {
            "font": {"family": FONTS, "size": 13, "color": ink},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": [_of(theme, colour) for colour in CATEGORIES],
            "xaxis": {**axis, "showgrid": False, "showline": True},
            "yaxis": {**axis, "showgrid": True, "gridcolor": grid, "gridwidth": 1},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "title": {"text": ""}},
            "hoverlabel": {
                "bgcolor": paper, "bordercolor": quiet, "align": "left", "namelength": 0,
                "font": {"family": FONTS, "size": 13, "color": ink},
            },
            "hovermode": "closest",
            "dragmode": False,
            "margin": {"l": 8, "r": 12, "t": 16, "b": 8},
            "bargap": 0.3,
            "annotationdefaults": {"font": {"color": ink, "size": 12}, "showarrow": False},
            "shapedefaults": {"line": {"width": 0}},
        },
        "data": {
            "bar": [{"marker": {"line": {"width": 0}}, "error_x": {"color": quiet}, "error_y": {"color": quiet}}],
            "scatter": [{"line": {"width": 2.5}, "marker": {"size": 7}}],
            "heatmap": [{"colorscale": [[0, paper], [1, _of(theme, CATEGORIES[0])]], "xgap": 1, "ygap": 1}],
        },
    }  # fmt: skip


def formats(language: str) -> dict[str, Any]:
    """Return the names of months and days, and the separators, as a Plotly locale takes them."""
    from babel.dates import get_day_names, get_month_names

    thousands, decimal = SEPARATORS[language]
    sunday_first = (6, 0, 1, 2, 3, 4, 5)
    days = {width: get_day_names(width, locale=language) for width in ("wide", "abbreviated")}
    months = {width: get_month_names(width, locale=language) for width in ("wide", "abbreviated")}
    return {
        "days": [days["wide"][number] for number in sunday_first],
        "shortDays": [days["abbreviated"][number] for number in sunday_first],
        "months": [months["wide"][number] for number in range(1, 13)],
        "shortMonths": [months["abbreviated"][number] for number in range(1, 13)],
        "periods": ["AM", "PM"],
        "dateTime": "%-d %b %Y %H:%M",
        "date": "%-d %b %Y",
        "time": "%H:%M",
        "year": "%Y",
        "month": "%b %Y",
        "dayMonth": "%-d %b",
        "dayMonthYear": "%-d %b %Y",
        "decimal": decimal,
        "thousands": thousands,
        "grouping": [3],
        "currency": ["", ""],
    }


def _of(theme: Theme, colour: str) -> str:
    return DARK[colour] if theme == "dark" else colour


def _rgb(colour: str) -> str:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},"


SWITCH = {**DARK, **{_rgb(light).upper(): _rgb(dark) for light, dark in DARK.items()}}
"""What ``on_dark`` replaces: each colour as a solid and as the beginning of a wash."""

PATTERN = "|".join(re.escape(key).replace("\\(", r"\(\s*").replace(",", r"\s*,\s*") for key in SWITCH)
"""The keys of ``SWITCH`` as a regular expression that Python and JavaScript read alike; spaces do not count."""
