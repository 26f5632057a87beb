"""The parts of a page, in the four steps of every page: question, answer, picture, table and method.

A room's ``report.Section`` becomes the same part here as on its report: one text, one figure, two papers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from campanile.report import Grid, Picture, Prose, Section
from campanile.report.grid import table as told_table
from campanile.web.visit import visit
from campanile.words import Sentence, current, glossary, palette, say

_LONG_ANSWER = 160


def heading(question: Sentence, context: Sequence[Sentence | Component] = ()) -> Component:
    """Return step one: the question, and which data and model the page speaks of."""
    parts = [html.Span(words(part) if isinstance(part, Sentence) else part) for part in context]
    return html.Header([
        dmc.Title(str(question), order=1, size="h4", c="brick"),
        html.P(parts, className="context") if parts else None,
    ])  # fmt: skip


def answer(sentence: Sentence, id: str | None = None) -> Component:
    """Return step two: the answer as one sentence."""
    size = " long" if len(str(sentence)) > _LONG_ANSWER else ""
    return html.P(words(sentence), className="answer" + size, **({"id": id} if id else {}))


def section(one: Section, *, headed: bool = True) -> list[Component]:
    """Return a room's section: its question and answer where ``headed``, its blocks, and its method folded."""
    head = [heading(one.question, one.context), answer(one.answer)] if headed else []
    return [*head, blocks(one.blocks), method(one.method)]


def blocks(parts: Iterable[Prose | Picture | Grid]) -> Component:
    """Return blocks in their grid of two columns (one on a phone)."""
    return html.Div([_block(part) for part in parts], className="blocks")


def picture(one: Picture, id: Any = None) -> Component:
    """Return a picture: its title says what it shows, its exact figures are folded below."""
    return html.Figure(
        [
            html.H2(words(one.title), className="title"),
            _scrolling(graph(one.figure, id, label=str(one.title)), one),
            html.Figcaption([dmc.Text(words(one.note), size="sm", c="dimmed")] if one.note else []),
            folded(say("The exact figures"), grid(one.table)),
        ],
        className="block wide" if one.wide else "block",
    )


def _scrolling(drawn: Component, one: Picture) -> Component:
    """Let a picture that needs more room than a phone has scroll within itself."""
    if not one.least_width:
        return drawn
    drawn.style = {**drawn.style, "minWidth": one.least_width}
    return html.Div(drawn, className="scroll", tabIndex=0, role="group", **{"aria-label": str(one.title)})


def graph(figure: Any, id: Any = None, *, label: str) -> Component:
    """Return a figure in the visitor's theme and language; ``label`` says to a screen reader what it shows."""
    told = themed(figure)
    drawn = dcc.Graph(figure=told, config=graph_config(), **({"id": id} if id else {}))
    # Its room is there before it is drawn: nothing below it jumps.
    room = {"minHeight": told["layout"]["height"]}
    return html.Div(drawn, role="img", className="plot", style=room, **{"aria-label": label})


def themed(figure: Any) -> Any:
    """Return a figure's data and layout in the visitor's theme, as ``dcc.Graph`` takes it."""
    from campanile.report.style import shape

    text, theme = shape(figure), visit().theme
    whole = json.loads(palette.on_dark(text) if theme == "dark" else text)
    whole["layout"] |= {"template": palette.template(theme), "autosize": True}
    return whole


def graph_config() -> dict[str, Any]:
    """Return Plotly's settings: no buttons, the language's months and separators."""
    language = current()
    formats = {"dictionary": {}, "format": palette.formats(language)}
    return {"displayModeBar": False, "locale": language, "locales": {language: formats}}


def grid(one: Grid) -> Component:
    """Return a table of exact figures, as many as a page can show; it scrolls within its own frame."""
    told = told_table(one, "figures")
    right = " ".join(f"right-{place}" for place, (_, right) in enumerate(told["headings"], start=1) if right)
    # One component for the whole table: Dash's renderer takes time for each, and a page has a thousand cells.
    cells = {"head": [title for title, _ in told["headings"]], "body": told["rows"]}
    shown = html.Div(dmc.Table(data=cells, unstyled=True, className=right), className="scroll", tabIndex=0)
    download = html.A(str(say("Download as CSV")), href=told["csv"], download="figures.csv", className="quiet")
    return html.Div([html.H3(words(one.title)) if one.title and not one.folded else None, shown, download])


def prose(one: Prose) -> Component:
    """Return a paragraph, a list, or a remark to be read with care."""
    if one.kind == "points":
        return html.Ul([html.Li(words(line)) for line in one.sentences], className="block wide points")
    lines = [html.P(words(line)) for line in one.sentences]
    return html.Div(lines, className=f"block wide {one.kind}")


def method(lines: Sequence[Sentence]) -> Component | None:
    """Return step four: how it was computed, folded."""
    return folded(say("How was this computed?"), html.Div([html.P(words(line)) for line in lines])) if lines else None


def folded(summary: Sentence, content: Component) -> Component:
    """Return something that opens when asked for."""
    return html.Details([html.Summary(str(summary)), content])


def words(sentence: Sentence) -> list[Any]:
    """Return a sentence; the craft's terms in it tell their meaning on hover and focus."""
    text, parts, last = str(sentence), [], 0
    for start, end, name in glossary.find(text):
        meaning = str(glossary.define(name))
        term = html.Span(text[start:end], className="term", tabIndex=0)
        parts += [
            text[last:start],
            dmc.Tooltip(
                term,
                label=meaning,
                multiline=True,
                w=280,
                events={"hover": True, "focus": True, "touch": True},
                boxWrapperProps={"component": "span", "style": {"display": "inline"}},
            ),
        ]
        last = end
    return [*parts, text[last:]]


def data(text: str) -> Component:
    """Return something that stands in the data or is a name: it is not to be translated."""
    return kept(html.Span(text))


def kept(component: Component) -> Component:
    """Mark an HTML component whose text no translator may touch."""
    # Dash's list of HTML attributes lacks this one; the browser's side passes on whatever it is given.
    component._valid_wildcard_attributes = [*component._valid_wildcard_attributes, "translate"]
    component.translate = "no"
    return component


def empty(what: Sentence, remedy: Sentence, href: str, button: Sentence) -> Component:
    """Return what a page shows that has nothing to show yet: what to bring, as a button."""
    return dmc.Stack([
        answer(what), dmc.Text(str(remedy)), html.Div(dcc.Link(dmc.Button(str(button)), href=href)),
    ])  # fmt: skip


def _block(part: Prose | Picture | Grid) -> Component:
    if isinstance(part, Picture):
        return picture(part)
    if isinstance(part, Prose):
        return prose(part)
    shown = folded(part.title or say("The exact figures"), grid(part)) if part.folded else grid(part)
    return html.Div(shown, className="block wide")
