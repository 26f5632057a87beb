"""The two parts of the page on tests: did it work, and whom does it persuade?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from campanile.web.pages.experiments_shown import PATH
from campanile.words import Sentence, say

UPLIFT = "uplift"
PARTS: Mapping[str, Sentence] = {"": say("The test"), UPLIFT: say("Whom does it persuade?")}


def parts(shown: str) -> Component:
    """Return the name of the part that is shown, and the link to the other."""
    named = (
        html.Span(str(name), className="current", **{"aria-current": "page"}) if part == shown
        else dcc.Link(str(name), href=f"{PATH}?part={part}" if part else PATH)
        for part, name in PARTS.items()
    )  # fmt: skip
    return html.Nav(list(named), className="parts", **{"aria-label": str(say("Parts of this page"))})


def state(of: str | None = None, version: int | None = None) -> dict[str, Any]:
    """Return the page's state: whose uplift is shown; ``version`` None is the newest answer."""
    said = {"page": PATH, "part": UPLIFT, "of": of, "version": version}
    return {part: value for part, value in said.items() if value is not None}
