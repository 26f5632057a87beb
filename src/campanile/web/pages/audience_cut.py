"""The cut of the list, beside the answer: by hand on the curve or the slider, and by what limits it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from campanile.audience import CutSpec, figure, pictures
from campanile.audience.result import Audience
from campanile.audience.section import beside, cut_words
from campanile.report import Picture, Prose
from campanile.web import blocks
from campanile.words import Sentence, current, say
from campanile.words.numbers import SEPARATORS

MONEY = ("contact_cost", "sale_value", "budget")


def fields(cut: CutSpec, prefix: str) -> Component:
    """Return the fields for what a contact costs and brings, and what limits the list."""
    return dmc.SimpleGrid(
        [
            number(say("A contact costs"), f"{prefix}-contact_cost", cut.contact_cost, step=0.5),
            number(say("A response is worth"), f"{prefix}-sale_value", cut.sale_value, step=1),
            number(say("Budget"), f"{prefix}-budget", cut.budget, step=100, hint=say("no limit")),
            number(say("Most customers that can be contacted"), f"{prefix}-capacity", cut.capacity, step=10,
                   hint=say("no limit"), whole=True),
        ],
        cols={"base": 2, "md": 4}, spacing="md", verticalSpacing="xs", className="fields",
    )  # fmt: skip


def number(label: Sentence, id: str, value: float | None, *, step: float, hint: Sentence | None = None,
           whole: bool = False, most: int | None = None) -> Component:  # fmt: skip
    """Return a field for a number, written as people of the visitor's language do."""
    thousands, decimal = SEPARATORS[current()]
    return dmc.NumberInput(
        id=id, label=str(label), value="" if value is None else value, min=0, step=step, allowDecimal=not whole,
        decimalScale=0 if whole else 2, thousandSeparator=thousands, decimalSeparator=decimal,
        allowedDecimalSeparators=[",", "."] if not whole else [], placeholder=str(hint or ""), debounce=300,
        **({"max": most} if most is not None else {}),
    )  # fmt: skip


def controls(audience: Audience, cut: CutSpec) -> Component:
    """Return all that moves the cut."""
    name = say("Customers on the list")
    return html.Div(
        [
            dmc.Group([
                html.Div(dmc.Slider(
                    id="audience-slider", min=0, max=audience.rows, step=1, value=audience.cut.customers,
                    thumbLabel=str(name), updatemode="drag", showLabelOnHover=False, color="brick",
                ), className="grow"),
                number(name, "audience-customers", audience.cut.customers, step=1, whole=True, most=audience.rows),
                dmc.Button(
                    str(_best(audience)), id="audience-best", variant="default", disabled=cut.customers is None
                ),
            ], align="end", wrap="wrap", mb="md"),
            fields(cut, "audience"),
        ],
        className="controls",
    )  # fmt: skip


def told(audience: Audience) -> list[Component]:
    """Return what is said beside the answer."""
    care = [blocks.prose(Prose(audience.notes[1:], "caution"))] if audience.notes[1:] else []
    return [*(html.P(blocks.words(line)) for line in (*cut_words(audience), *beside(audience))), *care]


def curve(audience: Audience) -> Picture:
    """Return the main picture: profit where money is known, else gains."""
    return pictures.gains(audience) if audience.economics is None else pictures.profit(audience)


def drawn(picture: Picture, audience: Audience) -> Any:
    """Return the picture's figure with the cut to be dragged."""
    shown = figure.movable(picture.figure, audience)
    # Nothing on it moves but the cut: a finger that scrolls the page does not zoom.
    shown.update_layout(dragmode=False, uirevision="cut")
    shown.update_xaxes(fixedrange=True)
    shown.update_yaxes(fixedrange=True)
    return blocks.themed(shown)


def framed(audience: Audience) -> Component:
    """Return the main picture with the cut to be dragged, and its exact figures folded."""
    picture = curve(audience)
    graph = blocks.graph(picture.figure, "audience-curve", label=str(picture.title))
    graph.children.figure = drawn(picture, audience)
    graph.children.config = {**blocks.graph_config(), "edits": {"shapePosition": True}}
    return html.Figure(
        [
            html.H2(blocks.words(picture.title), className="title", id="audience-title"),
            graph,
            html.Figcaption(dmc.Text(blocks.words(say(
                "Drag the line, click on the curve, or use the slider above.")), size="sm", c="dimmed")),
            html.Div(figures(picture), id="audience-figures"),
        ],
        className="block wide",
    )  # fmt: skip


def figures(picture: Picture) -> list[Component]:
    """Return what is said below the main picture, and its exact figures."""
    note = [dmc.Text(blocks.words(picture.note), size="sm", c="dimmed")] if picture.note else []
    return [*note, blocks.folded(say("The exact figures"), blocks.grid(picture.table))]


def dragged(relayout: Mapping[str, Any] | None, rows: int, customers: int) -> int | None:
    """Return how many customers the dragged line stands at; None where something else changed.

    Either end of the line may have been taken: the one that moved farthest counts.
    """
    shares = [
        value for name, value in (relayout or {}).items() if name.startswith("shapes[") and name[-2:] in ("x0", "x1")
    ]
    ends = [min(rows, max(0, round(float(share) * rows))) for share in shares]
    return max(ends, key=lambda end: abs(end - customers), default=None)


def clicked(click: Mapping[str, Any] | None, rows: int) -> int | None:
    """Return how many customers a click on the curve stands for."""
    return None if not click else min(rows, max(0, round(float(click["points"][0]["x"]) * rows)))


def _best(audience: Audience) -> Sentence:
    return say("Back to the best cut") if audience.economics is not None else say("Back to those above the average")
