"""Engines for chains over big tables: one declaration in Ibis runs on any of them, with the same result.

>>> import pyarrow as pa
>>> with open_engine("duckdb") as engine:
...     clicks = engine.arrow("clicks", pa.table({"who": ["a", "b", "a"], "seconds": [3, 5, 8]}))
...     table = engine.to_arrow(clicks.group_by("who").agg(seconds=clicks.seconds.sum()).order_by("who"))
>>> table.to_pylist()
[{'who': 'a', 'seconds': 11}, {'who': 'b', 'seconds': 5}]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, get_args

import pyarrow as pa

from campanile.words import say
from campanile.workspace.errors import not_found

if TYPE_CHECKING:
    import ibis

Name = Literal["duckdb", "spark"]
Batches = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]
"""What makes batches of batches: a function of a module, or an object of plain data whose class is in one."""


class Engine(Protocol):
    """What all engines do. Results are int64, double, string, bool, date32, timestamp[us, UTC], and lists of these.

    Rows are in an order only where the expression gives them one. What is not a number is missing; what operations
    mean is told in ``engines.meaning``. All methods raise ``OutOfMemory``, ``DataError`` for a value that cannot be
    computed (a sum beyond 64 bits, text cast to a number), and ``EngineError`` where the engine ended or does not take
    what it was asked.
    """

    @property
    def name(self) -> str:
        """Which engine it is."""

    def parquet(self, paths: Sequence[Path], columns: Sequence[str] | None = None) -> ibis.Table:
        """Return the rows of Parquet files, read when and as far as a result needs them.

        Files may differ in columns; one that a file has not is missing in its rows. Raises SourceError for a file that
        cannot be read, NotFound for a column that none has, and DataError for types that no engine takes.
        """

    def arrow(self, name: str, table: pa.Table) -> ibis.Table:
        """Return a table from memory; one of that name is replaced. It is copied, so keep it small."""

    def to_arrow(self, expression: ibis.Table) -> pa.Table:
        """Return a result as a whole."""

    def batches(self, expression: ibis.Table, rows: int = 100_000) -> Iterator[pa.RecordBatch]:
        """Yield a result in pieces of at most ``rows``, without holding it."""

    def to_parquet(self, expression: ibis.Table, folder: Path) -> list[Path]:
        """Write a result to ``folder``, which must not exist yet, without holding it, and return its files in order.

        The folder is whole or not there. Raises StorageError where it exists or the disk refuses it.
        """

    def mapped(self, expression: ibis.Table, function: Batches, schema: pa.Schema, folder: Path) -> list[Path]:
        """Write what ``function`` makes of a result's batches to ``folder``, as ``to_parquet`` writes a result.

        It is called where the rows are, once for each part of them: on Spark in the workers, which must have Campanile
        installed. ``schema`` is what it gives, in the types of results. What it raises ends the work.
        """


def open_engine(
    name: Name = "duckdb", *, master: str = "local[*]", spill: Path | None = None
) -> AbstractContextManager[Engine]:
    """Open an engine with the memory and threads of the settings; what it put on disk is gone when it closes.

    ``master`` says where Spark runs; ``spill`` is where an engine puts what memory does not hold (the system's folder
    for temporary files). Raises BadInput where Spark is not installed.
    """
    if name == "duckdb":
        from campanile.workspace.engines.duck import duck

        return duck(spill)
    if name == "spark":
        from campanile.workspace.engines.spark import spark

        return spark(master, spill)
    raise not_found(say("engine"), name, get_args(Name))
