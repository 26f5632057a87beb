"""How many features the page Why shows: their influence as bars, and a response curve for each.

All curves are drawn once. A move of the slider shows or hides them, and draws the bars anew.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from campanile.explain import section
from campanile.web import blocks
from campanile.web.pages.why_comparison import other_explanation
from campanile.web.pages.why_evidence import About, explanation
from campanile.web.visit import visit
from campanile.words import current, say
from campanile.workspace import Workspace

_OUT, _BEYOND = "why-card", "why-card beyond"
_MARKS = 12
"""More numbers than these under the slider would touch on a phone."""


def slider(about: About) -> Component:
    """Return the control for how many features are shown."""
    label = str(say("How many influential features to show"))
    marks = [{"value": n, "label": str(n)} for n in _marked(about.curves)]
    return html.Div(
        [
            dmc.Text(label, size="sm", fw=600, mb=4),
            dmc.Slider(
                id="why-slider", value=about.opened["features"], min=1, max=about.curves, step=1, marks=marks,
                updatemode="drag", thumbLabel=label, mb="xl", maw=560, labelTransitionProps={"duration": 0},
            ),
        ],
        className="why-slider",
    )  # fmt: skip


def influence(about: About) -> Component:
    """Return the bars of influence, as the slider stands."""
    title, figure, table = _bars(about, about.opened["features"])
    label = str(say("How much each feature moves the model's answers, as bars"))
    graph = dcc.Graph(id="why-bars", figure=figure, config=blocks.graph_config())
    return html.Figure(
        [
            html.H2(title, className="title", id="why-bars-title"),
            html.Div(graph, role="img", className="plot", **{"aria-label": label}),
            html.Figcaption(dmc.Text(_note(about), size="sm", c="dimmed")),
            blocks.folded(say("The exact figures"), html.Div(table, id="why-bars-table")),
        ],
        className="block wide",
    )


def deck(about: About) -> Component:
    """Return the place of the curves: those that are shown come first, the others follow."""
    waiting = [dmc.Skeleton(height=470, mb="lg") for _ in range(about.opened["features"])]
    inside = {"display": "contents"}
    return html.Div(
        [
            html.Div(waiting, id="why-shown", style=inside),
            html.Div(id="why-rest", style=inside),
            dcc.Store(id="why-drawn"),
        ],
        className="blocks", id="why-deck",
    )  # fmt: skip


def callbacks(app: Dash) -> None:
    """Add what the slider does, and the curves' coming."""

    @app.callback(
        Output("why-bars-title", "children"), Output("why-bars", "figure"), Output("why-bars-table", "children"),
        Input("why-slider", "value"), State("why-about", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def redraw(features: int, about: dict[str, Any]) -> Any:
        return _bars(About(**about), features)

    app.clientside_callback(
        ClientsideFunction("campanile", "shown"), Output({"part": "why-card", "at": ALL}, "className"),
        Input("why-slider", "value"), Input({"part": "why-card", "at": ALL}, "id"),
    )  # fmt: skip

    @app.callback(
        Output("why-shown", "children"), Output("why-drawn", "data"), Input("why-about", "data"),
        Input("why-other", "value"), State("why-slider", "value"),
    )  # fmt: skip
    async def first(about: dict[str, Any], other: str | None, features: int) -> Any:
        return await asyncio.to_thread(_cards, About(**about), other, 0, features), [features, other]

    @app.callback(
        Output("why-rest", "children"), Input("why-drawn", "data"), State("why-about", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    async def rest(drawn: list[Any] | None, about: dict[str, Any]) -> Any:
        start, other = drawn or (0, None)
        whole = About(**about)
        return await asyncio.to_thread(_cards, whole, other, start, whole.curves, beyond=True)


def _marked(most: int) -> list[int]:
    step = 1 if most <= _MARKS else 5
    return sorted({1, most, *range(step, most + 1, step)})


def _note(about: About) -> list[Any]:
    note = section.influence_picture(about.result, 1).note
    return blocks.words(note) if note else []


def _bars(about: About, features: int) -> tuple[Any, Any, Any]:
    return _drawn_bars(visit().workspace, about.explanation, features, _reader())


def _cards(about: About, other: str | None, start: int, end: int, *, beyond: bool = False) -> list[Component]:
    here, kept = visit().workspace, other_explanation(other)
    second = kept.id if kept else None
    return [
        html.Article(
            _drawn_card(here, about.explanation, at, second, _reader()), id={"part": "why-card", "at": at},
            className=_BEYOND if beyond else _OUT,
        )
        for at in range(start, min(end, about.curves))
    ]  # fmt: skip


Reader = tuple[str, str]
"""Language and theme: pictures and words are drawn once for each."""


def _reader() -> Reader:
    return current(), visit().theme


@lru_cache(maxsize=256)
def _drawn_bars(workspace: Workspace, id: str, features: int, reader: Reader) -> tuple[Any, Any, Any]:
    picture = section.influence_picture(explanation(workspace, id), features)
    return blocks.words(picture.title), blocks.themed(picture.figure), blocks.grid(picture.table)


@lru_cache(maxsize=512)
def _drawn_card(workspace: Workspace, id: str, at: int, second: str | None, reader: Reader) -> list[Component]:
    result = explanation(workspace, id)
    curve = result.curves[at]
    picture = (
        section.compared_picture(result, curve, explanation(workspace, second))
        if second else section.curve_picture(result, curve)
    )  # fmt: skip
    zones = [html.P(blocks.words(zone.words), className="zone") for zone in section.zones_of(result, curve)]
    return [blocks.picture(picture), *zones]
