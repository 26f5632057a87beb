"""A test that a search over levers drafted: what the model expects, and the form that plans how to find out."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from campanile.flows.plan import draft_of
from campanile.web import blocks, trail, watch
from campanile.web.pages import experiments_forms as forms
from campanile.web.pages.experiments_design import Drafted
from campanile.web.pages.experiments_parts import parts
from campanile.web.visit import Visit
from campanile.words import say


def layout(visit: Visit, asked: Mapping[str, str]) -> Component:
    """Return the page of the draft that the address names. Raises NotFound, and DataError where there is none."""
    version = asked.get("simulation_version", "")
    search = visit.workspace.artifact("simulation", asked["simulation"], int(version) if version.isdecimal() else None)
    draft = draft_of(visit.workspace, search.name, search.version)
    expected = say("Not tested yet. The model expects a lift of {lift:percent} ({low:percent} to {high:percent}).",
                   lift=draft.lift, low=draft.lift_low, high=draft.lift_high)  # fmt: skip
    plan = say("Below, the test is filled in as the search drafted it. It plans for the least lift that is expected, "
               "where that is one at all.")  # fmt: skip
    return html.Div([
        blocks.heading(say("Did it work?"), [trail.link(search, say("Search over levers of {day:date}",
                                                                    day=search.created_at))]),
        parts(""),
        blocks.answer(expected),
        html.P(blocks.words(draft.hypothesis), className="told"),
        *([html.P(blocks.words(plan), className="quiet")] if visit.may("write") else []),
        html.Div(watch.cards(visit, ("design",)), id="experiments-jobs"),
        *forms.forms(visit, None, Drafted(draft, search)),
    ])  # fmt: skip
