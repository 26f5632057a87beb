"""What a training is asked for: table, target, costs, methods and time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from campanile.tables import Semantic, dictionary_of
from campanile.web import watch
from campanile.web.frame import trouble
from campanile.web.visit import Visit, visit
from campanile.words import say
from campanile.workspace import Artifact, Workspace
from campanile.workspace.errors import BadInput

_MOST_CLASSES = 20
_TARGETS = (Semantic.FLAG, Semantic.CATEGORY, Semantic.NUMBER)
_USABLE = (Semantic.FLAG, Semantic.CATEGORY, Semantic.NUMBER, Semantic.MONEY, Semantic.DATE)
_FIELDS = ("table", "target", "positive", "contact_cost", "sale_value", "methods", "minutes", "exclude")


def form(here: Visit, newest: Artifact | None) -> Component:
    """Return the form, filled in as the newest training was asked for."""
    tables = list(dict.fromkeys(one.name for one in reversed(here.workspace.artifacts("table"))))
    last: dict[str, Any] = here.workspace.catalog.run(newest.run_id).spec if newest is not None else {}
    table = last["table"] if last.get("table") in tables else tables[0]
    target = last.get("target")
    return html.Div(
        [
            dmc.SimpleGrid(
                [
                    *_what(here.workspace, tables, table, target, last),
                    *_worth(last),
                    *_how(last),
                    dmc.MultiSelect(
                        id="models-exclude", label=str(say("Columns to keep out")),
                        data=_columns(here.workspace, table),
                        value=list(last.get("exclude") or ()), searchable=True,
                        description=str(say("Those known only after the outcome, for example.")),
                    ),
                ],
                cols={"base": 1, "sm": 2}, spacing="md",
            ),
            dmc.Group([
                dmc.Button(str(say("Train")), id="models-train", disabled=not here.may("write")),
                dmc.Checkbox(
                    id="models-again", checked=False, disabled=newest is None,
                    label=str(say("Fit the kept methods again, and compare with now")),
                ),
            ], mt="lg"),
        ],
        className="form",
    )  # fmt: skip


def callbacks(app: Dash) -> None:
    """Add what the form does."""

    @app.callback(
        Output("models-target", "data"), Output("models-target", "value"), Output("models-exclude", "data"),
        Input("models-table", "value"), State("models-target", "value"), prevent_initial_call=True,
    )  # fmt: skip
    async def table_chosen(table: str, target: str | None) -> Any:
        workspace = visit().workspace
        targets = await asyncio.to_thread(_targets, workspace, table)
        return targets, target if target in targets else None, _columns(workspace, table)

    @app.callback(
        Output("models-positive", "data"), Output("models-positive", "value"), Input("models-target", "value"),
        State("models-table", "value"), prevent_initial_call=True,
    )  # fmt: skip
    async def target_chosen(target: str | None, table: str) -> Any:
        return await asyncio.to_thread(_classes, visit().workspace, table, target), None

    @app.callback(
        Output("models-jobs", "children", allow_duplicate=True), Output("models-trouble", "children"),
        Input("models-train", "n_clicks"), State("models-quick", "checked"), State("models-again", "checked"),
        *(State(f"models-{name}", "value") for name in _FIELDS), prevent_initial_call=True,
    )  # fmt: skip
    def train(clicks: int | None, quick: bool, again: bool, *values: Any) -> Any:
        if not clicks:
            return no_update, no_update
        given = {name: value for name, value in zip(_FIELDS, values, strict=True) if value not in (None, "", [])}
        try:
            card = watch.ask("train", {**given, "quick": quick, "again": again})
        except BadInput as error:
            return no_update, trouble(error.what, error.remedy)
        return card, None


def _what(
    workspace: Workspace, tables: Sequence[str], table: str, target: str | None, last: Mapping[str, Any]
) -> list[Component]:
    classes = _classes(workspace, table, target)
    return [
        dmc.Select(id="models-table", label=str(say("Table")), data=list(tables), value=table, allowDeselect=False),
        dmc.Select(
            id="models-target", label=str(say("The column that says who responded")), data=_targets(workspace, table),
            value=target, searchable=True, placeholder=str(say("Choose a column")),
        ),
        dmc.Select(
            id="models-positive", label=str(say("The value that counts as a response")), data=classes, clearable=True,
            value=last.get("positive"), placeholder=str(say("true, 1 or yes; else the rarest")),
        ),
        dmc.NumberInput(
            id="models-minutes", label=str(say("Minutes for the search of better settings")), min=0, max=1440,
            value=last.get("minutes", 1.0), step=1,
            description=str(say("The fixed settings are always fitted; with 0 there is no search.")),
        ),
    ]  # fmt: skip


def _worth(last: Mapping[str, Any]) -> list[Component]:
    return [
        dmc.NumberInput(
            id="models-contact_cost", label=str(say("What one contact costs")), min=0, value=last.get("contact_cost"),
            description=str(say("With both, models are judged by profit too.")),
        ),
        dmc.NumberInput(
            id="models-sale_value", label=str(say("What one response is worth")), min=0, value=last.get("sale_value"),
            description=str(say("Leave both empty where it is not known.")),
        ),
    ]  # fmt: skip


def _how(last: Mapping[str, Any]) -> list[Component]:
    from campanile.models.methods import METHODS

    methods = [{"value": name, "label": str(one.label)} for name, one in METHODS.items() if name != "baseline"]
    return [
        dmc.MultiSelect(
            id="models-methods", label=str(say("Methods")), data=methods, placeholder=str(say("all")),
            value=[name for name in last.get("methods") or () if name != "baseline"],
        ),
        dmc.Switch(
            id="models-quick", label=str(say("Quick: no search, the fastest methods only")),
            checked=bool(last.get("quick", False)), mt={"base": 0, "sm": "xl"},
        ),
    ]  # fmt: skip


def _columns(workspace: Workspace, table: str) -> list[str]:
    return [column.name for column in dictionary_of(workspace.table(table)).of(*_USABLE)]


def _targets(workspace: Workspace, table: str) -> list[str]:
    return list(_possible(workspace, workspace.table(table).id))


def _classes(workspace: Workspace, table: str, target: str | None) -> list[str]:
    return list(_possible(workspace, workspace.table(table).id).get(target or "", ()))


@lru_cache(maxsize=16)
def _possible(workspace: Workspace, table_id: str) -> Mapping[str, tuple[str, ...]]:
    """Return the columns that can be predicted, flags first, each with its values."""
    from campanile.models.target import classes_of

    table = next(one for one in workspace.artifacts("table") if one.id == table_id)
    dictionary = dictionary_of(table)
    names = [column.name for semantic in _TARGETS for column in dictionary.of(semantic)]
    rows = workspace.read(table, names)
    found = {name: classes_of(rows[name]) for name in names}
    return {name: classes for name, classes in found.items() if 2 <= len(classes) <= _MOST_CLASSES}
