"""Did it work? A test's verdict, or what is to be repaired first; the test is planned, filled and looked at here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from campanile.experiments import section
from campanile.web import blocks, trail, watch
from campanile.web.pages import experiments_drafted as drafted
from campanile.web.pages import experiments_evidence as evidence
from campanile.web.pages import experiments_forms as forms
from campanile.web.pages import experiments_uplift as uplift
from campanile.web.pages.experiments_parts import UPLIFT, parts
from campanile.web.pages.experiments_shown import Shown, choices, names, shown, state, tables_of
from campanile.web.visit import Visit, visit
from campanile.words import Sentence, say
from campanile.workspace import Workspace

NAME = say("Did it work?")

_VERBS = ("design", "assign", "analyse", "simulate-aa", "sample-test")


def layout(visit: Visit, asked: Mapping[str, str]) -> Component:
    """Return the page: a test, whom a contact persuades, or what a search over levers expects of a test."""
    if asked.get("part") == UPLIFT:
        return uplift.layout(visit, asked)
    if asked.get("simulation"):
        return drafted.layout(visit, asked)
    jobs = html.Div(watch.cards(visit, _VERBS), id="experiments-jobs")
    here = shown(visit.workspace, asked)
    if here is None:
        return html.Div([blocks.heading(NAME), parts(""), *_first(visit, asked), jobs, *forms.forms(visit, None)])
    return html.Div([
        dcc.Store(id="experiments-shown", data=here.state),
        blocks.heading(NAME, _context(visit.workspace, here)),
        parts(""),
        _controls(visit.workspace, here),
        blocks.answer(answer_of(here)),
        jobs,
        *evidence.evidence(visit, here),
        *forms.forms(visit, here),
        blocks.method(section.HOW if here.analysis is not None else ()),
    ])  # fmt: skip


def callbacks(app: Dash) -> None:
    """Add what its controls do."""
    forms.callbacks(app)
    uplift.callbacks(app)

    @app.callback(
        Output("page", "children", allow_duplicate=True), Output("state", "data", allow_duplicate=True),
        Input("experiments-name", "value"), Input("experiments-metric", "value"), Input("experiments-look", "value"),
        State("experiments-shown", "data"), prevent_initial_call=True,
    )  # fmt: skip
    async def another(name: str, metric: str, look: str, before: dict[str, Any]) -> Any:
        if name != before["name"]:
            said = state(name)
        else:
            here = await asyncio.to_thread(shown, visit().workspace, _asked(state(name, metric, look)))
            said = here.state if here else state(name)
        # Dash also calls when the controls appear: what is shown already stays.
        if said == before:
            return no_update, no_update
        return await asyncio.to_thread(layout, visit(), _asked(said)), said

    @app.callback(
        Output("experiments-jobs", "children"), Output("experiments-sample", "disabled"),
        Input("experiments-sample", "n_clicks"), prevent_initial_call=True,
    )  # fmt: skip
    def sample(clicks: int | None) -> Any:
        return ([watch.ask("sample-test", {})], True) if clicks else (no_update, no_update)

    @app.callback(
        Output("experiments-trial", "children"), Input("experiments-try", "n_clicks"),
        State("experiments-shown", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def try_method(clicks: int | None, said: dict[str, Any]) -> Any:
        here = shown(visit().workspace, _asked(said)) if clicks else None
        return no_update if here is None else watch.ask("simulate-aa", evidence.trial_of(visit().workspace, here))


def answer_of(here: Shown) -> Sentence:
    """Return the answer: the verdict, what to repair, or what is still to be done before there can be one."""
    if here.analysis is not None:
        return here.analysis.words
    if here.assigned is not None:
        return say("No verdict yet: nobody has looked at what became of the {users:number} users.",
                   users=here.assigned.meta["rows"])  # fmt: skip
    return say("No verdict yet: nobody was put into a group.")


def _first(here: Visit, asked: Mapping[str, str]) -> list[Component]:
    if asked.get("name"):
        return [blocks.answer(say("There is no test {name:quoted} yet.", name=asked["name"]))]
    bring = say("Bring a table with a row for each user. Here they are put into groups by chance, some get the offer, "
                "and what became of them is compared. Or bring a test that others made, with a column that tells the "
                "group.")  # fmt: skip
    buttons: list[Component] = [dcc.Link(dmc.Button(str(say("Bring a file"))), href="/data")]
    if here.may("write"):
        buttons.append(dmc.Button(str(say("Open the sample test")), id="experiments-sample", variant="default"))
    about = say("The sample is made up: 12,000 users in six months, and it is known what the offer truly does.")
    return [
        blocks.answer(say("No test is kept here yet.")), html.P(str(bring), className="told"),
        dmc.Group(buttons, mt="sm"), html.P(str(about), className="quiet"),
    ]  # fmt: skip


def _context(workspace: Workspace, here: Shown) -> list[Component]:
    """Say which test, look and tables the page speaks of, each a link to where it comes from."""
    parts = [trail.link(here.kept, say("Test {name}", name=here.experiment.name))]
    if here.look is not None and here.analysis is not None:
        users = sum(count for _, count in here.analysis.users)
        when = say("look {look:number} on {day:date}, {users:number} users", look=here.look.version,
                   day=here.look.created_at, users=users)  # fmt: skip
        parts.append(trail.link(here.look, when))
    tables = tables_of(workspace, here.look) or ((here.assigned,) if here.assigned else ())
    return [*parts, *(trail.link(one, f"{one.name} v{one.version}") for one in tables)]


def _controls(workspace: Workspace, here: Shown) -> Component:
    metrics = choices(here.analysis) if here.analysis is not None else ()
    metric = here.metric or (here.analysis.verdict.metric if here.analysis and here.analysis.verdict else None)
    told = {one.number: say("{number:number}: up to {month}", number=one.number, month=one.month) for one in here.looks}
    looks = [{"value": str(number), "label": str(words)} for number, words in reversed(told.items())]
    plain = {"input": {"translate": "no"}}
    return dmc.Group([
        dmc.Select(id="experiments-name", label=str(say("Test")), data=list(names(workspace)), w=260, size="sm",
                   value=here.experiment.name, allowDeselect=False, attributes=plain),
        dmc.Select(id="experiments-metric", label=str(say("Metric")), data=list(metrics), value=metric, size="sm",
                   allowDeselect=False, w=200, attributes=plain, display=None if len(metrics) > 1 else "none"),
        dmc.Select(id="experiments-look", label=str(say("Look")), data=looks, size="sm", w=200, allowDeselect=False,
                   value=str(here.look.version) if here.look else None,
                   display=None if len(looks) > 1 else "none"),
    ], gap="sm", mt="sm")  # fmt: skip


def _asked(said: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in said.items() if name != "page"}
