"""The fields that the forms of a test are made of, and what asks for the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html, no_update
from dash.development.base_component import Component

from campanile.tables import Dictionary, dictionary_of
from campanile.web import blocks, watch
from campanile.web.frame import trouble
from campanile.web.pages.experiments_shown import state
from campanile.words import Sentence, current, say
from campanile.words.numbers import SEPARATORS
from campanile.workspace import Workspace
from campanile.workspace.errors import BadInput

KEPT: Mapping[str, Any] = {"input": {"translate": "no"}}
"""What stands in the field is a name: no translator may touch it."""

# Fields that stand in a row are in line, whether or not something is said about them.
_ORDER = ["label", "input", "description", "error"]


def text(id: str, label: Sentence, value: str = "", hint: Sentence | None = None, placeholder: str = "") -> Component:
    """Return a field for a name."""
    return dmc.TextInput(id=id, label=str(label), value=value, description=str(hint) if hint else None,
                         inputWrapperOrder=_ORDER, placeholder=placeholder, attributes=KEPT)  # fmt: skip


def number(
    id: str, label: Sentence, value: float | None = None, hint: Sentence | None = None, *, whole: bool = False,
    least: float | None = 0, most: float | None = None, suffix: str = "",
) -> Component:  # fmt: skip
    """Return a field for a number, written as people of the visitor's language do."""
    thousands, decimal = SEPARATORS[current()]
    bounds = {name: bound for name, bound in (("min", least), ("max", most)) if bound is not None}
    return dmc.NumberInput(
        id=id, label=str(label), value="" if value is None else value, description=str(hint) if hint else None,
        allowDecimal=not whole, thousandSeparator=thousands, decimalSeparator=decimal, suffix=suffix, **bounds,
        allowedDecimalSeparators=[] if whole else [",", "."], inputWrapperOrder=_ORDER,
    )  # fmt: skip


def choice(
    id: str, label: Sentence, data: Sequence[Any], value: str | None = None, hint: Sentence | None = None,
    placeholder: Sentence | None = None,
) -> Component:  # fmt: skip
    """Return a field to choose one of ``data``, or none."""
    return dmc.Select(
        id=id, label=str(label), data=list(data), value=value, clearable=True, searchable=len(data) > 8,
        description=str(hint) if hint else None, placeholder=str(placeholder or ""), attributes=KEPT,
        inputWrapperOrder=_ORDER,
    )  # fmt: skip


def several(id: str, label: Sentence, data: Sequence[str], value: Sequence[str], hint: Sentence) -> Component:
    """Return a field for several of ``data``, or for what is written in their place."""
    return dmc.TagsInput(id=id, label=str(label), data=list(data), value=list(value), description=str(hint),
                         inputWrapperOrder=_ORDER, attributes=KEPT)  # fmt: skip


def form(verb: str, summary: Sentence, fields: Sequence[Component], button: Sentence, more: Sequence[Component] = (),
         *, opened: bool = False) -> Component:  # fmt: skip
    """Return a form that opens when asked for; ``more`` are fields that are seldom needed."""
    rarely = [blocks.folded(say("More"), _grid(more))] if more else []
    inside = html.Div([
        _grid(fields), *rarely, dmc.Button(str(button), id=f"experiments-{verb}", mt="md"),
        html.Div(id=f"experiments-{verb}-asked", role="status", className="told"),
    ], className="controls")  # fmt: skip
    return html.Details([html.Summary(str(summary)), inside], open=opened)


def asked(verb: str, spec: Mapping[str, Any]) -> tuple[Any, Any]:
    """Ask for work; return its card and the page's state, or what is wrong with it, beside the form."""
    try:
        card = watch.ask(verb, given(spec))
    except BadInput as error:
        return trouble(error.what, error.remedy), no_update
    return card, state(str(spec["name"]))


def given(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was filled in."""
    return {name: value for name, value in spec.items() if value not in (None, "", [], ())}


def tables(workspace: Workspace) -> list[str]:
    """Return the names of the tables that are kept, the newest first."""
    return list(dict.fromkeys(one.name for one in reversed(workspace.artifacts("table"))))


def columns(workspace: Workspace, table: str | None) -> Dictionary | None:
    """Return the columns of a table."""
    return dictionary_of(workspace.table(table)) if table and workspace.artifacts("table", table) else None


def named(dictionary: Dictionary | None, *types: str) -> list[str]:
    """Return the names of columns, of these types only where any are given."""
    return [one.name for one in dictionary or () if not types or one.type.startswith(types)]


def _grid(fields: Sequence[Component]) -> Component:
    return dmc.SimpleGrid(list(fields), cols={"base": 1, "sm": 2, "md": 3}, spacing="md", verticalSpacing="sm")
