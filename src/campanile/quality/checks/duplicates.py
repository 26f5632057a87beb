"""Rows that repeat another: wholly, apart from the id, or apart from id and outcome; ids given twice."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from campanile.quality.look import Fact, Look
from campanile.quality.result import Examples, Finding
from campanile.tables.dictionary import Semantic
from campanile.words import plural, say
from campanile.workspace.engine import query, quoted

CHANCE_SHARE = 0.1
"""Repeats of which chance would make this share, columns taken as unrelated, are no finding: related ones make more."""


def duplicate_rows(look: Look) -> tuple[Finding, ...]:
    """Find repeated rows and ids."""
    found = [*_ids(look), *_rows(look)]
    return tuple(found) or (Finding("duplicates", None, True, "info", 0, say("No row repeats another.")),)


def described(look: Look) -> tuple[str, ...]:
    """Return the columns that describe a customer: all but identifiers and the key.

    In a table without a key, such as one of events, an identifier that returns says whose a row is: it describes.
    """
    named = {column.name for column in look.dictionary.of(Semantic.IDENTIFIER)} | {look.dictionary.key}
    if look.dictionary.key is None:
        named = {name for name in named if name is not None and not _returns(look.facts[name])}
    return tuple(name for name in look.dictionary.names if name not in named)


def _returns(fact: Fact) -> bool:
    return fact.present >= 2 * fact.distinct > 0


def repeats(look: Look, names: Sequence[str], *, differing: str | None = None) -> tuple[int, int]:
    """Return how many rows repeat an earlier one in ``names``, and in how many groups ``differing`` differs.

    Equal rows have equal hashes, so only rows that share a hash are compared cell by cell.
    """
    if not names:
        return 0, 0
    columns = ", ".join(quoted(name) for name in names)
    differs = f"count(DISTINCT {quoted(differing)}) > 1" if differing else "false"
    counted = query(
        f'WITH hashed AS (SELECT *, hash({columns}) AS "row hash" FROM rows),'
        ' suspects AS (SELECT "row hash" FROM hashed GROUP BY 1 HAVING count(*) > 1),'
        f" groups AS (SELECT count(*) - 1 AS more, {differs} AS differs FROM hashed SEMI JOIN suspects"
        f' USING ("row hash") GROUP BY {columns} HAVING count(*) > 1)'
        " SELECT coalesce(sum(more), 0)::BIGINT AS more, count(*) FILTER (differs) AS differ FROM groups",
        {"rows": look.rows.select([*names, differing] if differing else list(names))},
    ).to_pylist()[0]
    return counted["more"], counted["differ"]


def by_chance(look: Look, names: Sequence[str]) -> float:
    """Return how many pairs of rows would be equal in ``names`` if the columns had nothing to do with each other."""
    rows = look.rows.num_rows
    alike = math.prod(_same(look, name) for name in names)
    return float(alike * rows * (rows - 1) / 2)


def _same(look: Look, name: str) -> float:
    """Return how often two rows have the same value in a column, missing counted as a value."""
    fact = look.facts[name]
    if name in look.levels:
        counts = look.levels[name].rows
    elif name in look.measured_names or name in look.dated_names:
        values = look.ordered(name).values
        counts = np.diff(np.concatenate([[0], np.flatnonzero(np.diff(values)) + 1, [len(values)]]))
    else:
        counts = np.full(fact.distinct, fact.present / max(fact.distinct, 1))
    return float((counts.astype(np.float64) ** 2).sum() + fact.missing**2) / fact.rows**2


def _rows(look: Look) -> list[Finding]:
    """Tell whole repeats, then those that have an id of their own, then those that differ in the outcome only."""
    names, target = described(look), look.spec.target
    apart = [name for name in names if name != target]
    # Rows that are alike in all columns are alike in fewer: where these never agree, nothing wider does.
    alike, differ = repeats(look, apart, differing=target)
    if not alike:
        return []
    named = names != look.dictionary.names
    whole = repeats(look, look.dictionary.names)[0] if named else 0
    found = [_whole(whole)] if whole else []
    if by_chance(look, apart) > CHANCE_SHARE * alike:
        words = plural(
            "{n:number} row has the same values as another: with so few columns that happens by chance.",
            "{n:number} rows have the same values as another: with so few columns that happens by chance.",
            n=alike - whole,
        )
        return [*found, Finding("duplicates", None, True, "info", alike - whole, words)]
    twins = repeats(look, names)[0] - whole
    if twins:
        found.append(_twins(twins, named=named))
    if target in names and alike > twins + whole:
        found.append(_torn(look, alike, differ))
    return found


def _whole(count: int) -> Finding:
    words = plural(
        "{n:number} row repeats an earlier row wholly, id included.",
        "{n:number} rows repeat an earlier row wholly, id included.",
        n=count,
    )
    return Finding("duplicates", None, False, "warning", count, words, repair="drop_duplicates")


def _twins(count: int, *, named: bool) -> Finding:
    if named:
        words = plural(
            "{n:number} row repeats an earlier row in all but the id. It may be a real customer: it is kept, and"
            " counts as one customer with its twin when a model is judged.",
            "{n:number} rows repeat an earlier row in all but the id. They may be real customers: they are kept, and"
            " twins count as one customer when a model is judged.",
            n=count,
        )
    else:
        words = plural(
            "{n:number} row repeats an earlier row; without an id nothing tells whether it is another customer.",
            "{n:number} rows repeat an earlier row; without an id nothing tells whether they are other customers.",
            n=count,
        )
    return Finding("duplicates", None, False, "warning", count, words, repair="drop_twins")


def _torn(look: Look, count: int, groups: int) -> Finding:
    target = look.spec.target or ""
    words = plural(
        "{n:number} row repeats an earlier row in all but id and {target}; groups of such twins of whom some"
        " responded and some did not: {differ:number}.",
        "{n:number} rows repeat an earlier row in all but id and {target}; groups of such twins of whom some"
        " responded and some did not: {differ:number}.",
        n=count,
        target=look.dictionary[target].named(),
        differ=groups,
    )
    return Finding("duplicates", target, False, "info", count, words)


def _ids(look: Look) -> list[Finding]:
    key = look.dictionary.key
    if key is None:
        return []
    fact = look.facts[key]
    found = []
    twice = fact.present - fact.distinct
    if twice:
        words = plural(
            "{n:number} row has an id ({column}) that another row has already.",
            "{n:number} rows have an id ({column}) that another row has already.",
            n=twice,
            column=look.dictionary[key].named(),
        )
        found.append(Finding("duplicates", key, False, "serious", twice, words, _given_twice(look, key)))
    if fact.missing:
        words = plural(
            "{n:number} row has no id ({column}).",
            "{n:number} rows have no id ({column}).",
            n=fact.missing,
            column=look.dictionary[key].named(),
        )
        found.append(Finding("duplicates", key, False, "serious", fact.missing, words))
    return found


def _given_twice(look: Look, key: str) -> Examples | None:
    if look.dictionary[key].semantic is Semantic.PERSONAL:
        return None
    counted = query(
        f"SELECT {quoted(key)}::VARCHAR AS id, count(*) AS rows FROM rows WHERE {quoted(key)} IS NOT NULL"
        " GROUP BY 1 HAVING count(*) > 1 ORDER BY 2 DESC, 1 LIMIT 5",
        {"rows": look.rows.select([key])},
    ).to_pylist()
    return Examples((say("Id"), say("Rows")), tuple((line["id"], line["rows"]) for line in counted))
