"""Look at a table version through every check, and describe what is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from campanile.quality.checks import CHECKS
from campanile.quality.links import Linked, Reference, references
from campanile.quality.look import Look, look_at
from campanile.quality.result import Finding, Quality
from campanile.quality.spec import QualitySpec
from campanile.tables.dictionary import Dictionary
from campanile.tables.shelf import dictionary_of

if TYPE_CHECKING:
    from campanile.workspace.catalog import Artifact
    from campanile.workspace.place import Workspace
    from campanile.workspace.runs import Run


def check(workspace: Workspace, spec: QualitySpec) -> Quality:
    """Check and describe one version of a table, and keep the answer as artifact ``quality``.

    Raises NotFound for a table, version or column that is not there, DataError for a target without values.
    """
    table = workspace.table(spec.table, spec.version)
    before = earlier_version(workspace, table, spec.before)
    with workspace.run("quality", spec) as run:
        rows = workspace.read(run.read(table))
        earlier = (workspace.read(run.read(before)), dictionary_of(before)) if before is not None else None
        answer = examine(
            rows, dictionary_of(table), spec, before=earlier, version=table.version,
            compared_with=before.version if before is not None else None, linked=linked_to(workspace, run, table, spec),
        )  # fmt: skip
        run.save_result("quality", spec.table, answer, meta={"table_version": answer.version})
    return answer


def examine(
    rows: pa.Table, dictionary: Dictionary, spec: QualitySpec, *, before: tuple[pa.Table, Dictionary] | None = None,
    version: int = 1, compared_with: int | None = None, linked: tuple[Linked, ...] = (),
) -> Quality:  # fmt: skip
    """Check and describe rows in memory; nothing is kept."""
    from campanile.quality.profile import profile_of

    look = look_at(rows, dictionary, spec, before=before, linked=linked)
    return Quality(spec.table, version, look.as_of, findings_of(look), profile_of(look), compared_with)


def findings_of(look: Look) -> tuple[Finding, ...]:
    """Return what each check says, in the order of ``CHECKS``; an empty table has nothing to be checked."""
    names = look.spec.checks if look.spec.checks is not None else tuple(CHECKS)
    if look.rows.num_rows == 0:
        return ()
    return tuple(finding for name, find in CHECKS.items() if name in names for finding in find(look))


def linked_to(workspace: Workspace, run: Run, table: Artifact, spec: QualitySpec) -> tuple[Linked, ...]:
    """Return the references between the table and the newest versions of others, with the values over there."""
    if spec.checks is not None and "references" not in spec.checks:
        return ()
    newest = {one.name: one for one in workspace.artifacts("table") if "dictionary" in one.meta} | {table.name: table}
    tables = {name: dictionary_of(one) for name, one in newest.items()}

    def linked(one: Reference) -> Linked:
        name, column = (one.parent, one.key) if one.table == table.name else (one.table, one.column)
        return Linked(one, workspace.read(run.read(newest[name]), [column])[column])

    return tuple(linked(one) for one in references(table.name, tables, spec.references))


def earlier_version(workspace: Workspace, table: Artifact, version: int | None) -> Artifact | None:
    """Return the version to compare ``table`` with: the one named, else the newest before it, else None."""
    if version is not None:
        return workspace.table(table.name, version)
    older = [other for other in workspace.artifacts("table", table.name) if other.version < table.version]
    return older[-1] if older else None
