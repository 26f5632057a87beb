"""Customers of a kept table or of a file, and by what each is known."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from campanile.experiments.uplift.trial import Rows
from campanile.tables import Dictionary, dictionary_of, uplift
from campanile.words import Sentence

if TYPE_CHECKING:
    from campanile.workspace import Artifact, Run, Workspace


@dataclass(frozen=True)
class Source:
    """``key`` names each row apart, or is None. ``meta`` tells how the table, or the file, was read."""

    name: str
    rows: pa.Table
    dictionary: Dictionary
    key: str | None
    meta: dict[str, Any]
    refused: int = 0
    words: tuple[Sentence, ...] = ()

    def named(self, row: Rows) -> dict[str, pa.ChunkedArray | pa.Array]:
        """Return the column by which the customers of these rows are known: their key, else their row."""
        at = pa.array(row)
        return {self.key: self.rows[self.key].take(at)} if self.key else {uplift.ROW: pa.array(row + 1)}

    def like(self, columns: Collection[str]) -> dict[str, Any]:
        """Return what it takes to read other customers in the types of these columns and of the key."""
        wanted = {*columns, *((self.key,) if self.key else ())}
        kept = tuple(column for column in self.dictionary if column.name in wanted)
        return {**self.meta, "dictionary": replace(self.dictionary, columns=kept, key=self.key).to_dict()}


def source_of(workspace: Workspace, run: Run, name: str, key: str | None, like: Artifact | None = None) -> Source:
    """Read a kept table, or a file, whose fingerprint is kept; ``like`` tells in which types a file is read."""
    if Path(name).suffix and not workspace.artifacts("table", name):
        return _file(run, Path(name), key, like)
    table = run.read(workspace.table(name))
    rows = workspace.read(table)
    meta = {part: table.meta[part] for part in ("declared", "dialect") if part in table.meta}
    return Source(table.name, rows, dictionary_of(table), _apart(rows, key or table.meta["key"]), meta)


def _file(run: Run, path: Path, key: str | None, like: Artifact | None) -> Source:
    from campanile.sources import read, read_like

    found = read(path) if like is None else read_like(path, like)
    run.save_fingerprint(path)
    usual = found.dictionary.key if like is None else like.meta["dictionary"]["key"]
    meta = {"dialect": {"dates": found.dialect.dates}}
    return Source(
        path.stem, found.table, found.dictionary, _apart(found.table, key or usual), meta, found.refused.num_rows,
        found.words()[1:] if like is not None else (),
    )  # fmt: skip


def _apart(rows: pa.Table, key: str | None) -> str | None:
    """Return the key where it names each row apart; rows of one customer are still judged together."""
    if key is None or key not in rows.column_names:
        return None
    return key if pc.count_distinct(rows[key]).as_py() == rows.num_rows else None
