"""Can we trust this data?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from campanile.quality.spec import CHECK_NAMES
from campanile.web import blocks, watch
from campanile.web.asking import asked as begun
from campanile.web.pages import data_versions as versions
from campanile.web.pages import home_attention as attention
from campanile.web.pages import quality_findings as findings
from campanile.web.pages import quality_mending as mending
from campanile.web.visit import Visit, visit
from campanile.words import say

if TYPE_CHECKING:
    from campanile.quality import Quality
    from campanile.report import Section
    from campanile.workspace import Artifact, Workspace

NAME = say("Quality")

_VERBS = ("quality", "repair", "revert")
_NONE = "\x00"


def layout(visit: Visit, asked: Mapping[str, str]) -> Component:
    """Return the page: the newest check of the version asked for, its repairs, and what is in each column."""
    question = say("Can we trust this data?")
    # First the jobs, then what is kept: one that ends between the two is still on the page, and brings it anew.
    jobs = html.Div(watch.cards(visit, _VERBS), id="quality-jobs")
    tables = versions.kept(visit)
    if not tables:
        nothing = blocks.empty(
            say("There is no data to check yet."), say("Bring a file first, or open the sample campaign."), "/data",
            say("Bring a file"),
        )  # fmt: skip
        return html.Div([blocks.heading(question), nothing])
    table = _table(tables, asked)
    known = _checked(visit, table, asked.get("target"))
    target = asked.get("target") or (_target_of(visit, known) if known else _first_target(visit, table))
    return html.Div([
        blocks.heading(question, _context(table, known)),
        _controls(tables, table, target),
        jobs,
        *_mended(visit, asked),
        *(_judged(visit, known, asked) if known else _unjudged()),
    ])  # fmt: skip


def _table(tables: Mapping[str, tuple[Artifact, ...]], asked: Mapping[str, str]) -> Artifact:
    name = asked.get("table", "")
    kept = tables[name] if name in tables else next(iter(tables.values()))
    wanted = asked.get("version", "")
    return next((one for one in kept if str(one.version) == wanted), kept[-1])


def _checked(here: Visit, table: Artifact, target: str | None) -> Artifact | None:
    """Return the newest check of a version, for the target where one is asked for."""
    for one in reversed(here.workspace.artifacts("quality", table.name)):
        if one.meta.get("table_version") == table.version and target in (None, "", _target_of(here, one)):
            return one
    return None


def _target_of(here: Visit, checked: Artifact) -> str | None:
    target: str | None = here.workspace.catalog.run(checked.run_id).spec.get("target")
    return target


def _first_target(here: Visit, table: Artifact) -> str | None:
    from campanile.web.pages.data_importing import targets

    return next(iter(targets(here, table.name)), None)


def _context(table: Artifact, known: Artifact | None) -> list[Component]:
    parts = [html.Span([blocks.data(f"{table.name} v{table.version}"), " · ", versions.link(table.name)])]
    return [*parts, html.Span(str(say("checked on {day:date}", day=known.created_at)))] if known else parts


def _controls(tables: Mapping[str, tuple[Artifact, ...]], table: Artifact, target: str | None) -> Component:
    from campanile.tables import dictionary_of

    columns = [{"value": _NONE, "label": str(say("none"))}]
    columns += [{"value": one.name, "label": one.name} for one in dictionary_of(table)]
    kept = [{"value": str(one.version), "label": f"v{one.version}"} for one in reversed(tables[table.name])]
    shown = {"table": table.name, "version": str(table.version)}
    return dmc.Group(
        [
            dmc.Select(id="quality-table", label=str(say("Table")), value=table.name, allowDeselect=False, w=220,
                       data=[{"value": name, "label": name} for name in tables]),
            dmc.Select(id="quality-version", label=str(say("Version")), value=str(table.version), data=kept, w=100,
                       allowDeselect=False),
            dmc.Select(id="quality-target", label=str(say("Who responded: the column that says so")),
                       value=target or _NONE, data=columns, searchable=True, allowDeselect=False, w=260),
            dmc.Button(str(say("Check")), id="quality-check"),
            dcc.Store(id="quality-shown", data=shown),
        ],
        align="end", mb="md", mt="sm",
    )  # fmt: skip


def _unjudged() -> list[Component]:
    return [
        blocks.answer(say("This version has not been checked yet.")),
        html.P(str(say("{n:number} checks look at the whole table; looking changes nothing.", n=len(CHECK_NAMES)))),
    ]


def _judged(here: Visit, known: Artifact, asked: Mapping[str, str]) -> list[Component]:
    from campanile.report import Picture

    quality = _quality(here.workspace, known.id)
    trust, contents = _sections(here.workspace, known.id, here.language)
    pictures = [block for block in trust.blocks if isinstance(block, Picture)]
    return [
        blocks.answer(quality.answer),
        *findings.by_severity(quality),
        *mending.proposals(here, quality.found, None),
        blocks.blocks(pictures),
        dmc.Title(str(contents.question), order=2, size="h4", mt="xl", mb="sm"),
        html.P(blocks.words(contents.answer)),
        *_one_column(quality, known, asked),
        _drawn(here.workspace, known.id, here.language, here.theme),
        blocks.method((*trust.method, *contents.method)),
    ]


def _one_column(quality: Quality, known: Artifact, asked: Mapping[str, str]) -> list[Component]:
    names = [column.name for column in quality.profile.columns]
    chosen = asked.get("column") if asked.get("column") in names else None
    select = dmc.Select(
        id="quality-column", label=str(say("Look at one column")), value=chosen, searchable=True, w=280, mb="md",
        data=[{"value": one.name, "label": str(one.label)} for one in quality.profile.columns], clearable=True,
    )  # fmt: skip
    return [
        dcc.Store(id="quality-answer", data=known.id),
        select,
        html.Div(_large(quality, chosen), id="quality-large"),
    ]


def _large(quality: Quality, name: str | None) -> Component | None:
    from campanile.quality.section import one_column

    column = next((one for one in quality.profile.columns if one.name == name), None)
    if column is None:
        return None
    drawn = one_column(column)
    if drawn is not None:
        return blocks.picture(drawn)
    if column.semantic == "personal":
        return html.P(str(say("This column holds personal data: its values are kept out of everything shown.")))
    return html.P(str(say("There is no distribution to draw of this column.")))


@lru_cache(maxsize=12)
def _drawn(workspace: Workspace, artifact_id: str, language: str, _theme: str) -> Component:
    """Return the pictures of all columns, drawn once for each language and theme."""
    return blocks.blocks(_sections(workspace, artifact_id, language)[1].blocks)


@lru_cache(maxsize=12)
def _sections(workspace: Workspace, artifact_id: str, _language: str) -> tuple[Section, Section]:
    from campanile.quality import sections

    laid: tuple[Section, Section] = sections(_quality(workspace, artifact_id))
    return laid


@lru_cache(maxsize=16)
def _quality(workspace: Workspace, artifact_id: str) -> Quality:
    from campanile.quality import Quality

    kept = next(one for one in workspace.artifacts("quality") if one.id == artifact_id)
    found: Quality = workspace.result(kept, Quality)
    return found


def _mended(here: Visit, asked: Mapping[str, str]) -> list[Component]:
    job = attention.job_of(here, asked)
    return mending.outcome(here, job) if job is not None and job.verb == "repair" else []


def callbacks(app: Dash) -> None:
    """Add what its controls do."""
    jobs = (Output("quality-jobs", "children", allow_duplicate=True), Output("state", "data", allow_duplicate=True))
    about = (
        State("quality-table", "value"), State("quality-version", "value"), State("quality-target", "value"),
    )  # fmt: skip

    @app.callback(*jobs, Input("quality-check", "n_clicks"), *about, prevent_initial_call=True)
    def check(clicks: int | None, *said: str) -> Any:
        if not clicks:
            return no_update, no_update
        spec = _about(*said)
        return _begun("quality", spec, spec, keep=False)

    @app.callback(
        *jobs, Input("quality-preview", "n_clicks"), Input("quality-repair", "n_clicks"),
        State("quality-repairs", "value"), *about, prevent_initial_call=True,
    )  # fmt: skip
    def repair(preview: int | None, made: int | None, repairs: list[str], *said: str) -> Any:
        if not (preview or made):
            return no_update, no_update
        spec, trial = _about(*said), ctx.triggered_id == "quality-preview"
        shown = spec if trial else {"table": spec["table"]}
        return _begun("repair", {**spec, "repairs": repairs, "dry_run": trial}, shown)

    @app.callback(*jobs, Input({"part": "quality-revert", "table": ALL, "version": ALL}, "n_clicks"),
                  prevent_initial_call=True)  # fmt: skip
    def revert(clicks: list[int | None]) -> Any:
        if not any(clicks):
            return no_update, no_update
        button = ctx.triggered_id
        spec = {"table": button["table"], "version": button["version"]}
        return _begun("revert", spec, {"table": button["table"]}, keep=False)

    @app.callback(
        Output("address", "search", allow_duplicate=True), Input("quality-table", "value"),
        Input("quality-version", "value"), State("quality-shown", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def choose(table: str, version: str, shown: dict[str, str]) -> Any:
        # Dash also calls when the controls themselves appear.
        if table != shown["table"]:
            return f"?table={table}"
        return f"?table={table}&version={version}" if version != shown["version"] else no_update

    @app.callback(
        Output("quality-large", "children"), Output("state", "data", allow_duplicate=True),
        Input("quality-column", "value"), State("quality-answer", "data"), *about, prevent_initial_call=True,
    )  # fmt: skip
    def look(column: str | None, answer: str, *said: str) -> Any:
        if ctx.triggered_id is None:
            return no_update, no_update
        return _large(_quality(visit().workspace, answer), column), {
            "page": "/quality",
            **_about(*said),
            "column": column,
        }


def _about(table: str, version: str, target: str) -> dict[str, Any]:
    named = {} if target in (None, _NONE) else {"target": target}
    return {"table": table, "version": int(version), **named}


def _begun(verb: str, spec: Mapping[str, Any], shown: Mapping[str, Any], *, keep: bool = True) -> tuple[Any, Any]:
    job = begun(verb, spec)
    return [watch.card(job)], {"page": "/quality", **shown, **({"job": job.id} if keep else {})}
