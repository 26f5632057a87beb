"""Models: train, compare, choose on which one the analysis rests, and see how far it can be trusted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from campanile.report import Prose
from campanile.web import blocks, trail, watch
from campanile.web.asking import given_role
from campanile.web.pages import models_form, models_rollouts, models_threshold, models_versions
from campanile.web.pages.models_board import board
from campanile.web.pages.models_shown import PATH, Shown, shown
from campanile.web.visit import Visit, visit
from campanile.words import say

NAME = say("Models")


def layout(visit: Visit, asked: Mapping[str, str]) -> Component:
    """Return the page."""
    from campanile.models import section

    jobs = html.Div(watch.cards(visit, ("train",)), id="models-jobs")
    here = shown(visit.workspace, asked)
    if here is None:
        return html.Div([blocks.heading(section.QUESTION), jobs, *_first(visit)])
    told = section.cautions(here.training, here.model)
    return html.Div([
        dcc.Store(id="models-shown", data={
            "name": here.artifact.name, "version": here.artifact.version, "state": here.state,
            "cut": round(100 * here.cut.threshold),
        }),
        blocks.heading(section.QUESTION, _context(here, visit)),
        _trainings(here, visit),
        jobs,
        blocks.answer(here.training.verdict),
        board(here, may=visit.may("write")),
        models_threshold.threshold(here),
        blocks.blocks([
            section.calibration(here.model), section.figures(here.training, here.model),
            *((section.compared(here.training),) if here.training.comparisons else ()),
            *((Prose(told, "caution"),) if told else ()),
        ]),
        models_rollouts.rollouts(visit),
        blocks.folded(say("Compare two models"), models_versions.comparison(here, visit.workspace, asked)),
        blocks.folded(say("All versions"), models_versions.versions(here, visit.workspace)),
        blocks.folded(say("Train again"), html.Div([
            html.Div(id="models-trouble"), models_form.form(visit, visit.workspace.artifacts("training")[-1]),
        ])),
        blocks.method(section.method(here.training, here.model)),
    ])  # fmt: skip


def callbacks(app: Dash) -> None:
    """Add what its controls do."""
    models_form.callbacks(app)
    models_threshold.callbacks(app)
    models_versions.callbacks(app)
    models_rollouts.callbacks(app)

    @app.callback(
        Output("page", "children", allow_duplicate=True), Output("state", "data", allow_duplicate=True),
        Input({"part": "models-role", "name": ALL, "version": ALL, "role": ALL}, "n_clicks"),
        State("models-shown", "data"), State("models-cut", "value"), prevent_initial_call=True,
    )  # fmt: skip
    async def give_role(_: list[int | None], shown: dict[str, Any], cut: int) -> Any:
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            return no_update, no_update
        here, button = visit(), ctx.triggered_id
        await asyncio.to_thread(given_role, button["name"], button["version"], button["role"])
        method = button["name"] if button["role"] == "chosen" else shown["state"]["model"]
        state = {**shown["state"], "model": method, "cut": cut}
        return await asyncio.to_thread(layout, here, _asked(state)), state

    @app.callback(
        Output("page", "children", allow_duplicate=True), Output("state", "data", allow_duplicate=True),
        Input("models-training", "value"), prevent_initial_call=True,
    )  # fmt: skip
    async def another(training: str) -> Any:
        state = {"page": PATH, "training": training}
        return await asyncio.to_thread(layout, visit(), _asked(state)), state


def _asked(state: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in state.items() if name != "page"}


def _first(visit: Visit) -> list[Component]:
    if not visit.workspace.artifacts("table"):
        return [
            blocks.empty(
                say("There is nothing to learn from yet."),
                say("Bring a file with your customers, one row each, and a column that says who responded."),
                "/data",
                say("Bring a file"),
            )
        ]
    return [
        blocks.answer(say("No model was trained yet.")),
        html.P(str(say("Say which column tells who responded; the models are then tried on customers not seen."))),
        html.Div(id="models-trouble"),
        models_form.form(visit, None),
    ]


def _context(here: Shown, visit: Visit) -> list[Component]:
    training, model = here.training, here.artifact
    table = visit.workspace.table(training.table, training.table_version)
    parts = [
        trail.link(table, say("Table {table} v{version}, {rows:number} customers", table=training.table,
                              version=training.table_version, rows=training.rows)),
        trail.link(model, say("Model {name} v{version}", name=model.name, version=model.version)),
    ]  # fmt: skip
    if here.chosen is None:
        return [*parts, html.Span(str(say("the analysis rests on the best of the newest training")))]
    name, version = here.chosen
    if here.chosen == (model.name, model.version):
        return [*parts, html.Span(str(say("the analysis rests on it")))]
    return [*parts, html.Span(str(say("the analysis rests on {name} v{version}", name=name, version=version)))]


def _trainings(here: Shown, visit: Visit) -> Component | None:
    kept = visit.workspace.artifacts("training")
    if len(kept) < 2:
        return None
    data = [
        {"value": one.id, "label": f"{trail.when(one.created_at)} · {one.meta['target']}"} for one in reversed(kept)
    ]  # fmt: skip
    return dmc.Select(
        id="models-training", data=data, value=here.source.id, allowDeselect=False, w=320, mt="sm", size="xs",
        label=str(say("Training")),
    )  # fmt: skip
