"""DuckDB, spoken to through Ibis or bound SQL, for tables in memory; ``workspace.engines`` is for what is bigger."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from campanile.workspace.settings import Settings

if TYPE_CHECKING:
    import ibis


def connect() -> duckdb.DuckDBPyConnection:
    """Open an engine in memory with the limits of the settings; UTC, no downloads of extensions."""
    settings = Settings()
    connection = duckdb.connect(config={
        "memory_limit": settings.memory_limit,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
    })  # fmt: skip
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    # What Spark calls conv(digits, 16, 10): see workspace.buckets.
    connection.execute("CREATE MACRO hex_number(digits) AS CAST('0x' || digits AS BIGINT)")
    if settings.threads:
        connection.execute(f"SET threads = {int(settings.threads)}")
    return connection


def query(sql: str, tables: Mapping[str, pa.Table] | None = None, values: Sequence[Any] = ()) -> pa.Table:
    """Run ``sql`` over Arrow tables given by name; ``values`` are bound to its ``?``.

    The order of rows is that of the query.
    """
    with _cursor() as connection:
        for name, table in (tables or {}).items():
            connection.register(name, table)
        return connection.execute(sql, list(values)).to_arrow_table()


def _cursor() -> duckdb.DuckDBPyConnection:
    """Return a connection of its own, with tables of its own, to this process's one engine: opening one takes long."""
    settings = Settings()
    # A process that was forked cannot use its parent's: the threads of that have not come with it.
    wanted = (os.getpid(), settings.memory_limit, settings.threads)
    with _opening:
        if wanted not in _open:
            _open[wanted] = connect()
        return _open[wanted].cursor()


_open: dict[tuple[int, str, int], duckdb.DuckDBPyConnection] = {}
_opening = threading.Lock()


def compiled(expression: ibis.Table) -> str:
    """Return an unbound Ibis expression as this engine's SQL, for ``query`` to run over tables of its names."""
    import ibis

    return str(ibis.to_sql(expression, dialect="duckdb"))


def quoted(identifier: str) -> str:
    """Quote a column or table name for SQL."""
    return '"' + identifier.replace('"', '""') + '"'
