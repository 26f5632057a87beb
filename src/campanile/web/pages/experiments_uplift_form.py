"""The form that asks whom a contact persuades: all is chosen from a table's columns and their values."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import dash_mantine_components as dmc
import pyarrow as pa
import pyarrow.compute as pc
from dash import Dash, Input, Output, State, html, no_update
from dash.development.base_component import Component

from campanile.tables import Dictionary, Semantic
from campanile.web import watch
from campanile.web.frame import trouble
from campanile.web.pages import experiments_fields as fields
from campanile.web.pages.experiments_parts import UPLIFT, state
from campanile.web.visit import Visit, visit
from campanile.words import say
from campanile.workspace import Artifact, Workspace
from campanile.workspace.errors import BadInput

_FIELDS = (
    "source", "treatment", "control", "arm", "outcome", "exclude", "value", "contact_cost", "share", "percent",
    "strata", "currency",
)  # fmt: skip
_NEEDED = ("source", "treatment", "control", "outcome")
_MEASURED = ("int", "double", "float", "bool")
_NO_GROUPS = (Semantic.IDENTIFIER, Semantic.PERSONAL, Semantic.DATE, Semantic.LIST, Semantic.CONSTANT)
_MOST_VALUES = 50


def form(here: Visit, kept: Artifact | None) -> list[Component]:
    """Return the form, filled in as was asked last; nobody who may not write sees it, nor where there is no table."""
    tables = fields.tables(here.workspace)
    if not tables or not here.may("write"):
        return []
    last = here.workspace.catalog.run(kept.run_id).spec if kept is not None else {}
    # An answer may be about a file that is no table here: then nothing of it can be asked for again.
    last = last if last.get("source") in tables else {}
    asked = fields.form(
        UPLIFT, say("Ask whom a contact persuades") if kept is None else say("Ask about another trial"),
        _chosen(here.workspace, tables, last), say("Find whom it persuades"), _rarely(here.workspace, last),
        opened=kept is None,
    )  # fmt: skip
    return [html.Section(asked, className="part")]


def callbacks(app: Dash) -> None:
    """Add what the form does."""

    @app.callback(
        Output(_id("treatment"), "data"), Output(_id("treatment"), "value"), Output(_id("outcome"), "data"),
        Output(_id("outcome"), "value"), Output(_id("exclude"), "data"), Output(_id("exclude"), "value"),
        Output(_id("strata"), "data"), Output(_id("strata"), "value"), Input(_id("source"), "value"),
        prevent_initial_call=True,
    )  # fmt: skip
    async def table_chosen(source: str | None) -> Any:
        columns = await asyncio.to_thread(fields.columns, visit().workspace, source)
        groups, every = treatments(columns), fields.named(columns)
        return groups, None, fields.named(columns, *_MEASURED), None, every, [], groups, None

    @app.callback(
        Output(_id("control"), "data"), Output(_id("control"), "value"), Output(_id("treatment"), "error"),
        Input(_id("treatment"), "value"), State(_id("source"), "value"), prevent_initial_call=True,
    )  # fmt: skip
    async def treatment_chosen(treatment: str | None, source: str | None) -> Any:
        found = await asyncio.to_thread(values, visit().workspace, source, treatment)
        many = say("It has {n:number} values: choose the column that tells who got what.", n=len(found))
        if len(found) > _MOST_VALUES:
            return [], None, str(many)
        return _options(visit().workspace, source, treatment, found), None, None

    @app.callback(
        Output(_id("arm"), "data"), Output(_id("arm"), "value"), Input(_id("control"), "value"),
        State(_id("control"), "data"), prevent_initial_call=True,
    )  # fmt: skip
    def control_chosen(control: str | None, options: list[dict[str, str]]) -> Any:
        others = [one for one in options if one["value"] != control] if control else []
        return others, _only(others)

    @app.callback(
        Output("experiments-uplift-asked", "children"), Output("state", "data", allow_duplicate=True),
        Input("experiments-uplift", "n_clicks"), *(State(_id(name), "value") for name in _FIELDS),
        prevent_initial_call=True,
    )  # fmt: skip
    def find(clicks: int | None, *given: Any) -> Any:
        if not clicks:
            return no_update, no_update
        said = fields.given(dict(zip(_FIELDS, given, strict=True)))
        if any(name not in said for name in _NEEDED):
            needed = say("Choose the table, the column that tells who got what, the value of those who got nothing, "
                         "and the outcome.")  # fmt: skip
            return trouble(say("Something is not chosen yet."), needed), no_update
        try:
            return watch.ask(UPLIFT, said), state(said["source"])
        except BadInput as error:
            return trouble(error.what, error.remedy), no_update


def treatments(columns: Dictionary | None) -> list[str]:
    """Return the columns that can tell who got what."""
    kept = (one for one in columns or () if one.semantic not in _NO_GROUPS and not one.type.startswith("double"))
    return [one.name for one in kept]


def values(workspace: Workspace, source: str | None, column: str | None) -> tuple[str, ...]:
    """Return the values of a table's column as they are named in what is asked."""
    if source is None or column is None or not workspace.artifacts("table", source):
        return ()
    return _values(workspace, workspace.table(source).id, column)


@lru_cache(maxsize=64)
def _values(workspace: Workspace, table_id: str, column: str) -> tuple[str, ...]:
    table = next(one for one in workspace.artifacts("table") if one.id == table_id)
    kept = pc.unique(workspace.read(table, [column])[column])
    return tuple(sorted(pc.cast(kept, pa.string()).drop_null().to_pylist()))


def _options(
    workspace: Workspace, source: str | None, column: str | None, found: tuple[str, ...]
) -> list[dict[str, str]]:
    columns = fields.columns(workspace, source)
    if columns is None or column is None:
        return []
    return [{"value": one, "label": str(columns[column].valued(one))} for one in found]


def _only(options: list[dict[str, str]]) -> str | None:
    return options[0]["value"] if len(options) == 1 else None


def _chosen(workspace: Workspace, tables: list[str], last: Mapping[str, Any]) -> list[Component]:
    source, treatment = last.get("source"), last.get("treatment")
    columns = fields.columns(workspace, source)
    arms = _options(workspace, source, treatment, values(workspace, source, treatment)[:_MOST_VALUES])
    others = [one for one in arms if one["value"] != last.get("control")]
    return [
        fields.choice(_id("source"), say("Table with a row for each customer"), tables, source,
                      placeholder=say("Choose a table")),
        fields.choice(_id("treatment"), say("Column that tells who got what"), treatments(columns), treatment,
                      placeholder=say("Choose a column")),
        fields.choice(_id("control"), say("The value of those who got nothing"), arms, last.get("control"),
                      placeholder=say("Choose a value")),
        fields.choice(_id("arm"), say("The value that is compared"), others, last.get("arm") or _only(others),
                      placeholder=say("Choose a value")),
        fields.choice(_id("outcome"), say("Column that tells what became of them"), fields.named(columns, *_MEASURED),
                      last.get("outcome"), placeholder=say("Choose a column")),
        dmc.MultiSelect(
            id=_id("exclude"), label=str(say("Columns to keep out")), data=fields.named(columns), searchable=True,
            value=list(last.get("exclude") or ()), attributes=fields.KEPT,
            inputWrapperOrder=["label", "input", "description", "error"],
            description=str(say("What was known only afterwards. Much of it is found by itself.")),
        ),
        fields.number(_id("value"), say("What one unit of the outcome is worth"), last.get("value"), least=None),
        fields.number(_id("contact_cost"), say("What one contact costs"), last.get("contact_cost")),
    ]  # fmt: skip


def _rarely(workspace: Workspace, last: Mapping[str, Any]) -> list[Component]:
    columns = fields.columns(workspace, last.get("source"))
    return [
        fields.number(_id("share"), say("Percent of customers to contact"), last.get("share"),
                      say("Empty: those who pay, else 30."), whole=True, most=99),
        fields.number(_id("percent"), say("Percent that was meant to get it"), last.get("percent"),
                      say("Empty: as found."), most=99),
        fields.choice(_id("strata"), say("Column within whose values customers were drawn"), treatments(columns),
                      last.get("strata"), placeholder=say("none")),
        fields.text(_id("currency"), say("Currency"), last.get("currency") or "EUR"),
    ]  # fmt: skip


def _id(name: str) -> str:
    return f"experiments-uplift-{name}"
