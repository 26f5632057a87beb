"""The pages, one file for each question.

A page has ``NAME`` (in the menu), ``layout(visit, asked)`` (``asked``: what the address says after "?") and
``callbacks(app)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from dash import Dash
from dash.development.base_component import Component

from campanile.web.pages import audience, data, experiments, home, lineage, models, quality, report, whatif, why
from campanile.web.visit import Visit
from campanile.words import Sentence


class PageModule(Protocol):
    """What a page's file holds."""

    NAME: Sentence

    def layout(self, visit: Visit, asked: Mapping[str, str]) -> Component:
        """Return the page as the address asks for it."""
        ...

    def callbacks(self, app: Dash) -> None:
        """Add what its controls do."""
        ...


PAGES: Mapping[str, PageModule] = {
    "/": home,
    "/data": data,
    "/quality": quality,
    "/models": models,
    "/why": why,
    "/audience": audience,
    "/whatif": whatif,
    "/experiments": experiments,
    "/report": report,
    "/lineage": lineage,
}
