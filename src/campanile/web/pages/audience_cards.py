"""Who is on the list, the segments as cards, and the campaigns before as tiles."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from campanile.audience import pictures
from campanile.audience.result import Audience, Campaign, Segment
from campanile.audience.section import campaigns as earlier
from campanile.audience.section import on_list
from campanile.audience.section import segments as parted
from campanile.estimates import Estimate
from campanile.report import Section
from campanile.web import blocks
from campanile.words import Sentence, say


def question(section: Section, id: str | None = None) -> list[Component]:
    """Return a part's question and its answer in a sentence."""
    lead = html.P(blocks.words(section.answer), className="lead", **({"id": id} if id else {}))
    return [dmc.Title(str(section.question), order=2, size="h4", c="brick"), lead]


def listed(audience: Audience) -> list[Component]:
    """Return who is on the list, beside all customers."""
    section = on_list(audience)
    if section is None or audience.chosen is None:
        return []
    told = audience.chosen
    rates = [
        (say("On the list"), told.observed or told.expected),
        *([(say("All customers"), told.everybody)] if told.everybody else []),
    ]
    return [
        *question(section),
        dmc.SimpleGrid([_figure(label, rate) for label, rate in rates], cols={"base": 2, "md": 4}, mb="md"),
        blocks.blocks(section.blocks),
        blocks.method(section.method),
    ]


def segments(audience: Audience) -> list[Component]:
    """Return the segments as cards."""
    section = parted(audience)
    cards = dmc.SimpleGrid([_card(one) for one in audience.segments], cols={"base": 1, "sm": 2, "lg": 3}, mb="md")
    table = blocks.folded(say("The exact figures"), blocks.grid(pictures.segments(audience).table))
    return [*question(section), cards, table, blocks.method(section.method)]


def campaigns(audience: Audience) -> list[Component]:
    """Return a tile for each campaign and how each did by segment; nothing where none came before."""
    section = earlier(audience)
    if section is None:
        return []
    tiles = dmc.SimpleGrid([_tile(one) for one in audience.campaigns], cols={"base": 2, "sm": 3, "lg": 6}, mb="lg")
    by_segment = [pictures.campaigns_by_segment(audience)] if len(audience.segments) > 1 else []
    return [*question(section), tiles, blocks.blocks(by_segment), blocks.method(section.method)]


def _tile(one: Campaign) -> Component:
    mark = dmc.Badge(str(say("This campaign")), variant="light", color="brick", size="sm") if one.analysed else None
    count = say("{responders:number} of {customers:number} customers", responders=one.responders,
                customers=one.customers)  # fmt: skip
    return dmc.Paper(
        [html.H3(str(one.label), className="title"), *_rate(one.rate), dmc.Text(str(count), size="sm"), mark],
        withBorder=True, p="sm", className="tile analysed" if one.analysed else "tile",
    )  # fmt: skip


def _figure(label: Sentence, rate: Estimate) -> Component:
    return dmc.Paper([dmc.Text(str(label), size="sm"), *_rate(rate)], withBorder=True, p="sm", className="tile")


def _rate(rate: Estimate) -> list[Component]:
    low_high = say("{low:percent} to {high:percent}", low=rate.low, high=rate.high)
    return [
        dmc.Text(str(say("{rate:percent}", rate=rate.estimate)), size="xl", fw=650, c="brick"),
        dmc.Text(str(low_high), size="sm", c="dimmed"),
    ]


def _card(one: Segment) -> Component:
    rate = one.observed or one.expected
    rows = [
        (say("Customers"), say("{n:number} ({share:percent})", n=one.customers, share=one.share)),
        (say("On the list"), say("{n:number}", n=one.contacted)),
        (say("Observed response") if one.observed else say("Expected response"), rate.told("percent")),
        *([(say("Expected profit"), one.profit.told("money"))] if one.profit is not None else []),
    ]
    facts: list[Any] = [part for label, value in rows for part in (html.Dt(str(label)), html.Dd(str(value)))]
    return dmc.Paper(
        [
            html.H3(f"{one.number}. {one.name}", className="title"),
            html.Dl(facts, className="facts"),
            dmc.Text(blocks.words(one.typical), size="sm", mb="xs"),
            dmc.Text(blocks.words(one.angle), size="sm"),
        ],
        withBorder=True, p="md", className="card",
    )  # fmt: skip
