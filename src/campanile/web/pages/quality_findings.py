"""What the checks found, on a page: the serious first, with examples; what passed, folded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from campanile.quality.naming import CHECK_NAMES, SEVERITY_NAMES
from campanile.report import Grid, Heading
from campanile.web import blocks
from campanile.words import Sentence, plural, say

if TYPE_CHECKING:
    from campanile.quality import Finding, Quality

_COLOURS = {"serious": "brick", "warning": "amber", "info": "gray"}


def by_severity(quality: Quality) -> list[Component]:
    """Return the findings, the most serious first."""
    shown: list[Component] = []
    for level in SEVERITY_NAMES:
        found = [finding for finding in quality.found if finding.severity == level]
        if found:
            shown += [html.H3(str(_TITLES[level](len(found)))), *(_finding(one) for one in found)]
    passed = [finding for finding in quality.findings if finding.passed]
    return [*shown, _passed(passed)] if passed else shown


def _finding(finding: Finding) -> Component:
    head = dmc.Group(
        [
            dmc.Badge(str(SEVERITY_NAMES[finding.severity]), variant="light", color=_COLOURS[finding.severity]),
            html.Span(str(CHECK_NAMES.get(finding.check, finding.check)), className="quiet"),
            blocks.data(finding.column) if finding.column else None,
        ],
        gap="xs",
    )  # fmt: skip
    return html.Div([head, html.P(blocks.words(finding.words)), _examples(finding)], className="finding")


def _examples(finding: Finding) -> Component | None:
    if finding.examples is None:
        return None
    grid = Grid(
        tuple(Heading(title) for title in finding.examples.headings),
        tuple(
            tuple(say("{value:exact}", value=value) if isinstance(value, float) else value for value in row)
            for row in finding.examples.rows
        ),
    )  # fmt: skip
    return blocks.folded(say("Examples"), blocks.grid(grid))


def _passed(passed: Sequence[Finding]) -> Component:
    title = plural("{n:number} check passed", "{n:number} checks passed", n=len(passed))
    lines = [html.Li([html.Strong(str(CHECK_NAMES.get(one.check, one.check))), ": ", *blocks.words(one.words)])
             for one in passed]  # fmt: skip
    return blocks.folded(title, html.Ul(lines))


def _serious(n: int) -> Sentence:
    return plural("{n:number} serious finding", "{n:number} serious findings", n=n)


def _warnings(n: int) -> Sentence:
    return plural("{n:number} warning", "{n:number} warnings", n=n)


def _remarks(n: int) -> Sentence:
    return plural("{n:number} remark", "{n:number} remarks", n=n)


_TITLES = {"serious": _serious, "warning": _warnings, "info": _remarks}
