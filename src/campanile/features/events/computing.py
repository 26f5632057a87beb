"""A panel computed by an engine: checked against the tables first, and with what there is to say about the events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from campanile.features.events.admitted import admitted
from campanile.features.events.calendar import Cutoffs, Looks, Span, cutoffs, looks, rows_of, span
from campanile.features.events.checking import check
from campanile.features.events.joined import joins_of
from campanile.features.events.panel import assemble, groups, population
from campanile.features.events.spec import PanelSpec
from campanile.words import Sentence, plural, say
from campanile.workspace.errors import DataError

if TYPE_CHECKING:
    import ibis

    from campanile.workspace.engines import Engine


@dataclass(frozen=True)
class Panel:
    """``rows``: one for each entity and cut-off, sorted by them. ``within`` is the span of the events.

    ``future`` counts events that had not happened yet.
    """

    rows: pa.Table
    days: tuple[date, ...]
    within: Span
    future: int
    notes: tuple[Sentence, ...]


@dataclass(frozen=True)
class Looked:
    """Tables held against a spec: as they can be put together, from when to when events go, and what there is to say.

    ``future`` counts events that had not happened yet.
    """

    tables: Mapping[str, ibis.Table]
    within: Span
    future: int
    notes: tuple[Sentence, ...]


def compute(engine: Engine, spec: PanelSpec, tables: Mapping[str, ibis.Table], now: datetime) -> Panel:
    """Compute a panel of what happened until ``now`` (UTC, without a zone).

    Raises what ``look`` raises, and DataError where there is no cut-off, or nobody at any.
    """
    looked = look(engine, spec, tables, now)
    days = cutoffs(spec.calendar, looked.within)
    rows = engine.to_arrow(lay(engine, spec, looked, days))
    if not rows.num_rows:
        raise nobody(days)
    return Panel(rows, days, looked.within, looked.future, looked.notes)


def look(engine: Engine, spec: PanelSpec, tables: Mapping[str, ibis.Table], now: datetime) -> Looked:
    """Hold tables against a spec, whatever its calendar.

    Raises SpecError for what is wrong with ``spec``; DataError for a join that would multiply rows, and where there is
    no event.
    """
    check(spec, {name: table.schema() for name, table in tables.items()})
    tables = of_one_type(spec, tables)
    _multiplying(engine, spec, tables)
    tables, kept_out = admitted(engine, spec, tables)
    within, future, notes = _looked_over(engine, spec, tables, now)
    return Looked(tables, within, future, (*kept_out, *notes))


def lay(engine: Engine, spec: PanelSpec, looked: Looked, days: tuple[date, ...]) -> ibis.Table:
    """Return the panel at cut-offs as an expression, for an engine that has the tables."""
    return assemble(spec, looked.tables, calendar_tables(engine, spec, days, looked.within), looked.within)


def present(engine: Engine, spec: PanelSpec, looked: Looked, day: date) -> tuple[int, int]:
    """Return how many entities there are, and how many of them were known to be there at a cut-off."""
    calendar = Cutoffs((day,), engine.arrow("the cut-off", rows_of((day,))), {})
    key = looked.tables[spec.entity][str(spec.tables[spec.entity].key)]
    there = population(spec, looked.tables, calendar, looked.within)
    found = engine.to_arrow(key.nunique().name("n").as_table()), engine.to_arrow(there.count().name("n").as_table())
    everybody, known = (one["n"][0].as_py() for one in found)
    return everybody, known


def nobody(days: tuple[date, ...]) -> DataError:
    """Say that no entity was there."""
    return DataError(
        say("Nobody was there at any of the {n:number} cut-offs, or all that is to be predicted had happened.",
            n=len(days)),
        say("Look at the study's calendar and targets."),
    )  # fmt: skip


def of_one_type(spec: PanelSpec, tables: Mapping[str, ibis.Table]) -> dict[str, ibis.Table]:
    """Write whose an event is as the entity's key is written: 7 and "7" are one customer."""
    kind = tables[spec.entity][str(spec.tables[spec.entity].key)].type()
    whole = dict(tables)
    for name in spec.event_tables:
        column = str(spec.tables[name].entity)
        said = tables[name][column]
        if said.type().is_floating():
            said = said.cast("int64")
        if said.type().copy(nullable=True) != kind.copy(nullable=True):
            whole[name] = tables[name].mutate(**{column: said.try_cast(kind) if kind.is_integer() else said.cast(kind)})
    return whole


def calendar_tables(engine: Engine, spec: PanelSpec, days: tuple[date, ...], within: Span) -> Cutoffs:
    """Hand the cut-offs to an engine, and how the window of each group of features looks back from them."""
    windows = {}
    for at, window in enumerate(dict.fromkeys(group.window for group in groups(spec))):
        rows, ahead = looks(days, window, within)
        cutoffs = None if ahead is None else engine.arrow(f"cutoffs of window {at}", ahead)
        windows[window] = Looks(engine.arrow(f"days of window {at}", rows), cutoffs)
    return Cutoffs(days, engine.arrow("cutoffs", rows_of(days)), windows)


def _multiplying(engine: Engine, spec: PanelSpec, tables: Mapping[str, ibis.Table]) -> None:
    """Raise DataError where a join would find two rows for one event: its counts would be wrong without a sign."""
    import ibis

    joins = dict.fromkeys((join.right, join.key) for name in spec.event_tables for join in joins_of(spec, name))
    parts = []
    for table, key in joins:
        column = tables[table][key]
        counted = tables[table].aggregate(rows=column.count(), keys=column.nunique())
        parts.append(counted.mutate(joined=ibis.literal(f"{table}.{key}")))
    if not parts:
        return
    for found in engine.to_arrow(reduce(lambda one, other: one.union(other), parts)).to_pylist():
        if found["rows"] != found["keys"]:
            raise DataError(
                say("A join to {joined:quoted} would multiply rows: {rows:number} rows have {keys:number} keys.",
                    **found),
                say("Join by a column that no two rows share, or load the table with each key once."),
            )  # fmt: skip


def _looked_over(
    engine: Engine, spec: PanelSpec, tables: Mapping[str, ibis.Table], now: datetime
) -> tuple[Span, int, tuple[Sentence, ...]]:
    told = engine.to_arrow(span(spec, tables, now))
    # Without a zone, as they are in UTC anyway: with one, Arrow would import pandas to tell them.
    for name in ("first", "last"):
        told = told.set_column(told.column_names.index(name), name, told[name].cast(pa.timestamp("us")))
    found = told.to_pylist()
    times = [told for told in found if told["first"] is not None]
    if not times:
        raise DataError(
            say("No event says whose it is and when it was, before {now:date}.", now=now.date()),
            say("Look at the columns that the study names as 'entity' and 'time'."),
        )
    whole = frozenset(told["table"] for told in found if not (told["nobodys"] or told["never"] or told["future"]))
    within = Span(min(told["first"] for told in times), max(told["last"] for told in times), now, whole)
    notes = [note for told in sorted(found, key=lambda told: spec.event_tables.index(told["table"]))
             for note in _notes(told["table"], told)]  # fmt: skip
    return within, sum(told["future"] for told in found), tuple(notes)


def _notes(table: str, counts: Mapping[str, Any]) -> Iterator[Sentence]:
    if counts["nobodys"]:
        yield plural("{n:number} event of {table:quoted} says not whose it is and was not used.",
                     "{n:number} events of {table:quoted} say not whose they are and were not used.",
                     counts["nobodys"], table=table)  # fmt: skip
    if counts["never"]:
        yield plural("{n:number} event of {table:quoted} has no time and was not used.",
                     "{n:number} events of {table:quoted} have no time and were not used.",
                     counts["never"], table=table)  # fmt: skip
    if counts["future"]:
        yield plural("{n:number} event of {table:quoted} lies in the future and was not used.",
                     "{n:number} events of {table:quoted} lie in the future and were not used.",
                     counts["future"], table=table)  # fmt: skip
