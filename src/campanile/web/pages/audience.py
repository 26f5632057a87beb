"""Whom should we talk to: the list, what it earns wherever it is cut, and who is on it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from campanile.audience import Audience, CutSpec, pictures
from campanile.audience.section import whom
from campanile.web import blocks, share, trail, watch
from campanile.web.pages import audience_cards as cards
from campanile.web.pages import audience_cut as controls
from campanile.web.pages import audience_kept as kept
from campanile.web.pages import audience_moves as moves
from campanile.web.pages import audience_persuaded as persuaded
from campanile.web.visit import Visit, visit
from campanile.words import say
from campanile.workspace import Artifact

NAME = say("Audience")

_QUESTION = say("Who should we talk to?")
_FORMS = {"audience-csv": ".csv", "audience-parquet": ".parquet", "audience-jsonl": ".jsonl"}


def layout(visit: Visit, asked: Mapping[str, str]) -> Component:
    """Return the page at the cut that the address asks for, or the list by a trial's scores where it names some."""
    if asked.get("scores"):
        return persuaded.layout(visit, asked)
    model = kept.model_of(visit.workspace, asked)
    jobs = html.Div(watch.cards(visit, ("audience",)), id="audience-jobs")
    if model is None:
        return html.Div([
            blocks.heading(_QUESTION),
            blocks.empty(say("There is no model yet, so nobody can be chosen."),
                         say("Bring a file and train models first: they say who is likely to respond."), "/models",
                         say("Train models")),
        ])  # fmt: skip
    artifact = kept.chosen_list(visit.workspace, model, asked)
    if artifact is None:
        return html.Div([*_none_yet(model), jobs])
    return html.Div([*_answered(visit, model, artifact, asked, jobs)])


def callbacks(app: Dash) -> None:
    """Add what its controls do."""
    share.callbacks(app, "audience-share")
    persuaded.callbacks(app)

    @app.callback(
        Output("audience-answer", "children"), Output("audience-told", "children"),
        Output("audience-title", "children"), Output("audience-curve", "figure"),
        Output("audience-figures", "children"), Output("audience-gains", "figure"),
        Output("audience-slider", "value"), Output("audience-customers", "value"), Output("audience-best", "disabled"),
        Output("audience-trouble", "children"), Output("audience-cut", "data"), Output("state", "data"),
        Output("audience-segments", "children"), Output("audience-report", "href"),
        Input("audience-slider", "value"), Input("audience-customers", "value"), Input("audience-best", "n_clicks"),
        Input("audience-pointed", "data"),
        *(Input(f"audience-{name}", "value") for name in moves.FIELDS),
        State("audience-about", "data"), State("audience-cut", "data"), prevent_initial_call=True,
    )  # fmt: skip
    async def move(*given: Any) -> Any:
        return await asyncio.to_thread(moves.moved, *given)

    @app.callback(
        Output("audience-pointed", "data"),
        Input("audience-curve", "relayoutData"), Input("audience-curve", "clickData"),
        State("audience-about", "data"), State("audience-cut", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def point(relayout: Any, click: Any, about: dict[str, Any], cut: dict[str, Any]) -> Any:
        rows = kept.held(visit().workspace, about["list"]).audience.rows
        by_line = "audience-curve.relayoutData" in ctx.triggered_prop_ids
        to = controls.dragged(relayout, rows, cut["at"]) if by_line else controls.clicked(click, rows)
        # The moment makes two pulls to one place two events: a limit may have sent the line back between them.
        return no_update if to is None else {"to": to, "when": time.time()}

    @app.callback(
        Output("audience-list", "children"), Input("audience-cut", "data"), Input("audience-about", "data"),
    )  # fmt: skip
    async def describe(cut: dict[str, Any], about: dict[str, Any]) -> Any:
        return await asyncio.to_thread(moves.described, cut, about)

    @app.callback(
        Output("audience-download", "data"), *(Input(name, "n_clicks") for name in _FORMS),
        State("audience-about", "data"), State("audience-cut", "data"), prevent_initial_call=True,
    )  # fmt: skip
    async def download(*given: Any) -> Any:
        if not any(given[: len(_FORMS)]):
            return no_update
        return await asyncio.to_thread(moves.file, _FORMS[ctx.triggered_id], *given[len(_FORMS) :])

    @app.callback(
        Output("audience-jobs", "children"), Input("audience-select", "n_clicks"),
        *(State(f"audience-new-{name}", "value") for name in moves.FIELDS), State("audience-new", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def select(clicks: int | None, *given: Any) -> Any:
        if not clicks:
            return no_update
        *values, model = given
        told = {name: value for name, value in zip(moves.FIELDS, values, strict=True) if value not in ("", None)}
        return [watch.ask("audience", {**model, **told})]

    @app.callback(
        Output("address", "search", allow_duplicate=True), Input("audience-which", "value"), prevent_initial_call=True
    )
    def open_list(which: str | None) -> Any:
        return f"?{which}" if which else no_update


def _none_yet(model: Artifact) -> list[Component]:
    about = [say("Model {name} v{version}", name=model.name, version=model.version)]
    return [
        blocks.heading(_QUESTION, about),
        blocks.answer(say("No audience has been selected with this model yet.")),
        *_form(model),
    ]


def _form(model: Artifact) -> list[Component]:
    costs = CutSpec(contact_cost=model.meta.get("contact_cost"), sale_value=model.meta.get("sale_value"))
    return [
        dmc.Text(str(say("What a contact costs and what a response is worth decide how many customers to contact."))),
        html.Div(controls.fields(costs, "audience-new"), className="controls"),
        dmc.Button(str(say("Select the audience")), id="audience-select", my="md"),
        dcc.Store(id="audience-new", data={"model": model.name, "version": model.version}),
    ]


def _answered(
    visit: Visit, model: Artifact, artifact: Artifact, asked: Mapping[str, str], jobs: Component
) -> list[Component | None]:
    held = kept.held(visit.workspace, artifact.id)
    cut = kept.cut_of(held.asked, asked)
    audience = kept.audience_at(visit.workspace, artifact.id, cut)
    newest = kept.lists_of(visit.workspace, model)[-1].id == artifact.id
    about = {"list": artifact.id, "model": model.id, "newest": newest}
    section = whom(audience)
    gains = blocks.picture(pictures.gains(audience), "audience-gains")
    return [
        dcc.Store(id="audience-about", data=about),
        dcc.Store(id="audience-pointed"),
        dcc.Store(id="audience-cut", data={**cut.model_dump(), "at": audience.cut.customers}),
        dcc.Download(id="audience-download"),
        blocks.heading(section.question, _context(visit, model, artifact, audience)),
        _which(visit, model, artifact),
        jobs,
        blocks.answer(audience.words, "audience-answer"),
        html.Div(id="audience-trouble", role="alert"),
        controls.controls(audience, cut),
        html.Div(controls.told(audience), id="audience-told", className="told"),
        _downloads(kept.address(model, artifact, newest, held.asked, cut)),
        html.Div([controls.framed(audience), gains, blocks.picture(pictures.tenths(audience))], className="blocks"),
        blocks.method(section.method),
        html.Section(id="audience-list", className="part"),
        html.Section(cards.segments(audience), id="audience-segments", className="part"),
        html.Section(cards.campaigns(audience), id="audience-campaigns", className="part"),
        blocks.folded(say("Select anew, with the customers as they are now"), html.Div(_form(model))),
    ]


def _context(visit: Visit, model: Artifact, artifact: Artifact, audience: Audience) -> list[Component]:
    """Say of which customers, model and list the page speaks, each a link to where it comes from."""
    table = visit.workspace.table(audience.table, audience.table_version)
    customers, named = whom(audience).context
    day = say("List of {day:date}", day=artifact.created_at)
    return [trail.link(table, customers), trail.link(model, named), trail.link(artifact, day)]


def _which(visit: Visit, model: Artifact, artifact: Artifact) -> Component | None:
    lists = kept.lists_of(visit.workspace, model)
    if len(lists) < 2:
        return None
    address = f"model={model.name}&version={model.version}&list="
    options = [
        {"value": f"{address}{one.version}",
         "label": str(say("List {version}, {day:date}", version=one.version, day=one.created_at))}
        for one in reversed(lists)
    ]  # fmt: skip
    return dmc.Select(
        id="audience-which", data=options, value=f"{address}{artifact.version}", allowDeselect=False, w=280,
        label=str(say("Which list")),
    )  # fmt: skip


def _downloads(state: Mapping[str, Any]) -> Component:
    return dmc.Group([
        dmc.Button(str(say("Download the list")), id="audience-csv"),
        dmc.Button("Parquet", id="audience-parquet", variant="default", **{"aria-label": "Parquet"}),
        dmc.Button("JSON", id="audience-jsonl", variant="default"),
        share.share("audience-share"),
        dcc.Link(str(say("Put this into the report")), id="audience-report", href=kept.in_report(state)),
    ], my="md")  # fmt: skip
