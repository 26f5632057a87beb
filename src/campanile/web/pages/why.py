"""Why: what customers who respond have in common, whom to speak of as a group, and one customer's reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from campanile.explain import section
from campanile.report import Prose
from campanile.web import blocks, watch
from campanile.web.pages import why_comparison, why_curves, why_customer, why_groups
from campanile.web.pages.why_evidence import ENOUGH, About, about, address, explanation_of, model_of
from campanile.web.trail import link
from campanile.web.visit import Visit
from campanile.words import say
from campanile.workspace import Artifact

NAME = say("Why")


def layout(visit: Visit, asked: Mapping[str, str]) -> Component:
    """Return the page."""
    model = model_of(visit.workspace, asked)
    if model is None:
        return html.Div([
            blocks.heading(section.QUESTION),
            blocks.empty(
                say("There is no model yet, so there is nothing to explain."),
                say("Train models on a table first; the best of them is explained here."), "/models",
                say("Train models"),
            ),
        ])  # fmt: skip
    working = watch.cards(visit, ("explain",))
    kept = explanation_of(visit.workspace, model.name, model.version)
    if kept is None:
        return html.Div([*_unexplained(model), *working])
    return html.Div(_explained(about(model, kept, asked), model, working))


def callbacks(app: Dash) -> None:
    """Add what its controls do."""
    why_curves.callbacks(app)
    why_comparison.callbacks(app)
    why_groups.callbacks(app)
    why_customer.callbacks(app)

    @app.callback(
        Output("state", "data", allow_duplicate=True), Input("why-slider", "value"), Input("why-other", "value"),
        Input("why-customer", "data"), State("why-about", "data"), State("state", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def say_where(
        features: int, other: str | None, customer: str | None, about: dict[str, Any], state: dict[str, Any] | None
    ) -> Any:
        shown = About(**about)
        said = address(shown, features, other, customer)
        before = state if state and state.get("page") == "/why" else shown.opened
        return no_update if said == before else said


def _unexplained(model: Artifact) -> list[Component]:
    context = say("Model {model:quoted}, version {version}.", model=model.name, version=model.version)
    answer = say("This model is not explained yet.")
    what = say("Explaining takes from seconds to a few minutes, with the number of customers.")
    return [
        blocks.heading(section.QUESTION, [context]), blocks.answer(answer),
        why_comparison.offer(what, say("Explain"), model.name, model.version),
    ]  # fmt: skip


def _explained(about: About, model: Artifact, working: list[Component]) -> list[Component | None]:
    result = about.result
    more = about.curves < min(ENOUGH, len(result.features))
    return [
        blocks.heading(section.QUESTION, _context(about, model)),
        blocks.answer(result.words),
        *working,
        dcc.Store(id="why-about", data=asdict(about)),
        why_curves.slider(about),
        _more(about) if more and not working else None,
        why_curves.influence(about),
        why_comparison.chooser(about, model),
        why_curves.deck(about),
        blocks.folded(say("All zones of interest"), blocks.grid(section.zones_table(result))),
        why_groups.groups(about),
        why_customer.customer(about),
        blocks.folded(say("What may not be read into it"), blocks.prose(Prose(result.notes, "caution"))),
        blocks.method(section.method(result)),
    ]


def _context(about: About, model: Artifact) -> list[Component]:
    """Say which customers and which model the page speaks of, each a link to where it comes from."""
    customers, named = section.context(about.result)
    return [
        link(about.table, customers),
        link(model, named),
        link(about.kept, say("Explained on {day:date}.", day=about.kept.created_at)),
    ]


def _more(about: About) -> Component:
    what = say("Curves of {n:number} features were computed.", n=about.curves)
    return why_comparison.offer(what, say("Compute more"), about.model, about.version)
