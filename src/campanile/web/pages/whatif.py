"""What if: which lever to pull, what the model expects of it, and how to confirm it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import Dash, dcc, html
from dash.development.base_component import Component

from campanile.simulate import Simulation
from campanile.simulate import section as told
from campanile.web import blocks, watch
from campanile.web.pages import whatif_form as form
from campanile.web.pages.audience_kept import model_of
from campanile.web.trail import link
from campanile.web.visit import Visit
from campanile.words import say
from campanile.workspace import Artifact, Workspace

NAME = say("What if?")


def layout(visit: Visit, asked: Mapping[str, str]) -> Component:
    """Return the page: the newest search with the model that the address names, and what to search for next."""
    model = model_of(visit.workspace, asked)
    if model is None:
        return html.Div([
            blocks.heading(told.QUESTION),
            blocks.empty(say("There is no model yet, so nothing can be expected."),
                         say("Bring a file and train models first: they say who is likely to respond."), "/models",
                         say("Train models")),
        ])  # fmt: skip
    # First the jobs, then what is kept: one that ends between the two is still on the page, and brings it anew.
    jobs = html.Div(watch.cards(visit, ("simulate",)), id="whatif-jobs")
    kept = newest(visit.workspace, model)
    shown = _unasked(model) if kept is None else _answered(visit, model, kept)
    return html.Div([*shown[:2], jobs, *form.form(visit, model, kept), *shown[2:]])


def callbacks(app: Dash) -> None:
    """Add what its controls do."""
    form.callbacks(app)


def newest(workspace: Workspace, model: Artifact) -> Artifact | None:
    """Return the newest search with a model's version."""
    kept = reversed(workspace.artifacts("simulation", model.name))
    return next((one for one in kept if one.meta["model_version"] == model.version), None)


def _unasked(model: Artifact) -> list[Component | None]:
    about = [say("Model {name} v{version}", name=model.name, version=model.version)]
    answer = say("Nothing has been searched for with this model yet. Say what you control, and what it costs.")
    return [blocks.heading(told.QUESTION, about), blocks.answer(answer)]


def _answered(visit: Visit, model: Artifact, kept: Artifact) -> list[Component | None]:
    result: Simulation = visit.workspace.result(kept, Simulation)
    table, named, *_ = told.context(result)
    day = say("Searched on {day:date}.", day=kept.created_at)
    context: list[Any] = [
        link(visit.workspace.table(result.table, result.table_version), table),
        link(model, named),
        link(kept, day),
    ]
    *found, bounds = told.blocks(result)
    return [
        blocks.heading(told.QUESTION, context),
        blocks.answer(result.headline, "whatif-answer"),
        blocks.blocks(found),
        *([_plan(kept)] if result.draft is not None and visit.may("write") else []),
        blocks.blocks([bounds]),
        dcc.Link(str(say("Put this into the report")), href="/report", className="quiet"),
        blocks.method(told.method(result)),
    ]


def _plan(kept: Artifact) -> Component:
    """Return what leads to the test that would confirm the first answer, filled in as it was drafted."""
    search = urlencode({"simulation": kept.name, "simulation_version": kept.version})
    link = dcc.Link(dmc.Button(str(say("Plan the test")), tabIndex=-1), href=f"/experiments?{search}", id="whatif-plan")
    return html.Div(link, className="told")
