"""From when to when events go, and the cut-offs between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from campanile.features.events.spec import CalendarSpec, PanelSpec, TableSpec, Unit, Window
from campanile.words import say
from campanile.workspace.errors import DataError

if TYPE_CHECKING:
    import ibis
    from numpy.typing import NDArray

MOST_CUTOFFS = 5_000


@dataclass(frozen=True)
class Span:
    """The first and the last moment of which there are events, in UTC; those after ``now`` do not count.

    ``whole`` names the tables of events of which all count, so that nobody need ask again.
    """

    first: datetime
    last: datetime
    now: datetime
    whole: frozenset[str] = frozenset()

    @property
    def end(self) -> date:
        """The first day that begins after all events."""
        return self.last.date() + timedelta(days=1)


def span(spec: PanelSpec, tables: Mapping[str, ibis.Table], now: datetime) -> ibis.Table:
    """Return what there is to say of events, a row for each table of them, in one reading of each.

    ``first`` and ``last`` are the times of all events that are not after ``now``; ``nobodys``, ``never`` and ``future``
    count events that are not used: they say not whose they are, or have no time, or had not happened.
    """
    import ibis

    parts = []
    for name in spec.event_tables:
        told = timed(spec.tables[name], tables[name])
        counts = _is_known(told, now)
        counted = told.aggregate(
            first=told.time_.min(where=counts), last=told.time_.max(where=counts),
            nobodys=told.count() - told.entity_.count(), never=told.count() - told.time_.count(),
            future=told.known_.count(where=told.known_ > now),
        )  # fmt: skip
        parts.append(counted.mutate(table=ibis.literal(name)))
    return reduce(lambda one, other: one.union(other), parts)


def known(spec: PanelSpec, tables: Mapping[str, ibis.Table], name: str, within: Span) -> ibis.Table:
    """Return events that say whose they are and when they happened, until ``now``.

    Three columns are added: ``entity_``, ``time_``, and ``known_``, the moment from which one could know of the event.
    """
    told = timed(spec.tables[name], tables[name])
    return told if name in within.whole else told.filter(_is_known(told, within.now))


def timed(table: TableSpec, rows: ibis.Table) -> ibis.Table:
    """Add ``entity_``, ``time_`` and ``known_`` to events, whatever they say."""
    time = rows[table.time].cast("timestamp")
    came = time if table.arrived is None else _later(time, rows[table.arrived].cast("timestamp"))
    return rows.mutate(entity_=rows[table.entity], time_=time, known_=came)


def _is_known(told: ibis.Table, now: datetime) -> Any:
    return told.entity_.notnull() & told.time_.notnull() & (told.known_ <= now)


def _later(time: Any, arrived: Any) -> Any:
    """Return the later of both: an event is not known before it happened, whatever a clock says."""
    import ibis

    return ibis.greatest(time, arrived.coalesce(time))


@dataclass(frozen=True)
class Looks:
    """How a window looks back from all cut-offs, as tables for an engine.

    ``days`` has a row for each day in any window: ``day_``, and ``period_``, which it shares with all days that are in
    the windows of the same cut-offs. ``cutoffs`` has a row for each of these: ``period_``, ``cutoff_``, ``moment_``
    (the first of its day). Where no day is in the windows of two, ``days`` has all and ``cutoffs`` is None.
    """

    days: ibis.Table
    cutoffs: ibis.Table | None = None


@dataclass(frozen=True)
class Cutoffs:
    """The cut-offs in order; as a table for an engine (``cutoff_``, ``moment_``); and how windows look back."""

    days: tuple[date, ...]
    table: ibis.Table
    windows: Mapping[Window, Looks]


def rows_of(days: Sequence[date]) -> pa.Table:
    """Return a row for each cut-off: the day, and its first moment."""
    return _rows(np.array(days, "datetime64[D]"))


def _rows(cutoff: NDArray[np.datetime64], **beside: NDArray[Any]) -> pa.Table:
    moment = _column(cutoff.astype("datetime64[us]"), _MOMENT)
    return _table(**beside, cutoff_=cutoff).append_column("moment_", moment)


def _table(**columns: NDArray[Any]) -> pa.Table:
    kinds = {"M": pa.date32(), "i": pa.int64()}
    return pa.table({name: _column(values, kinds[values.dtype.kind]) for name, values in columns.items()})


def _column(values: NDArray[Any], kind: pa.DataType) -> pa.Array:
    """Return values as they lie in memory: ``pa.array`` would import pandas, which takes longer than many a study."""
    width = np.int32 if kind == pa.date32() else np.int64
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values.astype(np.int64).astype(width))])


def looks(days: Sequence[date], window: Window, within: Span) -> tuple[pa.Table, pa.Table | None]:
    """Return the rows of ``Looks``: which days with events are in the windows of which cut-offs.

    That depends on the day alone, as windows begin and end with days: an engine finds it by equal keys, which takes it
    less time than to compare each event with the bounds of each window.
    """
    ends = np.array(days, "datetime64[D]")
    starts = np.array([start(day, window) for day in days], "datetime64[D]")
    every = np.arange(np.datetime64(within.first.date()), np.datetime64(within.end))
    edges = np.unique(np.concatenate([starts, ends]))
    period = np.searchsorted(edges, every, side="right")
    there = np.unique(period[(period > 0) & (period < len(edges))])
    # Windows are in order of their cut-offs, so those that hold a period stand beside one another.
    begins = edges[there - 1]
    first, last = np.searchsorted(ends, begins, side="right"), np.searchsorted(starts, begins, side="right")
    counts = last - first
    number, cutoff = np.repeat(there, counts), ends[np.repeat(first, counts) + _counting(counts)]
    held = np.isin(period, number)
    if counts.max(initial=0) > 1:
        return _table(day_=every[held], period_=period[held]), _rows(cutoff, period_=number)
    return _rows(cutoff[np.searchsorted(number, period[held])], day_=every[held]), None


def _counting(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 0, 1, … for each of ``counts``."""
    return np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)


_MOMENT = pa.timestamp("us", "UTC")


def start(day: date, window: Window | None) -> date:
    """Return the first day of the window before a cut-off."""
    if window is None or window.count is None:
        return date(1, 1, 1)
    return before(day, window.count, window.unit)


def cutoffs(calendar: CalendarSpec, within: Span) -> tuple[date, ...]:
    """Return the cut-offs in order: those whose day has begun by the end of the events.

    A cut-off is the first moment of its day, in UTC. Raises DataError where there are none, or too many.
    """
    if calendar.at:
        found = tuple(sorted(day for day in set(calendar.at) if day <= within.end))
    elif calendar.every:
        found = tuple(_starts(calendar.every, within.first.date(), within.end))
    else:
        found = (within.end,)
    found = tuple(
        day for day in found
        if (calendar.first is None or day >= calendar.first) and (calendar.last is None or day <= calendar.last)
    )  # fmt: skip
    if not found:
        raise DataError(
            say("The calendar has no cut-off between the first event ({first:date}) and the last ({last:date}).",
                first=within.first.date(), last=within.last.date()),
            say("Choose a shorter period, or other days."),
        )  # fmt: skip
    if len(found) > MOST_CUTOFFS:
        raise DataError(
            say("The calendar has {n:number} cut-offs, more than the {most:number} there may be.", n=len(found),
                most=MOST_CUTOFFS),
            say("Choose a longer period, or bound it with 'first' and 'last'."),
        )  # fmt: skip
    return found


def midnight(day: date) -> datetime:
    """Return the first moment of a day, in UTC without a zone, as engines compare it."""
    return datetime.combine(day, time())


def before(day: date, count: int, unit: Unit) -> date:
    """Return the day ``count`` units before ``day``; months keep the day of the month where there is one."""
    if unit != "month":
        return day - timedelta(days=count * (7 if unit == "week" else 1))
    months = 12 * day.year + day.month - 1 - count
    year, month = divmod(months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def _starts(every: Unit, first: date, end: date) -> Iterator[date]:
    """Give the periods' starts after the first event, as long as the period before is whole."""
    day = {"day": first, "week": first - timedelta(days=first.weekday()), "month": first.replace(day=1)}[every]
    while (day := before(day, -1, every)) <= end:
        yield day
