"""Tables as files that other programs read: CSV, Parquet or JSON lines."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from campanile.tables.lists import as_json, is_list


def escaped(table: pa.Table) -> pa.Table:
    """Return the table with an apostrophe before every text that a spreadsheet would run as a formula.

    Source: OWASP, CSV Injection.
    """
    columns = [_escaped(table.column(at)) for at in range(table.num_columns)]
    names = _escaped(pa.chunked_array([pa.array(table.column_names, pa.string())])).to_pylist()
    return pa.table(columns, names=names)


def to_csv(table: pa.Table) -> bytes:
    """Write CSV with a header, safe to open in a spreadsheet; lists are written as JSON."""
    from pyarrow import csv

    sink = io.BytesIO()
    csv.write_csv(escaped(table), sink)
    return sink.getvalue()


def csv_pieces(table: pa.Table, rows: int = 65_536) -> Iterator[bytes]:
    """Write the same piece by piece, for a table that is sent while it is written."""
    from pyarrow import csv

    for place in range(0, max(table.num_rows, 1), rows):
        sink = io.BytesIO()
        csv.write_csv(escaped(table.slice(place, rows)), sink, csv.WriteOptions(include_header=not place))
        yield sink.getvalue()


def plain_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Return rows of what JSON can hold: days and times are told as text, lists of texts stay lists."""
    plain = (str, int, float, bool, list, type(None))
    return [
        {name: value if isinstance(value, plain) else str(value) for name, value in row.items()}
        for row in table.to_pylist()
    ]


def to_parquet(table: pa.Table) -> bytes:
    """Write Parquet, compressed."""
    from pyarrow import parquet

    sink = io.BytesIO()
    parquet.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def to_json_lines(table: pa.Table) -> bytes:
    """Write one JSON object on each line."""
    return "".join(
        json.dumps(row, ensure_ascii=False, default=str) + "\n"
        for batch in table.to_batches(max_chunksize=65_536)
        for row in batch.to_pylist()
    ).encode()


def _escaped(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if is_list(column.type):
        return pa.chunked_array([as_json(column)])
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    return pc.replace_substring_regex(column, pattern=r"^([=+\-@\t\r])", replacement=r"'\1")


WRITERS: Mapping[str, Callable[[pa.Table], bytes]] = {
    ".csv": to_csv,
    ".parquet": to_parquet,
    ".jsonl": to_json_lines,
}
"""How a table is written, by the ending of the file's name."""
