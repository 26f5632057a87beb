"""The versions of a table: how each came about, what differs between two, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from campanile.web import blocks
from campanile.web.visit import Visit
from campanile.words import Sentence, say

if TYPE_CHECKING:
    from campanile.sources.versions import Difference
    from campanile.tables import Column
    from campanile.workspace import Artifact, Workspace


def kept(here: Visit) -> dict[str, tuple[Artifact, ...]]:
    """Return the versions of each table, oldest first; the table that changed last comes first."""
    tables: dict[str, tuple[Artifact, ...]] = {}
    for artifact in here.workspace.artifacts("table"):
        tables[artifact.name] = (*tables.pop(artifact.name, ()), artifact)
    return dict(reversed(tables.items()))


def choice(tables: Mapping[str, tuple[Artifact, ...]], chosen: str) -> Component:
    """Return the control that chooses a table."""
    names = [{"value": name, "label": name} for name in tables]
    return dmc.Select(id="data-table", label=str(say("Table")), value=chosen, data=names, allowDeselect=False, w=280)


def history(here: Visit, versions: tuple[Artifact, ...]) -> list[Component]:
    """Return the versions of one table, the newest first, each with the way back to it."""
    newest = versions[-1]
    head = (say("Version"), say("When"), say("Rows"), say("How it came about"), say("Key"))
    rows = [
        html.Tr([
            html.Td(blocks.data(f"v{one.version}")),
            html.Td(str(say("{day:date}", day=one.created_at))),
            html.Td(str(say("{n:number}", n=one.meta["rows"])), className="figure"),
            html.Td(blocks.words(origin(one))),
            html.Td(blocks.data(str(one.meta.get("key") or ""))),
            html.Td(
                dmc.Button(
                    str(say("Go back to v{version}", version=one.version)), variant="subtle", size="compact-sm",
                    id={"part": "data-revert", "table": one.name, "version": one.version},
                ) if one is not newest and here.may("write") else None
            ),
        ])
        for one in reversed(versions)
    ]  # fmt: skip
    titles = [*(html.Th(str(title), scope="col") for title in head), html.Td()]
    return [html.Div(html.Table([html.Thead(html.Tr(titles)), html.Tbody(rows)]), className="scroll", tabIndex=0)]


def origin(table: Artifact) -> Sentence:
    """Say how a version came about."""
    meta = table.meta
    if "reverted_to" in meta:
        return say("back to v{version}", version=meta["reverted_to"])
    if "repaired_from" in meta:
        return say("repaired from v{version}", version=meta["repaired_from"])
    file = (meta.get("source") or {}).get("file")
    if file is None:
        return say("made here")
    if meta.get("added", meta["rows"]) != meta["rows"]:
        return say("{n:number} rows appended from {file}", n=meta["added"], file=file)
    return say("loaded from {file}", file=file)


def compare(here: Visit, versions: tuple[Artifact, ...], asked: Mapping[str, str]) -> list[Component]:
    """Return the control that compares two versions, and the comparison where it was made."""
    if len(versions) < 2:
        return []
    before, after = pair(versions, asked)
    names = [{"value": str(one.version), "label": f"v{one.version}"} for one in reversed(versions)]
    control = dmc.Group(
        [
            dmc.Select(id="data-before", label=str(say("From version")), value=str(before), data=names, w=130,
                       allowDeselect=False),
            dmc.Select(id="data-after", label=str(say("To version")), value=str(after), data=names, w=130,
                       allowDeselect=False),
            dmc.Button(str(say("Show what changed")), id="data-compare", variant="default"),
        ],
        align="end", mb="md",
    )  # fmt: skip
    known = _known(here, versions[-1].name, before, after)
    title = dmc.Title(str(say("What changed between two versions?")), order=2, size="h4", mt="xl", mb="sm")
    return [title, control, *_told(here, known)]


def pair(versions: tuple[Artifact, ...], asked: Mapping[str, str]) -> tuple[int, int]:
    """Return the two versions that are compared: those asked for, else the last two."""
    known = [one.version for one in versions]
    chosen = [int(asked[name]) if asked.get(name, "").isdigit() else None for name in ("before", "after")]
    before, after = chosen
    return before if before in known else known[-2], after if after in known else known[-1]  # type: ignore[return-value]


def _known(here: Visit, table: str, before: int, after: int) -> Artifact | None:
    wanted = {"before": before, "after": after}
    kept = here.workspace.artifacts("difference", table)
    return next((one for one in reversed(kept) if one.meta == wanted), None)


def _told(here: Visit, known: Artifact | None) -> list[Component]:
    if known is None:
        return []
    from campanile.sources.versions import sections

    (section,) = sections(_difference(here.workspace, known.id))
    return [html.P(blocks.words(section.answer)), blocks.blocks(section.blocks), blocks.method(section.method) or ""]


@lru_cache(maxsize=16)
def _difference(workspace: Workspace, artifact_id: str) -> Difference:
    from campanile.sources.versions import Difference

    kept = next(one for one in workspace.artifacts("difference") if one.id == artifact_id)
    found: Difference = workspace.result(kept, Difference)
    return found


def columns(table: Artifact) -> Component:
    """Return what each column of a version is, folded."""
    from campanile.tables import dictionary_of
    from campanile.web.pages.data_importing import MEANINGS

    head = (say("Column"), say("Label"), say("Meaning"), say("Unit"), say("Why"))
    rows = [
        html.Tr([
            html.Th(blocks.data(column.name), scope="row"), html.Td(_label(column)),
            html.Td(str(MEANINGS[column.semantic])), html.Td(blocks.data(column.unit)),
            html.Td(str(column.reason or ""), className="quiet"),
        ])
        for column in dictionary_of(table)
    ]  # fmt: skip
    shown = html.Table([html.Thead(html.Tr([html.Th(str(title), scope="col") for title in head])), html.Tbody(rows)])
    return blocks.folded(say("What each column means"), html.Div(shown, className="scroll", tabIndex=0))


def _label(column: Column) -> list[Component]:
    """Return a column's label, and below it what was declared of it."""
    told = [blocks.data(str(column.named()))]
    return [*told, html.Br(), html.Small(blocks.data(column.description))] if column.description else told


def link(table: str) -> Component:
    """Return the way to the file that a table came from."""
    return dcc.Link(str(say("where it came from")), href=f"/lineage?kind=table&name={table}")
