"""Tables written piece by piece: what is held in memory is at most one row group."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import pyarrow as pa


class Stream(Protocol):
    """A file that grows by tables; it stands under its own name once it is whole."""

    rows: int

    def append(self, table: pa.Table) -> None:
        """Write ``table`` after what is there."""

    def close(self, *, whole: bool) -> None:
        """Finish the file; what is not whole is thrown away."""


class ParquetStream:
    """A Parquet file whose row groups have exactly ``rows_per_group`` rows, but for the last."""

    def __init__(self, path: Path, schema: pa.Schema, rows_per_group: int) -> None:
        import pyarrow.parquet as pq

        self.rows = 0
        self._path, self._schema, self._rows_per_group = path, schema, rows_per_group
        self._part = path.with_name(path.name + ".part")
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self._writer = pq.ParquetWriter(self._part, schema, compression="zstd", compression_level=1)

    def append(self, table: pa.Table) -> None:
        """Write ``table`` after what is there. Raises ArrowInvalid where its columns are not those of the schema."""
        self.rows += table.num_rows
        self._waiting.append(table.select(self._schema.names).cast(self._schema))
        self._waiting_rows += table.num_rows
        while self._waiting_rows >= self._rows_per_group:
            self._write(self._rows_per_group)

    def close(self, *, whole: bool) -> None:
        """Finish the file; what is not whole is thrown away."""
        if whole and self._waiting_rows:
            self._write(self._waiting_rows)
        self._writer.close()
        _settle(self._part, self._path, whole=whole)

    def _write(self, rows: int) -> None:
        waiting = pa.concat_tables(self._waiting)
        self._writer.write_table(waiting.slice(0, rows), row_group_size=rows)
        self._waiting = [waiting.slice(rows)]
        self._waiting_rows -= rows


class CsvStream:
    """A delimited file; texts stand without quotes, so they may hold neither quotes nor the separator."""

    def __init__(self, path: Path, schema: pa.Schema, separator: str) -> None:
        import pyarrow.csv as pv

        self.rows = 0
        self._path, self._schema = path, schema
        self._part = path.with_name(path.name + ".part")
        # Arrow quotes the names of a header; the shops' files do not.
        self._sink = self._part.open("wb")
        self._sink.write((separator.join(schema.names) + "\n").encode())
        options = pv.WriteOptions(include_header=False, delimiter=separator, quoting_style="none")
        self._writer = pv.CSVWriter(self._sink, schema, write_options=options)

    def append(self, table: pa.Table) -> None:
        """Write ``table`` after what is there. Raises ArrowInvalid where a text would need quotes."""
        self.rows += table.num_rows
        self._writer.write_table(table.select(self._schema.names).cast(self._schema))

    def close(self, *, whole: bool) -> None:
        """Finish the file; what is not whole is thrown away."""
        self._writer.close()
        self._sink.close()
        _settle(self._part, self._path, whole=whole)


class Streams:
    """Files that are written side by side: all of them stand when all are whole, none when one is not."""

    def __init__(self, **streams: Stream) -> None:
        self._streams = streams

    def __enter__(self) -> Streams:
        return self

    def __getitem__(self, name: str) -> Stream:
        return self._streams[name]

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for stream in self._streams.values():
            stream.close(whole=kind is None)


def write_whole(path: Path, columns: dict[str, Any], rows_per_group: int) -> Path:
    """Write a table that is held whole, in row groups."""
    table = columns if isinstance(columns, pa.Table) else pa.table(columns)
    stream = ParquetStream(path, table.schema, rows_per_group)
    stream.append(table)
    stream.close(whole=True)
    return path


def _settle(part: Path, path: Path, *, whole: bool) -> None:
    if whole:
        part.replace(path)
    else:
        part.unlink(missing_ok=True)
