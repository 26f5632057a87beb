"""References between tables: ids that the other table does not have, and rows that it never refers to."""

from __future__ import annotations

import pyarrow as pa

from campanile.quality.links import Linked
from campanile.quality.look import Look
from campanile.quality.result import Examples, Finding, Severity
from campanile.tables.dictionary import Column, Semantic
from campanile.words import plural, say
from campanile.workspace.engine import query

SERIOUS_SHARE = 0.01
WARNING_SHARE = 0.5
_APART = (
    "SELECT count(*) AS rows, count(DISTINCT own.id) AS ids, list_sort(list(DISTINCT own.id::VARCHAR))[1:5] AS some"
    " FROM own ANTI JOIN other USING (id) WHERE own.id IS NOT NULL"
)


def unmet_references(look: Look) -> tuple[Finding, ...]:
    """Hold each reference from and to the table against the other table."""
    found = [finding for link in look.linked if (finding := _held(look, link)) is not None]
    if found:
        return tuple(found)
    words = (
        say("Every id that refers to another table is there, and every row is referred to.")
        if look.linked
        else say("No reference between this table and another was found or named.")
    )
    return (Finding("references", None, True, "info", 0, words),)


def _held(look: Look, link: Linked) -> Finding | None:
    one = link.reference
    outward = one.table == look.spec.table
    column = look.dictionary[one.column if outward else one.key]
    own = look.rows.column(column.name)
    if own.type != link.values.type:
        own, other = own.cast(pa.string()), link.values.cast(pa.string())
    else:
        other = link.values
    counted = query(_APART, {"own": pa.table({"id": own}), "other": pa.table({"id": other})}).to_pylist()[0]
    if not counted["rows"]:
        return None
    shown = None
    if column.semantic is not Semantic.PERSONAL:
        shown = Examples((column.named(),), tuple((name,) for name in counted["some"]))
    if outward:
        return _dangling(look, link, column, counted["rows"], counted["ids"], shown)
    return _never(look, link, column, counted["rows"], shown)


def _dangling(look: Look, link: Linked, column: Column, rows: int, ids: int, shown: Examples | None) -> Finding:
    severity: Severity = "serious" if rows >= SERIOUS_SHARE * look.facts[column.name].present else "warning"
    words = plural(
        "{column}: {n:number} row refers to an id that table {table} does not have ({ids:number} different).",
        "{column}: {n:number} rows refer to ids that table {table} does not have ({ids:number} different).",
        n=rows, column=column.named(), table=link.reference.parent, ids=ids,
    )  # fmt: skip
    return Finding("references", column.name, False, severity, rows, words, shown)


def _never(look: Look, link: Linked, column: Column, rows: int, shown: Examples | None) -> Finding:
    share = rows / look.rows.num_rows
    words = plural(
        "{n:number} of {rows:number} rows ({share:percent}) never occurs in table {table} ({column}): nothing is known"
        " there about it.",
        "{n:number} of {rows:number} rows ({share:percent}) never occur in table {table} ({column}): nothing is known"
        " there about them.",
        n=rows, rows=look.rows.num_rows, share=share, table=link.reference.table, column=link.reference.column,
    )  # fmt: skip
    severity: Severity = "warning" if share >= WARNING_SHARE else "info"
    return Finding("references", column.name, False, severity, rows, words, shown)
