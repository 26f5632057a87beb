"""A plan and columns straight to the matrix: the numbers that the engine would give, without asking it.

The engine plans a query anew for each call, which for one customer takes some twenty-five times as long as the
arithmetic. What is written here a second time is held to the engine's answers by a test, to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol, assert_never

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.features.plan import (
    Category,
    DaysBefore,
    Feature,
    FeaturePlan,
    Missing,
    Share,
    Total,
    Value,
    YearsBefore,
)

Floats = NDArray[np.float64]

_EPOCH = date(1970, 1, 1).toordinal()
_DAY_MICROS = 86_400_000_000


class Cells(Protocol):
    """Rows, a column at a time, by name. NaN stands for what is missing."""

    @property
    def count(self) -> int:
        """How many rows there are."""
        ...

    def numbers(self, column: str) -> Floats:
        """Return a column as numbers; a flag is 0 or 1."""
        ...

    def days(self, column: str) -> Floats:
        """Return a column of dates as days since 1 January 1970."""
        ...

    def levels(self, column: str, levels: Sequence[str]) -> Floats:
        """Return for each row the place of its text among ``levels``."""
        ...

    def missing(self, column: str) -> NDArray[np.bool_]:
        """Tell which rows have no value."""
        ...


class Rows:
    """The rows of an Arrow table as ``Cells``."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._numbers: dict[str, Floats] = {}
        self.count = table.num_rows

    def numbers(self, column: str) -> Floats:
        """Return a column as numbers."""
        if column not in self._numbers:
            self._numbers[column] = _floats(self._table.column(column))
        return self._numbers[column]

    def days(self, column: str) -> Floats:
        """Return a column of dates, or of moments in UTC, as days."""
        found = self._table.column(column)
        if pa.types.is_timestamp(found.type):
            return np.asarray(np.floor(_floats(found.cast(pa.int64())) / _DAY_MICROS))
        return _floats(found.cast(pa.int32()))

    def levels(self, column: str, levels: Sequence[str]) -> Floats:
        """Return the place of each text among ``levels``."""
        texts = self._table.column(column).cast(pa.string())
        return _floats(pc.index_in(texts, value_set=pa.array(levels, pa.string()), skip_nulls=True))

    def missing(self, column: str) -> NDArray[np.bool_]:
        """Tell which rows have no value."""
        found = self._table.column(column)
        return np.asarray(found.is_null().to_numpy()) if found.null_count else np.zeros(self.count, dtype=np.bool_)


def plain(plan: FeaturePlan, type_of: Callable[[str], pa.DataType]) -> bool:
    """Tell whether all columns of a plan are of types that are read here; the engine reads any other."""
    return all(_READ_HERE[type(feature.operation)](type_of(name)) for feature in plan for name in feature.sources)


def straight(plan: FeaturePlan, cells: Cells) -> Floats:
    """Return (rows, features) as ``numbers.matrix`` does of what the engine built. Asks ``plain`` first, not here."""
    values = np.empty((cells.count, len(plan)), dtype=np.float64, order="F")
    sums = _Sums(cells)
    for index, feature in enumerate(plan.features):
        values[:, index] = _computed(feature, cells, sums)
    return values


def _computed(feature: Feature, cells: Cells, sums: _Sums) -> Floats:  # noqa: PLR0911 - one for each operation
    operation = feature.operation
    match operation:
        case Value(column):
            return cells.numbers(column)
        case Category(column):
            return cells.levels(column, feature.levels)
        case Missing(column):
            return cells.missing(column).astype(np.float64)
        case Total(columns):
            nothing = np.logical_and.reduce([cells.missing(column) for column in columns])
            return np.where(nothing, np.nan, sums.of(columns))
        case Share(column, columns):
            return sums.share(column, columns)
        case DaysBefore(column, day):
            return day.toordinal() - _EPOCH - cells.days(column)
        case YearsBefore(column, year):
            return float(year) - cells.numbers(column)
        case _ as never:
            assert_never(never)


class _Sums:
    """Columns added up, each sum once however many features are shares of it."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._filled: dict[str, Floats] = {}
        self._sums: dict[tuple[str, ...], Floats] = {}

    def of(self, columns: tuple[str, ...]) -> Floats:
        """Return the sum, a missing value counting nothing; added in pairs, in the engine's order."""
        if columns not in self._sums:
            parts = [self._or_zero(column) for column in columns]
            while len(parts) > 1:
                parts = [sum(parts[at + 1 : at + 2], parts[at]) for at in range(0, len(parts), 2)]
            self._sums[columns] = parts[0]
        return self._sums[columns]

    def share(self, column: str, columns: tuple[str, ...]) -> Floats:
        """Return the part of the sum that is ``column``'s; 0 where the sum is not above 0."""
        total = self.of(columns)
        # To the engine what is not a number is above all numbers.
        some = ~(total <= 0)
        with np.errstate(invalid="ignore"):
            return np.divide(self._or_zero(column), total, out=np.zeros(len(total)), where=some)

    def _or_zero(self, column: str) -> Floats:
        if column not in self._filled:
            self._filled[column] = np.where(self._cells.missing(column), 0.0, self._cells.numbers(column))
        return self._filled[column]


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_float64(kind) or pa.types.is_boolean(kind))


def _is_text(kind: pa.DataType) -> bool:
    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_boolean, pa.types.is_integer)
    return any(is_such(kind) for is_such in texts)


def _is_day(kind: pa.DataType) -> bool:
    return bool(pa.types.is_date32(kind) or (pa.types.is_timestamp(kind) and kind.unit == "us"))


_READ_HERE: Mapping[type, Callable[[pa.DataType], bool]] = {
    Value: _is_number, Total: _is_number, Share: _is_number, YearsBefore: _is_number, DaysBefore: _is_day,
    Category: _is_text, Missing: lambda kind: True,
}  # fmt: skip
