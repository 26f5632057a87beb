"""What could be predicted: a column of the entity, or a rare event; each with what speaks for it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from campanile.features.drafting import measures, naming
from campanile.features.drafting.clocks import Clock
from campanile.features.drafting.measures import Level
from campanile.features.drafting.references import Facts
from campanile.features.drafting.roles import Roles
from campanile.features.events.checking import TAKEN
from campanile.features.families import snake
from campanile.tables import Semantic
from campanile.words import Sentence, say
from campanile.workspace.engine import quoted

MOST_CLASSES = 10
_FEWEST_OF_CLASS = 5
_MISSING = 0.05
_MOST_KINDS = 12
_RARE = 0.05
_ONCE = 1.2
_MOST_ENTITIES = 0.7
_FEWEST_BEFORE = 10
_PROPOSED = 3


@dataclass(frozen=True)
class Candidate:
    """Something to predict. ``column`` is the entity's, or with ``value`` that of the events in ``table``.

    ``weight`` says how much speaks for it; ``why`` says what.
    """

    name: str
    column: str
    weight: int
    why: Sentence
    table: str | None = None
    value: Any = None

    @property
    def event(self) -> str | None:
        """The condition that an event fulfils, as SQL; None for a column of the entity."""
        if self.table is None:
            return None
        column = self.column if naming.sayable(self.column) and not _reserved(self.column) else quoted(self.column)
        if isinstance(self.value, bool):
            return column
        text = str(self.value).replace("'", "''")
        return f"{column} = {self.value}" if isinstance(self.value, int) else f"{column} = '{text}'"

    @property
    def shown(self) -> str:
        """What is predicted, as the study says it."""
        return self.event or self.column


def candidates(facts: Facts, of: Roles, clocks: dict[str, Clock]) -> tuple[Candidate, ...]:
    """Return what could be predicted, the likeliest first."""
    found = [*_columns(facts, of)]
    for table, told in clocks.items():
        found += _events(facts, of, table, told)
    return tuple(sorted(found, key=lambda one: (-one.weight, len(naming.tokens(one.name)))))


def chosen(found: Sequence[Candidate]) -> Candidate | None:
    """Return the candidate to propose: events need more to speak for them than that they are rare."""
    return next((one for one in found if one.table is None or one.weight >= _PROPOSED), None)


def _columns(facts: Facts, of: Roles) -> Iterator[Candidate]:
    table, counted = facts.tables[of.entity], facts.counted[of.entity]
    rows = table.rows.num_rows
    for name, column in table.columns.items():
        if name == of.key or name not in counted or not _classes(table.rows, column.semantic, counted[name].distinct,
                                                                 name):  # fmt: skip
            continue
        absent, missing = table.absent(name), 1 - counted[name].filled / rows
        flag = column.semantic is Semantic.FLAG
        weight = 3 * naming.of_outcome(name) + 3 * bool(absent) + (missing >= _MISSING) + flag
        if weight and measures.smallest(table.rows, name) >= _FEWEST_OF_CLASS:
            why = _why_column(name, counted[name].distinct, absent, missing, flag=flag)
            yield Candidate(name, name, weight, why)


def _classes(rows: pa.Table, semantic: Semantic, distinct: int, name: str) -> bool:
    whole = not pa.types.is_floating(rows.schema.field(name).type)
    meant = semantic in (Semantic.CATEGORY, Semantic.FLAG, Semantic.NUMBER)
    return meant and whole and 2 <= distinct <= MOST_CLASSES


def _why_column(name: str, classes: int, absent: Sequence[str], missing: float, *, flag: bool) -> Sentence:
    parts = [say("it says yes or no")] if flag else [say("it has {n:number} different values", n=classes)]
    if naming.of_outcome(name):
        parts.append(say("its name is that of an outcome"))
    if absent:
        parts.append(say("it is not in {files:list}, whose rows are to be predicted", files=tuple(absent)))
    elif missing >= _MISSING:
        parts.append(say("{share:percent} of the rows do not say it", share=missing))
    return _and(parts)


def _events(facts: Facts, of: Roles, table: str, told: Clock) -> Iterator[Candidate]:
    rows, whose = facts.tables[table].rows, of.events[table]
    entities = facts.tables[of.entity].rows.num_rows
    for name in _kinds(facts, table, (whose, told.time, told.arrived)):
        found = measures.levels(rows, name, whose)
        total = sum(level.events for level in found)
        for level in found:
            if _rare(level, total, entities) and level.value is not False:
                one = _event(rows, (table, name, whose, told.time), level, total)
                yield replace(one, name=_free(one.name, facts.tables[of.entity].columns))


def _free(name: str, taken: Container[str]) -> str:
    """Return a target's name that no column of the entity has."""
    return f"{name}_happens" if name in taken or name in TAKEN else name


def _kinds(facts: Facts, table: str, used: Sequence[str | None]) -> Iterator[str]:
    """Give the columns that tell a few kinds of events apart."""
    for name, column in facts.tables[table].columns.items():
        if name in used or name not in facts.counted[table]:
            continue
        kind = facts.tables[table].rows.schema.field(name).type
        coded = pa.types.is_integer(kind) and (column.semantic is Semantic.CATEGORY or naming.of_kind(name))
        meant = pa.types.is_string(kind) or pa.types.is_boolean(kind) or coded
        if (
            meant
            and column.semantic is not Semantic.PERSONAL
            and 2 <= facts.counted[table][name].distinct <= _MOST_KINDS
        ):
            yield name


def _rare(level: Level, total: int, entities: int) -> bool:
    once = level.events <= _ONCE * level.entities
    some = _FEWEST_OF_CLASS <= level.entities <= _MOST_ENTITIES * entities
    return once and some and level.events <= _RARE * total


def _event(rows: pa.Table, place: tuple[str, str, str, str], level: Level, total: int) -> Candidate:
    table, column, whose, time = place
    parts = [say("{events:number} of {total:number} events are such, and {n:number} had one, at most about once each",
                 events=level.events, total=total, n=level.entities)]  # fmt: skip
    # A flag of events is one kind of event by itself.
    weight = 1 + (naming.of_kind(column) or isinstance(level.value, bool))
    name = column if isinstance(level.value, bool) else str(level.value)
    if naming.of_deed(name):
        weight += 1
        parts.append(say("its name is that of a step customers take once"))
    ended = _ended(measures.around(rows, column, level.value, whose, time), level.value)
    if ended is not None:
        weight += 2
        parts.append(say("after it no {kind:quoted} follows, of which there were {n:number} before", kind=str(ended[0]),
                         n=ended[1]))  # fmt: skip
    stem = snake(name) if not name.lstrip("-").isdigit() else f"{snake(column)}_{name}"
    return Candidate(stem, column, weight, _and(parts), table, level.value)


def _ended(around: Any, value: Any) -> tuple[Any, int] | None:
    """Return the kind of event that was frequent before and is never seen after."""
    ended = [(before, str(kind), kind) for kind, (before, later) in around.items()
             if kind != value and later == 0 and before >= _FEWEST_BEFORE]  # fmt: skip
    return (max(ended)[2], max(ended)[0]) if ended else None


def _and(parts: Sequence[Sentence]) -> Sentence:
    told = parts[0]
    for part in parts[1:]:
        told = say("{one}; {other}", one=told, other=part)
    return told


def _reserved(name: str) -> bool:
    """Tell whether SQL takes a name for a word of its own."""
    from campanile.features.events.expressions import Fault, parse

    try:
        return ("", name) not in parse(f"{name} = 1").columns
    except Fault:
        return True
