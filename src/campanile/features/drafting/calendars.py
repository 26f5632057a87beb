"""The cut-offs that fit what is to be predicted and how long there are events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from campanile.features.drafting.result import Decision
from campanile.features.drafting.targets import Candidate
from campanile.words import Sentence, say

MONTHS_FROM_DAYS = 60
HORIZON_DAYS = 30
_FEWEST_DAYS = 3


@dataclass(frozen=True)
class Calendar:
    """What the study says of cut-offs and of the target's horizon."""

    said: Mapping[str, Any]
    within_days: int | None
    decision: Decision


def calendar(target: Candidate | None, first: datetime, last: datetime) -> Calendar:
    """Choose cut-offs. A column of the entity is no event in time: one cut-off, after all events."""
    days = (last.date() - first.date()).days + 1
    of_event = target is not None and target.table is not None
    if target is not None and not of_event:
        return _none(say("{column:quoted} does not say when it came to be: one row for each, of all events",
                         column=target.column))  # fmt: skip
    if days >= MONTHS_FROM_DAYS:
        reason = say("the events go over {n:number} days, from {first:date} to {last:date}: several months", n=days,
                     first=first.date(), last=last.date())  # fmt: skip
        within = HORIZON_DAYS if of_event else None
        return Calendar({"every": "month"}, within, Decision(("calendar", "every"), "month", reason))
    if of_event and days >= 2 * _FEWEST_DAYS:
        return _one_day(first.date(), last.date(), days)
    return _none(say("the events go over {n:number} days only: one row for each, of all events", n=days))


def _one_day(first: date, last: date, days: int) -> Calendar:
    """Cut once, with a third of the days left in which the event may happen."""
    ahead = max(days // 3, _FEWEST_DAYS)
    day = last - timedelta(days=ahead)
    reason = say("the events go over {n:number} days only: what was before it is looked at, and {ahead:number} days"
                 " after it", n=days, ahead=ahead)  # fmt: skip
    return Calendar({"at": day}, ahead, Decision(("calendar", "at"), day.isoformat(), reason))


def _none(reason: Sentence) -> Calendar:
    return Calendar({}, None, Decision(("calendar",), str(say("one cut-off")), reason))
