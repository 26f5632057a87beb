"""Mend a table into a new version that says what was changed; the earlier version stays and can come back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from campanile.quality.look import look_at
from campanile.quality.repairs import REPAIRS
from campanile.quality.repairs.change import Change, applied
from campanile.quality.result import Examples, Repaired, Reverted, Step
from campanile.quality.spec import QualitySpec, RepairSpec, RevertSpec
from campanile.tables.dictionary import Dictionary, Semantic
from campanile.tables.lists import as_texts
from campanile.tables.shelf import dictionary_of
from campanile.words import say

if TYPE_CHECKING:
    from campanile.workspace.catalog import Artifact
    from campanile.workspace.place import Workspace

MOST_ROUNDS = 5
SHOWN = 200
CHANGES = pa.schema({
    "repair": pa.string(), "key": pa.string(), "row": pa.int64(), "column": pa.string(),
    "before": pa.string(), "after": pa.string(),
})  # fmt: skip
"""One line for each changed cell; for a dropped row ``column`` is empty. ``row`` counts from 1 as the table is read."""


@dataclass(frozen=True)
class Mended:
    """Rows with repairs made, and what was changed."""

    rows: pa.Table
    steps: tuple[Step, ...]
    changes: pa.Table


def repair(workspace: Workspace, spec: RepairSpec) -> Repaired:
    """Mend a table: write a new version, and keep the changes as artifact ``repair`` with table ``changes``.

    Nothing is written where nothing is to be changed or with ``dry_run``. Raises NotFound for a table,
    version or column that is not there.
    """
    with workspace.lock_table(spec.table):
        table = workspace.table(spec.table, spec.version)
        dictionary = dictionary_of(table)
        for column in spec.columns or ():
            if column not in dictionary:
                raise dictionary.no_column(column, spec.table)
        before = workspace.read(table)
        mended = mend(before, dictionary, spec)
        answer = Repaired(
            spec.table, table.version, None, before.num_rows, mended.rows.num_rows, mended.steps, spec.dry_run,
            _shown(mended.changes, dictionary),
        )  # fmt: skip
        if spec.dry_run or not mended.steps:
            return answer
        return _kept(workspace, spec, table, mended, answer)


def revert(workspace: Workspace, table: str, version: int) -> Reverted:
    """Make an earlier version of a table the newest again: a new version with its content and lineage."""
    with workspace.lock_table(table):
        earlier = workspace.table(table, version)
        with workspace.run("revert", RevertSpec(table=table, version=version)) as run:
            rows = workspace.read(run.read(earlier))
            meta = {**_carried(earlier), "reverted_to": version}
            draft = run.save_table(table, rows, key=earlier.meta.get("key"), meta=meta)
    return Reverted(table, version, run.artifact(draft).version, rows.num_rows)


def mend(rows: pa.Table, dictionary: Dictionary, spec: RepairSpec) -> Mended:
    """Make the repairs on rows in memory, in the order of ``REPAIRS``, until there is nothing more to repair."""
    chosen = spec.repairs if spec.repairs is not None else [n for n, r in REPAIRS.items() if not r.on_request]
    view = QualitySpec(table=spec.table, target=spec.target, as_of=spec.as_of)
    steps: list[Step] = []
    changes = [CHANGES.empty_table()]
    mended = rows.append_column("campanile row", pa.array(range(1, rows.num_rows + 1), pa.int64()))
    for _ in range(MOST_ROUNDS):
        count = len(steps)
        for name in (name for name in REPAIRS if name in chosen):
            for change in REPAIRS[name].changes(look_at(mended, dictionary, view)):
                if change.column is None or not spec.columns or change.column in spec.columns:
                    changes.append(_recorded(name, mended, dictionary, change))
                    steps.append(_step(name, change))
                    mended = applied(mended, change)
        if len(steps) == count:
            break
    return Mended(mended.drop_columns(["campanile row"]), tuple(steps), pa.concat_tables(changes))


def _step(name: str, change: Change) -> Step:
    values, dropped = (len(change.rows), 0) if change.column is not None else (0, len(change.rows))
    return Step(name, change.column, values, dropped, change.words)


def _recorded(name: str, rows: pa.Table, dictionary: Dictionary, change: Change) -> pa.Table:
    """List what a change does, before it is made."""
    touched = rows.take(pa.array(change.rows))
    count = touched.num_rows
    nothing = pa.nulls(count, pa.string())
    # What personal data was is told by the earlier version only, where it can be erased.
    told = change.column is not None and dictionary[change.column].semantic is not Semantic.PERSONAL
    return pa.table(
        {
            "repair": pa.repeat(name, count),
            "key": _text(touched.column(dictionary.key)) if dictionary.key else nothing,
            "row": touched.column("campanile row"),
            "column": pa.repeat(change.column, count) if change.column else nothing,
            "before": _text(touched.column(change.column)) if told else nothing,
            "after": _text(change.after) if told and change.after is not None else nothing,
        },
        schema=CHANGES,
    )


def _text(values: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    return as_texts(values)


def _kept(workspace: Workspace, spec: RepairSpec, table: Artifact, mended: Mended, answer: Repaired) -> Repaired:
    made = list(dict.fromkeys(step.repair for step in mended.steps))
    version = workspace.artifacts("table", spec.table)[-1].version + 1
    final = Repaired(**{**vars(answer), "version": version})
    with workspace.run("repair", spec) as run:
        run.read(table)
        meta = {**_carried(table), "repairs": made, "repaired_from": table.version}
        run.save_table(spec.table, mended.rows, key=table.meta.get("key"), meta=meta)
        run.save_result("repair", spec.table, final, tables={"changes": mended.changes})
    return final


def _carried(table: Artifact) -> dict[str, object]:
    """Return the facts that a new version inherits; its place, rows and own history it gets anew."""
    own = ("delta_version", "rows", "key", "repairs", "repaired_from", "reverted_to")
    return {name: value for name, value in table.meta.items() if name not in own}


def _shown(changes: pa.Table, dictionary: Dictionary) -> Examples | None:
    if not changes.num_rows:
        return None
    headings = (say("Repair"), say("Row"), say("Column"), say("Before"), say("After"))
    named = dictionary.key is not None and dictionary[dictionary.key].semantic is not Semantic.PERSONAL
    rows = tuple(
        (line["repair"], line["key"] if named else f"#{line['row']}", line["column"], line["before"], line["after"])
        for line in changes.slice(0, SHOWN).to_pylist()
    )
    return Examples(headings, rows)
