"""Whom does it persuade? The kept answer to it: in whom a contact changes something, or in nobody in particular."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from campanile.experiments.uplift import Uplift, read, sections
from campanile.report import Prose, Section
from campanile.web import blocks, trail, watch
from campanile.web.pages import audience_persuaded
from campanile.web.pages import experiments_uplift_form as form
from campanile.web.pages.experiments_parts import UPLIFT, parts, state
from campanile.web.visit import Visit, visit
from campanile.words import Sentence, say
from campanile.workspace import Artifact, Workspace

_MOST, _SAMPLE = 50, "sample-trial"


def layout(here: Visit, asked: Mapping[str, str]) -> Component:
    """Return the part: the answer that the address names, else the newest; and what is to be asked next."""
    # First the jobs, then what is kept: one that ends between the two is still on the page, and brings it anew.
    jobs = html.Div(watch.cards(here, (UPLIFT, _SAMPLE)), id="experiments-uplift-jobs")
    kept = shown(here.workspace, asked)
    if kept is None:
        return html.Div([*_none_yet(here, asked), jobs, *form.form(here, None)])
    told = answer_of(here.workspace, kept.id)
    whom, trial = sections(told)
    return html.Div([
        dcc.Store(id="experiments-uplift-shown", data=_key(kept)),
        blocks.heading(whom.question, _context(here.workspace, kept, told)),
        parts(UPLIFT),
        _which(here.workspace, kept),
        blocks.answer(whom.answer),
        jobs,
        *_evidence(whom, trial, told),
        *form.form(here, kept),
        blocks.method((*whom.method, *trial.method)),
    ])  # fmt: skip


def callbacks(app: Dash) -> None:
    """Add what its controls do."""
    form.callbacks(app)

    @app.callback(
        Output("experiments-uplift-jobs", "children"), Output("experiments-uplift-sample", "disabled"),
        Input("experiments-uplift-sample", "n_clicks"), prevent_initial_call=True,
    )  # fmt: skip
    def sample(clicks: int | None) -> Any:
        return ([watch.ask(_SAMPLE, {})], True) if clicks else (no_update, no_update)

    @app.callback(
        Output("page", "children", allow_duplicate=True), Output("state", "data", allow_duplicate=True),
        Input("experiments-uplift-which", "value"), State("experiments-uplift-shown", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    async def another(which: str, before: str) -> Any:
        # Dash also calls when the control appears: what is shown already stays.
        if which == before:
            return no_update, no_update
        said = await asyncio.to_thread(_state, visit().workspace, which)
        return await asyncio.to_thread(layout, visit(), {name: str(value) for name, value in said.items()}), said


def shown(workspace: Workspace, asked: Mapping[str, str]) -> Artifact | None:
    """Return the answer that the address names, else the newest; None where there is no such answer."""
    kept = workspace.artifacts("uplift", asked.get("of") or None)
    wanted = asked.get("version", "")
    return next((one for one in reversed(kept) if wanted in ("", str(one.version))), None)


@lru_cache(maxsize=2 * _MOST)
def answer_of(workspace: Workspace, artifact_id: str) -> Uplift:
    """Return a kept answer; it is read once."""
    kept = next(one for one in workspace.artifacts("uplift") if one.id == artifact_id)
    told: Uplift = read(workspace, kept.name, kept.version)
    return told


def _none_yet(here: Visit, asked: Mapping[str, str]) -> list[Component | None]:
    name = asked.get("of")
    said = (
        say("Nothing was measured on {name:quoted} yet.", name=name) if name
        else say("Nobody has asked yet whom a contact persuades.")
    )  # fmt: skip
    bring = say("Bring a table with a row for each customer: what was known before, who got the contact by chance and "
                "who did not, and what became of them.")  # fmt: skip
    about = say("The sample is made up: a mail to half of 6,000 customers, and it is known whom it truly moves.")
    sample = dmc.Button(str(say("Open the sample trial")), id="experiments-uplift-sample", variant="default")
    write = here.may("write")
    return [
        blocks.heading(say("Whom does it persuade?")), parts(UPLIFT), blocks.answer(said),
        html.P(str(bring), className="told"),
        dmc.Group([dcc.Link(dmc.Button(str(say("Bring a file"))), href="/data"), *([sample] if write else [])]),
        html.P(str(about), className="quiet") if write else None,
    ]  # fmt: skip


def _context(workspace: Workspace, kept: Artifact, told: Uplift) -> list[Component]:
    """Say which table, arms and scores the answer speaks of, each a link to where it comes from."""
    tables = [one for one in workspace.catalog.parents(kept.run_id) if one.kind == "table"]
    arms = say("{arm:quoted} against {control:quoted}, {customers:number} customers, {day:date}", arm=told.arm,
               control=told.control, customers=told.customers_control + told.customers_treatment,
               day=kept.created_at)  # fmt: skip
    scores = [workspace.table(told.scores, told.scores_version)] if told.scores else []
    return [
        *(trail.link(one, f"{one.name} v{one.version}") for one in tables), trail.link(kept, arms),
        *(trail.link(one, say("scores {name} v{version}", name=one.name, version=one.version)) for one in scores),
    ]  # fmt: skip


def _which(workspace: Workspace, kept: Artifact) -> Component | None:
    every = sorted(workspace.artifacts("uplift"), key=lambda one: one.created_at, reverse=True)[:_MOST]
    if len(every) < 2:
        return None
    options = [{"value": _key(one), "label": str(_called(workspace, one))} for one in every]
    return dmc.Select(
        id="experiments-uplift-which", label=str(say("Which answer")), data=options, value=_key(kept),
        allowDeselect=False, size="sm", maw=560, mt="sm", attributes={"input": {"translate": "no"}},
    )  # fmt: skip


def _key(one: Artifact) -> str:
    return f"{one.name}:{one.version}"


def _state(workspace: Workspace, which: str) -> dict[str, Any]:
    """Return the state that shows an answer; the newest of its table is meant by the table's name alone."""
    name, _, version = which.rpartition(":")
    newest = workspace.artifact("uplift", name).version == int(version)
    return state(name, None if newest else int(version))


def _called(workspace: Workspace, one: Artifact) -> Sentence:
    told = answer_of(workspace, one.id)
    return say("{table} v{version}: {outcome}, {arm} against {control}", table=one.name, version=one.version,
               outcome=told.outcome, arm=told.arm, control=told.control)  # fmt: skip


def _evidence(whom: Section, trial: Section, told: Uplift) -> list[Component | None]:
    """Return what stands below the answer: what to repair, or pictures, list and checks."""
    notes = [one for one in whom.blocks if not isinstance(one, Prose) or one.sentences]
    if told.failed:
        repairs = html.Ol([html.Li([*blocks.words(one.words), " ", *(blocks.words(one.repair) if one.repair else ())])
                           for one in told.failed], className="told")  # fmt: skip
        # One alone is the answer itself.
        several = [html.H2(str(say("What to repair")), className="title"), repairs] if len(told.failed) > 1 else []
        return [*several, blocks.blocks(notes), _checks(trial, told)]
    # The picture first: what is to be known beside it stands below.
    return [
        blocks.blocks(one for one in notes if not isinstance(one, Prose)),
        blocks.blocks(one for one in notes if isinstance(one, Prose)),
        *_list(told), _checks(trial, told),
    ]  # fmt: skip


def _checks(trial: Section, told: Uplift) -> Component:
    grids = [one for one in trial.blocks if not isinstance(one, Prose)]
    summary = trial.answer if not told.failed else say("{n:number} of {all:number} checks did not pass",
                                                       n=len(told.failed), all=len(told.gates))  # fmt: skip
    return blocks.folded(summary, blocks.blocks(grids))


def _list(told: Uplift) -> list[Component]:
    """Return what leads on: to a list by the scores, and to the report."""
    if told.scores is None:
        return []
    cut = dmc.Button(str(say("Cut a list")), tabIndex=-1, variant="filled" if told.targetable else "default")
    report = dcc.Link(str(say("Put this into the report")), href=f"/report?{urlencode({'uplift': told.source})}")
    return [dmc.Group([dcc.Link(cut, href=audience_persuaded.address(told.scores)), report], mb="md")]
