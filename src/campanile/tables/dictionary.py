"""Columns with their meaning: semantic type, unit, valid range, label, and when they are known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import TypeAdapter, field_validator

from campanile.words import Sentence, say, texts
from campanile.workspace.errors import NotFound, not_found
from campanile.workspace.spec import Spec


class Semantic(StrEnum):
    """What a column is for a business, whatever its storage type."""

    IDENTIFIER = "identifier"
    PERSONAL = "personal"
    CATEGORY = "category"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    FLAG = "flag"
    TEXT = "text"
    LIST = "list"
    CONSTANT = "constant"


Known = Literal["before", "after"]


@dataclass(frozen=True)
class Column:
    """One column. ``type`` is Arrow's name; ``low`` and ``high`` bound valid values, in ``unit``.

    ``known`` is "after" where the value exists only once the outcome is known: such a column never
    becomes a feature. ``reason`` says how the semantic type was recognised, ``description`` what the column is, in the
    words of who declared it, ``classes`` labels of its values.
    """

    name: str
    semantic: Semantic
    type: str = "string"
    unit: str = ""
    low: float | None = None
    high: float | None = None
    known: Known = "before"
    label: Mapping[str, str] = field(default_factory=dict)
    reason: Sentence | None = None
    description: str = ""
    classes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def named(self) -> Sentence:
        """Return the column's label for people: the declared one, else made from its name."""
        return texts(self.label or {"en": readable(self.name)})

    def valued(self, value: str) -> Sentence:
        """Return one of the column's values for people: with its label where it has one, "3 (high)"."""
        label = self.classes.get(value)
        if label:
            return say("{value} ({label})", value=value, label=texts(label))
        if self.semantic is Semantic.FLAG and value in _FLAGS:
            return _FLAGS[value]
        return say("{value}", value=value)


_FLAGS = {"true": say("yes"), "false": say("no")}


class Declared(Spec):
    """What a study file may say of a column; what it leaves out is recognised from the data.

    ``zone`` is where the clocks stood that wrote times without a zone, such as "Europe/Warsaw" (default: UTC).
    """

    semantic: Semantic | None = None
    type: Literal["int64", "double", "string", "bool", "date", "timestamp"] | None = None
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    known: Known | None = None
    label: dict[str, str] | str | None = None
    description: str | None = None
    classes: dict[str, dict[str, str]] | None = None
    zone: str | None = None

    @field_validator("zone")
    @classmethod
    def _a_zone(cls, name: str | None) -> str | None:
        try:
            ZoneInfo(name or "UTC")
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(say("There is no time zone {name:quoted}; write it like 'Europe/Warsaw'.",
                                 name=str(name))) from None  # fmt: skip
        return name


@dataclass(frozen=True)
class Dictionary:
    """The columns of a table in order, and the name of its key (None: rows have no name)."""

    columns: tuple[Column, ...]
    key: str | None = None

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    def __getitem__(self, name: str) -> Column:
        if name not in self._by_name:
            raise self.no_column(name)
        return self._by_name[name]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(column.name for column in self.columns)

    def of(self, *semantics: Semantic) -> tuple[Column, ...]:
        """Return the columns of these semantic types."""
        return tuple(column for column in self.columns if column.semantic in semantics)

    def no_column(self, name: str, table: str = "") -> NotFound:
        """Make the error for a column that is not here."""
        where = say("Table {table:quoted}", table=table) if table else say("The table")
        return not_found(say("column"), name, self.names, where)

    def declared(self, said: Mapping[str, Declared]) -> Dictionary:
        """Return the dictionary with what a study file says laid over it. Raises NotFound."""
        for name in said:
            self[name]
        return replace(self, columns=tuple(_over(column, said.get(column.name)) for column in self.columns))

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return TypeAdapter(Dictionary).dump_python(self, mode="json")  # type: ignore[no-any-return]

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> Dictionary:
        """Read what ``to_dict`` wrote."""
        return TypeAdapter(Dictionary).validate_python(shape)


_CURRENCIES = frozenset({"EUR", "USD", "GBP", "PLN", "PEN", "CHF", "MXN", "COP", "ARS", "BRL", "CZK", "SEK"})


def readable(name: str) -> str:
    """Turn a column name into words: ``MntMeatProducts`` is "Mnt meat products", ``spend_eur`` is "Spend (EUR)"."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|[_\-.\s]+", " ", name).strip()
    words = [word if word.isupper() and len(word) > 1 else word.lower() for word in spaced.split()]
    if len(words) > 1 and words[-1].upper() in _CURRENCIES:
        words[-1] = f"({words[-1].upper()})"
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def _over(column: Column, said: Declared | None) -> Column:
    if said is None:
        return column
    values = said.model_dump(exclude_none=True, exclude={"zone"})
    if isinstance(values.get("label"), str):
        values["label"] = {"en": values["label"]}
    if "semantic" in values:
        values["reason"] = say("declared in the study")
    return replace(column, **values)
