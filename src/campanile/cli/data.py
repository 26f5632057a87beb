"""Commands for data: load, tables, quality, lineage."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from campanile.cli.door import Shown, Visit, argument, command, option
from campanile.cli.grids import columns, path_back
from campanile.words import say

_TABLE = say("The table's name.")
_TARGET = say("The column that says who responded.")
_KIND = say("What a column is: money, date, text, int64 and so on.")
_DIFFERENCE = say("What differs between two versions of the table.")
_REFERENCE = say("A column that holds another table's key; others are found by their names.")
_TOGETHER = say("Tell which columns move together, and with --target what has to do with it, instead.")
_REFUSE = say("Stop when a larger share of rows does not parse.")


def add_to(app: typer.Typer) -> None:
    """Hang this file's commands on ``app``."""
    command(app, "load", say("Load a file as a table: all or nothing, a new version each time."))(load)
    command(app, "tables", say("List the tables, their versions and columns."))(tables)
    command(app, "quality", say("Ask whether a table can be trusted; mend it if asked."))(quality)
    command(app, "lineage", say("Show where a model, table or result came from."))(lineage)


def load(
    visit: Visit,
    path: Annotated[Path, argument(say("CSV, TSV, JSON lines, Parquet or Excel; also gzipped."))],
    table: Annotated[str | None, option("--as", _TABLE)] = None,
    key: Annotated[str | None, option("--key", say("The column that tells rows apart."))] = None,
    append: Annotated[bool, option("--append", say("Add the rows to the newest version."))] = False,
    kinds: Annotated[list[str] | None, option("--type", _KIND, "COLUMN=TYPE")] = None,
    mapped: Annotated[list[str] | None, option("--map", say("Rename a column of the file."), "NEW=OLD")] = None,
    dates: Annotated[str | None, option("--dates", say("The order in dates."), "ymd|dmy|mdy")] = None,
    decimal: Annotated[str | None, option("--decimal", say("The decimal mark."), ".|,")] = None,
    separator: Annotated[str | None, option("--separator", say("What separates cells."))] = None,
    encoding: Annotated[str | None, option("--encoding", say("The text encoding."))] = None,
    sheet: Annotated[str | None, option("--sheet", say("The sheet of a workbook."))] = None,
    refuse_share: Annotated[float | None, option("--refuse-share", _REFUSE)] = None,
) -> Shown:
    """Load a file."""
    from campanile.sources import LoadSpec
    from campanile.sources import load as run

    spec = LoadSpec(**given(
        path=path, table=table, key=key, append=append or None, types=pairs(kinds), rename=pairs(mapped), dates=dates,
        decimal=decimal, separator=separator, encoding=encoding, sheet=sheet, refuse_share=refuse_share,
    ))  # fmt: skip
    loaded = run(visit.workspace, spec)
    return Shown(loaded.to_dict(), loaded.words())


def tables(
    visit: Visit,
    name: Annotated[str | None, argument(_TABLE)] = None,
    difference: Annotated[tuple[int, int] | None, option("--difference", _DIFFERENCE, "BEFORE AFTER")] = None,
) -> Shown:
    """List the tables, or one table's columns, or tell what differs between two of its versions."""
    from campanile.tables import dictionary_of

    if difference is not None:
        return _differing(visit, name, *difference)

    kept = visit.workspace.artifacts("table", name)
    if name is not None:
        visit.workspace.table(name)
    listed = [
        {"table": one.name, "version": one.version, "rows": one.meta["rows"], "key": one.meta["key"],
         "content_hash": one.hash, "created_at": one.created_at.isoformat(timespec="seconds")}
        for one in kept
    ]  # fmt: skip
    if name is None:
        heads = {"table": say("table"), "version": say("version"), "rows": say("rows"), "created_at": say("created")}
        shown: Any = columns(heads, listed) if listed else say("No table yet. Bring one: campanile load customers.csv")
        return Shown({"tables": listed}, (shown,))
    meaning = [
        {"column": column.name, "semantic": str(column.semantic), "type": column.type, "unit": column.unit,
         "label": str(column.named()), "description": column.description, "reason": str(column.reason or "")}
        for column in dictionary_of(kept[-1])
    ]  # fmt: skip
    heads = {"column": say("column"), "semantic": say("meaning"), "type": say("type"), "reason": say("reason")}
    return Shown({"tables": listed, "columns": meaning}, (columns(heads, meaning),))


def _differing(visit: Visit, name: str | None, before: int, after: int) -> Shown:
    from campanile.sources import versions
    from campanile.workspace.errors import SpecError

    if name is None:
        raise SpecError([say("Name the table whose versions are compared.")])
    found = versions.difference(visit.workspace, versions.DifferenceSpec(table=name, before=before, after=after))
    heads = {"column": say("column"), "cells": say("cells changed"), "missing_before": say("missing before"),
             "missing_after": say("missing after")}  # fmt: skip
    rows = [column.to_dict() for column in found.columns if column.cells or column.moved]
    return Shown(found.to_dict(), (*found.words(), *((columns(heads, rows),) if rows else ())))


def quality(
    visit: Visit,
    table: Annotated[str, argument(_TABLE)] = "customers",
    target: Annotated[str | None, option("--target", _TARGET)] = None,
    repair: Annotated[bool, option("--repair", say("Mend what can be mended, as a new version."))] = False,
    preview: Annotated[bool, option("--preview", say("With --repair: show what would change."))] = False,
    only: Annotated[list[str] | None, option("--only", say("With --repair: the repairs to make."))] = None,
    references: Annotated[list[str] | None, option("--reference", _REFERENCE, "COLUMN=TABLE.COLUMN")] = None,
    time: Annotated[str | None, option("--time", say("When each event was, in a table of events."))] = None,
    entity: Annotated[str | None, option("--entity", say("Whose each event is, in a table of events."))] = None,
    together: Annotated[bool, option("--together", _TOGETHER)] = False,
    revert: Annotated[
        int | None, option("--revert", say("Make an earlier version the newest again."), "VERSION")
    ] = None,
) -> Shown:
    """Check a table, mend it, or take a repair back."""
    from campanile import quality as room

    if together:
        return _correlated(visit, table, target, entity)
    if revert is not None:
        back = room.revert(visit.workspace, table, revert)
        return Shown(back.to_dict(), back.words())
    if repair:
        spec = room.RepairSpec(
            **given(table=table, target=target, dry_run=preview or None, repairs=tuple(only) if only else None)
        )
        mended = room.repair(visit.workspace, spec)
        return Shown(mended.to_dict(), mended.words())
    checked = room.check(visit.workspace, room.QualitySpec(
        **given(table=table, target=target, references=pairs(references), time=time, entity=entity)
    ))  # fmt: skip
    return Shown(checked.to_dict(), checked.words())


def _correlated(visit: Visit, table: str, target: str | None, entity: str | None) -> Shown:
    from campanile.quality.correlation import CorrelationSpec, correlate

    targets = (target,) if target is not None else ()
    found = correlate(visit.workspace, CorrelationSpec(table=table, targets=targets, entity=entity))
    if not found.targets:
        return Shown(found.to_dict(), found.words())
    heads = {"column": say("column"), "estimate": say("rank correlation"), "sure": say("beyond chance")}
    shown = [{**tie.to_dict(), "estimate": round(tie.rho.estimate, 3), "sure": _YES if tie.sure else _NO}
             for tie in found.targets[0].ties]  # fmt: skip
    return Shown(found.to_dict(), (*found.words(), columns(heads, shown)))


_YES, _NO = say("yes"), say("no")


def lineage(
    visit: Visit,
    name: Annotated[str, argument(say("The name of a model, table or result."))],
    version: Annotated[int | None, option("--version", say("Its version (default: the newest)."))] = None,
) -> Shown:
    """Print the path back to the file and its hash."""
    workspace = visit.workspace
    kept = workspace.artifacts()
    kinds = [kind for kind in ("model", "table", "explanation", "audience", "quality", "experiment", "analysis",
                               "report", "file")
             if any(one.kind == kind and one.name == name for one in kept)]  # fmt: skip
    if not kinds:
        from campanile.workspace.errors import not_found

        raise not_found(say("model, table or result"), name, {one.name for one in kept})
    link = workspace.lineage(workspace.artifact(kinds[0], name, version))
    return Shown(*path_back(link))


def given(**values: Any) -> dict[str, Any]:
    """Return what was given on the command line: defaults live in the specs."""
    return {name: value for name, value in values.items() if value is not None}


def pairs(said: list[str] | None) -> dict[str, str] | None:
    """Read ``NAME=VALUE`` options."""
    if not said:
        return None
    from campanile.workspace.errors import SpecError

    wrong = [pair for pair in said if "=" not in pair]
    if wrong:
        raise SpecError([say("{pair:quoted} is not of the form NAME=VALUE.", pair=pair) for pair in wrong])
    return {pair.partition("=")[0]: pair.partition("=")[2] for pair in said}
