"""The types that tables have in every engine, and the one place where others become these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from campanile.words import say
from campanile.workspace.errors import DataError

INSTANT = pa.timestamp("us", "UTC")
SIMPLE = (pa.int64(), pa.float64(), pa.string(), pa.bool_(), pa.date32(), INSTANT)


def canonical(schema: pa.Schema) -> pa.Schema:
    """Return ``schema`` in the types that both engines give back: those of ``SIMPLE`` and lists of them.

    Raises a DataError that names all columns of types that no engine takes, and names that differ in case only.
    """
    kinds = {field.name: _kind(field.type) for field in schema}
    strange = [f"{field.name} ({field.type})" for field in schema if kinds[field.name] is None]
    if strange:
        raise DataError(
            say("These columns are of types that an engine cannot take: {columns}.", columns=", ".join(strange)),
            say("Leave them out, or turn them into numbers, text, flags, days or times first."),
        )
    _refuse_alike(schema.names)
    return pa.schema(list(kinds.items()))


def conform(table: pa.Table) -> pa.Table:
    """Return an Arrow table in the canonical types; what is not a number becomes missing."""
    schema = canonical(table.schema)
    columns = [_without_nan(table.column(name).cast(schema.field(name).type)) for name in schema.names]
    return pa.Table.from_arrays(columns, schema=schema)


def selection(schema: pa.Schema, cast: Callable[[pa.Field], str], quote: Callable[[str], str]) -> str:
    """Return what stands after SELECT to give the columns of ``schema``; ``cast`` spells one of them in its type.

    What is not a number becomes NULL.
    """

    def column(field: pa.Field) -> str:
        value = cast(field)
        if field.type == pa.float64():
            value = f"CASE WHEN isnan({value}) THEN NULL ELSE {value} END"
        return f"{value} AS {quote(field.name)}"

    return ", ".join(column(field) for field in schema)


def inner(name: str) -> str:
    """Return what an engine calls a table, whatever signs are in its name: letters, digits and "_" only."""
    return "table_" + name.encode().hex()


def spelled(kind: pa.DataType, names: Mapping[pa.DataType, str], listed: str) -> str:
    """Return an engine's name of a canonical type; ``listed`` is how it writes a list of ``{}``."""
    return listed.format(spelled(kind.value_type, names, listed)) if pa.types.is_list(kind) else names[kind]


def pieces(batches: Iterable[pa.RecordBatch], schema: pa.Schema, rows: int) -> Iterator[pa.RecordBatch]:
    """Cut batches to at most ``rows`` each, in ``schema``; empty ones are left out."""
    for batch in batches:
        fitting = batch if batch.schema.equals(schema) else batch.cast(schema)
        for start in range(0, fitting.num_rows, rows):
            yield fitting.slice(start, rows)


def _kind(kind: pa.DataType) -> pa.DataType | None:
    is_ = pa.types
    if is_.is_dictionary(kind):
        return _kind(kind.value_type)
    if is_.is_list(kind) or is_.is_large_list(kind):
        inner = _kind(kind.value_type)
        return pa.list_(inner) if inner is not None else None
    tests: Sequence[tuple[Callable[[pa.DataType], bool], pa.DataType]] = (
        (is_.is_integer, pa.int64()),
        (is_.is_floating, pa.float64()),
        (is_.is_decimal, pa.float64()),
        (is_.is_string, pa.string()),
        (is_.is_large_string, pa.string()),
        (is_.is_boolean, pa.bool_()),
        (is_.is_date, pa.date32()),
        (is_.is_timestamp, INSTANT),
    )
    return next((ours for test, ours in tests if test(kind)), None)


def _refuse_alike(names: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.lower(), name)
        if other != name or names.count(name) > 1:
            raise DataError(
                say("Two columns are called {one:quoted} and {other:quoted}: to an engine that is one name.",
                    one=other, other=name),
                say("Rename one of them."),
            )  # fmt: skip


def _without_nan(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pa.types.is_floating(column.type):
        return column
    return pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
