"""What is searched for: whom it is for, the levers with their bounds, steps and prices, and what may be spent."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from campanile.simulate import SimulateSpec, targets
from campanile.tables import Semantic, dictionary_of
from campanile.web import blocks, watch
from campanile.web.frame import trouble
from campanile.web.pages.audience_cut import number
from campanile.web.visit import Visit
from campanile.words import Sentence, say
from campanile.workspace import Artifact, Workspace
from campanile.workspace.errors import BadInput

_FIELDS = ("direction", "low", "high", "step", "cost")
_MONEY = ("budget", "value")
_MOVABLE = (Semantic.NUMBER, Semantic.MONEY)


def form(here: Visit, model: Artifact, kept: Artifact | None) -> list[Component]:
    """Return the form, filled in as the newest search was asked for."""
    last: Mapping[str, Any] = here.workspace.catalog.run(kept.run_id).spec if kept is not None else {}
    levers = last.get("levers", {})
    known = _known(here.workspace, model)
    inside = [
        dmc.SimpleGrid(
            [
                dmc.Select(
                    id="whatif-whom", label=str(say("For whom")), allowDeselect=False,
                    value="everybody" if _customer(last) else _whom(last),
                    data=_whoms(here.workspace, model, last),
                ),
                dmc.TextInput(
                    id="whatif-customer", label=str(say("Or one customer")), value=_customer(last),
                    placeholder=str(say("by the key")),
                ),
                dmc.MultiSelect(
                    id="whatif-names", label=str(say("What you control")),
                    value=[name for name in levers if name in known],
                    data=[{"value": name, "label": str(label)} for name, label in known.items()], searchable=True,
                ),
                number(say("Budget"), "whatif-budget", last.get("budget"), step=100, hint=say("no limit")),
                number(say("A response is worth"), "whatif-value", last.get("value"), step=1),
            ],
            cols={"base": 1, "sm": 2}, spacing="md", className="fields",
        ),
        html.Div(_rows(levers, known), id="whatif-levers"),
        html.Div(id="whatif-trouble", role="alert"),
        dmc.Button(str(say("Search")), id="whatif-search", my="md", disabled=not here.may("write")),
        dcc.Store(id="whatif-about", data={
            "model": model.name, "version": model.version, "levers": levers,
            "known": {name: label.to_dict() for name, label in known.items()},
        }),
    ]  # fmt: skip
    if kept is None:
        return [html.Div(inside)]
    return [blocks.folded(say("Change what is searched for"), html.Div(inside))]


def callbacks(app: Dash) -> None:
    """Add what the form does."""

    @app.callback(
        Output("whatif-levers", "children"), Input("whatif-names", "value"), *_states(), State("whatif-about", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def choose(names: list[str] | None, *given: Any) -> Any:
        *values, about = given
        now = {**about["levers"], **_levers(values, about)}
        known = {name: Sentence.from_dict(label) for name, label in about["known"].items()}
        return _rows({name: now.get(name, {}) for name in names or ()}, known)

    @app.callback(
        Output("whatif-jobs", "children"), Output("whatif-trouble", "children"), Input("whatif-search", "n_clicks"),
        State("whatif-whom", "value"), State("whatif-customer", "value"),
        *(State(f"whatif-{name}", "value") for name in _MONEY), *_states(),
        State("whatif-about", "data"), prevent_initial_call=True,
    )  # fmt: skip
    async def search(clicks: int | None, whom: str, customer: str | None, *given: Any) -> Any:
        if not clicks:
            return no_update, no_update
        *values, about = given
        money = {name: value for name, value in zip(_MONEY, values, strict=False) if value not in (None, "")}
        one = (customer or "").strip()
        asked = {
            "whom": f"customer:{one}" if one else whom,
            "model": about["model"],
            "version": about["version"],
            **money,
        }
        try:
            spec = SimulateSpec(levers=_levers(values[len(_MONEY) :], about), **asked)
            return [await asyncio.to_thread(watch.ask, "simulate", spec)], None
        except BadInput as error:
            return no_update, trouble(error.what, error.remedy)


def _states() -> list[State]:
    ids = ({"part": "whatif-lever", "field": field, "name": ALL} for field in _FIELDS)
    return [State(ids_of, what) for ids_of in ids for what in ("id", "value")]


def _levers(values: Sequence[Any], about: Mapping[str, Any]) -> dict[str, Any]:
    """Read the fields; what follows a lever is not shown here, and stays as it was declared."""
    levers: dict[str, Any] = {}
    for place, field in enumerate(_FIELDS):
        for which, value in zip(values[2 * place], values[2 * place + 1], strict=True):
            before = about["levers"].get(which["name"], {})
            kept = {name: before[name] for name in ("label", "follows", "together") if before.get(name)}
            lever = levers.setdefault(which["name"], kept)
            if value not in (None, ""):
                lever[field] = value
    return levers


def _rows(levers: Mapping[str, Any], known: Mapping[str, Sentence]) -> list[Component]:
    shown = [name for name in levers if name in known]
    return [_row(name, known[name], levers[name]) for name in shown]


def _row(name: str, label: Sentence, lever: Mapping[str, Any]) -> Component:
    def at(field: str) -> Any:
        return {"part": "whatif-lever", "field": field, "name": name}

    ways = [{"value": "up", "label": str(say("only up"))}, {"value": "down", "label": str(say("only down"))},
            {"value": "both", "label": str(say("both ways"))}]  # fmt: skip
    seen = say("as observed")
    return dmc.Fieldset(
        dmc.SimpleGrid(
            [
                dmc.Select(id=at("direction"), label=str(say("It may go")), data=ways, allowDeselect=False,
                           value=lever.get("direction", "both")),
                _amount(say("From"), at("low"), lever.get("low"), seen),
                _amount(say("To"), at("high"), lever.get("high"), seen),
                _amount(say("Step"), at("step"), lever.get("step", 1)),
                _amount(say("Cost of a unit"), at("cost"), lever.get("cost", 1)),
            ],
            cols={"base": 2, "md": 5}, spacing="sm",
        ),
        legend=str(label), mt="sm",
    )  # fmt: skip


def _amount(label: Sentence, id: Any, value: float | None, hint: Sentence | None = None) -> Component:
    return dmc.NumberInput(id=id, label=str(label), value="" if value is None else value, placeholder=str(hint or ""))


def _known(workspace: Workspace, model: Artifact) -> dict[str, Sentence]:
    """Return the columns that can be levers: numbers that the model looks at."""
    table = workspace.table(model.meta["table"], model.meta["table_version"])
    features = set(model.meta["card"]["features"])
    return {one.name: one.named() for one in dictionary_of(table).of(*_MOVABLE) if one.name in features}


def _whom(last: Mapping[str, Any]) -> str:
    return str(last.get("whom") or "everybody")


def _customer(last: Mapping[str, Any]) -> str:
    kind, _, key = _whom(last).partition(":")
    return key if kind == "customer" else ""


def _whoms(workspace: Workspace, model: Artifact, last: Mapping[str, Any]) -> list[dict[str, str]]:
    told = {one.whom: str(one.name) for one in targets(workspace, model.name, model.version)}
    # A search for a segment by its name can be repeated as it was asked.
    asked = {} if _customer(last) else {_whom(last): _whom(last)}
    return [{"value": whom, "label": label} for whom, label in (asked | told).items()]
