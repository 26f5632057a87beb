"""Another model's curves over those of the page Why."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import MATCH, Dash, Input, Output, State, ctx, html, no_update
from dash.development.base_component import Component

from campanile.explain import ExplainSpec
from campanile.web import blocks, watch
from campanile.web.pages.why_evidence import ENOUGH, About, explanation_of, named, others
from campanile.web.visit import visit
from campanile.words import Sentence, say
from campanile.workspace import Artifact


def chooser(about: About, model: Artifact) -> Component:
    """Return the choice of a second model, which is not shown where there is no other one."""
    known = others(visit().workspace, model)
    other = about.opened.get("with")
    choice = dmc.Select(
        id="why-other", label=str(say("Compare the curves with those of another model")), clearable=True,
        placeholder=str(say("no comparison")), value=other if other in dict(known) else None, maw=360,
        data=[{"value": value, "label": str(name)} for value, name in known],
        clearButtonProps={"aria-label": str(say("No comparison"))},
    )  # fmt: skip
    slot = html.Div(unexplained(choice.value), id="why-other-slot")
    return html.Div([choice, slot], hidden=not known, className="why-other")


def unexplained(other: str | None) -> list[Component]:
    """Return the offer to explain the second model, where it is not explained yet."""
    if not other or other_explanation(other) is not None:
        return []
    name, version = named(other)
    said = say("Model {model:quoted} is not explained yet, so it has no curves.", model=name)
    return [offer(said, say("Explain it"), name, version)]


def other_explanation(other: str | None) -> Artifact | None:
    """Return the explanation of the second model, as the choice names it."""
    return explanation_of(visit().workspace, *named(other)) if other else None


def offer(what: Sentence, button: Sentence, name: str, version: int) -> Component:
    """Return a button that asks for a model's explanation, and the place where its job is shown."""
    of = {"model": name, "version": version}
    return html.Div([
        dmc.Group([
            dmc.Text(blocks.words(what), size="sm"),
            dmc.Button(str(button), id={"part": "why-explain", **of}, size="xs", variant="light"),
        ], my="sm"),
        html.Div(id={"part": "why-explaining", **of}),
    ])  # fmt: skip


def callbacks(app: Dash) -> None:
    """Add what the choice and the offer do."""

    @app.callback(Output("why-other-slot", "children"), Input("why-other", "value"), prevent_initial_call=True)
    def compare(other: str | None) -> Any:
        return unexplained(other)

    @app.callback(
        Output({"part": "why-explaining", "model": MATCH, "version": MATCH}, "children"),
        Input({"part": "why-explain", "model": MATCH, "version": MATCH}, "n_clicks"),
        State({"part": "why-explain", "model": MATCH, "version": MATCH}, "id"), prevent_initial_call=True,
    )  # fmt: skip
    def explain(clicks: int | None, button: dict[str, Any]) -> Any:
        if not clicks or ctx.triggered_id is None:
            return no_update
        return watch.ask("explain", ExplainSpec(model=button["model"], version=button["version"], features=ENOUGH))
