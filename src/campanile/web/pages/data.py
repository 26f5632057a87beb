"""What data is here, and how does more of it come in?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from campanile.web import blocks, watch
from campanile.web.asking import asked as begun
from campanile.web.pages import data_importing as importing
from campanile.web.pages import data_learning as learning
from campanile.web.pages import data_versions as versions
from campanile.web.pages import home_attention as attention
from campanile.web.visit import Visit, visit
from campanile.words import Sentence, plural, say
from campanile.workspace.jobs import Job

NAME = say("Data")

_VERBS = ("inspect", "load", "revert", "difference")


def layout(visit: Visit, asked: Mapping[str, str]) -> Component:
    """Return the page: a file that is coming in, if one is, and the tables that are here."""
    # First the jobs, then what is kept: one that ends between the two is still on the page, and brings it anew.
    jobs = html.Div(watch.cards(visit, _VERBS), id="data-jobs")
    tables = versions.kept(visit)
    job = attention.job_of(visit, asked)
    looking = job is not None and job.verb == "inspect" and job.state == "done"
    return html.Div([
        blocks.heading(say("What data is here, and how does more of it come in?"), [] if looking else _context(tables)),
        *([blocks.answer(_answer(tables))] if job is None or not job.outcome else []),
        jobs,
        *_coming_in(visit, job),
        importing.drop_zone() if visit.may("write") else None,
        *([] if looking else _tables(visit, tables, asked)),
    ])  # fmt: skip


def _context(tables: Mapping[str, tuple[Any, ...]]) -> list[Component]:
    return [
        html.Span([blocks.data(f"{name} v{kept[-1].version}"), " · ", versions.link(name)])
        for name, kept in list(tables.items())[:1]
    ]


def _answer(tables: Mapping[str, tuple[Any, ...]]) -> Sentence:
    if not tables:
        return say("No table yet: bring the file of a campaign, one row for each customer.")
    newest = next(iter(tables.values()))[-1]
    return say(
        "{tables}; the newest is {name} v{version} with {rows:number} rows, of {day:date}.",
        tables=plural("{n:number} table is here", "{n:number} tables are here", n=len(tables)),
        name=newest.name, version=newest.version, rows=newest.meta["rows"], day=newest.created_at,
    )  # fmt: skip


def _coming_in(here: Visit, job: Job | None) -> list[Component]:
    if job is None or job.outcome is None:
        return []
    shown = {"inspect": importing.found, "load": importing.came_in, "train": learning.learned}.get(job.verb)
    return [html.Section(shown(here, job))] if shown else []


def _tables(here: Visit, tables: Mapping[str, tuple[Any, ...]], asked: Mapping[str, str]) -> list[Component]:
    if not tables:
        return []
    name = asked.get("table", "")
    chosen = name if name in tables else next(iter(tables))
    return [
        dmc.Title(str(say("The tables that are here")), order=2, size="h4", mt="xl", mb="sm"),
        versions.choice(tables, chosen),
        dcc.Store(id="data-chosen", data=chosen),
        *versions.history(here, tables[chosen]),
        versions.columns(tables[chosen][-1]),
        *versions.compare(here, tables[chosen], asked),
    ]


def callbacks(app: Dash) -> None:
    """Add what its controls do."""
    _arrivals(app)
    _history(app)

    @app.callback(
        Output("data-jobs", "children", allow_duplicate=True), Output("state", "data", allow_duplicate=True),
        Input({"part": "data-learn", "table": ALL, "target": ALL}, "n_clicks"), prevent_initial_call=True,
    )  # fmt: skip
    def learn(clicks: list[int | None]) -> Any:
        if not any(clicks):
            return no_update, no_update
        button = ctx.triggered_id
        return _begun("train", {"table": button["table"], "target": button["target"], "again": True})


def _begun(verb: str, spec: Mapping[str, Any], **state: Any) -> tuple[list[Component], dict[str, Any]]:
    """Ask for work, show its card and keep its id in the address, so that the page finds it again."""
    job = begun(verb, spec)
    return [watch.card(job)], {"page": "/data", "job": job.id, **state}


def _arrivals(app: Dash) -> None:
    jobs = (Output("data-jobs", "children", allow_duplicate=True), Output("state", "data", allow_duplicate=True))
    corrected = (
        State("data-look", "data"), State("data-encoding", "value"), State("data-separator", "value"),
        State("data-decimal", "value"), State("data-dates", "value"),
        State({"part": "data-meaning", "name": ALL}, "value"), State({"part": "data-meaning", "name": ALL}, "id"),
    )  # fmt: skip

    @app.callback(*jobs, Input("data-upload", "data"), prevent_initial_call=True)
    def arrived(upload: dict[str, Any] | None) -> Any:
        if not upload:
            return no_update, no_update
        uploads = visit().workspace.uploads
        known = uploads.upload(upload["id"])
        return _begun("inspect", {"path": uploads.path(known), "called": known.name})

    @app.callback(*jobs, Input("data-again", "n_clicks"), *corrected, prevent_initial_call=True)
    def again(clicks: int | None, *said: Any) -> Any:
        return _begun("inspect", _asked(*said)) if clicks else (no_update, no_update)

    @app.callback(
        *jobs, Input("data-import", "n_clicks"), *corrected, State("data-into", "value"), State("data-name", "value"),
        State("data-key", "value"), prevent_initial_call=True,
    )  # fmt: skip
    def bring_in(clicks: int | None, *said: Any) -> Any:
        if not clicks:
            return no_update, no_update
        *corrections, into, name, key = said
        own = into == importing.NEW_TABLE
        goal = {"table": name if own else into, "append": not own}
        return _begun("load", {**_asked(*corrections), **goal, **({"key": key} if own and key != _NONE else {})})

    @app.callback(Output("data-name", "disabled"), Output("data-key", "disabled"), Input("data-into", "value"))
    def into(chosen: str) -> Any:
        return chosen != importing.NEW_TABLE, chosen != importing.NEW_TABLE


_NONE = importing.NO_KEY


def _asked(
    look: dict[str, str], encoding: str | None, separator: str | None, decimal: str | None, dates: str | None,
    meanings: list[str], columns: list[dict[str, str]],
) -> dict[str, Any]:  # fmt: skip
    job = visit().workspace.jobs.job(look["job"])
    dialect = {"encoding": encoding, "separator": separator, "decimal": decimal, "dates": dates}
    named = {column["name"]: meaning for column, meaning in zip(columns, meanings, strict=True)}
    return importing.corrections(job, dialect, named)


def _history(app: Dash) -> None:
    jobs = (Output("data-jobs", "children", allow_duplicate=True), Output("state", "data", allow_duplicate=True))

    @app.callback(*jobs, Input({"part": "data-revert", "table": ALL, "version": ALL}, "n_clicks"),
                  prevent_initial_call=True)  # fmt: skip
    def revert(clicks: list[int | None]) -> Any:
        if not any(clicks):
            return no_update, no_update
        button = ctx.triggered_id
        spec = {"table": button["table"], "version": button["version"]}
        return _begun("revert", spec, table=button["table"])

    @app.callback(
        *jobs, Input("data-compare", "n_clicks"), State("data-table", "value"), State("data-before", "value"),
        State("data-after", "value"), prevent_initial_call=True,
    )  # fmt: skip
    def compare(clicks: int | None, table: str, before: str, after: str) -> Any:
        if not clicks:
            return no_update, no_update
        spec = {"table": table, "before": int(before), "after": int(after)}
        return _begun("difference", spec, **spec)

    @app.callback(
        Output("address", "search", allow_duplicate=True), Input("data-table", "value"), State("data-chosen", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def choose(table: str, shown: str) -> Any:
        # Dash also calls when the control itself appears.
        return no_update if table == shown else f"?table={table}"
