"""What features there are and how each comes from columns: data, never code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from campanile.words import Sentence


@dataclass(frozen=True)
class Value:
    """The column as a number; a flag is 0 or 1."""

    column: str
    op: Literal["value"] = "value"


@dataclass(frozen=True)
class Category:
    """The column as text: one of the levels that the training table had."""

    column: str
    op: Literal["category"] = "category"


@dataclass(frozen=True)
class Missing:
    """1 where the column has no value, else 0."""

    column: str
    op: Literal["missing"] = "missing"


@dataclass(frozen=True)
class Total:
    """The sum of columns, a missing one counting nothing; missing where all are."""

    columns: tuple[str, ...]
    op: Literal["total"] = "total"


@dataclass(frozen=True)
class Share:
    """What part ``column`` is of the total of ``columns``, from 0 to 1; 0 where there is no total."""

    column: str
    columns: tuple[str, ...]
    op: Literal["share"] = "share"


@dataclass(frozen=True)
class DaysBefore:
    """Days from the column's date to ``day``."""

    column: str
    day: date
    op: Literal["days_before"] = "days_before"


@dataclass(frozen=True)
class YearsBefore:
    """Years from the column's year to ``year``."""

    column: str
    year: int
    op: Literal["years_before"] = "years_before"


Operation = Annotated[Value | Category | Missing | Total | Share | DaysBefore | YearsBefore, Field(discriminator="op")]


@dataclass(frozen=True)
class Feature:
    """One number or category per row. ``sources`` are the columns it comes from; ``levels`` those of a category."""

    name: str
    label: Sentence
    kind: Literal["number", "flag", "category"]
    unit: str
    sources: tuple[str, ...]
    operation: Operation
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A column that is no feature, and why."""

    column: str
    reason: Sentence


@dataclass(frozen=True)
class FeaturePlan:
    """The features in order, the columns left out, and the day that counts as today (last date of the table)."""

    features: tuple[Feature, ...]
    left_out: tuple[LeftOut, ...] = ()
    as_of: date | None = None

    def __iter__(self) -> Iterator[Feature]:
        return iter(self.features)

    def __len__(self) -> int:
        return len(self.features)

    @property
    def names(self) -> tuple[str, ...]:
        """The features' names in order."""
        return tuple(feature.name for feature in self.features)

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns that rows must have to be built, each once."""
        return tuple(dict.fromkeys(source for feature in self.features for source in feature.sources))

    def __getitem__(self, name: str) -> Feature:
        for feature in self.features:
            if feature.name == name:
                return feature
        raise KeyError(name)

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return TypeAdapter(FeaturePlan).dump_python(self, mode="json")  # type: ignore[no-any-return]

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> FeaturePlan:
        """Read what ``to_dict`` wrote."""
        return TypeAdapter(FeaturePlan).validate_python(shape)
