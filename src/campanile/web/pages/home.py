"""What is worth knowing now?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html, no_update
from dash.development.base_component import Component

from campanile.web import blocks, watch
from campanile.web.pages import data_versions as versions
from campanile.web.pages import home_attention as attention
from campanile.web.visit import Visit
from campanile.words import Sentence, plural, say

if TYPE_CHECKING:
    from campanile.workspace import Artifact

NAME = say("Home")


def layout(visit: Visit, asked: Mapping[str, str]) -> Component:
    """Return the page: the newest answers, what needs attention, what is here; a first visitor is led."""
    tables = versions.kept(visit)
    running = [watch.card(job) for job in visit.workspace.jobs.jobs(states=("queued", "running"), limit=20)]
    fallen = [watch.card(job) for job in attention.fallen(visit)]
    if not tables:
        return html.Div([*_welcome(visit), html.Div([*fallen, *running], id="home-jobs")])
    answers = _answers(visit)
    return html.Div([
        blocks.heading(say("What is worth knowing now?"), _context(visit, tables)),
        *_main(answers, tables),
        html.Div(running, id="home-jobs"),
        *_attention(visit, fallen),
        _cards(answers[1:]),
        _here(tables),
    ])  # fmt: skip


def _welcome(here: Visit) -> list[Component]:
    bring = dcc.Link(
        [
            dmc.Title(str(say("Bring a file")), order=2, size="h4", mb="xs"),
            html.P(str(say("One row for each customer, and a column that says who responded. CSV, Excel, Parquet and"
                           " JSON lines are read as they are."))),
            html.Span(str(say("Go to the data")), className="like-button"),
        ],
        href="/data", className="big",
    )  # fmt: skip
    look = html.Div(
        [
            dmc.Title(str(say("Open the sample campaign")), order=2, size="h4", mb="xs"),
            html.P(str(say("A made-up campaign with 2,240 customers: checked, trained, explained, its audience"
                           " selected. About a minute."))),
            dmc.Button(str(say("Open the sample")), id="home-sample", variant="default"),
        ],
        className="big",
    )  # fmt: skip
    return [
        blocks.heading(say("Who will respond, why, and whom should we talk to?")),
        blocks.answer(say("Campanile answers from the data of one campaign. Nothing is here yet.")),
        dmc.SimpleGrid([bring, look] if here.may("write") else [], cols={"base": 1, "sm": 2}, mb="xl"),
    ]


def _context(here: Visit, tables: Mapping[str, tuple[Artifact, ...]]) -> list[Component]:
    """Name the table that the answers speak of: the one trained on last, else the newest."""
    training = attention.newest_training(here)
    newest = next(iter(tables.values()))[-1]
    name, version = (training.table, training.table_version) if training else (newest.name, newest.version)
    return [html.Span([blocks.data(f"{name} v{version}"), " · ", versions.link(name)])]


def _main(answers: list[_Answer], tables: Mapping[str, tuple[Artifact, ...]]) -> list[Component]:
    if not answers:
        newest = next(iter(tables.values()))[-1]
        ways = [
            dcc.Link(dmc.Button(str(say("Check its quality"))), href=f"/quality?table={newest.name}"),
            dcc.Link(dmc.Button(str(say("Train models")), variant="default"), href=f"/models?table={newest.name}"),
        ]
        return [blocks.answer(_first(newest)), dmc.Group(ways, mb="xl")]
    first = answers[0]
    return [blocks.answer(first.words), html.P(dcc.Link(str(first.question), href=first.href))]


def _first(newest: Artifact) -> Sentence:
    return say("{table} is here, with {rows:number} rows. Next: check it, and train models.", table=newest.name,
               rows=newest.meta["rows"])  # fmt: skip


@dataclass(frozen=True)
class _Answer:
    """The newest answer of a kind: its question, its sentence, where it is told whole, and when it was given."""

    question: Sentence
    words: Sentence
    href: str
    at: datetime


def _answers(here: Visit) -> list[_Answer]:
    """Return the newest answer of each kind, what to do first."""
    from campanile.audience import Audience
    from campanile.explain import Explanation
    from campanile.models import Training
    from campanile.quality import Quality

    told: tuple[tuple[str, Any, Callable[[Any], Sentence], Sentence, str], ...] = (
        ("audience", Audience, lambda one: one.words, say("Whom should we talk to?"), "/audience"),
        ("explanation", Explanation, lambda one: one.words, say("Why do customers respond?"), "/why"),
        ("training", Training, lambda one: one.verdict, say("Who will respond?"), "/models"),
        ("quality", Quality, lambda one: one.answer, say("Can we trust this data?"), "/quality"),
    )
    found: list[_Answer] = []
    for kind, shape, sentence, question, href in told:
        kept = here.workspace.artifacts(kind)
        if kept:
            answer: Any = attention.result(here.workspace, kind, kept[-1].id, shape)
            found.append(_Answer(question, sentence(answer), href, kept[-1].created_at))
    return found


def _cards(answers: list[_Answer]) -> Component:
    cards = [
        html.Section(
            [
                dmc.Title(dcc.Link(str(one.question), href=one.href), order=2, size="h5", mb="xs"),
                html.P(blocks.words(one.words)),
                html.P(str(say("{day:date}", day=one.at)), className="quiet"),
            ],
            className="big",
        )
        for one in answers
    ]  # fmt: skip
    return dmc.SimpleGrid(cards, cols={"base": 1, "sm": 2, "lg": 3}, mb="xl")


def _attention(here: Visit, fallen: list[Component]) -> list[Component]:
    matters = attention.matters(here)
    if not matters and not fallen:
        return []
    lines = [
        dmc.Group(
            [
                html.Div(html.P(blocks.words(matter.words)), className="caution grow"),
                dcc.Link(dmc.Button(str(matter.button), variant="default", size="xs"), href=matter.href),
            ],
            justify="space-between", mb="xs",
        )
        for matter in matters
    ]  # fmt: skip
    return [dmc.Title(str(say("What needs attention")), order=2, size="h4", mb="sm"), *lines, *fallen]


def _here(tables: Mapping[str, tuple[Artifact, ...]]) -> Component:
    head = (say("Table"), say("Newest version"), say("Rows"), say("How it came about"), say("When"))
    rows = [
        html.Tr([
            html.Td(dcc.Link(name, href=f"/data?table={name}")),
            html.Td(blocks.data(f"v{kept[-1].version}")),
            html.Td(str(say("{n:number}", n=kept[-1].meta["rows"])), className="figure"),
            html.Td(blocks.words(versions.origin(kept[-1]))),
            html.Td(str(say("{day:date}", day=kept[-1].created_at))),
        ])
        for name, kept in tables.items()
    ]  # fmt: skip
    title = plural("{n:number} table is here", "{n:number} tables are here", n=len(tables))
    table = html.Table([html.Thead(html.Tr([html.Th(str(one), scope="col") for one in head])), html.Tbody(rows)])
    return html.Section([
        dmc.Title(str(title), order=2, size="h4", mb="sm"), html.Div(table, className="scroll", tabIndex=0),
    ])  # fmt: skip


def callbacks(app: Dash) -> None:
    """Add what its controls do."""

    @app.callback(
        Output("home-jobs", "children"), Output("home-sample", "disabled"), Input("home-sample", "n_clicks"),
        prevent_initial_call=True,
    )  # fmt: skip
    def sample(clicks: int | None) -> Any:
        return ([watch.ask("sample", {})], True) if clicks else (no_update, no_update)
