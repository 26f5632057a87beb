"""A database of somebody else's: rows are written to a table of it in one transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from campanile.words import say
from campanile.workspace.errors import BadInput, DataError, StorageError

_DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_PATIENCE_SECONDS = 15


@dataclass(frozen=True, repr=False)
class Database:
    """A table in a database; ``shown`` names both without the password, and is all that is ever told of the address.

    ``called`` is what people call the address, where they do not write it.
    """

    url: sa.URL
    table: str
    called: str | None = None

    @property
    def shown(self) -> str:
        """The address without password and options, and the table."""
        plain = self.called or self.url.set(query={}).render_as_string(hide_password=True)
        return f"{plain}#{self.table}"

    def check(self, schema: pa.Schema) -> None:
        """Make sure that the database answers, and that a table of that name, if there is one, has these columns.

        Raises StorageError and DataError.
        """
        if self.url.drivername == "sqlite" and not Path(str(self.url.database)).exists():
            return
        with self._connected() as connection:
            inspector = sa.inspect(connection)
            if not inspector.has_table(self.table):
                return
            there = [column["name"] for column in inspector.get_columns(self.table)]
        if set(there) != set(schema.names):
            raise DataError(
                say("Table {table:quoted} of the database has other columns: {there:list}. To be written: {ours:list}.",
                    table=self.table, there=tuple(there), ours=tuple(schema.names)),
                say("Name another table, or remove this one."),
            )  # fmt: skip

    def replace(
        self, pieces: Iterable[pa.RecordBatch], schema: pa.Schema, keys: Sequence[str], where: tuple[str, Any]
    ) -> None:
        """Put rows in the place of those whose column ``where[0]`` is ``where[1]``: all of it or nothing.

        The table is made if it is not there; ``keys`` tell its rows apart. Raises StorageError.
        """
        columns = [sa.Column(one.name, _kind(one.type), primary_key=one.name in keys) for one in schema]
        table = sa.Table(self.table, sa.MetaData(), *columns)
        with self._connected() as connection:
            table.create(connection, checkfirst=True)
            connection.execute(sa.delete(table).where(table.c[where[0]] == where[1]))
            for piece in pieces:
                if piece.num_rows:
                    connection.execute(sa.insert(table), piece.to_pylist())

    @contextmanager
    def _connected(self) -> Iterator[sa.Connection]:
        """Give a connection in a transaction that is committed when all went well; tell in our words what it says."""
        engine = _engine(self.url)
        try:
            with engine.begin() as connection:
                yield connection
        except sa.exc.SQLAlchemyError as error:
            raise self._refused(error) from None
        finally:
            engine.dispose()

    def _refused(self, error: sa.exc.SQLAlchemyError) -> StorageError:
        # The statement and its values are left out: they would show customers.
        said = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()[0].rstrip(".")
        reason = said.replace(str(self.url.password), "***") if self.url.password else said
        return StorageError(
            say("The database {shown:quoted} refuses: {reason}.", shown=self.shown, reason=reason),
            say("Nothing was written. Look at the address and at what its user may do."),
        )


def database(address: str, table: str, called: str | None = None) -> Database:
    """Return a table in the database at an address. Raises BadInput, which does not tell the address."""
    try:
        url = sa.make_url(address)
    except (sa.exc.ArgumentError, ValueError):
        raise BadInput(say("The address of the database cannot be read."), _FORMS) from None
    if url.drivername not in _DRIVERS:
        raise BadInput(say("A database of the kind {kind:quoted} cannot be written to.", kind=url.drivername), _FORMS)
    if not url.database or url.database == ":memory:":
        raise BadInput(say("The address says not which database."), _FORMS)
    if not _NAME.fullmatch(table):
        raise BadInput(
            say("{name:quoted} cannot name a table of a database: use letters, digits and '_', at most 63.", name=table)
        )
    return Database(url.set(drivername=_DRIVERS[url.drivername]), table, called)


_FORMS = say("Write postgresql://user:password@host/database#table or sqlite:///file.db#table.")


def _engine(url: sa.URL) -> sa.Engine:
    try:
        if url.drivername == "sqlite":
            engine = sa.create_engine(url, connect_args={"timeout": _PATIENCE_SECONDS})
            # Python's driver would commit a table that is made before its rows are there.
            sa.event.listen(engine, "connect", _by_hand)
            sa.event.listen(engine, "begin", _begun)
            return engine
        return sa.create_engine(url, connect_args={"connect_timeout": _PATIENCE_SECONDS})
    except ModuleNotFoundError:
        raise BadInput(
            say("The driver for PostgreSQL is not installed."),
            say("Install it: {command}", command="pip install 'campanile[postgres]'"),
        ) from None


def _by_hand(connection: Any, _: Any) -> None:
    connection.isolation_level = None


def _begun(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _kind(kind: pa.DataType) -> sa.types.TypeEngine[Any]:
    found: dict[pa.DataType, sa.types.TypeEngine[Any]] = {
        pa.int64(): sa.BigInteger(), pa.float64(): sa.Double(), pa.string(): sa.String(), pa.bool_(): sa.Boolean(),
        pa.date32(): sa.Date(),
    }  # fmt: skip
    return found.get(kind, sa.DateTime(timezone=True))
