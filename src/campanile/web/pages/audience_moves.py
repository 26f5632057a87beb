"""What moves with the cut of the list: the answer, the curve, the segments, the list itself as a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import dash_mantine_components as dmc
from dash import ctx, dcc, no_update
from dash.development.base_component import Component

from campanile.audience import CutSpec, customers, pictures
from campanile.audience.export import shortlist
from campanile.audience.result import Audience
from campanile.tables.export import WRITERS
from campanile.web import blocks
from campanile.web.pages import audience_cards as cards
from campanile.web.pages import audience_cut as controls
from campanile.web.pages import audience_kept as kept
from campanile.web.visit import visit
from campanile.workspace.errors import BadInput

FIELDS = ("contact_cost", "sale_value", "budget", "capacity")


def moved(*given: Any) -> Any:
    """Return what the page shows after a control was moved; nothing new where the cut stayed."""
    slider, typed, _, pointed, *values, about, before = given
    trigger = ctx.triggered_id
    asked = _asked(trigger, slider, typed, (pointed or {}).get("to"), before)
    fields = dict(zip(FIELDS, (None if value == "" else value for value in values), strict=True))
    cut = CutSpec(customers=asked, **fields)
    if trigger != "audience-pointed" and {**cut.model_dump(), "at": before["at"]} == before and slider == typed:
        return (no_update,) * 14
    try:
        audience = kept.audience_at(visit().workspace, about["list"], cut)
    except BadInput as error:
        trouble = dmc.Text(f"{error.what} {error.remedy or ''}", c="brick", size="sm")
        return (*(no_update,) * 9, trouble, *(no_update,) * 4)
    return _redrawn(audience, cut, about, trigger, slider, typed)


def _asked(trigger: Any, slider: int, typed: Any, pointed: int | None, before: dict[str, Any]) -> int | None:
    """Return how many customers are asked for, None for as many as are worth a contact.

    An answer that came too late is never shown, so what differs from the last one shown counts too.
    """
    if trigger == "audience-best":
        return None
    if trigger == "audience-pointed" and pointed is not None:
        moved = [pointed]
    else:
        moved = [typed, slider] if trigger == "audience-customers" else [slider, typed]
    return next((to for to in moved if to not in ("", None, before["at"])), before["customers"])


def _redrawn(audience: Audience, cut: CutSpec, about: dict[str, Any], trigger: str, slider: int, typed: Any) -> Any:
    workspace, picture, count = visit().workspace, controls.curve(audience), audience.cut.customers
    artifact = kept.artifact(workspace, about["list"])
    model = workspace.artifact("model", audience.model, audience.model_version)
    state = kept.address(model, artifact, about["newest"], kept.held(workspace, about["list"]).asked, cut)
    return (
        blocks.words(audience.words),
        controls.told(audience),
        blocks.words(picture.title),
        controls.drawn(picture, audience),
        controls.figures(picture),
        blocks.themed(pictures.gains(audience).figure),
        # What the visitor holds is left in the hand, unless a limit moves it.
        no_update if trigger == "audience-slider" and slider == count else count,
        no_update if trigger == "audience-customers" and typed == count else count,
        cut.customers is None,
        None,
        {**cut.model_dump(), "at": count},
        state,
        cards.segments(audience),
        kept.in_report(state),
    )


def described(cut: dict[str, Any], about: dict[str, Any]) -> list[Component]:
    """Return who is on the list at the cut."""
    workspace = visit().workspace
    told = kept.who(workspace, about["list"], cut["at"])
    return cards.listed(replace(kept.held(workspace, about["list"]).audience, chosen=told))


def file(ending: str, about: dict[str, Any], cut: dict[str, Any]) -> Any:
    """Return the list at the cut as a download; its name says table, model, customers and day."""
    workspace = visit().workspace
    spec = CutSpec(**{name: value for name, value in cut.items() if name != "at"})
    audience = kept.audience_at(workspace, about["list"], spec)
    content = WRITERS[ending](shortlist(customers(workspace, audience), audience))
    name = f"{audience.table}-{audience.model}-{audience.cut.customers}-{datetime.now(UTC):%Y-%m-%d}{ending}"
    return dcc.send_bytes(content, name)
