"""What is asked of the importer: how to read a file, and where to load it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator

from campanile.tables import Declared, Semantic
from campanile.words import say
from campanile.workspace.spec import Spec

DateOrder = Literal["ymd", "dmy", "mdy"]

_STORAGES = {
    "int64": "int64", "integer": "int64", "int": "int64",
    "double": "double", "float": "double", "float64": "double",
    "string": "string", "bool": "bool", "boolean": "bool", "timestamp": "timestamp",
}  # fmt: skip


class ReadSpec(Spec):
    """How to read a file; what is left out is found out from the file.

    ``types`` maps a column to a semantic type ("money", "date", "text" ...), a storage type ("int64",
    "double", "string", "bool", "timestamp") or a ``Declared``. ``rename`` maps a new name to the one in the
    file (or to "#3" for the third column). ``missing`` adds markers to the known ones. ``now`` is the day
    after which a date lies in the future (default: today). ``absent`` says what becomes of types for columns
    that the file does not have. ``likely_dates`` is the order of dates to take where the file itself does not tell.
    ``called`` is the file's name as people know it, where it lies here under another.
    """

    types: dict[str, Declared] = Field(default_factory=dict)
    rename: dict[str, str] = Field(default_factory=dict)
    separator: str | None = None
    quote: str | None = None
    encoding: str | None = None
    decimal: Literal[".", ","] | None = None
    dates: DateOrder | None = None
    likely_dates: DateOrder | None = None
    missing: tuple[str, ...] = ()
    sheet: str | None = None
    refuse_share: float = Field(default=0.05, ge=0, le=1)
    now: date | None = None
    absent: Literal["refused", "passed"] = "refused"
    called: str | None = None

    @field_validator("types", mode="before")
    @classmethod
    def _types(cls, said: Any) -> Any:
        return {name: declared(value) for name, value in said.items()} if isinstance(said, Mapping) else said

    @field_validator("separator", "quote")
    @classmethod
    def _one_character(cls, mark: str | None) -> str | None:
        mark = {"\\t": "\t", "tab": "\t"}.get(mark or "", mark)
        if mark is not None and (len(mark) != 1 or not mark.isascii() or mark in "\r\n"):
            raise ValueError(say("{mark:quoted} cannot separate or quote cells; give one ASCII character.", mark=mark))
        return mark

    @field_validator("encoding")
    @classmethod
    def _encoding(cls, name: str | None) -> str | None:
        try:
            "".encode(name or "utf-8")
        except LookupError:
            raise ValueError(say("There is no encoding {name:quoted}.", name=str(name))) from None
        return name


class LoadSpec(ReadSpec):
    """Load ``path`` as a new version of ``table`` (default: the file's name), all or nothing.

    ``key`` names the column that tells rows apart; with ``append`` it is the table's own. ``append`` adds
    rows to the newest version, in its schema.
    """

    path: Path
    table: str | None = None
    key: str | None = None
    append: bool = False

    @field_validator("table")
    @classmethod
    def _table(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}", name):
            raise ValueError(
                say("{name:quoted} cannot name a table: use letters, digits, '_' and '-', at most 100.", name=name)
            )
        return name

    @property
    def named(self) -> str:
        """Return the file's name as people know it."""
        return self.called or self.path.name

    @property
    def target(self) -> str:
        """Return the table's name: the one asked for, else one made from the file's."""
        stem = self.named.split(".")[0]
        return self.table or re.sub(r"[^A-Za-z0-9_-]+", "_", stem).strip("_-")[:100] or "table"


def declared(said: Any) -> Any:
    """Return what is said of a column as ``Declared``: "money", "int64" and the like are words for one."""
    if not isinstance(said, str):
        return said
    word = said.strip().lower()
    if word in _STORAGES:
        return {"type": _STORAGES[word]}
    if word in set(Semantic):
        return {"semantic": word}
    names = ", ".join([*Semantic, *_STORAGES])
    raise ValueError(say("{word:quoted} is no type. Types are: {names}.", word=said, names=names))
