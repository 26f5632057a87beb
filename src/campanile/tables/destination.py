"""Where a table is written back to: a file, or a table of somebody's database. All of it is written, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from campanile.tables.export import escaped
from campanile.words import say
from campanile.workspace.databases import database
from campanile.workspace.errors import BadInput, SourceError
from campanile.workspace.settings import variable
from campanile.workspace.store import whole_file

_VARIABLE = re.compile(r"\$\{(CAMPANILE_[A-Z0-9_]+)\}")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class Destination(Protocol):
    """A place that takes a table. ``shown`` is how people are told of it: without secrets."""

    @property
    def shown(self) -> str:
        """The place in words that may be printed."""

    def check(self, schema: pa.Schema) -> None:
        """Raise BadInput where it is plain already that it will not take such a table."""

    def replace(
        self, pieces: Iterable[pa.RecordBatch], schema: pa.Schema, keys: Sequence[str], where: tuple[str, Any]
    ) -> None:
        """Put rows in the place of those whose column ``where[0]`` is ``where[1]``, or of all there is."""


@dataclass(frozen=True)
class File:
    """A file, CSV or Parquet by its ending; it is replaced as a whole."""

    path: Path

    @property
    def shown(self) -> str:
        """The file's path."""
        return str(self.path)

    def check(self, schema: pa.Schema) -> None:
        """Raise SourceError where a folder has the file's name."""
        if self.path.is_dir():
            raise SourceError(say("{path:quoted} is a folder.", path=str(self.path)), say("Name a file in it."))

    def replace(
        self, pieces: Iterable[pa.RecordBatch], schema: pa.Schema, keys: Sequence[str], where: tuple[str, Any]
    ) -> None:
        """Write the file beside and put it in its place when it is whole. Raises StorageError."""
        with whole_file(self.path) as file:
            _WRITERS[self.path.suffix.lower()](file, pieces, schema)


def destination(said: str, into: str | None, table: str) -> Destination:
    """Return the place that ``said`` names: a file, an address, or ``${CAMPANILE_…}``, a variable that holds either.

    In a database the table is ``into``, what stands after "#" in the address, or ``table``. Raises BadInput.
    """
    text = _filled(said)
    if not _ADDRESS.match(text):
        if into is not None:
            raise BadInput(say("A file has no table {name:quoted} to write into.", name=into))
        return _file(Path(text), secret=text != said or "@" in text)
    address, _, named = text.partition("#")
    return database(address, into or named or re.sub(r"\W", "_", table), called=said if text != said else None)


def _filled(said: str) -> str:
    found = _VARIABLE.fullmatch(said.strip())
    if not found:
        return said
    value = variable(found[1])
    if not value:
        raise BadInput(say("The variable {name:quoted} is not set.", name=found[1]),
                       say("Set it to a file or to the address of a database."))  # fmt: skip
    return value


def _file(path: Path, *, secret: bool) -> File:
    if path.suffix.lower() in _WRITERS:
        return File(path)
    # What looks like an address may hold a password, and so may a variable.
    what = (
        say("What is named is neither a file that can be written nor the address of a database.")
        if secret
        else say("Scores cannot be written as {suffix:quoted}.", suffix=path.suffix or path.name)
    )
    endings = say("Use a name that ends in {endings:list or}, or the address of a database.", endings=tuple(_WRITERS))
    raise SourceError(what, endings)


def _csv(file: Any, pieces: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
    from pyarrow import csv

    csv.write_csv(escaped(schema.empty_table()), file)
    for piece in pieces:
        csv.write_csv(escaped(pa.Table.from_batches([piece])), file, csv.WriteOptions(include_header=False))


def _parquet(file: Any, pieces: Iterable[pa.RecordBatch], schema: pa.Schema) -> None:
    from pyarrow import parquet

    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for piece in pieces:
            writer.write_batch(piece)


_WRITERS = {".csv": _csv, ".parquet": _parquet}
