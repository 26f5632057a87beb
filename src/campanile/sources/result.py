"""What the importer answers: a typed table, how the file was written, and what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from campanile.sources.refusal import Refusal, tell
from campanile.tables import Dictionary
from campanile.words import Sentence, Told, plural


@dataclass(frozen=True)
class Dialect:
    """How a file was written. ``line_end`` is "LF", "CRLF" or "CR"; ``dates`` is "ymd", "dmy" or "mdy".

    ``index_column`` names a column that only counted the rows and was left out; ``skipped_lines``
    counts the lines above the header.
    """

    format: str
    compression: str | None = None
    encoding: str | None = None
    bom: bool = False
    separator: str | None = None
    quote: str | None = None
    line_end: str | None = None
    decimal: str | None = None
    dates: str | None = None
    header_padding: bool = False
    index_column: str | None = None
    skipped_lines: int = 0
    sheet: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return asdict(self)


@dataclass(frozen=True)
class Reading(Told):
    """A file as a typed table. ``refused`` has columns line, column, reason, value, raw; one row each.

    ``lines`` gives the physical line (in a workbook, the row) on which each row of ``table`` begins.
    ``share`` is the part of the file that was read.
    """

    table: pa.Table
    dictionary: Dictionary
    dialect: Dialect
    refused: pa.Table
    notes: tuple[Sentence, ...]
    lines: pa.Array
    share: float = 1.0

    def words(self) -> tuple[Sentence, ...]:
        """Say what was read, what was refused and what was decided."""
        n = self.table.num_rows
        return (
            plural("{n:number} row was read.", "{n:number} rows were read.", n),
            *_refused(self.refused),
            *self.notes,
        )


@dataclass(frozen=True)
class Load(Told):
    """A finished import: the version made, its content hash, and what did not enter it.

    ``added`` counts rows that are new in this version, ``repeated`` rows that were there already
    (in the file or the table) and are kept once.
    """

    table: str
    version: int
    rows: int
    added: int
    repeated: int
    refused: int
    content_hash: str
    key: str | None
    dialect: Dialect
    dictionary: Dictionary
    notes: tuple[Sentence, ...]
    refusals: tuple[Refusal, ...] = ()

    def words(self) -> tuple[Sentence, ...]:
        """Say what was loaded, refused and decided, most important first."""
        loaded = plural(
            "Table {table:quoted} version {version}: {n:number} row.",
            "Table {table:quoted} version {version}: {n:number} rows.",
            self.rows, table=self.table, version=self.version,
        )  # fmt: skip
        repeated = plural(
            "{n:number} row was there already and is kept once.",
            "{n:number} rows were there already and are kept once.",
            self.repeated,
        )
        return (loaded, *((repeated,) if self.repeated else ()), *self.refused_words(), *self.notes)

    def refused_words(self) -> tuple[Sentence, ...]:
        """Say how many rows were refused, and the first of them with the reason; nothing where none was."""
        refused = plural("{n:number} row was refused:", "{n:number} rows were refused:", self.refused)
        return (refused, *(tell(refusal) for refusal in self.refusals[:5])) if self.refused else ()

    def to_dict(self) -> Mapping[str, Any]:
        """Return a form that JSON can hold; ``types`` maps a column to its storage and semantic type."""
        return {
            "table": self.table, "version": self.version, "rows": self.rows, "added": self.added,
            "repeated": self.repeated, "refused": self.refused, "content_hash": self.content_hash, "key": self.key,
            "dialect": self.dialect.to_dict(),
            "types": {
                column.name: {"type": column.type, "semantic": str(column.semantic), "unit": column.unit,
                              "reason": str(column.reason or "")}
                for column in self.dictionary
            },
            "refusals": [{**asdict(refusal), "words": str(tell(refusal))} for refusal in self.refusals[:100]],
            "words": [str(sentence) for sentence in self.words()],
        }  # fmt: skip


def _refused(refused: pa.Table) -> tuple[Sentence, ...]:
    if not refused.num_rows:
        return ()
    shown = [Refusal(**row) for row in refused.slice(0, 5).to_pylist()]
    n = refused.num_rows
    return (plural("{n:number} row was refused:", "{n:number} rows were refused:", n), *map(tell, shown))
