"""What a verdict rests on: the effect month by month, the price of peeking, checks, figures and the ledger."""

from __future__ import annotations

from functools import lru_cache

import dash_mantine_components as dmc
import pyarrow as pa
from dash import html
from dash.development.base_component import Component

from campanile.experiments import AaSpec, figure, section
from campanile.experiments.declaration import declared
from campanile.experiments.gates.labels import label
from campanile.experiments.result import Analysis, Gate
from campanile.report import Grid, Heading, Picture
from campanile.web import blocks
from campanile.web.pages.experiments_shown import Shown, outcomes_of
from campanile.web.visit import Visit
from campanile.words import say
from campanile.workspace import Artifact, Workspace

_LOOKS, _REPETITIONS = 50, 1000


def evidence(here: Visit, of: Shown) -> list[Component]:
    """Return all that stands below the answer, the picture first."""
    if of.analysis is None:
        return [*_plan(of), *(_groups(here.workspace, of.assigned) if of.assigned else ())]
    told = section.sections(of.analysis, of.looks)
    verdict, ledger = told[0], told[-1]
    pictures = [one for one in verdict.blocks if isinstance(one, Picture)]
    main = pictures[: 2 if len(figure.lead(of.analysis)) > 1 else 1]
    beside = [_peeking(here, of)] if of.analysis.verdict is not None else []
    return [
        *_repairs(of.analysis),
        html.Div([*(blocks.picture(one) for one in main), *beside], className="blocks"),
        blocks.blocks(one for one in verdict.blocks if not isinstance(one, Picture) and not of.analysis.failed),
        *(blocks.folded(one.title, blocks.picture(one)) for one in pictures[len(main) :]),
        _checks(of.analysis),
        blocks.folded(say("Who has looked?"), html.Div([html.P(blocks.words(ledger.answer)),
                                                       blocks.blocks(ledger.blocks)])),
        *([blocks.folded(say("How large must the test be?"), html.Div(_plan(of)))] if of.design else []),
    ]  # fmt: skip


def trial_of(workspace: Workspace, of: Shown) -> AaSpec:
    """Return what asks for the method to be tried on the customers of a test, in its metrics."""
    table = outcomes_of(workspace, of.look, of.experiment)
    return AaSpec(
        table=str(table), metrics=declared(of.experiment), unit=of.experiment.key, looks=_LOOKS,
        repetitions=_REPETITIONS,
    )  # fmt: skip


def _peeking(here: Visit, of: Shown) -> Component:
    """Return the price of peeking, or what tries it on these customers."""
    if of.honesty is not None:
        return html.Div(blocks.picture(section.peeking(of.honesty, wide=False)), className="block")
    what = say("What does looking often cost with an ordinary test, and does this method keep its word? Try it on "
               "these customers, split at random where there is nothing to find.")  # fmt: skip
    button = dmc.Button(str(say("Try the method")), id="experiments-try", variant="default", mt="xs")
    return html.Div([
        html.H2(str(say("The price of peeking")), className="title"), html.P(str(what)),
        *([button] if here.may("write") else []), html.Div(id="experiments-trial", className="told"),
    ], className="block")  # fmt: skip


def _repairs(told: Analysis) -> list[Component]:
    """Return what to repair before there can be a verdict, first things first."""
    if not told.failed:
        return []
    return [
        html.H2(str(say("What to repair")), className="title"),
        html.Ol([html.Li([*blocks.words(one.words), " ", *(blocks.words(one.repair) if one.repair else ())])
                 for one in told.failed], className="told"),
    ]  # fmt: skip


def _checks(told: Analysis) -> Component:
    failed = len(told.failed)
    summary = (
        say("{n:number} of {all:number} checks did not pass", n=failed, all=len(told.gates))
        if failed
        else say("All {all:number} checks passed", all=len(told.gates))
    )
    return blocks.folded(summary, html.Ul([_check(one) for one in told.gates], className="checks"))


def _check(gate: Gate) -> Component:
    state = say("passed") if gate.passed else say("not passed")
    return html.Li([
        dmc.Badge(str(state), variant="light", color="teal" if gate.passed else "amber"), " ",
        html.Strong(str(label(gate.gate))), " · ", *blocks.words(gate.words),
    ])  # fmt: skip


def _plan(of: Shown) -> list[Component]:
    if of.design is None:
        return []
    plan = section.sections(of.design)[0]
    return [html.P(blocks.words(plan.answer), className="lead"), blocks.blocks(plan.blocks), blocks.method(plan.method)]


def _groups(workspace: Workspace, assigned: Artifact) -> list[Component]:
    months, arms, counted = _counted(workspace, assigned.id)
    headings = (Heading(say("Month")), *(Heading(say("{name}", name=arm), "exact") for arm in arms))
    rows = tuple((month, *(counted.get((month, arm), 0) for arm in arms)) for month in months)
    return [blocks.blocks([Grid(headings, rows, say("Who is in which group"))])]


@lru_cache(maxsize=16)
def _counted(
    workspace: Workspace, assigned: str
) -> tuple[tuple[str, ...], tuple[str, ...], dict[tuple[str, str], int]]:
    """Return months, groups, and how many users joined each group in each month."""
    table = next(one for one in workspace.artifacts("table") if one.id == assigned)
    rows: pa.Table = workspace.read(table, ["month", "group", "key"])
    counted = rows.group_by(["month", "group"]).aggregate([("key", "count")]).to_pylist()
    found = {(one["month"], one["group"]): one["key_count"] for one in counted}
    return tuple(sorted({month for month, _ in found})), tuple(sorted({arm for _, arm in found})), found
