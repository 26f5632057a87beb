"""A first look at a file, before it becomes a table: dialect, columns, keys, some rows, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from campanile.sources.spec import ReadSpec
from campanile.tables import Column, Semantic
from campanile.tables.export import plain_rows
from campanile.tables.lists import as_texts, is_list
from campanile.words import Sentence, Told

if TYPE_CHECKING:
    from campanile.sources.result import Reading
    from campanile.workspace import Workspace

PREVIEW_ROWS = 20
SHOWN_REFUSALS = 100
HEAD_BYTES = 16 * 2**20


class InspectSpec(ReadSpec):
    """Look at the file in ``path``; of a long text only the beginning is read."""

    path: Path


@dataclass(frozen=True)
class Inspection(Told):
    """What a file would be as a table. ``rows`` of a text of which only the ``share`` was read are those read.

    ``preview`` holds the first rows; personal columns, named in ``personal``, are left empty in it.
    """

    reading: Reading
    keys: tuple[str, ...]
    preview: pa.Table
    personal: tuple[str, ...]
    refuse_share: float

    @property
    def share(self) -> float:
        """The part of the file that was read."""
        return float(self.reading.share)

    def words(self) -> tuple[Sentence, ...]:
        """Say what was read, what was refused and what was decided."""
        return self.reading.words()

    def to_dict(self) -> Mapping[str, Any]:
        """Return a form that JSON can hold."""
        from campanile.sources.refusal import Refusal, tell

        refused = self.reading.refused
        rows = self.reading.table.num_rows
        shown = [Refusal(**row) for row in refused.slice(0, SHOWN_REFUSALS).to_pylist()]
        return {
            "rows": rows, "share": self.share, "refused": refused.num_rows,
            "too_many_refused": refused.num_rows > self.refuse_share * (rows + refused.num_rows),
            "dialect": self.reading.dialect.to_dict(), "keys": list(self.keys),
            "columns": [_column(column, self.reading.table[column.name]) for column in self.reading.dictionary],
            "preview": plain_rows(self.preview), "personal": list(self.personal),
            "refusals": [
                {**_without_text(asdict(one)), "words": str(tell(one))} for one in shown
            ],
            "notes": [str(note) for note in self.reading.notes],
        }  # fmt: skip


def inspect(workspace: Workspace, spec: InspectSpec) -> Inspection:
    """Look at a file and change nothing. Raises what ``sources.read`` raises, but not for rows refused."""
    from campanile.sources import read

    asked = {name: getattr(spec, name) for name in ReadSpec.model_fields}
    reading = read(spec.path, ReadSpec(**{**asked, "refuse_share": 1.0}), head=HEAD_BYTES)
    personal = tuple(column.name for column in reading.dictionary.of(Semantic.PERSONAL))
    head = reading.table.slice(0, PREVIEW_ROWS)
    masked = {
        name: pa.nulls(head.num_rows, pa.string()) if name in personal else head[name] for name in head.column_names
    }
    return Inspection(reading, _keys(reading), pa.table(masked), personal, spec.refuse_share)


def _keys(reading: Reading) -> tuple[str, ...]:
    """Return the columns that could tell rows apart, identifiers first."""
    meant = (Semantic.IDENTIFIER, Semantic.PERSONAL, Semantic.TEXT, Semantic.CATEGORY, Semantic.NUMBER)
    columns = sorted(reading.dictionary.of(*meant), key=lambda column: meant.index(column.semantic))
    return tuple(
        column.name for column in columns
        if not pa.types.is_floating(reading.table[column.name].type) and _distinct(reading.table[column.name])
    )  # fmt: skip


def _distinct(values: pa.ChunkedArray) -> bool:
    return not values.null_count and pc.count_distinct(values).as_py() == len(values) > 0


def _column(column: Column, values: pa.ChunkedArray) -> dict[str, Any]:
    return {
        "name": column.name, "label": str(column.named()), "semantic": str(column.semantic), "type": column.type,
        "unit": column.unit, "reason": str(column.reason or ""), "missing": values.null_count,
        "distinct": pc.count_distinct(as_texts(values) if is_list(values.type) else values).as_py(),
    }  # fmt: skip


def _without_text(refusal: dict[str, Any]) -> dict[str, Any]:
    """Leave the row's whole text out: it may hold personal data."""
    return {name: value for name, value in refusal.items() if name != "raw"}
