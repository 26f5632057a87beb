"""The panel that one is tempted to make: whole periods, each cut short where the event that is to be predicted happens.

Whoever buys on the third has three days in which to do anything, so that little activity "predicts" buying. Nobody
should learn from such rows; they are made to show how much they would claim.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import TYPE_CHECKING

import pyarrow as pa

from campanile.features.events.calendar import Cutoffs, Span, before, cutoffs
from campanile.features.events.computing import calendar_tables, look
from campanile.features.events.panel import CUTOFF, EXPOSURE, assemble, beside, happened
from campanile.features.events.spec import FeatureSpec, PanelSpec, Unit
from campanile.workspace.buckets import bucket_expression

if TYPE_CHECKING:
    import ibis

    from campanile.workspace.engines import Engine

DAYS = "days_present"
HAPPENED = "happened"
_EVENTS = "events_of_"
_MOST_EVENTS = 1_000_000
_SALT = "periods cut at the event"


@dataclass(frozen=True)
class Cut:
    """``rows``: entity, period's end, features over the period until the event, days present, and whether it happened.

    Only periods in which somebody did something are there. Of ``one_in`` entities one was looked at.
    """

    rows: pa.Table
    every: Unit
    one_in: int


def applies(spec: PanelSpec, target: str) -> bool:
    """Tell whether periods could be cut at a target: it is an event, and there is a calendar of periods."""
    return spec.targets[target].event is not None and spec.calendar.every is not None


def cut_short(
    engine: Engine, spec: PanelSpec, tables: Mapping[str, ibis.Table], now: datetime, target: str,
    most_events: int = _MOST_EVENTS,
) -> Cut:  # fmt: skip
    """Compute the panel whose periods end at the event of ``target``; of many events, those of some entities.

    ``spec`` has been computed before, so that its tables are known to be as they should; ``applies`` holds.
    """
    every = spec.calendar.every or "month"
    looked = look(engine, spec, tables, now)
    within = looked.within
    one_in = max(-(-_events(engine, spec, looked.tables) // most_events), 1)
    tables = _sampled(spec, looked.tables, one_in)
    days = _periods(spec, within, every)
    whole = _plain(spec)
    rows = _cut(spec, whole, tables, target, calendar_tables(engine, whole, days, within), within)
    return Cut(engine.to_arrow(rows), every, one_in)


def _events(engine: Engine, spec: PanelSpec, tables: Mapping[str, ibis.Table]) -> int:
    counted = [engine.to_arrow(tables[name].aggregate(n=tables[name].count())) for name in spec.event_tables]
    return sum(int(one["n"][0].as_py()) for one in counted)


def _sampled(spec: PanelSpec, tables: Mapping[str, ibis.Table], one_in: int) -> dict[str, ibis.Table]:
    """Keep the entities of one bucket of ``one_in``, and their events."""
    whole = dict(tables)
    if one_in > 1:
        keys = {name: str(spec.tables[name].entity) for name in spec.event_tables}
        keys[spec.entity] = str(spec.tables[spec.entity].key)
        for name, key in keys.items():
            column = tables[name][key]
            # Keys are whole numbers or text; what else there may be is written as text.
            kept = column if column.type().is_integer() else column.cast("string")
            whole[name] = tables[name].filter(bucket_expression(_SALT, spec.entity, kept, one_in) == 0)
    return whole


def _periods(spec: PanelSpec, within: Span, every: Unit) -> tuple[date, ...]:
    """Return the ends of the calendar's periods; the one that had begun when the events end is tempting too."""
    days = cutoffs(spec.calendar, within)
    last = spec.calendar.last
    further = before(days[-1], -1, every)
    return (*days, further) if days[-1] < within.end and (last is None or further <= last) else days


def _plain(spec: PanelSpec) -> PanelSpec:
    """Return the features alone, each over the period, with how many events there were."""
    features = {name: one.model_copy(update={"window": None}) for name, one in spec.features.items()}
    counts = {f"{_EVENTS}{name}": FeatureSpec(expression="count(*)", table=name) for name in spec.event_tables}
    return spec.model_copy(update={"features": features | counts, "targets": {}, "attributes": (), "window": None})


def _cut(
    spec: PanelSpec, whole: PanelSpec, tables: Mapping[str, ibis.Table], target: str, calendar: Cutoffs, within: Span
) -> ibis.Table:
    import ibis

    first = happened(spec, tables, spec.targets[target], within)
    short = {**tables, **{name: _until(spec, tables[name], name, first) for name in spec.event_tables}}
    rows = assemble(whole, short, calendar, within)
    key, every = str(spec.tables[spec.entity].key), spec.calendar.every
    rows = beside(rows.mutate(entity_=rows[key]), first, "entity_")
    begins = rows[CUTOFF] - ibis.interval(**{f"{every}s": 1})
    rows = rows.filter(rows.happened_.isnull() | (rows.happened_ >= begins.cast("timestamp")))
    ends = ibis.least(rows[CUTOFF], rows.happened_.cast("date").coalesce(rows[CUTOFF]), ibis.date(within.end))
    came = (rows.happened_ < rows[CUTOFF].cast("timestamp")).fill_null(False)
    did = reduce(lambda one, other: one + other, (rows[f"{_EVENTS}{name}"] for name in spec.event_tables))
    rows = rows.mutate(**{DAYS: rows[EXPOSURE] - rows[CUTOFF].delta(ends, unit="day"), HAPPENED: came, "did_": did})
    rows = rows.filter((rows.did_ > 0) | rows[HAPPENED])
    return rows.select(key, CUTOFF, *spec.features, DAYS, HAPPENED).order_by(key, CUTOFF)


def _until(spec: PanelSpec, rows: ibis.Table, name: str, first: ibis.Table) -> ibis.Table:
    """Return the events before the one that is to be predicted."""
    table, columns = spec.tables[name], rows.columns
    found = beside(rows.mutate(entity_=rows[str(table.entity)]), first, "entity_")
    time = found[str(table.time)].cast("timestamp")
    return found.filter(found.happened_.isnull() | (time < found.happened_)).select(*columns)
