"""Files that were read, put together to tables: those of one kind lie below one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from campanile.features.drafting import naming
from campanile.tables import Column, Dictionary, Semantic
from campanile.words import say
from campanile.workspace.errors import DataError

_ALIKE = 0.6


@dataclass(frozen=True)
class Source:
    """A file that was read: ``path`` as the study will name it, ``name`` as people know it, its rows and columns."""

    path: str
    name: str
    rows: pa.Table
    dictionary: Dictionary


@dataclass(frozen=True)
class Table:
    """A table of one or several files."""

    name: str
    sources: tuple[Source, ...]

    @cached_property
    def rows(self) -> pa.Table:
        """The rows of all files; a column that a file lacks is missing there."""
        return pa.concat_tables([source.rows for source in self.sources], promote_options="default")

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """The columns; what one is, the first file says in which it is more than a single value."""
        found: dict[str, Column] = {}
        for source in self.sources:
            for column in source.dictionary:
                if column.name not in found or found[column.name].semantic is Semantic.CONSTANT:
                    found[column.name] = column
        return found

    def absent(self, column: str) -> tuple[str, ...]:
        """Return the files that lack a column."""
        return tuple(source.name for source in self.sources if column not in source.rows.column_names)


def together(sources: Sequence[Source]) -> tuple[Table, ...]:
    """Make tables of files, in the order of their first files."""
    groups: list[list[Source]] = []
    for source in sources:
        home = next((group for group in groups if all(_one_kind(source, other) for other in group)), None)
        if home is None:
            groups.append([source])
        else:
            home.append(source)
    _told_apart(groups)
    tables: list[Table] = []
    for group in groups:
        name = naming.table_name([source.name for source in group], [table.name for table in tables])
        tables.append(Table(name, tuple(group)))
    return tuple(tables)


def _told_apart(groups: Sequence[Sequence[Source]]) -> None:
    """Raise DataError where files of one name hold different things: nobody could tell them apart in a study."""
    names = [name for group in groups for name in {source.name for source in group}]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(say("Two files are called {name:quoted}, and their columns differ.", name=twice),
                        say("Give each file a name that says what its rows are."))  # fmt: skip


def _one_kind(one: Source, other: Source) -> bool:
    """Tell whether two files hold rows of one kind: by names that say the same, or the same columns of events."""
    mine, theirs = (dict(zip(s.rows.column_names, s.rows.schema.types, strict=True)) for s in (one, other))
    shared = mine.keys() & theirs.keys()
    if any(mine[name] != theirs[name] for name in shared):
        return False
    if mine.keys() == theirs.keys():
        timed = any(pa.types.is_temporal(kind) for kind in mine.values())
        return timed or not set(naming.stem(one.name)).isdisjoint(naming.stem(other.name))
    most = len(shared) >= _ALIKE * min(len(mine), len(theirs))
    return most and naming.stem(one.name) == naming.stem(other.name)
