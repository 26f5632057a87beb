"""Several versions in production on the page Models: who answers whom, how each does, and what has moved."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import MATCH, Dash, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component

from campanile.tables import dictionary_of
from campanile.web import blocks, trail, watch
from campanile.web.api.kept import result
from campanile.web.visit import Visit, visit
from campanile.words import say
from campanile.workspace import Workspace
from campanile.workspace.errors import BadInput, NotFound

if TYPE_CHECKING:
    from campanile.models.rollouts.rollout import Rollout

VERBS = ("compare", "drift")
_DATED = ("date", "timestamp")
_FORM = ("table", "outcome", "time", "within")


def rollouts(here: Visit) -> Component | None:
    """Return a section for each rollout, the newest first; None where there is none."""
    from campanile.models import rollouts as room

    found = room.rollouts(here.workspace)
    if not found:
        return None
    return html.Section([html.Div(watch.cards(here, VERBS), id="models-rollout-jobs"),
                         *(_rollout(here, one) for one in found)], id="models-rollouts")  # fmt: skip


def callbacks(app: Dash) -> None:
    """Add what its controls do."""

    @app.callback(
        Output({"part": "rollout-outcome", "name": MATCH}, "data"),
        Output({"part": "rollout-outcome", "name": MATCH}, "value"),
        Output({"part": "rollout-time", "name": MATCH}, "data"),
        Output({"part": "rollout-time", "name": MATCH}, "value"),
        Input({"part": "rollout-table", "name": MATCH}, "value"), prevent_initial_call=True,
    )  # fmt: skip
    async def table_chosen(table: str | None) -> Any:
        columns, times = await asyncio.to_thread(_columns, visit().workspace, table, ctx.triggered_id["name"])
        return columns, None, times, None

    @app.callback(
        Output({"part": "rollout-asked", "name": MATCH}, "children"),
        Input({"part": "rollout-compare", "name": MATCH}, "n_clicks"),
        *(State({"part": f"rollout-{part}", "name": MATCH}, "value") for part in _FORM),
        prevent_initial_call=True,
    )  # fmt: skip
    def compare(clicks: int | None, table: str | None, outcome: str | None, time: str | None, within: Any) -> Any:
        if not clicks:
            return no_update
        if not table or not outcome:
            return _trouble(say("Choose a table and its column that says what happened."))
        asked = {"rollout": ctx.triggered_id["name"], "table": table, "outcome": outcome, "time": time,
                 "within_days": int(within) if isinstance(within, int | float) else None}  # fmt: skip
        return _ask("compare", asked)

    @app.callback(
        Output({"part": "rollout-asked", "name": MATCH}, "children", allow_duplicate=True),
        Input({"part": "rollout-drift", "name": MATCH}, "n_clicks"), prevent_initial_call=True,
    )  # fmt: skip
    def drift(clicks: int | None) -> Any:
        return _ask("drift", {"rollout": ctx.triggered_id["name"]}) if clicks else no_update


def _rollout(here: Visit, rollout: Rollout) -> Component:
    from campanile.models import rollouts as room
    from campanile.models.rollouts import section
    from campanile.models.rollouts.files import counted
    from campanile.models.rollouts.standing import artifact

    workspace = here.workspace
    told = section.section(
        rollout, counted(workspace, rollout), _last(workspace, "comparison", rollout, room.Comparison),
        _last(workspace, "drift", rollout, room.Drift),
    )  # fmt: skip
    context = trail.link(artifact(workspace, rollout), told.context[0])
    return html.Article([
        html.H2(str(told.question), className="title"), html.P(html.Span(context), className="context"),
        html.P(blocks.words(told.answer), className="answer long"), blocks.blocks(told.blocks),
        *(_controls(workspace, rollout) if here.may("write") else ()), blocks.method(told.method),
    ], className="part")  # fmt: skip


def _last(workspace: Workspace, kind: str, rollout: Rollout, shape: Any) -> Any:
    """Return what was found last of this declaration."""
    try:
        kept = workspace.artifact(kind, rollout.name)
    except NotFound:
        return None
    return result(workspace, kept.id, shape) if kept.meta["declaration"] == rollout.declaration else None


def _controls(workspace: Workspace, rollout: Rollout) -> list[Component]:
    def named(part: str) -> dict[str, str]:
        return {"part": f"rollout-{part}", "name": rollout.name}

    tables = sorted({
        one.name for one in workspace.artifacts("table") if rollout.key in dictionary_of(one)
    })  # fmt: skip
    form = dmc.Group([
        dmc.Select(id=named("table"), label=str(say("Table that says what happened")), data=tables, w=230),
        dmc.Select(id=named("outcome"), label=str(say("Its column")), data=[], w=190),
        dmc.Select(id=named("time"), label=str(say("When it happened")), data=[], clearable=True, w=190,
                   placeholder=str(say("not told"))),
        dmc.NumberInput(id=named("within"), label=str(say("Within days")), min=0, max=3660, w=120),
        dmc.Button(str(say("Compare the versions")), id=named("compare")),
    ], align="end", gap="sm")  # fmt: skip
    return [
        html.Div(id=named("asked")),
        blocks.folded(say("Join what happened"), html.Div(form)),
        dmc.Button(str(say("See what has moved")), id=named("drift"), variant="default", mt="sm", mb="md"),
    ]


def _columns(workspace: Workspace, table: str | None, rollout: str) -> tuple[list[str], list[str]]:
    from campanile.models import rollouts as room

    if table is None:
        return [], []
    key = room.find(workspace, rollout).key
    columns = [one for one in dictionary_of(workspace.table(table)) if one.name != key]
    return [one.name for one in columns], [one.name for one in columns if one.type.startswith(_DATED)]


def _ask(verb: str, asked: dict[str, Any]) -> Any:
    try:
        return watch.ask(verb, asked)
    except BadInput as error:
        return _trouble(error.what)


def _trouble(what: Any) -> Component:
    return dmc.Alert(str(what), color="amber", variant="light", mb="md")
