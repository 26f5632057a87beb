"""Totals of columns that are parts of one whole, and each part's share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from campanile.features.families import Family, families, snake
from campanile.features.plan import Feature, Share, Total
from campanile.tables import Column, Semantic
from campanile.tables.dictionary import readable
from campanile.words import Sentence, say, texts
from campanile.workspace.engine import query, quoted

_SHARES_OF = 3
_OUTWEIGHS = 0.95
_LARGEST = 100
_MOST_SHARES = 30


def wholes(columns: Sequence[Column], rows: pa.Table) -> list[Feature]:
    """Return the total of each family of columns, and the shares of its parts where there are three to thirty.

    Families are columns of one meaning and unit with common words in their names; money columns that
    none is found for are one family. A column that outweighs all others together in nearly all rows (an
    income, or the total itself) is no part of a whole.
    """
    made: list[Feature] = []
    for alike in _alike(columns):
        names = [column.name for column in alike]
        found = tuple(family for family in families(names) if len(family.columns) <= _LARGEST)
        if not found and alike[0].semantic is Semantic.MONEY and len(names) <= _LARGEST:
            found = (Family("money", tuple(names)),)
        by_name = {column.name: column for column in alike}
        for family in found:
            parts = [by_name[name] for name in _parts(family.columns, rows)]
            if len(parts) > 1:
                made += _features(family.stem, parts)
    return made


def _alike(columns: Sequence[Column]) -> list[list[Column]]:
    groups: dict[tuple[Semantic, str], list[Column]] = {}
    for column in columns:
        groups.setdefault((column.semantic, column.unit), []).append(column)
    return [group for group in groups.values() if len(group) > 1]


def _parts(names: Sequence[str], rows: pa.Table) -> list[str]:
    """Leave out columns at least as large as the rest together in nearly all rows."""
    table = rows.select(list(names))
    whole = " + ".join(f"coalesce(TRY_CAST({quoted(name)} AS DOUBLE), 0)" for name in names)
    share = ", ".join(
        f"avg(CASE WHEN 2 * coalesce(TRY_CAST({quoted(name)} AS DOUBLE), 0) >= {whole} THEN 1.0 ELSE 0 END)"
        for name in names
    )
    large = query(f"SELECT {share} FROM rows WHERE {whole} > 0", {"rows": table})
    kept = [name for name, column in zip(names, large.columns, strict=True) if (column[0].as_py() or 0) < _OUTWEIGHS]
    return kept if len(kept) > 1 else []


def _features(stem: str, parts: Sequence[Column]) -> Iterator[Feature]:
    names = tuple(part.name for part in parts)
    counted = parts[0].semantic is Semantic.FLAG
    yield Feature(_total_name(stem, counted), _total_label(stem, counted), "number", parts[0].unit, names, Total(names))
    if counted or not _SHARES_OF <= len(parts) <= _MOST_SHARES:
        return
    for part in parts:
        label = say("{column}: share of the total", column=part.named())
        yield Feature(f"share_{snake(part.name)}", label, "number", "share", names, Share(part.name, names))


def _total_name(stem: str, counted: bool) -> str:
    return f"{'count' if counted else 'total'}_{stem}"


def _total_label(stem: str, counted: bool) -> Sentence:
    whole = texts({"en": readable(stem)})
    return say("{whole}: how many", whole=whole) if counted else say("{whole}: total", whole=whole)
