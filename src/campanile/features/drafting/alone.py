"""Why no study of events can be drafted of the tables that there are, and what would be needed."""

from __future__ import annotations

from collections.abc import Iterator

from campanile.features.drafting import naming
from campanile.features.drafting.references import Facts, Reference, keys, times
from campanile.features.drafting.sources import Table
from campanile.tables import Semantic
from campanile.words import say
from campanile.workspace.errors import DataError

_DIFFERENT = 0.8
_NAMES = (Semantic.CATEGORY, Semantic.NUMBER, Semantic.TEXT)


def refusal(facts: Facts) -> DataError:
    """Say what is missing: events, those whom they are about, or what leads from one to the other."""
    chance = next((one for one in facts.references if _by_chance(facts, one)), None)
    if chance is not None:
        return _unsure(chance)
    personal = next(_personal(facts), None)
    if personal is not None:
        return personal
    telling = [(table, whose) for table in facts.tables.values() if (whose := _whose(facts, table))]
    if not telling:
        return _no_events(facts)
    table, column = telling[0]
    others = [other for other in facts.tables.values() if other is not table]
    if not others:
        return DataError(
            say("{file:quoted} holds events: {column:quoted} says whose they are. But a study of events also needs a"
                " table with one row for each {column:quoted}, and there is no other file.",
                file=_files(table), column=column),
            say("Add a file of those whom the events are about, with what is known of each; a single column"
                " {column:quoted}, each value once, is enough.", column=column),
        )  # fmt: skip
    near = next(_near(facts, table), None)
    if near is not None:
        return near
    return DataError(
        say("{file:quoted} holds events, but none of its columns is found in a column of {others:list} that every row"
            " has and no two rows share.", file=_files(table), others=tuple(_files(other) for other in others)),
        say("Add a file with one row for each {column:quoted}, or mend the column that should name them.",
            column=column),
    )  # fmt: skip


def _personal(facts: Facts) -> Iterator[DataError]:
    """Find personal data that alone leads from events to people: it would stand in every table that a study makes."""
    for table in facts.tables.values():
        for name, column in table.columns.items() if times(table, facts.counted[table.name]) else ():
            others = [other for other in facts.tables.values() if other is not table and name in other.columns]
            if column.semantic is Semantic.PERSONAL and others:
                yield DataError(
                    say("{column:quoted} alone leads from {file:quoted} to {other:quoted}, and it is personal data: no"
                        " key of a study is.", column=name, file=_files(table), other=_files(others[0])),
                    say("Bring both files with a number for each person in its place."),
                )  # fmt: skip


def _by_chance(facts: Facts, one: Reference) -> bool:
    """Tell whether a column could say whose events are, and every one of its values is a key, though none may be."""
    table = facts.tables[one.table]
    known = any(facts.tables[one.table].columns[name].semantic is Semantic.IDENTIFIER for name in table.columns)
    timed = times(table, facts.counted[one.table]) and facts.repeats(one.table, one.column)
    return bool(timed) and not known and one.found.coverage == 1


def _unsure(one: Reference) -> DataError:
    return DataError(
        say("{column:quoted} could say whose the events are: its values are all in {key:quoted}. But small whole"
            " numbers are found in such a key by chance too.",
            column=f"{one.table}.{one.column}", key=f"{one.to}.{one.key}"),
        say("If it is so, name the column for what it holds, such as {name:quoted}, or write the study by hand.",
            name=one.key if naming.meaning(one.key) else f"{naming.singular(one.to)}_{one.key}"),
    )  # fmt: skip


def _whose(facts: Facts, table: Table) -> str | None:
    """Return the column that could say whose the events of a table are; None where they are no events."""
    if not times(table, facts.counted[table.name]):
        return None
    rows, counted = table.rows.num_rows, facts.counted[table.name]
    found = [
        name for name, column in table.columns.items()
        if (column.semantic is Semantic.IDENTIFIER or (naming.only_of_person(name) and column.semantic in _NAMES))
        and 1 < counted[name].distinct <= _DIFFERENT * counted[name].filled and counted[name].filled > rows / 2
    ]  # fmt: skip
    return min(found, key=lambda name: not naming.of_person(name), default=None)


def _near(facts: Facts, table: Table) -> Iterator[DataError]:
    """Find a column of the same name in another table, which does not tell its rows apart or has other values."""
    for other in facts.tables.values():
        counted = facts.counted[other.name]
        for name in table.rows.column_names if other is not table else ():
            if name not in counted or table.columns[name].semantic is not Semantic.IDENTIFIER:
                continue
            if name not in keys(other, counted):
                yield DataError(
                    say("{column:quoted} could name the rows of {file:quoted}, but does not tell them apart: of"
                        " {rows:number} rows {filled:number} have one, and {distinct:number} are different.",
                        column=name, file=_files(other), rows=other.rows.num_rows, filled=counted[name].filled,
                        distinct=counted[name].distinct),
                    say("Look at the file (campanile quality), and keep one row for each."),
                )  # fmt: skip
            else:
                yield DataError(
                    say("{column:quoted} stands in {file:quoted} and in {events:quoted}, but with other values: too few"
                        " events would find whose they are.", column=name, file=_files(other), events=_files(table)),
                    say("Bring the files that belong together."),
                )  # fmt: skip


def _no_events(facts: Facts) -> DataError:
    """Point to the profile of a campaign: a row for each customer and an outcome need no cut-offs."""
    table = next(
        (one for one in facts.tables.values() if naming.of_person(one.name)), next(iter(facts.tables.values()))
    )
    wanted = [name for name in table.columns if naming.of_outcome(name) and _few(facts, table, name)]
    flags = [name for name, column in table.columns.items() if column.semantic is Semantic.FLAG]
    # A name that says the outcome and nothing else comes first; of several, the last column is the usual place.
    wanted.sort(key=lambda name: (len(naming.tokens(name)), -list(table.columns).index(name)))
    target = next(iter([*wanted, *flags]), "TARGET")
    return DataError(
        say("There are no events in {files:list}: no table has times and, in several rows, the same customer. A table"
            " with one row for each customer is a campaign's.",
            files=tuple(_files(one) for one in facts.tables.values())),
        say("Profile it: campanile profile {file} --target {target}", file=table.sources[0].path, target=target),
    )  # fmt: skip


def _few(facts: Facts, table: Table, name: str) -> bool:
    return name in facts.counted[table.name] and 1 < facts.counted[table.name][name].distinct <= 20


def _files(table: Table) -> str:
    return ", ".join(source.name for source in table.sources)
