"""One customer: why the model answers so for them, and what would change the answer."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Any

import dash_mantine_components as dmc
import pyarrow as pa
import pyarrow.compute as pc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from campanile.explain import Reasons, ReasonsSpec, section
from campanile.explain.result import Change
from campanile.tables import Semantic, dictionary_of
from campanile.web import blocks, watch
from campanile.web.pages.why_evidence import About, reasons_of
from campanile.web.visit import visit
from campanile.words import Sentence, say
from campanile.workspace import Artifact, Workspace

_REASONS = 8
_OFFERED = 20


def customer(about: About) -> Component:
    """Return the search of a customer, and the reasons for the one that the address names."""
    key = about.opened.get("customer")
    field = dmc.Autocomplete(
        id="why-key", label=str(say("The customer's key, as the table has it")), value=key or "", limit=_OFFERED,
        placeholder=str(say("type the first characters")), w=280,
    )  # fmt: skip
    return html.Section(
        [
            html.H2(str(say("Why does the model answer so for one customer?")), className="title"),
            dmc.Group([field, dmc.Button(str(say("Explain this customer")), id="why-key-go")], align="end"),
            html.Div(id="why-key-trouble", role="status"),
            dcc.Store(id="why-customer", data=key),
            html.Div(_kept(about, key), id="why-reasons"),
        ],
        className="why-customer",
    )


def callbacks(app: Dash) -> None:
    """Add the search and its button."""

    @app.callback(
        Output("why-key", "data"), Input("why-key", "value"), State("why-about", "data"), prevent_initial_call=True
    )
    async def offered(typed: str | None, about: dict[str, Any]) -> Any:
        table = About(**about).table
        if not typed or not _listed(table):
            return []
        return await asyncio.to_thread(_beginning, table, typed.strip())

    @app.callback(
        Output("why-reasons", "children"), Output("why-key-trouble", "children"), Output("why-customer", "data"),
        Input("why-key-go", "n_clicks"), Input("why-key", "n_submit"), State("why-key", "value"),
        State("why-about", "data"), prevent_initial_call=True,
    )  # fmt: skip
    async def explain(clicks: int | None, submits: int | None, typed: str | None, about: dict[str, Any]) -> Any:
        if not (clicks or submits) or ctx.triggered_id is None:
            return no_update, no_update, no_update
        return await asyncio.to_thread(_asked, About(**about), (typed or "").strip())


def _asked(about: About, key: str) -> tuple[Any, Any, Any]:
    trouble = _unknown(about.table, key)
    if trouble is not None:
        return [], dmc.Text(str(trouble), size="sm", c="brick", mt="xs"), no_update
    kept = reasons_of(visit().workspace, about.model, about.version, key)
    if kept is not None:
        return _told(kept[1]), None, key
    spec = ReasonsSpec(key=key, model=about.model, version=about.version, features=_REASONS)
    return watch.ask("reasons", spec), None, key


def _kept(about: About, key: str | None) -> list[Component]:
    """Return the reasons that are kept for a customer; jobs at work where there are none yet."""
    found = key and reasons_of(visit().workspace, about.model, about.version, key)
    working = watch.cards(visit(), ("reasons",))
    if found:
        return [*working, *_told(found[1])]
    if key and not working:
        again = say("The reasons for customer {key} were not asked for yet.", key=key)
        return [dmc.Text(str(again), size="sm", c="dimmed", mt="xs")]
    return working


def _told(result: Reasons) -> list[Component]:
    """Return the answer for a customer, its reasons as bars, and what would change it."""
    changes = [_change(one) for one in result.changes]
    nothing = say("No change of one or two values that other customers have takes the answer across {t:percent}.",
                  t=result.threshold)  # fmt: skip
    return [
        blocks.answer(result.words),
        blocks.blocks([section.reasons_picture(result)]),
        html.H3(str(say("What would change the model's answer"))),
        *(changes or [html.P(blocks.words(nothing))]),
        blocks.method(section.reasoned(result)),
    ]


def _change(one: Change) -> Component:
    """Return one change: whether somebody could make it, its steps, and what it would lead to."""
    possible = say("possible") if one.possible else say("only in the model")
    steps = [
        html.Li([
            blocks.data(str(step.label)), ": ", str(step.before), " → ", str(step.after), " ",
            dmc.Badge(str(say("fixed") if step.fixed else say("can be changed")), size="sm", variant="default",
                      tt="none"),
        ])
        for step in one.steps
    ]  # fmt: skip
    return dmc.Paper(
        [
            dmc.Badge(str(possible), color="teal", variant="light" if one.possible else "default", tt="none"),
            html.Ul(steps, className="points"),
            html.P(blocks.words(one.words), className="told"),
        ],
        withBorder=True, p="md", mb="sm",
    )  # fmt: skip


def _listed(table: Artifact) -> bool:
    """Tell whether keys may be listed: those that are personal may only be typed."""
    key = table.meta.get("key")
    return key is not None and dictionary_of(table)[key].semantic is not Semantic.PERSONAL


def _unknown(table: Artifact, key: str) -> Sentence | None:
    """Say why no customer can be found by ``key``, if none can."""
    if table.meta.get("key") is None:
        return say("Table {table:quoted} has no key, so no customer can be named.", table=table.name)
    if pc.index(_keys(visit().workspace, table.name, table.version), key).as_py() >= 0:
        return None
    near = _beginning(table, key[: max(1, len(key) - 1)])[:3] if key and _listed(table) else []
    if near:
        return say("There is no customer {key:quoted}. Near it: {near:list}.", key=key, near=near)
    return say("There is no customer {key:quoted} in table {table:quoted}.", key=key, table=table.name)


def _beginning(table: Artifact, start: str) -> list[str]:
    keys = _keys(visit().workspace, table.name, table.version)
    found: list[str] = keys.filter(pc.starts_with(keys, start)).slice(0, _OFFERED).to_pylist()
    return found


@lru_cache(maxsize=4)
def _keys(workspace: Workspace, name: str, version: int) -> pa.ChunkedArray:
    table = workspace.table(name, version)
    key = table.meta["key"]
    return pc.cast(workspace.read(table, [key])[key], pa.string())
