"""The draft put together, one decision after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from campanile.features.drafting import measures
from campanile.features.drafting.attributes import attributes, kept_out
from campanile.features.drafting.calendars import Calendar, calendar
from campanile.features.drafting.clocks import Clock, clock
from campanile.features.drafting.joins import Joins, joins
from campanile.features.drafting.references import Facts, look
from campanile.features.drafting.result import Decision, Draft
from campanile.features.drafting.roles import Roles, roles
from campanile.features.drafting.sources import Source, Table, together
from campanile.features.drafting.targets import Candidate, candidates, chosen
from campanile.tables import Semantic
from campanile.words import Sentence, say
from campanile.workspace.errors import DataError


def draft(sources: Sequence[Source], name: str, now: datetime) -> Draft:
    """Draft a study of events of files that were read. Raises DataError where they are none, saying what is needed."""
    facts = look(together(sources))
    of = roles(facts)
    clocks = _clocks(facts, of, now)
    led = joins(facts, of)
    found = candidates(facts, of, clocks)
    target = chosen(found)
    dates = calendar(target, min(one.first for one in clocks.values()), max(one.last for one in clocks.values()))
    own = attributes(facts, of, target)
    out = tuple(kept_out(facts, (of.entity, *of.events), frozenset(_used(of, target))))
    predictions = _predictions(facts, of, target)
    said = {
        "study": {"name": name, "entity": of.entity, **_filled(joins=list(led.texts), attributes=list(own.names))},
        **_filled(calendar=dict(dates.said)),
        "tables": _tables(facts, of, clocks, led, out),
        **_filled(targets=_targets(target, dates), predictions=predictions[0]),
    }  # fmt: skip
    times = [decision for one in clocks.values() for decision in one.decisions]
    decisions = (*_parts(facts), *of.decisions, *times, *led.decisions, *_aim(found, target), dates.decision,
                 *own.decisions, *predictions[1], *out)  # fmt: skip
    notes = (*of.notes, *(note for one in clocks.values() for note in one.notes), *led.notes, *own.notes,
             *_no_target(found, target))  # fmt: skip
    return Draft(said, decisions, notes)


def _filled(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _clocks(facts: Facts, of: Roles, now: datetime) -> dict[str, Clock]:
    found = {table: told for table in of.events if (told := clock(facts, table, now)) is not None}
    if len(found) < len(of.events):
        ahead = next(table for table in of.events if table not in found)
        raise DataError(say("All times in {table:quoted} lie in the future.", table=ahead),
                        say("Look at the column of times: perhaps days and months were exchanged."))  # fmt: skip
    return found


def _parts(facts: Facts) -> Iterator[Decision]:
    for table in facts.tables.values():
        if len(table.sources) > 1:
            yield Decision(("tables", table.name, "source"), ", ".join(source.name for source in table.sources),
                           say("they have the same columns, or all but a few: parts of one table"))  # fmt: skip


def _used(of: Roles, target: Candidate | None) -> Iterator[tuple[str, str]]:
    yield of.entity, of.key
    yield from of.events.items()
    if target is not None:
        yield target.table or of.entity, target.column


def _tables(
    facts: Facts, of: Roles, clocks: Mapping[str, Clock], led: Joins, out: Sequence[Decision]
) -> dict[str, Any]:
    roles_of = {of.entity: {"key": of.key}, **{table: {"key": key} for table, key in led.keys.items()}}
    for table, whose in of.events.items():
        roles_of[table] = {"entity": whose, "time": clocks[table].time, **_filled(arrived=clocks[table].arrived)}
    said = {}
    for name in (one for one in (of.entity, *of.events, *led.keys) if one in facts.tables):
        declared = {one.place[-1]: {"semantic": one.chosen} for one in out if one.place[1] == name}
        said[name] = {"source": _source(facts.tables[name]), **roles_of[name], **_filled(columns=declared)}
    return said


def _source(table: Table) -> str | list[str]:
    paths = [source.path for source in table.sources]
    return paths[0] if len(paths) == 1 else paths


def _targets(target: Candidate | None, dates: Calendar) -> dict[str, Any]:
    if target is None:
        return {}
    if target.table is None:
        return {target.name: {"column": target.column}}
    said = {"table": target.table, "event": target.event, **_filled(within_days=dates.within_days)}
    return {target.name: said}


def _aim(found: Sequence[Candidate], target: Candidate | None) -> Iterator[Decision]:
    if target is not None:
        others = tuple(
            say("{target}: {reason}", target=one.shown, reason=one.why) for one in found if one is not target
        )
        field = "column" if target.table is None else "event"
        yield Decision(("targets", target.name, field), target.shown, target.why, others[:3])


def _no_target(found: Sequence[Candidate], target: Candidate | None) -> Iterator[Sentence]:
    if target is None:
        yield say("No target was found: the study ends with its features. Declare one under [targets].")
        for one in found[:3]:
            yield say("It could be {target}: {reason}.", target=one.shown, reason=one.why)


def _predictions(
    facts: Facts, of: Roles, target: Candidate | None
) -> tuple[dict[str, Any], tuple[Decision, ...]]:  # fmt: skip
    """Ask for predictions where a file lacks the target; what names its rows there is their name in the answer."""
    table = facts.tables[of.entity]
    absent = table.absent(target.column) if target is not None and target.table is None else ()
    if not absent or target is None:
        return {}, ()
    decided = [Decision(("predictions", "file"), "predictions.json",
                        say("the rows of {files:list} have no {target:quoted} yet", files=absent,
                            target=target.column))]  # fmt: skip
    names = [name for name, column in table.columns.items() if column.semantic is Semantic.IDENTIFIER
             and name != of.key and measures.complementary(table.rows, name, target.column)]  # fmt: skip
    if not names:
        return {"file": "predictions.json"}, tuple(decided)
    why = say("it is there exactly where {target:quoted} is missing", target=target.column)
    decided.append(Decision(("predictions", "key"), names[0], why))
    return {"file": "predictions.json", "key": names[0]}, tuple(decided)
