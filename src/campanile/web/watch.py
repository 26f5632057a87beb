"""Jobs on a page: a card for each, with how far it is, a button to stop it, and one to try again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from campanile.web.asking import asked, stopped
from campanile.web.visit import Visit, visit
from campanile.words import Sentence, say
from campanile.workspace.jobs import INTERRUPTED, Job
from campanile.workspace.spec import Spec

_POLL_MS = 500
_AGAIN_MS = 15_000
"""After so long a page is asked for once more that a job which is done should have brought anew."""


def ask(verb: str, spec: Spec | Mapping[str, Any]) -> Component:
    """Submit a job for the visitor and return its card, for the page's slot of jobs.

    When the job has ended the whole page is rendered anew. Raises what ``submit`` raises, and Forbidden.
    """
    return card(asked(verb, spec))


def cards(here: Visit, verbs: Collection[str]) -> list[Component]:
    """Return cards of the jobs of these verbs that wait or run, and of the newest one where it came to nothing."""
    jobs = [job for job in here.workspace.jobs.jobs(limit=20) if job.verb in verbs]
    active = [job for job in jobs if not job.ended]
    fell = [job for job in jobs[:1] if job.state in ("failed", "interrupted", "stopped")]
    return [card(job) for job in [*fell, *active]]


def card(job: Job) -> Component:
    """Return a job's card."""
    return dmc.Paper(
        [
            html.Div(_inside(job), id={"part": "job", "id": job.id}, **{"aria-live": "polite"}),
            dmc.Group(_buttons(job), id={"part": "job-buttons", "id": job.id}, mt="xs"),
            dcc.Interval(id={"part": "job-tick", "id": job.id}, interval=_POLL_MS, disabled=job.ended),
            # When it was looked for last, and which of these looks was answered last.
            dcc.Store(id={"part": "job-look", "id": job.id}),
            dcc.Store(id={"part": "job-seen", "id": job.id}),
        ],
        withBorder=True, p="md", mb="md", className="job",
    )  # fmt: skip


def callbacks(app: Dash) -> None:
    """Add what cards do."""

    # A look waits for the answer to the one before: Dash drops an answer that is overtaken by the next question, so
    # where the server is slower than the clock no answer would ever be heard.
    app.clientside_callback(
        ClientsideFunction("campanile", "look"), Output({"part": "job-look", "id": MATCH}, "data"),
        Input({"part": "job-tick", "id": MATCH}, "n_intervals"), State({"part": "job-look", "id": MATCH}, "data"),
        State({"part": "job-seen", "id": MATCH}, "data"), prevent_initial_call=True,
    )  # fmt: skip

    @app.callback(
        Output({"part": "job", "id": MATCH}, "children"), Output({"part": "job-buttons", "id": MATCH}, "children"),
        Output({"part": "job-tick", "id": MATCH}, "disabled"), Output({"part": "job-tick", "id": MATCH}, "interval"),
        Output("finished", "data", allow_duplicate=True), Output({"part": "job-seen", "id": MATCH}, "data"),
        Input({"part": "job-look", "id": MATCH}, "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def look(at: int) -> Any:
        job = visit().workspace.jobs.job(ctx.triggered_id["id"])
        # Of a job that is done the card goes with the page; where it is still there, the page has not come.
        done = job.state == "done"
        told = _inside(job), _buttons(job), job.ended and not done, _AGAIN_MS if done else _POLL_MS
        return *told, job.id if done else no_update, at

    @app.callback(
        Output({"part": "job", "id": MATCH}, "children", allow_duplicate=True),
        Input({"part": "job-stop", "id": MATCH}, "n_clicks"), prevent_initial_call=True,
    )  # fmt: skip
    def stop(clicks: int | None) -> Any:
        if not clicks:
            return no_update
        return _inside(stopped(ctx.triggered_id["id"]))

    @app.callback(
        Output("finished", "data", allow_duplicate=True),
        Input({"part": "job-again", "id": MATCH}, "n_clicks"), State({"part": "job-again", "id": MATCH}, "id"),
        prevent_initial_call=True,
    )  # fmt: skip
    def retry(clicks: int | None, button: dict[str, str]) -> Any:
        if not clicks:
            return no_update
        job = visit().workspace.jobs.job(button["id"])
        return asked(job.verb, job.spec).id


def _inside(job: Job) -> list[Component]:
    told = job.standing
    head = dmc.Group(
        [
            dmc.Text(str(NAMES.get(job.verb, job.verb)), fw=600),
            dmc.Badge(str(told), variant="light", color=_COLOURS[job.state]),
        ]
    )
    lines: list[Component] = [head]
    if not job.ended:
        lines += [
            dmc.Progress(value=100 * job.share, mt="xs", **{"aria-label": str(told)}),
            dmc.Text(str(job.doing or ""), size="sm", c="dimmed", mt=4),
        ]
    lines += [dmc.Text(str(line), size="sm") for line in job.found]
    if job.error is not None:
        lines += [dmc.Text(str(job.error.what), mt="xs"), dmc.Text(str(job.error.remedy or ""), size="sm")]
    if job.state == "interrupted":
        lines.append(dmc.Text(str(INTERRUPTED), mt="xs"))
    return lines


def _buttons(job: Job) -> list[Component]:
    if not job.ended:
        return [dmc.Button(str(say("Stop")), id={"part": "job-stop", "id": job.id}, variant="default", size="xs")]
    if job.state in ("failed", "interrupted", "stopped"):
        return [dmc.Button(str(say("Try again")), id={"part": "job-again", "id": job.id}, variant="default", size="xs")]
    return []


NAMES: Mapping[str, Sentence] = {
    "inspect": say("Look at a file"),
    "load": say("Import a file"),
    "quality": say("Check the data"),
    "repair": say("Repair the data"),
    "revert": say("Go back to an earlier version"),
    "difference": say("Compare two versions"),
    "train": say("Train models"),
    "compare": say("Compare versions on what happened"),
    "drift": say("See what has moved"),
    "explain": say("Explain the answers"),
    "reasons": say("Explain one customer"),
    "score": say("Score as events arrive"),
    "report": say("Write the report"),
    "sample": say("Open the sample campaign"),
    "simulate": say("Search for better levers"),
    "audience": say("Select the audience"),
    "design": say("Plan a test"),
    "assign": say("Put users into groups"),
    "analyse": say("Compare the groups"),
    "simulate-aa": say("Try the method where there is nothing to find"),
    "uplift": say("Find whom it persuades"),
    "persuade": say("Cut a list by predicted effect"),
    "sample-test": say("Open the sample test"),
    "sample-trial": say("Open the sample trial"),
}
_COLOURS = {
    "queued": "gray", "running": "brick", "done": "teal", "failed": "amber", "stopped": "gray", "interrupted": "amber",
}  # fmt: skip
