"""What do we hand on? The state of the pages as one file that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from campanile.flows.paper import WriteReportSpec
from campanile.web import blocks, share, trail, watch
from campanile.web.pages import report_form as form
from campanile.web.pages.audience_kept import model_of
from campanile.web.reports import file_name, kept
from campanile.web.visit import Visit
from campanile.words import say
from campanile.workspace import Artifact, Workspace

NAME = say("Report")

_QUESTION = say("What do we hand on?")
_MOST = 50


def layout(visit: Visit, asked: Mapping[str, str]) -> Component:
    """Return the page: the form as the address fills it in, the report that is open, and the earlier ones."""
    workspace = visit.workspace
    model = model_of(workspace, asked)
    if model is None:
        return html.Div([
            blocks.heading(_QUESTION),
            blocks.empty(say("There is nothing to report yet."),
                         say("Bring a file and train models first: the report tells what was found."), "/data",
                         say("Bring a file")),
        ])  # fmt: skip
    # First the jobs, then what is kept: one that ends between the two is still on the page, and brings it anew.
    jobs = html.Div(watch.cards(visit, ("report",)), id="report-jobs")
    reports = workspace.artifacts("report")
    shown = kept(workspace, asked["id"]) if asked.get("id") else _newest(reports, model)
    spec = form.wished(model, asked, visit.language)
    return html.Div([
        dcc.Store(id="report-wished", data=spec.model_dump(mode="json")),
        blocks.heading(_QUESTION, [trail.link(model, say("Model {name} v{version}", name=model.name,
                                                         version=model.version))]),
        blocks.answer(_answer(shown)),
        form.form(workspace, model, asked, visit.language),
        dmc.Group([
            dmc.Button(str(say("Write the report")), id="report-write"), share.share("report-share"),
        ], my="md"),
        html.Div(id="report-trouble", role="alert"),
        jobs,
        *(_preview(shown) if shown is not None else []),
        *_earlier(workspace, reports),
    ])  # fmt: skip


def callbacks(app: Dash) -> None:
    """Add what its controls do."""
    share.callbacks(app, "report-share")

    @app.callback(
        Output("report-wished", "data"), Output("report-trouble", "children"), Output("report-write", "disabled"),
        Output("state", "data", allow_duplicate=True),
        Input("report-model", "value"), Input("report-language", "value"), Input("report-features", "value"),
        Input("report-customers", "value"), Input("report-title", "value"), Input("report-sections", "value"),
        Input("report-experiment", "value"), Input("report-uplift", "value"), State("report-wished", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def wish(
        model: str, language: str, features: Any, customers: Any, title: str, parts: list[str], test: str | None,
        uplift: str | None, spec: Any,
    ) -> Any:  # fmt: skip
        name, _, version = model.rpartition(":")
        if not parts:
            trouble = dmc.Text(str(say("Choose at least one answer that the report tells.")), c="brick", size="sm")
            return no_update, trouble, True, no_update
        other = (name, int(version)) != (spec["model"], spec["version"])
        # A cut is that of one list: another model has its own.
        cut = dict.fromkeys((*form.CUT, "list_version")) | {"lifted": ()} if other else {}
        wished = WriteReportSpec(**{
            **spec, **cut, "model": name, "version": int(version), "language": language, "title": title.strip() or None,
            "features": features or None, "customers": customers if customers != "" else None, "sections": parts,
            "experiment": test or None, "uplift": uplift or None,
        })  # fmt: skip
        said = wished.model_dump(mode="json")
        # Dash also calls when the controls appear; the address may name a report, which is to stay.
        return (no_update, None, False, no_update) if said == spec else (said, None, False, form.address(wished))

    @app.callback(
        Output("report-jobs", "children"), Input("report-write", "n_clicks"), State("report-wished", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def write(clicks: int | None, spec: dict[str, Any]) -> Any:
        return [watch.ask("report", spec)] if clicks else no_update


def _answer(shown: Artifact | None) -> Any:
    if shown is None:
        return say("No report has been written yet: it will be one file that opens anywhere and needs nothing else.")
    return say("The report of {day:date} is one file that opens anywhere and needs nothing else.", day=shown.created_at)


def _newest(reports: tuple[Artifact, ...], model: Artifact) -> Artifact | None:
    about = [one for one in reports if one.name == model.name]
    return about[-1] if about else None


def _preview(shown: Artifact) -> list[Component]:
    address, title = f"/reports/{shown.id}", _titled(shown)
    buttons = [
        html.A(dmc.Button(str(say("Open in a new tab")), variant="default", tabIndex=-1), href=address,
               target="_blank", rel="noopener"),
        html.A(dmc.Button(str(say("Download")), variant="default", tabIndex=-1), href=f"{address}?download=true",
               download=file_name(shown), id="report-download"),
    ]  # fmt: skip
    return [
        html.Section([
            html.H2(blocks.data(title), className="title", lang=shown.meta.get("language")),
            dmc.Group(buttons, mb="sm"),
            html.Iframe(
                src=address, title=str(say("The report that is open")), className="sheet",
                sandbox="allow-scripts allow-downloads", id="report-frame",
            ),
        ], className="part"),
    ]  # fmt: skip


def _earlier(workspace: Workspace, reports: tuple[Artifact, ...]) -> list[Component]:
    if len(reports) < 2:
        return []
    head = [say("Written"), say("Title"), say("Model"), say("Language")]
    rows = [_row(one, _model_version(workspace, one)) for one in reversed(reports[-_MOST:])]
    table = html.Table([html.Thead(html.Tr([html.Th(str(one), scope="col") for one in head])), html.Tbody(rows)])
    return [html.Section([
        dmc.Title(str(say("Earlier reports")), order=2, size="h4", c="brick"),
        html.Div(table, className="scroll", tabIndex=0, role="region", **{"aria-label": str(say("Earlier reports"))}),
    ], className="part")]  # fmt: skip


def _row(one: Artifact, version: int) -> Component:
    day = say("{day:date}, version {version}", day=one.created_at, version=str(one.version))
    return html.Tr([
        html.Td(dcc.Link(str(day), href=f"/report?{urlencode({'id': one.id, 'model': one.name, 'version': version})}")),
        html.Td(blocks.data(_titled(one))),
        html.Td(blocks.data(f"{one.name} v{version}")),
        html.Td(blocks.data(form.LANGUAGE_NAMES.get(one.meta.get("language", ""), ""))),
    ])  # fmt: skip


def _titled(report: Artifact) -> str:
    return str(report.meta.get("title") or report.name)


def _model_version(workspace: Workspace, report: Artifact) -> int:
    # Reports of before this page did not say which version they tell.
    return int(report.meta.get("model_version") or workspace.catalog.run(report.run_id).spec.get("version") or 1)
