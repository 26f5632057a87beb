"""The target groups in words, to be told in any language and taken along."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html
from dash.development.base_component import Component

from campanile.explain import Explanation, section
from campanile.explain.result import Group
from campanile.web import blocks
from campanile.web.pages.why_evidence import About
from campanile.words import LANGUAGES, current, say, speaking

_NAMES = {"en": "English", "pl": "Polski", "es": "Español"}


def groups(about: About) -> Component:
    """Return the target groups in words, with a switch of their language."""
    switch = dmc.SegmentedControl(
        id="why-tongue", value=current(), size="xs",
        data=[{"value": one, "label": blocks.kept(html.Span(_NAMES[one], lang=one))} for one in LANGUAGES],
        **{"aria-label": str(say("Language of the groups"))},
    )  # fmt: skip
    return html.Section(
        [
            dmc.Group([html.H2(str(section.WHOM), className="title"), switch], justify="space-between", mb="sm"),
            html.Div(_told(about.result, current()), id="why-groups"),
            html.Div(id="why-groups-picture"),
            blocks.method(section.judged(about.result)),
        ],
        className="why-groups",
    )


def callbacks(app: Dash) -> None:
    """Add the switch of language."""

    @app.callback(
        Output("why-groups", "children"), Input("why-tongue", "value"), State("why-about", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def retell(language: str, about: dict[str, Any]) -> Any:
        return _told(About(**about).result, language)

    @app.callback(
        Output("why-groups-picture", "children"), Input("why-drawn", "data"), State("why-about", "data"),
        prevent_initial_call=True,
    )  # fmt: skip
    def draw(drawn: list[Any] | None, about: dict[str, Any]) -> Any:
        return blocks.picture(section.groups_picture(About(**about).result)) if drawn else None


def _told(result: Explanation, language: str) -> Component:
    """Tell the groups in ``language``, whatever the page's own is."""
    with speaking(language):
        whole = "\n\n".join(str(group.sentence) for group in result.target_groups)
        cards = [_card(group) for group in result.target_groups]
        return html.Div([*cards, _copy(whole, str(say("Copy all groups")))], lang=language)


def _card(group: Group) -> Component:
    sure = str(say("confirmed on held-out customers") if group.confirmed else say("may be chance"))
    return dmc.Paper(
        [
            dmc.Group([
                dmc.Badge(sure, color="teal", variant="light" if group.confirmed else "default", tt="none"),
                _copy(str(group.sentence), str(say("Copy this group"))),
            ], justify="space-between"),
            html.P(blocks.words(group.sentence), className="told"),
        ],
        withBorder=True, p="md", mb="sm",
    )  # fmt: skip


def _copy(text: str, label: str) -> Component:
    return dmc.CopyButton(
        label, value=text, copiedChildren=str(say("Copied")), size="compact-xs", variant="subtle", color="gray",
        copiedColor="teal",
    )  # fmt: skip
