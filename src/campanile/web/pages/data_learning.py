"""What models learned from new rows: the rows added, and each model before and after on the same customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from campanile.estimates import Estimate
from campanile.web import blocks
from campanile.web.visit import Visit
from campanile.words import Sentence, plural, say
from campanile.workspace.jobs import Job


def learned(here: Visit, job: Job) -> list[Component]:
    """Return what a further training brought, the verdict on each model first."""
    if job.outcome is None:
        return []
    data = job.outcome.data
    pairs = data.get("comparisons") or []
    added = _added(here, str(data["table"]), int(data["table_version"]))
    return [
        blocks.answer(_verdict(pairs)),
        html.P(blocks.words(added)) if added else html.Span(),
        *(_compared(pair) for pair in pairs),
        dmc.Group([dcc.Link(dmc.Button(str(say("Look at the models"))), href="/models")], my="md"),
    ]


def _verdict(pairs: list[Mapping[str, Any]]) -> Sentence:
    better = sum(pair["gain"]["low"] > 0 for pair in pairs)
    worse = sum(pair["gain"]["high"] < 0 for pair in pairs)
    if not pairs:
        return say("The models learned from the new rows; there was no earlier version to compare with.")
    if not better and not worse:
        return say("The models learned from the new rows, and predict as well as before.")
    told = plural("{n:number} model predicts better", "{n:number} models predict better", n=better)
    less = plural("{n:number} predicts worse", "{n:number} predict worse", n=worse)
    return say("The models learned from the new rows: {better}, {worse} than before.", better=told, worse=less)


def _added(here: Visit, table: str, version: int) -> Sentence | None:
    known = next((one for one in here.workspace.artifacts("table", table) if one.version == version), None)
    if known is None or "added" not in known.meta:
        return None
    return plural(
        "{n:number} row was added in {table} v{version}.", "{n:number} rows were added in {table} v{version}.",
        n=known.meta["added"], table=table, version=version,
    )  # fmt: skip


def _compared(pair: Mapping[str, Any]) -> Component:
    whom = (
        say("Judged on {n:number} customers that came with the new rows.", n=pair["rows"])
        if pair["on_new"]
        else say("Judged on {n:number} customers that both versions know, each predicted unseen.", n=pair["rows"])
    )
    rows = [
        html.Tr([
            html.Th(str(METRICS[name]), scope="row"), html.Td(_told(pair["old"][name]), className="figure"),
            html.Td(_told(pair["new"][name]), className="figure"),
        ])
        for name in METRICS if name in pair["old"] and name in pair["new"]
    ]  # fmt: skip
    head = html.Tr([
        html.Td(), html.Th(f"v{pair['old_version']}", scope="col"), html.Th(f"v{pair['new_version']}", scope="col"),
    ])  # fmt: skip
    return html.Div([
        html.H3(blocks.data(pair["name"])), html.P(pair["verdict"]), html.P(str(whom), className="quiet"),
        html.Div(html.Table([html.Thead(head), html.Tbody(rows)]), className="scroll", tabIndex=0),
    ], className="block wide")  # fmt: skip


def _told(metric: Mapping[str, Any]) -> str:
    return str(Estimate(**{name: metric[name] for name in ("estimate", "low", "high")}).told())


METRICS: Mapping[str, Sentence] = {
    "roc_auc": say("AUC"), "pr_auc": say("Area under precision and recall"), "log_loss": say("Log loss"),
    "brier": say("Brier score"), "profit": say("Profit"),
}  # fmt: skip
