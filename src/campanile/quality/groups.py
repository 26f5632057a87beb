"""Columns that are the same throughout a group, so that one row tells another's missing value: a session has one user.

Shared by the check and the repair.
"""

from __future__ import annotations

from dataclasses import dataclass

from campanile.quality.look import Look
from campanile.tables.dictionary import Column, Semantic
from campanile.tables.lists import is_list
from campanile.workspace.engine import query, quoted

AGREE_SHARE = 0.99
FEWEST_GROUPS = 10
"""Groups that must agree, beyond those that chance would let agree."""

_AGREEMENT = """
WITH held AS (SELECT count(*)::DOUBLE AS n FROM rows WHERE {column} IS NOT NULL GROUP BY {column}),
same AS (SELECT sum(n * n) / pow(sum(n), 2) AS share FROM held),
groups AS (
    SELECT count({column}) AS known, count(DISTINCT {column}) AS values, count(*) - count({column}) AS missing
    FROM rows WHERE {group} IS NOT NULL GROUP BY {group})
SELECT count(*) FILTER (known > 1) AS tried, count(*) FILTER (known > 1 AND values = 1) AS agree,
    coalesce(sum(missing) FILTER (values = 1), 0)::BIGINT AS told, coalesce(any_value(share), 1) AS share
FROM groups, same
"""


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
    found = []
    for column in look.dictionary:
        if groups and _tellable(look, column):
            made = [one for group in groups if group != column.name and (one := _dependency(look, column.name, group))]
            found += sorted(made, key=lambda one: (-one.told, -one.agree))[:1]
    return tuple(found)


def _repeats(look: Look, name: str) -> bool:
    fact = look.facts[name]
    return name != look.dictionary.key and fact.distinct + FEWEST_GROUPS <= fact.present


def _tellable(look: Look, column: Column) -> bool:
    fact = look.facts[column.name]
    apart = column.name in (look.dictionary.key, look.spec.target) or is_list(look.rows.schema.field(column.name).type)
    return not apart and fact.missing > 0 and fact.distinct > 1


def _dependency(look: Look, column: str, group: str) -> Dependency | None:
    names = {"column": quoted(column), "group": quoted(group)}
    found = query(_AGREEMENT.format(**names), {"rows": look.rows.select([column, group])}).to_pylist()[0]
    certain = found["agree"] >= AGREE_SHARE * found["tried"] and found["tried"] >= FEWEST_GROUPS
    if not certain or not found["told"] or found["tried"] * (1 - found["share"]) < FEWEST_GROUPS:
        return None
    return Dependency(column, group, found["tried"], found["agree"], found["told"])
