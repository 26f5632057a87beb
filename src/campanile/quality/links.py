"""Which columns refer to another table's key: declared, or found by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from campanile.tables.dictionary import Column, Dictionary, Semantic, readable
from campanile.words import say
from campanile.workspace.errors import not_found

_ID = frozenset({"id", "ids", "uuid", "guid", "key", "nr", "no", "number", "code", "identifier", "fk"})


@dataclass(frozen=True)
class Reference:
    """``column`` of ``table`` holds values of ``key``, a column of the table ``parent``."""

    table: str
    column: str
    parent: str
    key: str


@dataclass(frozen=True)
class Linked:
    """A reference from or to the table that is looked at, with the values of the other table's column."""

    reference: Reference
    values: pa.ChunkedArray


def references(table: str, tables: Mapping[str, Dictionary], declared: Mapping[str, str]) -> tuple[Reference, ...]:
    """Return the references from and to ``table``; what is declared of a column replaces what its name suggests.

    ``declared`` maps "column" (of ``table``) or "table.column" to "table.column". Raises NotFound.
    """
    said = tuple(
        Reference(*_place(table, tables, name, own=True), *_place(table, tables, to, own=False))
        for name, to in declared.items()
    )
    settled = {(one.table, one.column) for one in said}
    found = (one for child in tables for one in _by_name(child, tables) if (one.table, one.column) not in settled)
    return tuple(one for one in (*said, *found) if table in (one.table, one.parent) and one.table != one.parent)


def _place(table: str, tables: Mapping[str, Dictionary], name: str, *, own: bool) -> tuple[str, str]:
    """Read "column" or "table.column"."""
    if own and name in tables[table]:
        return table, name
    other, _, column = name.partition(".")
    if own and not column:
        raise tables[table].no_column(name, table)
    if other not in tables:
        raise not_found(say("table"), other, tables)
    if column not in tables[other]:
        raise tables[other].no_column(column, other)
    return other, column


def _by_name(child: str, tables: Mapping[str, Dictionary]) -> Iterator[Reference]:
    """Yield a reference for each identifier that is named like another table, or as another table's key is."""
    dictionary = tables[child]
    for column in dictionary.of(Semantic.IDENTIFIER):
        others = [(name, other[other.key]) for name, other in tables.items() if name != child and other.key]
        fit = [(name, key) for name, key in others if key.type == column.type]
        # The key of two tables is the key of one of them only by the name of the other: it may be a later copy.
        shared = [] if column.name == dictionary.key else [pair for pair in fit if _same_name(column, pair[1])]
        named = [pair for pair in fit if _named_like(column.name, pair[0]) and _is_own(pair[0], pair[1])]
        best = named or (shared if len(shared) == 1 else [])
        if best:
            yield Reference(child, column.name, best[0][0], best[0][1].name)


def _same_name(column: Column, key: Column) -> bool:
    return column.name == key.name and bool(_stem(column.name))


def _is_own(table: str, key: Column) -> bool:
    """Tell whether a table's key is its own: "id", or named like the table; an extension has another table's."""
    return not _stem(key.name) or _named_like(key.name, table)


def _named_like(column: str, table: str) -> bool:
    """Tell whether a column ("track_id", "id_artist") is named like a table ("tracks", "shop_artists")."""
    stem, words = _stem(column), _words(table)
    return bool(stem) and len(words) >= len(stem) and all(
        one in (other, f"{other}s", f"{other}es", re.sub("y$", "ies", other))
        for one, other in zip(words[-len(stem) :], stem, strict=True)
    )  # fmt: skip


def _stem(name: str) -> tuple[str, ...]:
    """Return a column's words but those that say "identifier"; none where that is all it says."""
    words = _words(name)
    stem = tuple(word for word in words if word not in _ID)
    return stem if len(stem) < len(words) else ()


def _words(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", readable(name).lower()))
