"""What a check looks at: the rows, what they mean, the outcome, the version before; figures made once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.quality.links import Linked
from campanile.quality.outcome import Outcome, outcome_of
from campanile.quality.spec import QualitySpec
from campanile.tables.dictionary import Column, Dictionary, Semantic
from campanile.workspace.engine import query, quoted

AT_ONCE = 40
"""Columns that one statement counts: one of thousands is slow to plan."""

KEPT_IN_ORDER = 500_000
"""Rows up to which the order of a column's values is kept for the next check."""


@dataclass(frozen=True)
class Fact:
    """How full a column is, and how many different values it has."""

    rows: int
    present: int
    distinct: int

    @property
    def missing(self) -> int:
        """How many cells are empty."""
        return self.rows - self.present


@dataclass(frozen=True)
class Ordered:
    """A column's numbers in ascending order, and the row that each stands in; missing ones left out."""

    values: NDArray[np.float64]
    rows: NDArray[np.int64]


@dataclass(frozen=True)
class Levels:
    """A column's categories, the most frequent first, with rows and (where a target is known) responses."""

    names: tuple[str, ...]
    rows: NDArray[np.float64]
    judged: NDArray[np.float64]
    responses: NDArray[np.float64]


@dataclass(frozen=True)
class Look:
    """One version of a table as the checks see it. Made by ``look_at``."""

    rows: pa.Table
    dictionary: Dictionary
    spec: QualitySpec
    as_of: date
    outcome: Outcome | None = None
    before: Look | None = None
    linked: tuple[Linked, ...] = ()
    _orders: dict[str, Ordered] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """The facts of every column. Numbers are told apart in their order, categories by their levels."""
        names = self.dictionary.names
        sortable = {column.name for column in (*self.measured, *self.dated)}
        loose = [name for name in names if name not in sortable and name not in self.levels]
        parts = [f"count(DISTINCT {quoted(name)}) AS d{i}" for i, name in enumerate(loose)]
        counted = query(f"SELECT {', '.join(parts)} FROM rows", {"rows": self.rows.select(loose)}) if parts else None
        distinct = {name: counted[f"d{i}"][0].as_py() for i, name in enumerate(loose)} if counted is not None else {}
        distinct |= {name: len(levels.names) for name, levels in self.levels.items()}
        distinct |= {name: _different(self.ordered(name).values) for name in sortable}
        total = self.rows.num_rows
        return {name: Fact(total, total - self.rows.column(name).null_count, distinct[name]) for name in names}

    @cached_property
    def levels(self) -> Mapping[str, Levels]:
        """The levels of every category and flag, many columns in one pass."""
        names = [column.name for column in self.categories]
        if not names:
            return {}
        outcome = pa.nulls(self.rows.num_rows, pa.float64())
        if self.outcome is not None and self.outcome.positive is not None:
            outcome = pa.array(self.outcome.values, from_pandas=True)
        places = [f"c{i}" for i in range(len(names))]
        rows = self.rows.select(names).rename_columns(places).append_column("outcome", outcome)
        made: dict[str, Levels] = {}
        for start in range(0, len(names), AT_ONCE):
            batch = list(enumerate(places))[start : start + AT_ONCE]
            counting = " UNION ALL ".join(_LEVELS.format(n=i, column=place) for i, place in batch)
            counted = query(counting, {"rows": rows.select([*(place for _, place in batch), "outcome"])})
            made |= {names[i]: _levels(counted.filter(pc.equal(counted["n"], i))) for i, _ in batch}
        return made

    @cached_property
    def measured(self) -> tuple[Column, ...]:
        """Numbers and money, as columns of numbers."""
        return tuple(c for c in self.dictionary.of(Semantic.NUMBER, Semantic.MONEY) if self._numeric(c.name))

    @cached_property
    def measured_names(self) -> frozenset[str]:
        """The names of ``measured``."""
        return frozenset(column.name for column in self.measured)

    @cached_property
    def dated_names(self) -> frozenset[str]:
        """The names of ``dated``."""
        return frozenset(column.name for column in self.dated)

    @cached_property
    def dated(self) -> tuple[Column, ...]:
        """Columns that hold dates or moments."""
        return tuple(c for c in self.dictionary if pa.types.is_temporal(self.rows.schema.field(c.name).type))

    @cached_property
    def categories(self) -> tuple[Column, ...]:
        """Categories and flags."""
        return self.dictionary.of(Semantic.CATEGORY, Semantic.FLAG)

    @cached_property
    def latest(self) -> date:
        """The latest date of the table that is not in the future; ``as_of`` where it has none."""
        today = _days(self.as_of)
        known = [values[values <= today] for values in (self.ordered(c.name).values for c in self.dated)]
        last = max((float(values[-1]) for values in known if len(values)), default=float(today))
        return date.fromordinal(date(1970, 1, 1).toordinal() + int(last))

    def ordered(self, name: str) -> Ordered:
        """Return a column's numbers in ascending order (dates as days since 1970, flags as 0 and 1)."""
        if name in self._orders:
            return self._orders[name]
        values = as_numbers(self.rows.column(name))
        order = np.argsort(values, kind="stable")
        order = order[: np.count_nonzero(~np.isnan(values))]
        made = Ordered(values[order], order)
        if self.rows.num_rows <= KEPT_IN_ORDER:
            self._orders[name] = made
        return made

    def where(self, row: int) -> str:
        """Say which row: its key, unless that is personal; else its place."""
        key = self.dictionary.key
        if key is not None and self.dictionary[key].semantic is not Semantic.PERSONAL:
            return str(self.rows.column(key)[row].as_py())
        return f"#{row + 1}"

    def shown(self, name: str, row: int) -> Any:
        """Return one cell as a plain value for an example."""
        value = self.rows.column(name)[row].as_py()
        return value.isoformat() if isinstance(value, (date, datetime)) else value

    def _numeric(self, name: str) -> bool:
        kind = self.rows.schema.field(name).type
        return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def look_at(
    rows: pa.Table, dictionary: Dictionary, spec: QualitySpec, *, before: tuple[pa.Table, Dictionary] | None = None,
    linked: tuple[Linked, ...] = (),
) -> Look:  # fmt: skip
    """Prepare a look at ``rows``. Raises NotFound for a named column that is none, DataError for an empty target."""
    as_of = spec.as_of or datetime.now(UTC).date()
    rows = _without_nan(rows.select(list(dictionary.names)))
    for name in (spec.target, spec.time, spec.entity):
        if name is not None and name not in dictionary:
            raise dictionary.no_column(name, spec.table)
    outcome = outcome_of(rows, spec.target, spec.positive) if spec.target is not None else None
    earlier = None
    if before is not None:
        earlier = Look(_without_nan(before[0].select(list(before[1].names))), before[1], spec, as_of)
    return Look(rows, dictionary, spec, as_of, outcome, earlier, linked)


def as_numbers(values: pa.ChunkedArray) -> NDArray[np.float64]:
    """Return a column as floats, NaN where missing; a date is its day since 1970."""
    if pa.types.is_temporal(values.type):
        values = pc.floor(
            pc.divide(values.cast(pa.timestamp("s"), safe=False).cast(pa.int64()).cast(pa.float64()), 86400.0)
        )
    elif pa.types.is_boolean(values.type):
        values = values.cast(pa.int8())
    floats = pc.fill_null(values.cast(pa.float64(), safe=False), float("nan"))
    return np.asarray(floats.to_numpy(), dtype=np.float64)


def _without_nan(rows: pa.Table) -> pa.Table:
    """Make NaN missing, as everywhere in Campanile."""
    for i, column in enumerate(rows.schema):
        if pa.types.is_floating(column.type):
            nan = pc.is_nan(rows.column(i))
            if pc.any(nan).as_py():
                mended = pc.if_else(pc.fill_null(nan, True), pa.scalar(None, column.type), rows.column(i))
                rows = rows.set_column(i, column, mended)
    return rows


_LEVELS = (
    "SELECT {n} AS n, {column}::VARCHAR AS name, count(*) AS rows, count(outcome) AS judged,"
    " coalesce(sum(outcome), 0) AS responses FROM rows WHERE {column} IS NOT NULL GROUP BY ALL"
)


def _different(ascending: NDArray[np.float64]) -> int:
    return int(np.count_nonzero(np.diff(ascending))) + 1 if len(ascending) else 0


def _levels(counted: pa.Table) -> Levels:
    ordered = counted.sort_by([("rows", "descending"), ("name", "ascending")])
    rows, judged, responses = (
        np.asarray(ordered[name].to_numpy(), dtype=np.float64) for name in ("rows", "judged", "responses")
    )
    return Levels(tuple(ordered["name"].to_pylist()), rows, judged, responses)


def _days(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()
