"""What events find in other tables: joins that lead from them to rows that stand still."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from campanile.features.drafting import naming
from campanile.features.drafting.references import Facts, Reference
from campanile.features.drafting.result import Decision
from campanile.features.drafting.roles import Roles
from campanile.tables import Semantic
from campanile.words import Sentence, say

LEAST_COVERED = 0.9
_NEARLY = 0.8


@dataclass
class _Found:
    joins: dict[str, Reference] = field(default_factory=dict)
    rivals: dict[str, list[Reference]] = field(default_factory=dict)


@dataclass(frozen=True)
class Joins:
    """The joins in order, the key of each table that they lead to, and what was not proposed."""

    texts: tuple[str, ...]
    keys: dict[str, str]
    decisions: tuple[Decision, ...]
    notes: tuple[Sentence, ...]


def joins(facts: Facts, of: Roles) -> Joins:
    """Find joins from each table of events, and from the entity, to the nearest tables first."""
    usable = [one for one in facts.references if _usable(one, of)]
    found = _Found()
    for events in of.events:
        _spread(events, of, usable, found)
    chosen = tuple(found.joins.values())
    decisions = tuple(_decision(facts, found, number, one) for number, one in enumerate(chosen))
    keys = {one.to: one.key for one in reversed(chosen)}
    return Joins(tuple(one.text for one in chosen), keys, decisions, tuple(_notes(facts, of, chosen)))


def _usable(one: Reference, of: Roles) -> bool:
    still = one.to != of.entity and one.to not in of.events
    sayable = all(naming.sayable(name) for name in (one.column, one.key))
    return still and sayable and one.sure and one.found.coverage >= LEAST_COVERED


def _spread(events: str, of: Roles, usable: Sequence[Reference], found: _Found) -> None:
    """Go from a table of events (and then from its entity) along references, each table once, the best way first."""
    ahead, seen = [events, of.entity], {events, of.entity}
    while ahead:
        table = ahead.pop(0)
        for one in sorted((one for one in usable if one.table == table), key=lambda one: one.rank, reverse=True):
            if one.to in seen:
                _beside(found, one)
                continue
            if _leads_back(one, tuple(found.joins.values())):
                continue
            seen.add(one.to)
            found.joins.setdefault(one.text, one)
            ahead.insert(len(ahead) - (of.entity in ahead), one.to)


def _beside(found: _Found, one: Reference) -> None:
    """Note a second column of the same table that leads to the same rows: a study can say one of them."""
    for text, other in found.joins.items():
        if (other.table, other.to) == (one.table, one.to) and text != one.text:
            rivals = found.rivals.setdefault(text, [])
            if one not in rivals:
                rivals.append(one)


def _leads_back(one: Reference, known: Sequence[Reference]) -> bool:
    seen, ahead = set(), [one.to]
    while ahead:
        table = ahead.pop()
        if table == one.table:
            return True
        if table not in seen:
            seen.add(table)
            ahead += [other.to for other in known if other.table == table]
    return False


def _decision(facts: Facts, found: _Found, number: int, one: Reference) -> Decision:
    reason = say("{column:quoted} is found in {key:quoted} for {coverage:percent}; no two of its {n:number} rows share"
                 " one", column=f"{one.table}.{one.column}", key=f"{one.to}.{one.key}", coverage=one.found.coverage,
                 n=facts.tables[one.to].rows.num_rows)  # fmt: skip
    instead = tuple(say("{join}, found for {coverage:percent}", join=other.text, coverage=other.found.coverage)
                    for other in found.rivals.get(one.text, ())[:2])  # fmt: skip
    return Decision(("study", "joins", str(number)), one.text, reason, instead)


def _notes(facts: Facts, of: Roles, chosen: Sequence[Reference]) -> Iterator[Sentence]:
    used = {of.entity, *of.events, *(one.to for one in chosen)}
    for one in facts.references:
        leads = one.table in used and one.to not in used and one.named
        if leads and not all(naming.sayable(name) for name in (one.column, one.key)):
            yield say("The join {join:quoted} was not proposed: a study can join by columns whose names are letters,"
                      " digits and '_' alone.", join=one.text)  # fmt: skip
        elif leads and one.found.coverage < LEAST_COVERED:
            yield say("The join {join:quoted} was not proposed: only {coverage:percent} would find a row.",
                      join=one.text, coverage=one.found.coverage)  # fmt: skip
    for name in facts.tables:
        if name not in used:
            yield _unused(facts, name)


def _unused(facts: Facts, name: str) -> Sentence:
    """Say why a table is not used: what should tell its rows apart may not, as where an unknown one is -1 each time."""
    for column in facts.tables[name].columns.values():
        count = facts.counted[name].get(column.name)
        nearly = count is not None and _NEARLY * count.filled <= count.distinct < count.filled
        if column.semantic is Semantic.IDENTIFIER and count is not None and nearly:
            return say("The table {table:quoted} is not used: {column:quoted} does not tell its rows apart, of"
                       " {rows:number} only {distinct:number} are different.", table=name, column=column.name,
                       rows=count.filled, distinct=count.distinct)  # fmt: skip
    return say("The table {table:quoted} is not used: no join leads to it for certain.", table=name)
