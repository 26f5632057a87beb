"""The form that looks at a test: where it is told what became of the users, and what is measured."""

from __future__ import annotations

import asyncio
from typing import Any

from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from campanile.experiments.declaration import declared
from campanile.experiments.spec import metric_of
from campanile.tables import Dictionary
from campanile.web.pages import experiments_fields as fields
from campanile.web.pages.experiments_shown import Shown, outcomes_of
from campanile.web.visit import visit
from campanile.words import say
from campanile.workspace import Workspace
from campanile.workspace.errors import BadInput

_FIELDS = (
    "name", "outcomes", "metrics", "guardrails", "month", "segment", "time", "window_days", "exposures", "value",
    "currency", "key", "group", "control", "cohort",
)  # fmt: skip
_COLUMNS = ("key", "time", "group", "cohort", "segment")
_MEASURED = ("int", "double", "float", "bool")
_TIMES = ("date", "timestamp")


def form(workspace: Workspace, here: Shown | None) -> Component:
    """Return the form, filled in with what was declared and looked at before."""
    experiment = here.experiment if here is not None else None
    last = workspace.catalog.run(here.look.run_id).spec if here is not None and here.look is not None else {}
    kept = fields.tables(workspace)
    outcomes = last.get("outcomes") or (outcomes_of(workspace, None, experiment) if experiment else None)
    outcomes = outcomes if outcomes in kept else None
    columns = fields.columns(workspace, outcomes)
    known = declared(experiment) if experiment else ()
    return fields.form(
        "analyse", say("Look at what became of them"),
        [
            fields.text(_id("name"), say("Name of the test"), experiment.name if experiment else ""),
            fields.choice(_id("outcomes"), say("Table that tells what became of the users"), kept, outcomes,
                          placeholder=say("Choose a table")),
            fields.several(_id("metrics"), say("Metrics"), fields.named(columns, *_MEASURED),
                           [one.name for one in known if not one.guardrail],
                           say("The first decides. A column, or NAME=COLUMN/PER~BEFORE.")),
            fields.several(_id("guardrails"), say("What must not get worse"), fields.named(columns, *_MEASURED),
                           [one.name for one in known if one.guardrail], say("Written as the metrics.")),
            fields.text(_id("month"), say("Look only as far as this month"), placeholder="2026-11"),
            fields.choice(_id("segment"), say("Compare the values of a column apart, too"), fields.named(columns),
                          last.get("segment"), placeholder=say("none")),
        ],
        say("Look, and note it in the ledger"), _rarely(columns, kept, last),
        opened=here is not None and here.assigned is not None and here.look is None,
    )  # fmt: skip


def callbacks(app: Dash) -> None:
    """Add what the form does."""

    @app.callback(
        *(Output(_id(name), "data") for name in ("metrics", "guardrails", *_COLUMNS)),
        *(Output(_id(name), "value") for name in _COLUMNS), Input(_id("outcomes"), "value"), prevent_initial_call=True,
    )  # fmt: skip
    async def table_chosen(outcomes: str | None) -> Any:
        columns = await asyncio.to_thread(fields.columns, visit().workspace, outcomes)
        measured, every = fields.named(columns, *_MEASURED), fields.named(columns)
        times = fields.named(columns, *_TIMES)
        return measured, measured, every, times, every, every, every, *[None] * len(_COLUMNS)

    @app.callback(
        Output("experiments-analyse-asked", "children"), Output("state", "data", allow_duplicate=True),
        Input("experiments-analyse", "n_clicks"), *(State(_id(name), "value") for name in _FIELDS),
        prevent_initial_call=True,
    )  # fmt: skip
    def look(clicks: int | None, *values: Any) -> Any:
        if not clicks:
            return no_update, no_update
        said = dict(zip(_FIELDS, values, strict=True))
        return fields.asked("analyse", spec_of(said))


def spec_of(said: dict[str, Any]) -> dict[str, Any]:
    """Return what the fields ask for."""
    guards = [_guard(one) for one in said.pop("guardrails") or ()]
    return {**said, "metrics": [*(said["metrics"] or ()), *guards]}


def _guard(said: str) -> Any:
    try:
        return {**metric_of(said), "guardrail": True}
    except (BadInput, ValueError):
        # Left as it is: what is asked for tells all its faults at once.
        return said


def _rarely(columns: Dictionary | None, kept: list[str], last: dict[str, Any]) -> list[Component]:
    every = fields.named(columns)
    none = say("none")
    return [
        fields.choice(_id("time"), say("Column that tells when an outcome was"), fields.named(columns, *_TIMES),
                      last.get("time"), placeholder=none),
        fields.number(_id("window_days"), say("Days until an outcome is complete"), last.get("window_days"),
                      whole=True),
        fields.choice(_id("exposures"), say("Table of who was reached, and when"), kept, last.get("exposures"),
                      placeholder=none),
        fields.number(_id("value"), say("What one unit of the first metric is worth"), last.get("value"), least=None),
        fields.text(_id("currency"), say("Currency"), last.get("currency") or "EUR"),
        fields.choice(_id("key"), say("Column that tells users apart"), every, last.get("key"),
                      placeholder=say("the table's key")),
        fields.choice(_id("group"), say("Column that tells the group"), every, last.get("group"),
                      say("Only where others assigned."), none),
        fields.text(_id("control"), say("The group to compare with"), last.get("control") or "control"),
        fields.choice(_id("cohort"), say("Column that tells the month"), every, last.get("cohort"),
                      say("Only where others assigned."), none),
    ]  # fmt: skip


def _id(name: str) -> str:
    return f"experiments-analyse-{name}"
