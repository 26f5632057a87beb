"""Columns of the entity that are taken as they are, and columns that no model should see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from campanile.features.drafting import measures, naming
from campanile.features.drafting.references import Facts
from campanile.features.drafting.result import Decision
from campanile.features.drafting.roles import Roles
from campanile.features.drafting.targets import Candidate
from campanile.tables import Column, Semantic
from campanile.words import Sentence, say

_MOST_LEVELS = 50
_MEANT = (Semantic.CATEGORY, Semantic.FLAG, Semantic.NUMBER, Semantic.MONEY)
_OF_ALL = 0.95
_OF_OTHERS = 0.5


@dataclass(frozen=True)
class Attributes:
    """The entity's columns that are features, and of each other one the reason."""

    names: tuple[str, ...]
    decisions: tuple[Decision, ...]
    notes: tuple[Sentence, ...]


def attributes(facts: Facts, of: Roles, target: Candidate | None) -> Attributes:
    """Choose the entity's columns that say something of it, and nothing of what is to be predicted."""
    table, taken = facts.tables[of.entity], {of.key}
    if target is not None and target.table is None:
        taken.add(target.column)
    reasons = {
        name: _unfit(facts, of, column, target)
        for name, column in table.columns.items() if name not in taken
    }  # fmt: skip
    names = tuple(name for name, reason in reasons.items() if reason is None)
    notes = tuple(say("{column:quoted} is no attribute: {reason}.", column=f"{of.entity}.{name}", reason=reason)
                  for name, reason in reasons.items() if reason is not None)  # fmt: skip
    if not names:
        return Attributes((), (), notes)
    reason = say("columns of {table:quoted} that are neither keys, nor personal, nor the same in every row",
                 table=of.entity)  # fmt: skip
    return Attributes(names, (Decision(("study", "attributes"), ", ".join(names), reason),), notes)


def _unfit(facts: Facts, of: Roles, column: Column, target: Candidate | None) -> Sentence | None:
    reasons = {
        Semantic.IDENTIFIER: say("it tells rows apart"), Semantic.PERSONAL: say("it is personal data"),
        Semantic.TEXT: say("it is free text"), Semantic.CONSTANT: say("it has one value"),
        Semantic.LIST: say("it holds lists"), Semantic.DATE: say("it is a date"),
    }  # fmt: skip
    if column.semantic not in _MEANT:
        return reasons.get(column.semantic, say("it is free text"))
    if column.semantic is Semantic.CATEGORY and facts.counted[of.entity][column.name].distinct > _MOST_LEVELS:
        return say("it has too many different values")
    if target is not None and target.table is not None:
        return _tells(facts, of, column, target)
    return None


def _tells(facts: Facts, of: Roles, column: Column, target: Candidate) -> Sentence | None:
    """Find a column that was written after the event: it would tell what is to be predicted."""
    if column.semantic not in (Semantic.FLAG, Semantic.CATEGORY):
        return None
    table = str(target.table)
    found = measures.by_outcome(facts.tables[of.entity].rows, of.key, column.name, facts.tables[table].rows,
                                of.events[table], (target.column, target.value))  # fmt: skip
    happened, others = sum(row[1] for row in found), sum(row[2] for row in found)
    for value, mine, theirs in found:
        if mine >= max(_OF_ALL * happened, 1) and theirs <= _OF_OTHERS * others:
            return say("{mine:number} of {happened:number} to whom the event happened have {value:quoted}, of the"
                       " others {theirs:number} of {others:number}: it would tell the outcome",
                       mine=mine, happened=happened, value=value, theirs=theirs, others=others)  # fmt: skip
    shared = naming.meaning(column.name) & naming.meaning(str(target.value))
    if column.semantic is Semantic.FLAG and shared:
        return say("its name speaks of the event that is to be predicted, and it may have been written after it")
    return None


def kept_out(facts: Facts, tables: tuple[str, ...], used: frozenset[tuple[str, str]]) -> Iterator[Decision]:
    """Give the columns of ``tables`` that are personal or random text; the study says so, whatever is found later."""
    for name in tables:
        for column in facts.tables[name].columns.values():
            if (name, column.name) in used:
                continue
            if column.semantic is Semantic.PERSONAL:
                yield Decision(("tables", name, "columns", column.name), "personal",
                               say("kept out of features: {reason}", reason=column.reason or "–"))  # fmt: skip
            elif column.semantic is Semantic.TEXT:
                count = facts.counted[name][column.name]
                yield Decision(
                    ("tables", name, "columns", column.name), "text",
                    say("kept out of features: {n:number} different texts in {rows:number} rows", n=count.distinct,
                        rows=count.filled),
                )  # fmt: skip
