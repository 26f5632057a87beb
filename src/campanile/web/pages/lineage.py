"""Lineage: from any number back to model, features, table version and file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, dcc, html
from dash.development.base_component import Component

from campanile.web import blocks, trail
from campanile.web.pages.lineage_step import item, named
from campanile.web.trail import KINDS, when
from campanile.web.visit import Visit
from campanile.words import Sentence, plural, say
from campanile.workspace import Artifact, Workspace
from campanile.workspace.place import Link

NAME = say("Lineage")

_QUESTION = say("Where does this come from?")
_MOST_ROWS = 300


def layout(visit: Visit, asked: Mapping[str, str]) -> Component:
    """Return the page."""
    artifact = trail.asked(visit.workspace, asked)
    return _all(visit.workspace, asked.get("kind")) if artifact is None else _one(visit.workspace, artifact)


def callbacks(app: Dash) -> None:
    """Add nothing: all that moves are links."""


def _one(workspace: Workspace, artifact: Artifact) -> Component:
    steps = trail.steps(workspace, artifact)
    who = _who(workspace)
    return html.Div([
        blocks.heading(_QUESTION, [html.Span(str(named(artifact))), dcc.Link(str(say("all that is kept")),
                                                                            href="/lineage")]),
        blocks.answer(_answer(artifact, steps)),
        dmc.Timeline(
            [item(workspace, step, who.get(step.artifact.id)) for step in steps],
            bulletSize=16, lineWidth=2, active=len(steps), color="brick",
        ),
        blocks.method(_METHOD),
    ])  # fmt: skip


def _answer(artifact: Artifact, steps: Sequence[Link]) -> Sentence:
    files = [step.artifact for step in steps if step.artifact.kind == "file" and step.artifact.id != artifact.id]
    if not files:
        return say("{what} was made on {day:date}.", what=named(artifact), day=artifact.created_at)
    names = tuple(dict.fromkeys(one.name for one in files))
    if len(files) == 1:
        return say("{what} comes from the file {names:quoted}, read on {day:date}.", what=named(artifact), names=names,
                   day=files[0].created_at)  # fmt: skip
    return say("{what} comes from {n} files, read since {day:date}: {names:quoted}.", what=named(artifact),
               n=len(files), names=names, day=files[-1].created_at)  # fmt: skip


_METHOD = (
    say("Each step is written down as it ends: what it read, what it made, its settings, its seed and the version of "
        "Campanile. Nothing that is kept is ever changed: what is new gets a version of its own."),
    say("Fingerprints (SHA-256) are checked whenever a file is read, so what is shown is what was kept."),
)  # fmt: skip


def _all(workspace: Workspace, kind: str | None) -> Component:
    kept = workspace.artifacts()
    chosen = [one for one in reversed(kept) if kind is None or one.kind == kind]
    there = [name for name in KINDS if any(one.kind == name for one in kept)]
    if not kept:
        return html.Div([
            blocks.heading(_QUESTION),
            blocks.empty(say("Nothing is kept here yet."), say("It begins with a file."), "/data",
                         say("Bring a file")),
        ])  # fmt: skip
    answer = plural("{n:number} thing is kept.", "{n:number} things are kept, each with the way it came about.",
                    len(kept))  # fmt: skip
    return html.Div([
        blocks.heading(_QUESTION),
        blocks.answer(answer),
        html.Nav(
            dmc.Group([_filter(None, kind), *(_filter(name, kind) for name in there)], gap="md", mb="md"),
            **{"aria-label": str(say("Kind"))},
        ),
        html.Div(_table(chosen[:_MOST_ROWS]), className="scroll", tabIndex=0),
        html.P(str(say("The newest {n:number} are shown.", n=_MOST_ROWS)), className="quiet")
        if len(chosen) > _MOST_ROWS
        else None,
        blocks.method(_METHOD),
    ])  # fmt: skip


def _filter(kind: str | None, current: str | None) -> Component:
    name = str(KINDS[kind]) if kind else str(say("Everything"))
    here: dict[str, Any] = {"style": {"fontWeight": 650}} if kind == current else {}
    return dcc.Link(name, href=f"/lineage?kind={kind}" if kind else "/lineage", **here)


def _table(kept: Sequence[Artifact]) -> Component:
    heads = (say("What"), say("Name"), say("Version"), say("Made"))
    rows = [
        html.Tr([
            html.Td(str(KINDS.get(one.kind, one.kind))), html.Th(trail.link(one, one.name), scope="row"),
            html.Td(str(one.version), className="figure"), html.Td(str(when(one.created_at))),
        ])
        for one in kept
    ]  # fmt: skip
    head = html.Tr([
        html.Th(str(head), scope="col", className="figure" if place == 2 else None) for place, head in enumerate(heads)
    ])  # fmt: skip
    return html.Table([html.Thead(head), html.Tbody(rows)])


def _who(workspace: Workspace) -> dict[str, str]:
    """Return who asked for what was made by jobs; what the command line makes has no name."""
    jobs = workspace.jobs.jobs(states=["done"], limit=1000)
    return {made.id: job.who for job in jobs if job.outcome is not None for made in job.outcome.made}
