"""The methods of a training side by side, with what each is used for, and the buttons that change it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from campanile.web import blocks
from campanile.web.pages.models_shown import PATH, Shown
from campanile.words import Sentence, say

ROLES = {
    "chosen": say("the analysis rests on it"), "live": say("serves predictions"), "retired": say("out of use"),
}  # fmt: skip
_COLOURS = {"chosen": "brick", "live": "teal", "retired": "gray"}


def board(here: Shown, *, may: bool) -> Component:
    """Return the picture of the methods and their table; ``may``: the visitor may give roles."""
    from campanile.models import section

    return html.Section([
        blocks.blocks([section.leaderboard(here.training, here.model)]),
        dmc.Box(_table(here, may=may), className="scroll", tabIndex=0, mb="xl"),
    ])  # fmt: skip


def address(here: Shown, method: str) -> str:
    """Return the address of the page with another model of the same training."""
    return f"{PATH}?{urlencode({'training': here.source.id, 'model': method})}"


def role(name: str | None) -> Component | None:
    """Return what a model is used for, as a badge."""
    if not name:
        return None
    return dmc.Badge(str(ROLES[name]), variant="light", color=_COLOURS[name], tt="none")


def _table(here: Shown, *, may: bool) -> Component:
    money = any("profit" in one.metrics for one in here.training.models)
    columns = [("roc_auc", say("ROC-AUC"), "number"), ("log_loss", say("Log loss"), "number")]
    columns += [("profit", say("Profit"), "money")] if money else []
    heads: list[Any] = [html.Th(str(say("Method")), scope="col")]
    heads += [html.Th(str(title), scope="col", className="figure") for _, title, _ in columns]
    ordered = sorted(here.training.models, key=lambda one: -_auc(one))
    return html.Table([
        html.Thead(html.Tr(heads)),
        html.Tbody([html.Tr(_row(here, one, columns, may=may)) for one in ordered]),
    ])  # fmt: skip


def _row(here: Shown, model: Any, columns: list[tuple[str, Sentence, str]], *, may: bool) -> list[Component]:
    current = model.name == here.model.name
    name = dcc.Link(str(model.label), href=address(here, model.method), className="current" if current else None)
    cells = [
        html.Td(str(model.metrics[key].told(form)) if key in model.metrics else "–", className="figure")
        for key, _, form in columns
    ]
    artifact = here.made[model.name]
    held = here.roles.get((artifact.name, artifact.version), "")
    buttons = _buttons(str(model.label), artifact, held) if may and model.method != "baseline" else []
    use = dmc.Group([*([role(held)] if held else []), *buttons], gap=6, mt=4)
    return [html.Th([name, use], scope="row", **({"aria-current": "true"} if current else {})), *cells]


def _buttons(label: str, artifact: Any, held: str) -> list[Component]:
    offers = {
        "chosen": say("Build on it"), "live": say("Let it serve"), "retired": say("Retire"),
    }  # fmt: skip
    return [
        dmc.Button(
            str(short), size="compact-xs", variant="default" if to == "chosen" else "subtle",
            color=None if to == "chosen" else "gray",
            id={"part": "models-role", "name": artifact.name, "version": artifact.version, "role": to},
            **{"aria-label": f"{short}: {label}"},
        )
        for to, short in offers.items()
        if to != held
    ]  # fmt: skip


def _auc(model: Any) -> float:
    return float(model.metrics["roc_auc"].estimate) if "roc_auc" in model.metrics else 0.0
