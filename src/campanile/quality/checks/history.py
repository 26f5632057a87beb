"""How long a time a table of events covers, and what that leaves for features by the month and for a target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.quality.look import Look
from campanile.quality.naming import day
from campanile.quality.result import Finding, Severity
from campanile.tables.dictionary import Column, Semantic
from campanile.words import plural, say

FEWEST_EVENTS = 50
LEAST_EACH = 2.0

Months: TypeAlias = NDArray[np.datetime64]


@dataclass(frozen=True)
class Span:
    """From ``first`` to ``last``: ``months`` are calendar months that lie in it wholly.

    ``snapshots`` are beginnings of months with a whole month before and a whole target behind them.
    """

    first: date
    last: date
    months: int
    snapshots: int

    @property
    def days(self) -> int:
        """How many days, both ends included."""
        return (self.last - self.first).days + 1


def short_history(look: Look) -> tuple[Finding, ...]:
    """Find a table of events that covers fewer whole months than ``history_months``."""
    columns = event_columns(look)
    if columns is None:
        words = say("This is no table of events: no customer or other thing has several dates in it.")
        return (Finding("history", None, True, "info", 0, words),)
    time, entity = columns
    span = span_of(look, time.name)
    if span.months >= look.spec.history_months:
        words = plural(
            "{column}: the events cover {n:number} whole month, from {first:date} to {last:date}.",
            "{column}: the events cover {n:number} whole months, from {first:date} to {last:date}.",
            n=span.months, column=time.named(), first=span.first, last=span.last,
        )  # fmt: skip
        return (Finding("history", time.name, True, "info", span.days, words),)
    return (_finding(look, time, entity, span),)


def event_columns(look: Look) -> tuple[Column, Column] | None:
    """Return the time of events and whose they are: declared, else a date and an identifier that returns.

    Of several identifiers the one that returns most often is whose the events are.
    """
    said = look.dictionary
    times = [said[look.spec.time]] if look.spec.time else _times(look)
    owners = [said[look.spec.entity]] if look.spec.entity else [
        c for c in look.dictionary.of(Semantic.IDENTIFIER)
        if c.name != look.dictionary.key and look.facts[c.name].present >= LEAST_EACH * look.facts[c.name].distinct > 0
    ]  # fmt: skip
    if not times or not owners or look.facts[times[0].name].present < FEWEST_EVENTS:
        return None
    return times[0], min(owners, key=lambda column: look.facts[column.name].distinct)


def _times(look: Look) -> list[Column]:
    """Return dates and moments, moments first; not those that differ too little to be of events."""
    found = [c for c in look.dated if c.semantic is Semantic.DATE and look.facts[c.name].distinct > 1]
    return sorted(found, key=lambda column: pa.types.is_date(look.rows.schema.field(column.name).type))


def span_of(look: Look, time: str) -> Span:
    """Return the time that the events of column ``time`` cover, those in the future left out."""
    values = look.ordered(time).values
    past = values[values <= (look.as_of - date(1970, 1, 1)).days]
    ends = past if len(past) else values
    first, last = day(ends[0]), day(ends[-1])
    whole = _months(first, last)
    return Span(first, last, len(whole), _snapshots(whole, last, look.spec.horizon_days))


def _months(first: date, last: date) -> Months:
    """Return the calendar months that lie wholly between two days."""
    start = np.datetime64(first, "M") + (1 if first.day > 1 else 0)
    end = np.datetime64(last + timedelta(days=1), "M")
    return np.arange(start, max(start, end))


def _snapshots(whole: Months, last: date, horizon_days: int) -> int:
    """Count the months after which a target of ``horizon_days`` has run out by ``last``."""
    ends = (whole + 1).astype("datetime64[D]")
    return int(np.count_nonzero(ends + (horizon_days - 1) <= np.datetime64(last, "D")))


def _finding(look: Look, time: Column, entity: Column, span: Span) -> Finding:
    words = plural(
        "{column}: the events ({entity}: {owners:number} different) cover {n:number} day only, from {first:date} to"
        " {last:date}: {months}. Features by the month have next to no past, and a target of the {horizon:number} days"
        " that follow a month is known for {snapshots}.",
        "{column}: the events ({entity}: {owners:number} different) cover {n:number} days only, from {first:date} to"
        " {last:date}: {months}. Features by the month have next to no past, and a target of the {horizon:number} days"
        " that follow a month is known for {snapshots}.",
        n=span.days, column=time.named(), owners=look.facts[entity.name].distinct, entity=entity.named(),
        first=span.first, last=span.last, horizon=look.spec.horizon_days,
        months=plural("{n:number} whole month", "{n:number} whole months", n=span.months),
        snapshots=plural("{n:number} month", "{n:number} months", n=span.snapshots),
    )  # fmt: skip
    severity: Severity = "serious" if span.snapshots == 0 else "warning"
    return Finding("history", time.name, False, severity, span.days, words)
