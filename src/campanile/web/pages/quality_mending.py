"""Repairs on a page: which are proposed, what they would change, what they changed, and the way back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from campanile.quality.naming import REPAIR_NAMES
from campanile.web import blocks, gridtable
from campanile.web.visit import Visit
from campanile.words import plural, say
from campanile.workspace.jobs import Job

if TYPE_CHECKING:
    from campanile.quality import Finding

ON_REQUEST = ("join_rare", "drop_twins")
"""Repairs that may lose something true: offered, never ticked beforehand."""


def proposals(here: Visit, found: Collection[Finding], chosen: Sequence[str] | None) -> list[Component]:
    """Return the repairs as boxes to tick, with what each is for; those that the checks propose are ticked."""
    proposed = {finding.repair for finding in found if finding.repair}
    ticked = list(chosen) if chosen is not None else [name for name in proposed if name not in ON_REQUEST]
    boxes = [
        dmc.Checkbox(
            label=str(name), value=repair, mb="xs",
            description=str(_count(found, repair)) if repair in proposed else str(say("Only when you ask for it.")),
        )
        for repair, name in REPAIR_NAMES.items() if repair in proposed or repair in ON_REQUEST
    ]  # fmt: skip
    buttons = dmc.Group([
        dmc.Button(str(say("Show what would change")), id="quality-preview", variant="default"),
        dmc.Button(str(say("Repair")), id="quality-repair"),
    ])  # fmt: skip
    return [
        dmc.Title(str(say("What can be repaired")), order=2, size="h4", mt="xl", mb="sm"),
        html.P(
            str(say("A repair writes a new version; the earlier one is kept and can come back.")), className="quiet"
        ),
        dmc.CheckboxGroup(boxes, id="quality-repairs", value=ticked, label=str(say("Repairs")), mb="md"),
        buttons if here.may("write") else html.Span(),
    ]


def _count(found: Collection[Finding], repair: str) -> Any:
    return plural(
        "Proposed for {n:number} finding.", "Proposed for {n:number} findings.",
        n=sum(finding.repair == repair for finding in found),
    )  # fmt: skip


def outcome(here: Visit, job: Job) -> list[Component]:
    """Return what a repair would change or has changed, cell by cell."""
    if job.outcome is None:
        return []
    done, (answer, *steps) = job.outcome.data, job.outcome.words
    back: list[Component] = []
    if done["version"] is not None and here.may("write"):
        back = [dmc.Button(
            str(say("Take the repair back: v{version}", version=done["before"])), variant="default", mb="md",
            id={"part": "quality-revert", "table": done["table"], "version": done["before"]},
        )]  # fmt: skip
    return [
        html.Div([html.P(blocks.words(answer))], className="good" if done["version"] else "caution"),
        html.Ul([html.Li(blocks.words(step)) for step in steps]),
        *_cells(done["changes"], sum(step["values"] + step["dropped"] for step in done["steps"])),
        *back,
    ]


def _cells(changes: Sequence[dict[str, Any]], count: int) -> list[Component]:
    if not changes:
        return []
    fields = (
        gridtable.Field("row", say("Row"), width=120), gridtable.Field("column", say("Column"), width=190),
        gridtable.Field("before", say("Before")), gridtable.Field("after", say("After")),
        gridtable.Field("repair", say("Repair"), width=280),
    )  # fmt: skip
    rows = [
        {**change, "repair": str(REPAIR_NAMES[change["repair"]]),
         "after": change["after"] if change["after"] is not None else str(_nothing(change))}
        for change in changes
    ]  # fmt: skip
    shown = say("The first {n:number} of {all:number} changes.", n=len(changes), all=count)
    return [
        html.P(str(shown), className="quiet") if len(changes) < count else html.Span(),
        gridtable.table(rows, fields, "quality-changes", label=say("What changes, cell by cell"), seen=8),
    ]


def _nothing(change: dict[str, Any]) -> Any:
    return say("missing") if change["column"] else say("row dropped")
