"""What differs between two versions of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campanile.words import Sentence, Told, Value, plural, say


@dataclass(frozen=True)
class Part:
    """Where some of a column's values lie: how many rows had them before and have them after."""

    label: Sentence
    before: int
    after: int


@dataclass(frozen=True)
class ColumnChange:
    """One column: ``cells`` differ among the rows of both versions (None where no key tells rows apart).

    ``moved`` is the share of rows that would have to change their part for both distributions to be equal
    (total variation, 0 to 1). Of identifiers, personal data and texts there are no ``parts``.
    """

    name: str
    label: Sentence
    cells: int | None
    missing_before: int
    missing_after: int
    moved: float | None = None
    parts: tuple[Part, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {"column": self.name, "cells": self.cells, "missing_before": self.missing_before,
                "missing_after": self.missing_after, "moved": self.moved}  # fmt: skip


@dataclass(frozen=True)
class CellChange:
    """One cell that differs, as text; personal data is never told."""

    key: str
    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Difference(Told):
    """Two versions of a table held against each other, by ``key`` where both have it.

    Without a key a row that changed counts as one removed and one added.
    """

    table: str
    before: int
    after: int
    key: str | None
    rows_before: int
    rows_after: int
    added: int
    removed: int
    changed: int
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    columns: tuple[ColumnChange, ...]
    cells: tuple[CellChange, ...] = ()

    def words(self) -> tuple[Sentence, ...]:
        """Say what differs: rows, then columns."""
        more = (
            plural("New column: {names:list}.", "New columns: {names:list}.", len(self.columns_added),
                   names=self.columns_added),
        ) if self.columns_added else ()  # fmt: skip
        fewer = (
            plural("Column that is gone: {names:list}.", "Columns that are gone: {names:list}.",
                   len(self.columns_removed), names=self.columns_removed),
        ) if self.columns_removed else ()  # fmt: skip
        return (self.answer, *more, *fewer)

    @property
    def answer(self) -> Sentence:
        """The difference in one sentence."""
        about: dict[str, Value] = {"table": self.table, "before": self.before, "after": self.after}
        if not (self.added or self.removed or self.changed):
            return say("The rows of table {table:quoted} are the same in v{before} and v{after}.", **about)
        return say(
            "From v{before} to v{after} of table {table:quoted}: {added}, {removed}, {changed}.", **about,
            added=plural("{n:number} row added", "{n:number} rows added", self.added),
            removed=plural("{n:number} removed", "{n:number} removed", self.removed),
            changed=plural("{n:number} changed", "{n:number} changed", self.changed),
        )  # fmt: skip

    def to_dict(self) -> Mapping[str, Any]:
        """Return what ``--json`` prints."""
        return {
            "table": self.table, "before": self.before, "after": self.after, "key": self.key,
            "rows_before": self.rows_before, "rows_after": self.rows_after, "added": self.added,
            "removed": self.removed, "changed": self.changed, "columns_added": list(self.columns_added),
            "columns_removed": list(self.columns_removed), "columns": [column.to_dict() for column in self.columns],
            "cells": [vars(cell) for cell in self.cells], "words": [str(sentence) for sentence in self.words()],
        }  # fmt: skip
