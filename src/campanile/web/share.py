"""A link that reopens exactly what is shown: the address says it all, and here it is copied."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, html
from dash.development.base_component import Component

from campanile.words import say


def share(name: str = "share") -> Component:
    """Return a button that copies the address of the page as it is at this moment; ``name`` is its id."""
    return dmc.Group([
        dmc.Button(str(say("Copy the link to this view")), id=name, variant="default", size="xs",
                   **{"data-copied": str(say("Copied")), "data-failed": str(say("Copy it from the address bar"))}),
        html.Span(id=f"{name}-told", role="status", className="quiet"),
    ], gap="xs")  # fmt: skip


def icon() -> Component:
    """Return the same as a small button, for the frame."""
    return dmc.Group([
        html.Span(id="share-told", role="status", className="quiet"),
        dmc.ActionIcon(html.Span(className="glyph-link"), id="share", variant="subtle", color="gray", **{
            "aria-label": str(say("Copy the link to this view")), "data-copied": str(say("Copied")),
            "data-failed": str(say("Copy it from the address bar")),
        }),
    ], gap="xs", wrap="nowrap", visibleFrom="sm")  # fmt: skip


def callbacks(app: Dash, name: str = "share") -> None:
    """Add what the button does."""
    app.clientside_callback(
        ClientsideFunction("campanile", "share"), Output(f"{name}-told", "children"), Input(name, "n_clicks"),
        prevent_initial_call=True,
    )  # fmt: skip
