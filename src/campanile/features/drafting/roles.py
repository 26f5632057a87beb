"""Who a study is about, and which tables tell what happens to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campanile.features.drafting import naming
from campanile.features.drafting.alone import refusal
from campanile.features.drafting.references import Facts, Reference, times
from campanile.features.drafting.result import Decision
from campanile.tables import Semantic
from campanile.words import Sentence, say

FEWEST_COVERED = 0.5


@dataclass(frozen=True)
class Roles:
    """The table of entities with its key, and for each table of events the column that says whose they are."""

    entity: str
    key: str
    events: dict[str, str]
    decisions: tuple[Decision, ...]
    notes: tuple[Sentence, ...]


def roles(facts: Facts) -> Roles:
    """Find the entity and its events. Raises DataError where there are none, saying what is needed."""
    naming_events = [one for one in facts.references if _names_events(facts, one)]
    sure = [one for one in naming_events if one.sure] or [one for one in naming_events if _identifiers(facts, one)]
    if not sure:
        raise refusal(facts)
    places = sorted({(one.to, one.key) for one in sure}, key=lambda place: -_score(facts, sure, place))
    entity, key = places[0]
    events = _events(facts, sure, entity, key)
    decisions = (_entity(facts, sure, places), _key(facts, events, entity, key), *_whose(facts, sure, events, entity))
    return Roles(entity, key, {one.table: one.column for one in events}, decisions,
                 tuple(_unlinked(facts, entity, events)))  # fmt: skip


def _names_events(facts: Facts, one: Reference) -> bool:
    timed = times(facts.tables[one.table], facts.counted[one.table])
    return bool(timed) and facts.repeats(one.table, one.column) and one.found.coverage >= FEWEST_COVERED


def _identifiers(facts: Facts, one: Reference) -> bool:
    """Tell whether both columns are meant to name something, though their values are numbers that any key may hold."""
    mine, theirs = facts.tables[one.table].columns[one.column], facts.tables[one.to].columns[one.key]
    return mine.semantic is theirs.semantic is Semantic.IDENTIFIER


def _score(facts: Facts, all_of: Sequence[Reference], place: tuple[str, str]) -> float:
    """Weigh who it is that events speak of: people by name, with personal data, found for most events."""
    table, key = place
    here = [one for one in all_of if (one.to, one.key) == place]
    others = {one.to for one in all_of} - {table}
    above = any(one.table == table and one.to in others and one.sure for one in facts.references)
    personal = sum(column.semantic is Semantic.PERSONAL for column in facts.tables[table].columns.values())
    return (
        3.0 * naming.of_person(table) + 2.0 * naming.of_person(key)
        + any(naming.of_person(one.column) for one in here) + min(personal, 2)
        + max(one.found.coverage for one in here) + any(one.named for one in here) - 2.0 * above
    )  # fmt: skip


def _events(facts: Facts, all_of: Sequence[Reference], entity: str, key: str) -> tuple[Reference, ...]:
    best: dict[str, Reference] = {}
    for one in sorted(all_of, key=lambda one: one.rank, reverse=True):
        if (one.to, one.key) == (entity, key) and one.table != entity:
            best.setdefault(one.table, one)
    return tuple(best[name] for name in facts.tables if name in best)


def _entity(facts: Facts, all_of: Sequence[Reference], places: Sequence[tuple[str, str]]) -> Decision:
    entity, key = places[0]
    by = max((one for one in all_of if (one.to, one.key) == places[0]), key=lambda one: one.rank)
    reason = say("the events of {table:quoted} say whose they are: {column:quoted} is found in {key:quoted} for"
                 " {coverage:percent}", table=by.table, column=by.column, key=f"{entity}.{key}",
                 coverage=by.found.coverage)  # fmt: skip
    if naming.of_person(entity, key):
        reason = say("{reason}, and its name is that of people", reason=reason)
    if not by.sure:
        reason = say("{reason}; but only the numbers say so, which may be chance", reason=reason)
    others = [place for place in dict(places[1:]).items() if place[0] != entity]
    return Decision(("study", "entity"), entity, reason, tuple(_instead(all_of, place) for place in others[:2]))


def _instead(all_of: Sequence[Reference], place: tuple[str, str]) -> Sentence:
    by = max((one for one in all_of if (one.to, one.key) == place), key=lambda one: one.rank)
    return say("{table:quoted}, in whose {key:quoted} {column:quoted} is found for {coverage:percent}", table=place[0],
               key=place[1], column=f"{by.table}.{by.column}", coverage=by.found.coverage)  # fmt: skip


def _key(facts: Facts, events: Sequence[Reference], entity: str, key: str) -> Decision:
    by = events[0]
    reason = say("no two of the {n:number} rows share one, and {column:quoted} is found in it for {coverage:percent}",
                 n=facts.tables[entity].rows.num_rows, column=f"{by.table}.{by.column}",
                 coverage=by.found.coverage)  # fmt: skip
    return Decision(("tables", entity, "key"), key, reason)


def _whose(facts: Facts, all_of: Sequence[Reference], events: Sequence[Reference], entity: str) -> Iterator[Decision]:
    for one in events:
        rows, count = facts.tables[one.table].rows.num_rows, facts.counted[one.table][one.column]
        reason = say("it is found in {key:quoted} for {coverage:percent}; {events:exact} events for each that is named",
                     key=f"{one.to}.{one.key}", coverage=one.found.coverage,
                     events=round(rows / max(count.distinct, 1), 1))  # fmt: skip
        if count.filled < rows:
            reason = say("{reason}; {n:number} events say not whose they are", reason=reason, n=rows - count.filled)
        others = [other for other in all_of if (other.table, other.to) == (one.table, entity) and other != one]
        instead = tuple(say("{column:quoted}, found for {coverage:percent}", column=other.column,
                            coverage=other.found.coverage) for other in others[:2])  # fmt: skip
        yield Decision(("tables", one.table, "entity"), one.column, reason, instead)


def _unlinked(facts: Facts, entity: str, events: Sequence[Reference]) -> Iterator[Sentence]:
    """Tell of tables with repeated times that name nobody: they can neither be events nor be joined."""
    used = {one.table for one in events}
    for one in facts.references:
        if (one.to == entity and one.table not in used and one.named and facts.repeats(one.table, one.column)
                and times(facts.tables[one.table], facts.counted[one.table])):  # fmt: skip
            yield say("{table:quoted} was not taken as events: {column:quoted} is found in {key:quoted} for only"
                      " {coverage:percent}.", table=one.table, column=one.column, key=f"{one.to}.{one.key}",
                      coverage=one.found.coverage)  # fmt: skip
