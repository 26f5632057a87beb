"""What tells rows apart, and which column names the rows of which other table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from campanile.features.drafting import measures, naming
from campanile.features.drafting.measures import Contained, Counted
from campanile.features.drafting.sources import Table
from campanile.tables import Semantic

_FEWEST = 5
_DENSE = 0.5
_NO_NAMES = (Semantic.PERSONAL, Semantic.FLAG, Semantic.LIST, Semantic.DATE, Semantic.CONSTANT, Semantic.MONEY)


@dataclass(frozen=True)
class Reference:
    """``table.column`` holds values of ``to.key``, which no two rows share.

    ``named`` where the column's name says so, ``sure`` where that or the values leave no doubt that it is no chance.
    """

    table: str
    column: str
    to: str
    key: str
    found: Contained
    named: bool
    sure: bool

    @property
    def text(self) -> str:
        """The reference as a study's joins say it."""
        return f"{self.table}.{self.column} = {self.to}.{self.key}"

    @property
    def rank(self) -> tuple[bool, bool, float, float]:
        """How much speaks for it: the more, the better."""
        return self.sure, self.named, self.found.coverage, self.found.reached


@dataclass(frozen=True)
class Facts:
    """Tables by name, with what was counted in them, and their references to one another."""

    tables: Mapping[str, Table]
    counted: Mapping[str, Mapping[str, Counted]]
    references: tuple[Reference, ...]

    def repeats(self, table: str, column: str) -> bool:
        """Tell whether a value stands in several rows."""
        count = self.counted[table][column]
        return count.distinct < count.filled


def look(tables: Sequence[Table]) -> Facts:
    """Count columns and look for references."""
    by_name = {table.name: table for table in tables}
    counted = {name: measures.counted(table.rows) for name, table in by_name.items()}
    return Facts(by_name, counted, tuple(_references(by_name, counted)))


def keys(table: Table, counted: Mapping[str, Counted]) -> tuple[str, ...]:
    """Return the columns that every row has and no two share, identifiers first."""
    rows = table.rows.num_rows
    found = [name for name in _candidates(table, counted) if counted[name].distinct == rows > 0]
    return tuple(sorted(found, key=lambda name: table.columns[name].semantic is not Semantic.IDENTIFIER))


def times(table: Table, counted: Mapping[str, Counted]) -> tuple[str, ...]:
    """Return the columns that hold a time in most rows."""
    half = table.rows.num_rows / 2
    return tuple(field.name for field in table.rows.schema
                 if pa.types.is_temporal(field.type) and counted[field.name].filled > half)  # fmt: skip


def _candidates(table: Table, counted: Mapping[str, Counted]) -> Iterator[str]:
    for name, column in table.columns.items():
        kind = table.rows.schema.field(name).type
        text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
        if (text or pa.types.is_integer(kind)) and column.semantic not in _NO_NAMES and counted[name].filled:
            yield name


def _references(
    tables: Mapping[str, Table], counted: Mapping[str, Mapping[str, Counted]]
) -> Iterator[Reference]:  # fmt: skip
    known = {name: keys(table, counted[name]) for name, table in tables.items()}
    for name, table in tables.items():
        for column in _candidates(table, counted[name]):
            for other, its_keys in known.items():
                for key in its_keys if other != name else ():
                    found = _reference(tables, counted, (name, column), (other, key))
                    if found is not None:
                        yield found


def _reference(
    tables: Mapping[str, Table], counted: Mapping[str, Mapping[str, Counted]], one: tuple[str, str],
    other: tuple[str, str],
) -> Reference | None:  # fmt: skip
    (table, column), (to, key) = one, other
    mine, theirs = counted[table][column], counted[to][key]
    numbers = mine.low is not None and theirs.low is not None
    named = naming.alike(column, to, key)
    unlike = (mine.low is None) != (theirs.low is None)
    if (unlike and not named) or (numbers and _apart(mine, theirs)):
        return None
    found = measures.contained(tables[table].rows, column, tables[to].rows, key)
    if not found.found:
        return None
    telling = found.different >= _FEWEST and not (numbers and _density(theirs) > _DENSE)
    return Reference(table, column, to, key, found, named, named or telling)


def _apart(one: Counted, other: Counted) -> bool:
    return one.high < other.low or other.high < one.low  # type: ignore[operator]


def _density(key: Counted) -> float:
    """Return the share of whole numbers between the lowest and the highest key that are keys: near 1, any fits."""
    return key.distinct / (1 + (key.high or 0) - (key.low or 0))
