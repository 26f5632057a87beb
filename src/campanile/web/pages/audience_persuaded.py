"""A list by predicted effect: cut by the scores of a trial, beside a list of the same size by who responds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from campanile.audience import CutSpec
from campanile.audience.persuaded import KIND, Persuaded
from campanile.audience.persuaded_section import persuaded_section
from campanile.tables import uplift
from campanile.tables.export import WRITERS
from campanile.web import blocks, trail, watch
from campanile.web.frame import trouble
from campanile.web.pages import audience_cut as controls
from campanile.web.visit import Visit, visit
from campanile.words import Sentence, say
from campanile.workspace import Artifact, Workspace
from campanile.workspace.errors import BadInput

VERB = "persuade"
_FIELDS = ("contact_cost", "sale_value", "budget", "capacity")
_FORMS = {"persuaded-csv": ".csv", "persuaded-parquet": ".parquet", "persuaded-jsonl": ".jsonl"}


def layout(here: Visit, asked: Mapping[str, str]) -> Component:
    """Return the newest list by the scores that the address names. Raises NotFound for scores that are not kept."""
    # First the jobs, then what is kept: one that ends between the two is still on the page, and brings it anew.
    jobs = html.Div(watch.cards(here, (VERB,)), id="persuaded-jobs")
    scores = here.workspace.table(asked["scores"])
    lists = here.workspace.artifacts(KIND, scores.name)
    kept = lists[-1] if lists else None
    return html.Div([
        dcc.Store(id="persuaded-about", data={"scores": scores.name, "list": kept.id if kept else None}),
        blocks.heading(say("Who should we talk to?"), _context(scores, kept)),
        blocks.answer(answer_of(here.workspace, kept.id).words if kept else _none_yet(scores)),
        jobs,
        *(_told(here.workspace, kept) if kept else ()),
        *_form(here, scores, kept),
    ])  # fmt: skip


def callbacks(app: Dash) -> None:
    """Add what its controls do."""

    @app.callback(
        Output("persuaded-jobs", "children"), Output("persuaded-trouble", "children"),
        Input("persuaded-cut", "n_clicks"), *(State(f"persuaded-{name}", "value") for name in _FIELDS),
        State("persuaded-about", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def cut(clicks: int | None, *given: Any) -> Any:
        if not clicks:
            return no_update, no_update
        *values, about = given
        said = {name: value for name, value in zip(_FIELDS, values, strict=True) if value not in ("", None)}
        try:
            return [watch.ask(VERB, {"scores": about["scores"], **said})], None
        except BadInput as error:
            return no_update, trouble(error.what, error.remedy)

    @app.callback(
        Output("persuaded-download", "data"), *(Input(name, "n_clicks") for name in _FORMS),
        State("persuaded-about", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def download(*given: Any) -> Any:
        *clicks, about = given
        return _file(visit().workspace, about["list"], _FORMS[ctx.triggered_id]) if any(clicks) else no_update


@lru_cache(maxsize=16)
def answer_of(workspace: Workspace, artifact_id: str) -> Persuaded:
    """Return a kept list's answer; it is read once."""
    told: Persuaded = workspace.result(_kept(workspace, artifact_id), Persuaded)
    return told


def _kept(workspace: Workspace, artifact_id: str) -> Artifact:
    return next(one for one in workspace.artifacts(KIND) if one.id == artifact_id)


def _none_yet(scores: Artifact) -> Sentence:
    if scores.meta.get("scores") != uplift.KIND:
        return say("Table {table:quoted} holds no scores of whom a contact persuades.", table=scores.name)
    return say("No list has been cut by these scores yet.")


def _context(scores: Artifact, kept: Artifact | None) -> list[Component]:
    """Say by which scores and when the list was cut, each a link to where it comes from."""
    named = trail.link(scores, say("Scores {name} v{version}", name=scores.name, version=scores.version))
    return [named, *([trail.link(kept, say("List of {day:date}", day=kept.created_at))] if kept else [])]


def _told(workspace: Workspace, kept: Artifact) -> list[Component | None]:
    one = persuaded_section(answer_of(workspace, kept.id))
    downloads = dmc.Group([
        dmc.Button(str(say("Download the list")), id="persuaded-csv"),
        dmc.Button("Parquet", id="persuaded-parquet", variant="default"),
        dmc.Button("JSON", id="persuaded-jsonl", variant="default"),
        dcc.Download(id="persuaded-download"),
    ], my="md")  # fmt: skip
    return [downloads, blocks.blocks(one.blocks), blocks.method(one.method)]


def _form(here: Visit, scores: Artifact, kept: Artifact | None) -> list[Component]:
    if not here.may("write") or scores.meta.get("scores") != uplift.KIND:
        return []
    inside = html.Div([
        html.P(str(say("What a contact costs and what one outcome is worth decide how many customers to contact."))),
        html.Div(controls.fields(_costs(here.workspace, scores, kept), "persuaded"), className="controls"),
        html.Div(id="persuaded-trouble", role="alert"),
        dmc.Button(str(say("Cut the list")), id="persuaded-cut", my="md"),
    ])  # fmt: skip
    return [blocks.folded(say("Cut the list anew"), inside) if kept else inside]


def _costs(workspace: Workspace, scores: Artifact, kept: Artifact | None) -> CutSpec:
    """Return costs and limits as they were given last: for the list, else where the scores were made."""
    if kept is not None:
        said = workspace.catalog.run(kept.run_id).spec
        return CutSpec(**{name: said.get(name) for name in _FIELDS})
    said = workspace.catalog.run(scores.run_id).spec
    value = said.get("value")
    return CutSpec(contact_cost=said.get("contact_cost"), sale_value=value if value and value > 0 else None)


def _file(workspace: Workspace, artifact_id: str, ending: str) -> Any:
    kept = _kept(workspace, artifact_id)
    listed = workspace.frame(kept, "list")
    shown = listed.filter(listed["contact"])
    return dcc.send_bytes(WRITERS[ending](shown), f"{kept.name}-{shown.num_rows}-{datetime.now(UTC):%Y-%m-%d}{ending}")


def address(scores: str) -> str:
    """Return where the list by these scores stands."""
    return f"/audience?{urlencode({'scores': scores})}"
