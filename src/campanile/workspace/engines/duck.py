"""DuckDB as an engine for chains over big tables: in this process, spilling to disk what memory does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import duckdb
import pyarrow as pa

from campanile.words import say
from campanile.workspace.engine import connect, quoted
from campanile.workspace.engines import files, refusals
from campanile.workspace.engines.meaning import settled, writing
from campanile.workspace.engines.types import INSTANT, canonical, conform, inner, pieces, selection, spelled
from campanile.workspace.errors import CampanileError, SourceError

if TYPE_CHECKING:
    import ibis

    from campanile.workspace.engines import Batches


@contextmanager
def duck(spill: Path | None = None) -> Iterator[Duck]:
    """Open DuckDB with the limits of the settings; ``spill`` is where its temporary files go."""
    import ibis

    with files.spill(spill) as folder:
        connection = connect()
        connection.execute(f"SET temp_directory = {_text(folder)}")
        try:
            yield Duck(connection, ibis.duckdb.from_connection(connection), folder)
        finally:
            connection.close()


class Duck:
    """An open DuckDB; inside it, times are without zone, in UTC."""

    name = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection, backend: Any, folder: Path) -> None:
        self._connection = connection
        self._folder = folder
        self._backend = backend
        self._numbers = count(1)

    def parquet(self, paths: Sequence[Path], columns: Sequence[str] | None = None) -> ibis.Table:
        """Return the rows of Parquet files, read when and as far as a result needs them."""
        groups = files.alike(paths, columns)
        schema = canonical(files.joined(list(groups)))
        read = [f"SELECT {_inward(schema, had)} FROM {_files(alike)}" for had, alike in groups.items()]
        name = f"files_{next(self._numbers)}"
        with _told():
            self._connection.execute(f"CREATE VIEW {name} AS {' UNION ALL '.join(read)}")
            return self._backend.table(name)

    def arrow(self, name: str, table: pa.Table) -> ibis.Table:
        """Return a table from memory; one of that name is replaced. It is copied, so keep it small."""
        import pyarrow.parquet as pq

        # By way of a file: to look at a table in memory DuckDB would import pandas, which takes longer than a query.
        ours, file = conform(table), self._folder / f"{uuid4().hex}.parquet"
        pq.write_table(ours, file)
        try:
            with _told(), self._connection.cursor() as cursor:
                read = f"SELECT {_inward(ours.schema, ours.schema)} FROM {_files([file])}"
                cursor.execute(f"CREATE OR REPLACE TABLE {inner(name)} AS {read}")
                return self._backend.table(inner(name))
        finally:
            file.unlink()

    def to_arrow(self, expression: ibis.Table) -> pa.Table:
        """Return a result as a whole."""
        sql, schema = self._outward(expression)
        with _told(), self._connection.cursor() as cursor:
            return cursor.execute(sql).to_arrow_table().cast(schema)

    def batches(self, expression: ibis.Table, rows: int = 100_000) -> Iterator[pa.RecordBatch]:
        """Yield a result in pieces of at most ``rows``, computed while they are read."""
        sql, schema = self._outward(expression)
        with _told(), self._connection.cursor() as cursor:
            yield from pieces(cursor.execute(sql).to_arrow_reader(rows), schema, rows)

    def to_parquet(self, expression: ibis.Table, folder: Path) -> list[Path]:
        """Write a result to ``folder``, which must not exist yet, and return its files."""
        sql, _ = self._outward(expression)
        with files.whole(folder) as part, _told(), self._connection.cursor() as cursor:
            part.mkdir()
            cursor.execute(f"COPY ({sql}) TO {_text(part / 'part-00000.parquet')} (FORMAT parquet)")
        return sorted(folder.glob("*.parquet"))

    def mapped(self, expression: ibis.Table, function: Batches, schema: pa.Schema, folder: Path) -> list[Path]:
        """Write what ``function`` makes of a result's batches, one after another, to ``folder``; return its files."""
        import pyarrow.parquet as pq

        with files.whole(folder) as part:
            part.mkdir()
            with pq.ParquetWriter(part / "part-00000.parquet", schema) as writer:
                for batch in function(self.batches(expression)):
                    writer.write_batch(batch)
        return sorted(folder.glob("*.parquet"))

    def _outward(self, expression: ibis.Table) -> tuple[str, pa.Schema]:
        with writing():
            table = settled(expression.as_table())
            sql = self._backend.compile(table)
        schema = canonical(table.schema().to_pyarrow())
        shown = selection(schema, lambda field: _cast(quoted(field.name), field.type, _OUT), quoted)
        return f"SELECT {shown} FROM ({sql}) AS result", schema


_IN = {
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.string(): "VARCHAR",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    INSTANT: "TIMESTAMP",
}
_OUT = _IN | {INSTANT: "TIMESTAMPTZ"}


def _inward(schema: pa.Schema, had: pa.Schema) -> str:
    """Return the selection of ``schema`` from a table or files that have the columns of ``had``."""
    names = set(had.names)

    def read(field: pa.Field) -> str:
        if field.name not in names:
            return _cast("NULL", field.type, _IN)
        if field.type == INSTANT and pa.types.is_timestamp(had.field(field.name).type):
            # In UTC this is what a cast gives, some ten times faster: a cast asks the calendars of all time zones.
            return f"make_timestamp(epoch_us({quoted(field.name)}))"
        return _cast(quoted(field.name), field.type, _IN)

    return selection(schema, read, quoted)


def _cast(value: str, kind: pa.DataType, names: dict[pa.DataType, str]) -> str:
    return f"CAST({value} AS {spelled(kind, names, '{}[]')})"


def _files(paths: Sequence[Path]) -> str:
    """Return a call that reads these files and no others: signs of a pattern in their names stand for themselves."""
    listed = ", ".join(_text(_plain(path)) for path in paths)
    return f"read_parquet([{listed}], hive_partitioning = false)"


def _plain(path: Path) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


@contextmanager
def _told() -> Iterator[None]:
    """Tell what DuckDB refuses in our words."""
    try:
        yield
    except duckdb.Error as error:
        raise _as_ours(error) from error


def _as_ours(error: duckdb.Error) -> CampanileError:
    reason = str(error).splitlines()[0].rstrip(".")
    if isinstance(error, duckdb.OutOfMemoryException):
        return refusals.too_little_memory()
    if isinstance(error, duckdb.IOException):
        if "no space left" in reason.lower():
            return refusals.full_disk()
        return SourceError(say("A file cannot be read or written: {reason}.", reason=reason))
    if isinstance(error, duckdb.DataError | duckdb.InvalidInputException):
        return refusals.no_value(reason)
    return refusals.refused(reason)
