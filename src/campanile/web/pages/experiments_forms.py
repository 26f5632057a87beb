"""What is done for a test, in its order: plan it, put users into groups, look at what became of them."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from campanile.web.pages import experiments_analyse as analyse
from campanile.web.pages import experiments_assign as assign
from campanile.web.pages import experiments_design as design
from campanile.web.pages.experiments_design import Drafted
from campanile.web.pages.experiments_shown import Shown
from campanile.web.visit import Visit
from campanile.words import say


def forms(here: Visit, of: Shown | None, drafted: Drafted | None = None) -> list[Component]:
    """Return the three forms, the first as it was ``drafted``; nobody who may not write sees them."""
    if not here.may("write"):
        return []
    made = [design.form(here.workspace, of, drafted), *(one.form(here.workspace, of) for one in (assign, analyse))]
    title = html.H2(str(say("Plan a test, fill it, look at it")), className="title")
    return [html.Section([title, *made], className="part")]


def callbacks(app: Dash) -> None:
    """Add what the forms do."""
    for one in (design, assign, analyse):
        one.callbacks(app)
