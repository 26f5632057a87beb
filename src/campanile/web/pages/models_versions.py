"""Earlier versions of each model, and any two of them side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from campanile.estimates import Estimate
from campanile.report import Grid, Heading
from campanile.web import blocks, trail
from campanile.web.pages.models_board import role
from campanile.web.pages.models_shown import PATH, Shown
from campanile.web.visit import visit
from campanile.words import say
from campanile.workspace import Artifact, Workspace

if TYPE_CHECKING:
    from campanile.models.beside import Beside

_METRICS = ("roc_auc", "pr_auc", "log_loss", "brier", "lift_10", "profit")


def versions(here: Shown, workspace: Workspace) -> Component:
    """Return all versions of the models with when, from which table, and how good they are."""
    kept = [one for one in reversed(workspace.artifacts("model")) if one.meta["target"] == here.training.target]
    trainings = {one.run_id: one for one in workspace.artifacts("training")}
    heads = (say("Model"), say("Trained"), say("Table"), say("ROC-AUC"), say("Log loss"), say("Use"))
    rows = [_row(one, trainings.get(one.run_id), here.roles.get((one.name, one.version), "")) for one in kept]
    table = html.Table([
        html.Thead(html.Tr([html.Th(str(head), scope="col") for head in heads])), html.Tbody(rows),
    ])  # fmt: skip
    return html.Div(table, className="scroll", tabIndex=0)


def comparison(here: Shown, workspace: Workspace, asked: Mapping[str, str]) -> Component:
    """Return two choices of a version, and what they give side by side."""
    kept = [_named(one) for one in reversed(workspace.artifacts("model"))]
    first, second = asked.get("first"), asked.get("second")
    choices = [
        dmc.Select(
            id=f"models-{part}", label=str(label), data=kept, value=value if value in kept else None, searchable=True,
            w=280,
        )
        for part, label, value in (("first", say("A model"), first), ("second", say("and another"), second))
    ]  # fmt: skip
    return html.Div([
        dmc.Group(choices, mb="md", align="end"),
        dcc.Loading(html.Div(_result(workspace, first, second, kept), id="models-beside", **{"aria-live": "polite"})),
    ])  # fmt: skip


def callbacks(app: Dash) -> None:
    """Add what the choices do."""

    @app.callback(
        Output("models-beside", "children"), Output("state", "data", allow_duplicate=True),
        Input("models-first", "value"), Input("models-second", "value"), State("models-shown", "data"),
        State("state", "data"), prevent_initial_call=True,
    )  # fmt: skip
    async def compare(first: str | None, second: str | None, shown: dict[str, Any], state: dict[str, Any] | None
                      ) -> Any:  # fmt: skip
        if first is None or second is None:
            return [], no_update
        workspace = visit().workspace
        found = await asyncio.to_thread(_result, workspace, first, second, [first, second])
        held = state if state is not None and state.get("page") == PATH else {}
        return found, {**held, **shown["state"], "first": first, "second": second}


def _row(model: Artifact, training: Artifact | None, held: str) -> Component:
    name = _named(model)
    address = f"{PATH}?training={training.id}&model={model.meta['method']}" if training is not None else None
    metrics = {key: Estimate(**value) for key, value in model.meta["card"]["metrics"].items()}
    told = [str(metrics[key].told()) if key in metrics else "–" for key in ("roc_auc", "log_loss")]
    return html.Tr([
        html.Th(dcc.Link(blocks.data(name), href=address) if address else blocks.data(name), scope="row"),
        html.Td(trail.link(model, trail.when(model.created_at))),
        html.Td(blocks.data(f"{model.meta['table']} v{model.meta['table_version']}")),
        *(html.Td(one, className="figure") for one in told), html.Td(role(held)),
    ])  # fmt: skip


def _named(model: Artifact) -> str:
    return f"{model.name} v{model.version}"


def _result(workspace: Workspace, first: str | None, second: str | None, kept: list[str]) -> list[Component]:
    if first not in kept or second not in kept or first is None or second is None:
        return []
    return _told(_beside(workspace, first, second))


@lru_cache(maxsize=32)
def _beside(workspace: Workspace, first: str, second: str) -> Beside:
    from campanile.models import beside

    one, other = (text.rsplit(" v", 1) for text in (first, second))
    return beside.compare(workspace, (one[0], int(one[1])), (other[0], int(other[1])))


def _told(found: Beside) -> list[Component]:
    from campanile.models import section

    headings = (
        Heading(say("Measure")), Heading(say("{name} v{version}", name=found.first, version=found.first_version),
                                         "estimate"),
        Heading(say("{name} v{version}", name=found.second, version=found.second_version), "estimate"),
        Heading(say("Difference"), "estimate"), Heading(say("What it tells")),
    )  # fmt: skip
    rows = tuple(
        (section.METRICS[name][0], *found.figures[name], found.difference.get(name), section.METRICS[name][1])
        for name in _METRICS
        if name in found.figures
    )
    return [html.P(blocks.words(found.verdict)), blocks.grid(Grid(headings, rows))]
