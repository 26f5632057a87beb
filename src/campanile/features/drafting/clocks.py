"""When events happened, and when they came to be known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from campanile.features.drafting import measures, naming
from campanile.features.drafting.references import Facts, times
from campanile.features.drafting.result import Decision
from campanile.words import Sentence, say

_LATEST_DAYS = 7
_FILLED = 0.9


@dataclass(frozen=True)
class Clock:
    """A table's times, and between which moments its events lie."""

    time: str
    arrived: str | None
    first: datetime
    last: datetime
    decisions: tuple[Decision, ...]
    notes: tuple[Sentence, ...]


def clock(facts: Facts, name: str, now: datetime) -> Clock | None:
    """Choose a table's times; None where all events lie in the future."""
    table = facts.tables[name]
    found = sorted(times(table, facts.counted[name]), key=lambda column: -_score(table.rows, column))
    within = measures.between(table.rows, found[0], now)
    if within is None:
        return None
    reason = say("it holds a time in {share:percent} of the rows, from {first:date} to {last:date}",
                 share=facts.counted[name][found[0]].filled / table.rows.num_rows, first=within[0].date(),
                 last=within[1].date())  # fmt: skip
    arrivals = [one for one in found[1:] if _arrives(table.rows, found[0], one, now)]
    arrived = min(arrivals, key=lambda one: not naming.of_arrival(one), default=None)
    others = [column for column in found[1:] if column != arrived]
    rival = others[0] if others and _score(table.rows, others[0]) == _score(table.rows, found[0]) else None
    instead = (say("{column:quoted}, a time as well", column=rival),) if rival else ()
    decided = [Decision(("tables", name, "time"), found[0], reason, instead)]
    if arrived is not None:
        why = say("it is never earlier than {time:quoted}: an event counts from when it was known", time=found[0])
        decided.append(Decision(("tables", name, "arrived"), arrived, why))
    return Clock(found[0], arrived, *within, tuple(decided), tuple(_unused(name, others)))


def _score(rows: pa.Table, column: str) -> int:
    to_the_second = bool(pa.types.is_timestamp(rows.schema.field(column).type))
    return 2 * naming.of_time(column) - 3 * naming.of_arrival(column) + to_the_second


def _arrives(rows: pa.Table, time: str, other: str, now: datetime) -> bool:
    """Tell whether a time is when events came to be known: never earlier, soon after or so named, and not ahead."""
    both, earlier, days = measures.earlier(rows, time, other)
    ahead = measures.between(rows, other, now) is None
    soon = days <= _LATEST_DAYS or naming.of_arrival(other)
    return both >= _FILLED * rows.num_rows and not earlier and soon and not ahead


def _unused(name: str, columns: Sequence[str]) -> Iterator[Sentence]:
    for column in columns:
        yield say("{column:quoted} holds times too, and is not used.", column=f"{name}.{column}")
