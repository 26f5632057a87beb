"""The form that puts users into groups, for life: which table, which share, which month's users are new."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from campanile.web.frame import trouble
from campanile.web.pages import experiments_fields as fields
from campanile.web.pages.experiments_shown import Shown
from campanile.web.visit import visit
from campanile.words import say
from campanile.workspace import Workspace

_FIELDS = ("name", "users", "share", "month", "key", "joined", "layer", "slot", "holdout")
_TIMES = ("date", "timestamp")


def form(workspace: Workspace, here: Shown | None) -> Component:
    """Return the form; who is in a group already stays there whatever is asked."""
    experiment = here.experiment if here is not None else None
    kept = fields.tables(workspace)
    users = experiment.users if experiment and experiment.users in kept else None
    columns = fields.columns(workspace, users)
    share = next((arm.percent for arm in experiment.arms if arm.name == "treatment"), 50.0) if experiment else 50.0
    return fields.form(
        "assign", say("Put users into groups"),
        [
            fields.text(_id("name"), say("Name of the test"), experiment.name if experiment else ""),
            fields.choice(_id("users"), say("Table of users"), kept, users, placeholder=say("Choose a table")),
            fields.number(_id("share"), say("Percent of users who are treated"), share, most=100),
            fields.text(_id("month"), say("Month of the users who are new"), f"{datetime.now(UTC):%Y-%m}",
                        placeholder="2026-11"),
        ],
        say("Put users into groups"),
        [
            fields.choice(_id("key"), say("Column that tells users apart"), fields.named(columns),
                          placeholder=say("the table's key")),
            fields.choice(_id("joined"), say("Column that tells since when each is a user"),
                          fields.named(columns, *_TIMES), placeholder=say("the month's first day")),
            fields.text(_id("layer"), say("Layer whose tests exclude each other")),
            fields.number(_id("slot"), say("Percent of the layer that this test has"), most=100),
            fields.number(_id("holdout"), say("Percent kept out of all tests"), most=99),
        ],
        opened=here is not None and here.assigned is None and here.look is None,
    )  # fmt: skip


def callbacks(app: Dash) -> None:
    """Add what the form does."""

    @app.callback(
        Output(_id("key"), "data"), Output(_id("key"), "value"), Output(_id("joined"), "data"),
        Output(_id("joined"), "value"), Input(_id("users"), "value"), prevent_initial_call=True,
    )  # fmt: skip
    async def table_chosen(users: str | None) -> Any:
        columns = await asyncio.to_thread(fields.columns, visit().workspace, users)
        return fields.named(columns), None, fields.named(columns, *_TIMES), None

    @app.callback(
        Output("experiments-assign-asked", "children"), Output("state", "data", allow_duplicate=True),
        Input("experiments-assign", "n_clicks"), *(State(_id(name), "value") for name in _FIELDS),
        prevent_initial_call=True,
    )  # fmt: skip
    def put(clicks: int | None, *values: Any) -> Any:
        if not clicks:
            return no_update, no_update
        said = dict(zip(_FIELDS, values, strict=True))
        if not said["users"]:
            return trouble(say("Choose a table"), None), no_update
        return fields.asked("assign", said)


def _id(name: str) -> str:
    return f"experiments-assign-{name}"
