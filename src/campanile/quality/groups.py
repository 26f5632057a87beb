"""Columns that are the same throughout a group, so that one row tells another's missing value: a session has one user.

Shared by the check and the repair.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from campanile.quality.look import Look
from campanile.tables.dictionary import Column, Semantic
from campanile.tables.lists import is_list
from campanile.workspace.engine import query, quoted

AGREE_SHARE = 0.99
FEWEST_GROUPS = 10
"""Groups that must agree, beyond those that chance would let agree."""

_KNOWN = "count({column}) AS known{i}, min({column}) = max({column}) AS same{i}, count(*) - count({column}) AS lost{i}"
_AGREED = (
    "count(*) FILTER (known{i} > 1) AS tried{i}, count(*) FILTER (known{i} > 1 AND same{i}) AS agree{i},"
    " coalesce(sum(lost{i}) FILTER (same{i}), 0)::BIGINT AS told{i}"
)
_ALIKE = (
    "SELECT sum(n * n) / pow(sum(n), 2) AS share FROM (SELECT count(*)::DOUBLE AS n FROM rows"
    " WHERE {column} IS NOT NULL GROUP BY {column})"
)


@dataclass(frozen=True)
class Dependency:
    """``column`` is constant within groups of ``group``: in ``agree`` of ``tried`` groups with two known values.

    ``told`` of its missing values stand in a group whose known values are one and the same.
    """

    column: str
    group: str
    tried: int
    agree: int
    told: int


def dependencies(look: Look) -> tuple[Dependency, ...]:
    """Return for each column with missing values the group that tells most of them, if one does.

    The target is left alone, and the key is nobody's to tell.
    """
    groups = [c.name for c in look.dictionary.of(Semantic.IDENTIFIER) if _repeats(look, c.name)]
    columns = [column.name for column in look.dictionary if _tellable(look, column)]
    best: dict[str, Dependency] = {}
    for group in groups:
        for one in _within(look, group, [name for name in columns if name != group]):
            if one.column not in best or one.told > best[one.column].told:
                best[one.column] = one
    return tuple(best[name] for name in columns if name in best)


def _repeats(look: Look, name: str) -> bool:
    fact = look.facts[name]
    return name != look.dictionary.key and fact.distinct + FEWEST_GROUPS <= fact.present


def _tellable(look: Look, column: Column) -> bool:
    fact = look.facts[column.name]
    apart = column.name in (look.dictionary.key, look.spec.target) or is_list(look.rows.schema.field(column.name).type)
    return not apart and fact.missing > 0 and fact.distinct > 1


def _within(look: Look, group: str, columns: list[str]) -> Iterator[Dependency]:
    """Yield the columns that are constant within groups, all counted in one pass."""
    if not columns:
        return
    named = list(enumerate(quoted(name) for name in columns))
    known = ", ".join(_KNOWN.format(i=i, column=column) for i, column in named)
    agreed = ", ".join(_AGREED.format(i=i) for i, _ in named)
    found = query(
        f"SELECT {agreed} FROM (SELECT {known} FROM rows WHERE {quoted(group)} IS NOT NULL GROUP BY {quoted(group)})",
        {"rows": look.rows.select([group, *columns])},
    ).to_pylist()[0]
    for i, name in enumerate(columns):
        one = Dependency(name, group, found[f"tried{i}"], found[f"agree{i}"], found[f"told{i}"])
        if one.told and _sure(look, one):
            yield one


def _sure(look: Look, one: Dependency) -> bool:
    """Tell whether nearly all groups agree, and many that chance would not let agree."""
    if one.tried < FEWEST_GROUPS or one.agree < AGREE_SHARE * one.tried:
        return False
    alike = query(_ALIKE.format(column=quoted(one.column)), {"rows": look.rows.select([one.column])})
    return bool(one.tried * (1 - alike["share"][0].as_py()) >= FEWEST_GROUPS)
