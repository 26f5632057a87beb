"""The list as a file that other programs read: CSV, Parquet or JSON lines."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from campanile.audience.result import Audience
from campanile.words import say
from campanile.workspace.errors import BadInput
from campanile.workspace.store import write_file

if TYPE_CHECKING:
    from campanile.workspace import Workspace


def write(workspace: Workspace, audience: Audience, path: str | Path) -> Path:
    """Write the list of ``audience`` to ``path``, likeliest customer first, with the segments' names.

    The ending says the form: .csv, .parquet, .jsonl. Raises BadInput for another one, StorageError where
    the file cannot be written.
    """
    from campanile.audience.selection import customers

    file = Path(path)
    form = _FORMS.get(file.suffix.lower())
    if form is None:
        raise BadInput(
            say("A list cannot be written as {suffix:quoted}.", suffix=file.suffix or file.name),
            say("Use a name that ends in {endings:list or}.", endings=tuple(_FORMS)),
        )
    write_file(file, form(named(customers(workspace, audience), audience)))
    return file


def named(listed: pa.Table, audience: Audience) -> pa.Table:
    """Return the list with a column ``segment_name``, told in the current language."""
    names = pa.array([str(segment.name) for segment in audience.segments], pa.string())
    at = listed.column_names.index("segment")
    return listed.add_column(at + 1, "segment_name", names.take(pc.subtract(listed.column("segment"), 1)))


def escaped(listed: pa.Table) -> pa.Table:
    """Return the table with an apostrophe before every text that a spreadsheet would run as a formula.

    Source: OWASP, CSV Injection.
    """
    columns = [_escaped(listed.column(at)) for at in range(listed.num_columns)]
    names = _escaped(pa.chunked_array([pa.array(listed.column_names, pa.string())])).to_pylist()
    return pa.table(columns, names=names)


def _escaped(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    return pc.replace_substring_regex(column, pattern=r"^([=+\-@\t\r])", replacement=r"'\1")


def _csv(listed: pa.Table) -> bytes:
    from pyarrow import csv

    sink = io.BytesIO()
    csv.write_csv(escaped(listed), sink)
    return sink.getvalue()


def _parquet(listed: pa.Table) -> bytes:
    from pyarrow import parquet

    sink = io.BytesIO()
    parquet.write_table(listed, sink, compression="zstd")
    return sink.getvalue()


def _lines(listed: pa.Table) -> bytes:
    import json

    return "".join(
        json.dumps(row, ensure_ascii=False, default=str) + "\n"
        for batch in listed.to_batches(max_chunksize=65_536)
        for row in batch.to_pylist()
    ).encode()


_FORMS = {".csv": _csv, ".parquet": _parquet, ".jsonl": _lines}
