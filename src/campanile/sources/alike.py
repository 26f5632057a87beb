"""Read a file as a table that is already kept was read: in its types, whatever the file alone would suggest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from campanile.sources.reading import read
from campanile.sources.result import Reading
from campanile.sources.spec import ReadSpec
from campanile.tables import Column, Declared, Semantic, dictionary_of
from campanile.tables.lists import STRINGS
from campanile.workspace.catalog import Artifact

_STORAGE: dict[str, Any] = {
    "int64": "int64", "double": "double", "bool": "bool", "date32[day]": "date", "timestamp[us, tz=UTC]": "timestamp",
}  # fmt: skip


def read_like(path: str | Path, table: Artifact, spec: ReadSpec | None = None) -> Reading:
    """Read ``path`` in the types of ``table``; columns may lack or be more, and whole numbers may have fractions.

    What a model needs to score a file. Raises what ``read`` raises.
    """
    types = types_like(table)
    numbers = {name for name, said in types.items() if said.type in ("int64", "double")}
    loose = {name: Declared(semantic=Semantic.NUMBER) if name in numbers else said for name, said in types.items()}
    asked = (spec or ReadSpec()).model_copy(
        update={"types": loose, "absent": "passed", "likely_dates": likely_dates(table)}
    )
    return read(path, asked)


def likely_dates(table: Artifact) -> Any:
    """Return the order of dates in the file that ``table`` was loaded from, or None."""
    return table.meta.get("dialect", {}).get("dates")


def types_like(table: Artifact) -> dict[str, Declared]:
    """Return declarations that read a file into exactly the columns of ``table``."""
    said = table.meta.get("declared", {})
    return {column.name: _declared(column, said.get(column.name, {}).get("type")) for column in dictionary_of(table)}


def _declared(column: Column, said: Any) -> Declared:
    if column.type in _STORAGE:
        return Declared(type=_STORAGE[column.type])
    if column.type == str(STRINGS):
        return Declared(semantic=Semantic.LIST)
    return Declared(semantic=Semantic.CATEGORY, type=said)
