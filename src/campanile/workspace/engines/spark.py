"""Spark as an engine for chains over big tables: on this computer's cores, or on a cluster. The one home of pyspark."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyarrow as pa

from campanile.words import say
from campanile.workspace.engines import files, refusals
from campanile.workspace.engines.machine import Machine, machine
from campanile.workspace.engines.meaning import settled, writing
from campanile.workspace.engines.types import INSTANT, canonical, conform, inner, pieces, selection, spelled
from campanile.workspace.errors import CampanileError, EngineError

if TYPE_CHECKING:
    import ibis

    from campanile.workspace.engines import Batches


@contextmanager
def spark(master: str = "local[*]", spill: Path | None = None) -> Iterator[Spark]:
    """Open Spark on ``master``; engines that are open at the same time share one Java machine.

    On a cluster, ``spill`` and the files that are read and written must be on a disk that all its computers see.
    """
    with machine(master, spill) as running:
        import ibis

        with _told(running):
            session = running.session.newSession()
            session.sql(_HEX_NUMBER)
            backend = ibis.pyspark.connect(session)
        yield Spark(running, session, backend)


class Spark:
    """An open Spark, with tables of its own."""

    name = "spark"

    def __init__(self, running: Machine, session: Any, backend: Any) -> None:
        self._machine = running
        self._session = session
        self._backend = backend
        self._numbers = count(1)

    def parquet(self, paths: Sequence[Path], columns: Sequence[str] | None = None) -> ibis.Table:
        """Return the rows of Parquet files, read when and as far as a result needs them."""
        groups = files.alike(paths, columns)
        schema = canonical(files.joined(list(groups)))
        name = f"files_{next(self._numbers)}"
        with _told(self._machine):
            read = [
                f"SELECT {_inward(schema, had)} FROM {self._files(f'{name}_{at}', alike)}"
                for at, (had, alike) in enumerate(groups.items())
            ]
            self._session.sql(" UNION ALL ".join(read)).createOrReplaceTempView(name)
            return self._backend.table(name)

    def arrow(self, name: str, table: pa.Table) -> ibis.Table:
        """Return a table from memory; one of that name is replaced. It is copied, so keep it small."""
        with _told(self._machine):
            frame = self._session.createDataFrame(conform(table))
            frame.createOrReplaceTempView(inner(name))
            return self._backend.table(inner(name))

    def to_arrow(self, expression: ibis.Table) -> pa.Table:
        """Return a result as a whole."""
        sql, schema = self._outward(expression)
        with _told(self._machine):
            return self._session.sql(sql).toArrow().cast(schema)

    def batches(self, expression: ibis.Table, rows: int = 100_000) -> Iterator[pa.RecordBatch]:
        """Yield a result in pieces of at most ``rows``: it is written to files first, and these are read."""
        import pyarrow.parquet as pq

        _, schema = self._outward(expression)
        folder = self._machine.folder / f"batches-{uuid4().hex}"
        try:
            for path in self.to_parquet(expression, folder):
                with pq.ParquetFile(path) as file:
                    yield from pieces(file.iter_batches(batch_size=rows), schema, rows)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def to_parquet(self, expression: ibis.Table, folder: Path) -> list[Path]:
        """Write a result to ``folder``, which must not exist yet, and return its files."""
        sql, _ = self._outward(expression)
        with files.whole(folder) as part, _told(self._machine):
            _write(self._session.sql(sql), part)
        return sorted(folder.glob("*.parquet"))

    def mapped(self, expression: ibis.Table, function: Batches, schema: pa.Schema, folder: Path) -> list[Path]:
        """Write what ``function`` makes of a result's batches in the workers to ``folder``; return its files."""
        from pyspark.sql.pandas.types import from_arrow_schema

        sql, _ = self._outward(expression)

        def handed(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            # Spark looks at a function's arguments, so an object that can be called is called by one.
            yield from function(batches)

        with files.whole(folder) as part, _told(self._machine):
            _write(self._session.sql(sql).mapInArrow(handed, from_arrow_schema(schema)), part)
        return sorted(folder.glob("*.parquet"))

    def _outward(self, expression: ibis.Table) -> tuple[str, pa.Schema]:
        with writing():
            table = settled(expression.as_table())
            sql = self._backend.compile(table)
        schema = canonical(table.schema().to_pyarrow())
        shown = selection(schema, lambda field: _cast(_quoted(field.name), field.type), _quoted)
        return f"SELECT {shown} FROM ({sql}) AS result", schema

    def _files(self, name: str, paths: Sequence[Path]) -> str:
        self._session.read.parquet(*map(_plain, paths)).createOrReplaceTempView(name)
        return _quoted(name)


def _write(frame: Any, folder: Path) -> None:
    frame.write.parquet(str(folder.absolute()))
    for checksum in folder.glob(".*.crc"):
        checksum.unlink()


_HEX_NUMBER = """
CREATE OR REPLACE TEMPORARY FUNCTION hex_number(digits STRING) RETURNS BIGINT
RETURN CAST(conv(digits, 16, 10) AS BIGINT)
"""
_NAMES = {
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.string(): "STRING",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    INSTANT: "TIMESTAMP",
}


def _inward(schema: pa.Schema, had: pa.Schema) -> str:
    """Return the selection of ``schema`` from files that have the columns of ``had``."""
    types = {field.name: field.type for field in had}

    def cast(field: pa.Field) -> str:
        if field.name not in types:
            return _cast("NULL", field.type)
        if types[field.name] in (pa.timestamp("ns"), pa.timestamp("ns", "UTC")):
            # Spark reads these as whole numbers.
            return f"timestamp_micros({_quoted(field.name)} DIV 1000)"
        return _cast(_quoted(field.name), field.type)

    return selection(schema, cast, _quoted)


def _cast(value: str, kind: pa.DataType) -> str:
    return f"CAST({value} AS {spelled(kind, _NAMES, 'ARRAY<{}>')})"


def _quoted(identifier: str) -> str:
    return "`" + identifier.replace("`", "``") + "`"


def _plain(path: Path) -> str:
    """Return a path in which signs of a pattern stand for themselves."""
    return "".join(f"\\{sign}" if sign in "*?[]{}\\" else sign for sign in str(path))


@contextmanager
def _told(running: Machine) -> Iterator[None]:
    """Tell what Spark refuses, and that its machine ended, in our words."""
    from py4j.protocol import Py4JError, Py4JJavaError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, ConnectionError, EOFError, pa.ArrowException) as error:
        if _interrupted(error):
            raise KeyboardInterrupt from None
        answered = isinstance(error, PySparkException | Py4JJavaError)
        raise _as_ours(error, running, lost=running.ended(0 if answered else 2)) from error


def _interrupted(error: BaseException | None) -> bool:
    """Tell whether this came of Ctrl-C: Spark's jobs are ended by it, and complain in its stead."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _as_ours(error: Exception, running: Machine, *, lost: bool) -> CampanileError:
    words = str(error)
    if any(sign in words or (lost and sign in running.last_words) for sign in _MEMORY):
        return refusals.too_little_memory()
    if lost:
        return EngineError(
            say("Spark ended in the middle of its work; nothing of the result was kept."),
            say("Another program or the system may have ended it, often for want of memory. Try again."),
        )
    if any(sign in words for sign in ("No space left on device", "Disk quota exceeded")):
        return refusals.full_disk()
    causes = [line for line in words.splitlines() if _VALUES.search(line)]
    return refusals.no_value(causes[0]) if causes else refusals.refused(words)


_MEMORY = ("OutOfMemoryError", "maxResultSize", "UNABLE_TO_ACQUIRE_MEMORY")
# The class of SQL states for values: division by zero, overflow, text that is not a number.
_VALUES = re.compile(r"SQLSTATE: 22\w{3}")
