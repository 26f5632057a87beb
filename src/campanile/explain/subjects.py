"""What people recognise: a business column with all that was made from it, or a named ratio or total."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.tables import Dictionary, Semantic
from campanile.words import Sentence, say

Kind = Literal["number", "money", "share", "year", "date", "flag", "category"]

DISCRETE = ("flag", "category")


class Built(Protocol):
    """One engineered feature, as far as this room looks at it."""

    @property
    def name(self) -> str:
        """Its name as a column of the built features."""

    @property
    def label(self) -> Sentence:
        """Its name for people."""

    @property
    def kind(self) -> str:
        """Tell number, flag or category."""

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns it comes from."""

    @property
    def unit(self) -> str:
        """Its unit, or empty."""


@dataclass(frozen=True)
class Subject:
    """One thing whose influence is told.

    ``features`` names the engineered features that stand for it in the model. Its values are those of
    ``column``, or of the first feature where ``column`` is None: a ratio, a total, or an age made from a
    year. ``integral`` says that its values are whole numbers, ``lowest`` and ``highest`` are those observed;
    ``sources`` are the columns it comes from; ``description`` is what was declared of it.
    """

    name: str
    label: Sentence
    kind: Kind
    features: tuple[str, ...]
    column: str | None = None
    unit: str = ""
    integral: bool = False
    lowest: float | None = None
    highest: float | None = None
    sources: tuple[str, ...] = ()
    description: str = ""

    @property
    def discrete(self) -> bool:
        """Whether its values are levels rather than amounts."""
        return self.kind in DISCRETE

    @property
    def measured(self) -> str:
        """The name of the column or feature whose values are told."""
        return self.column or self.features[0]


def subjects(
    features: Iterable[Built], dictionary: Dictionary, rows: pa.Table, built: pa.Table | None = None
) -> tuple[Subject, ...]:
    """Gather engineered features under what people recognise, in the order of first mention.

    Features of one source column stand together under it; a ratio or a total keeps its own name.
    ``built`` holds the features of ``rows``; without it the extent of what is made stays unknown.
    """
    gathered: dict[str, list[Built]] = {}
    for feature in features:
        gathered.setdefault(feature.sources[0] if len(feature.sources) == 1 else feature.name, []).append(feature)
    return tuple(_subject(name, made, dictionary, rows, built) for name, made in gathered.items())


def _subject(name: str, made: list[Built], dictionary: Dictionary, rows: pa.Table, built: pa.Table | None) -> Subject:
    names = tuple(feature.name for feature in made)
    of_column = len(made[0].sources) == 1 and name in dictionary
    # People speak of ages, not of birth years: a number of years is told as itself.
    if not of_column or made[0].unit == "year":
        kind = kind_of_feature(made[0])
        extent = _extent(built[names[0]], kind) if built is not None else (False, None, None)
        return Subject(name, made[0].label, kind, names, None, made[0].unit, *extent, made[0].sources)
    column = dictionary[name]
    kind = _kind_of_column(column.semantic, rows.schema.field(name).type, name)
    extent = _extent(rows[name], kind)
    return Subject(name, column.named(), kind, names, name, column.unit, *extent, (name,), column.description)


def _extent(values: pa.ChunkedArray, kind: Kind) -> tuple[bool, float | None, float | None]:
    """Return whether all values are whole numbers, the lowest and the highest."""
    if kind in DISCRETE:
        return False, None, None
    numbers = amounts(values)
    known = numbers[np.isfinite(numbers)]
    if len(known) == 0:
        return False, None, None
    return kind != "date" and bool((known == np.round(known)).all()), float(known.min()), float(known.max())


def kind_of_feature(feature: Built) -> Kind:
    """Tell the kind of a feature that is told as itself."""
    if feature.kind == "category":
        return "category"
    if feature.kind == "flag":
        return "flag"
    if feature.unit == "share":
        return "share"
    return "money" if _currency(feature.unit) else "number"


def _kind_of_column(semantic: Semantic, storage: pa.DataType, name: str) -> Kind:
    if semantic is Semantic.FLAG or pa.types.is_boolean(storage):
        return "flag"
    if pa.types.is_date(storage) or pa.types.is_timestamp(storage):
        return "date"
    if semantic is Semantic.CATEGORY or pa.types.is_string(storage) or pa.types.is_large_string(storage):
        return "category"
    if pa.types.is_integer(storage) and "year" in name.lower():
        return "year"
    return "money" if semantic is Semantic.MONEY else "number"


def amounts(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Return a column as numbers, shape (rows,); dates as days since 1970, unknown as NaN."""
    storage = column.type
    if pa.types.is_timestamp(storage):
        return amounts(pc.cast(column, pa.timestamp("us")).cast(pa.int64())) / 86_400e6
    if pa.types.is_date(storage):
        column = pc.cast(column, pa.date32()).cast(pa.int32())
    return np.asarray(pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def like(values: NDArray[np.float64], storage: pa.DataType) -> pa.Array:
    """Turn numbers back into the storage type that ``amounts`` read them from."""
    if pa.types.is_timestamp(storage):
        return pa.array(np.round(values * 86_400e6).astype(np.int64)).cast(pa.timestamp("us")).cast(storage)
    if pa.types.is_date(storage):
        return pa.array(np.round(values).astype(np.int32)).cast(pa.date32()).cast(storage)
    if pa.types.is_integer(storage):
        return pa.array(np.round(values).astype(np.int64)).cast(storage)
    return pa.array(values).cast(storage)


@dataclass(frozen=True)
class Levels:
    """A column of levels: the values in falling order of frequency, and each row's code (-1: unknown)."""

    values: tuple[Any, ...]
    codes: NDArray[np.int64]


def levels(column: pa.ChunkedArray) -> Levels:
    """Find a column's levels. Ties in frequency are ordered by name, so that row order is nothing."""
    counts = pc.value_counts(column).to_pylist()
    known = [entry for entry in counts if entry["values"] is not None]
    known.sort(key=lambda entry: (-entry["counts"], str(entry["values"])))
    values = tuple(entry["values"] for entry in known)
    codes = pc.index_in(column, pa.array(values, column.type)) if values else pa.nulls(len(column), pa.int32())
    filled = pc.fill_null(codes, -1)
    return Levels(values, np.asarray(filled.to_numpy(), dtype=np.int64))


def told(subject: Subject, value: Any) -> Sentence:
    """Tell a value of ``subject`` as people write it: money, date, percent, year, yes or no, level."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return say("unknown")
    if subject.kind == "flag":
        return say("yes") if value else say("no")
    if subject.kind == "category":
        return say("{value}", value=str(value))
    return _amount(subject, float(value))


def _amount(subject: Subject, value: float) -> Sentence:
    if subject.kind == "date":
        from datetime import date, timedelta

        return say("{value:date}", value=date(1970, 1, 1) + timedelta(days=round(value)))
    if subject.kind == "year":
        return say("{value}", value=str(round(value)))
    if subject.kind == "share":
        return say("{value:percent}", value=value)
    if subject.kind == "money":
        currency = subject.unit if _currency(subject.unit) else ""
        return say("{value:money {currency}}", value=value, currency=currency)
    return say("{value:number}", value=value)


def _currency(unit: str) -> bool:
    return len(unit) == 3 and unit.isalpha() and unit.isupper()
