"""Categories too rare to learn anything from."""

from __future__ import annotations

import math

import numpy as np

from campanile.quality.checks.spellings import joined_spellings
from campanile.quality.look import Levels, Look
from campanile.quality.result import Examples, Finding
from campanile.tables.dictionary import Column, Semantic
from campanile.words import Sentence, plural, say
from campanile.workspace.engine import query, quoted

FEWEST_ROWS = 50
TOLD = 4
MOSTLY_RARE = 0.5
FEWEST_IN_LISTS = 20
ENOUGH_IN_LISTS = 50
"""Rows from which a word of lists is never rare, however many rows there are: a row has many words."""

FAR_RARER = 10
NEARLY = 2
"""How many times ``rare_share`` a category may have that is far rarer than the others."""


def rare_categories(look: Look) -> tuple[Finding, ...]:
    """Find categories, and words of lists, that fewer than ``rare_share`` of the rows, or than ``rare_rows``, have."""
    found = []
    for column in look.dictionary.of(Semantic.CATEGORY):
        rare = (*far_rarer(look, column.name), *rare_levels(look, column.name))
        if rare and column.name != look.dictionary.key:
            found.append(_finding(look, column, look.levels[column.name], rare))
    found += [finding for column in look.dictionary.of(Semantic.LIST) if (finding := _in_lists(look, column))]
    return tuple(found) or (Finding("rare", None, True, "info", 0, say("No category is rare.")),)


def rare_levels(look: Look, column: str) -> tuple[str, ...]:
    """Return the rare categories of ``column``, the rarest last; rare spellings of a frequent one are none."""
    levels = look.levels[column]
    total = float(levels.rows.sum())
    if total < FEWEST_ROWS:
        return ()
    least = max(look.spec.rare_rows, look.spec.rare_share * total)
    spelled = joined_spellings(look, column)
    rows = dict(zip(levels.names, levels.rows.tolist(), strict=True))
    for name, usual in spelled.items():
        rows[usual] += rows.pop(name)
    return tuple(name for name, count in rows.items() if count < least)


def far_rarer(look: Look, column: str) -> tuple[str, ...]:
    """Return categories that are just not rare, but ``FAR_RARER`` times rarer than the next more frequent one."""
    levels, rare = look.levels[column], rare_levels(look, column)
    total = float(levels.rows.sum())
    frequent = [
        (name, count) for name, count in zip(levels.names, levels.rows.tolist(), strict=True)
        if name not in rare and name not in joined_spellings(look, column)
    ]  # fmt: skip
    for place in range(2, len(frequent)):  # of two categories one may be rarer by its nature: yes and no
        if FAR_RARER * frequent[place][1] <= frequent[place - 1][1]:
            found = frequent[place:]
            return tuple(name for name, _ in found) if found[0][1] < NEARLY * look.spec.rare_share * total else ()
    return ()


def _in_lists(look: Look, column: Column) -> Finding | None:
    """Find words that too few rows have in their list."""
    counted = query(
        f"SELECT word, count(*) AS rows FROM (SELECT unnest(list_distinct({quoted(column.name)})) AS word FROM rows)"
        " GROUP BY word ORDER BY rows DESC, word",
        {"rows": look.rows.select([column.name])},
    )
    rows = np.asarray(counted["rows"].to_numpy())
    share = math.ceil(look.spec.rare_share * look.facts[column.name].present)
    least = max(look.spec.rare_rows, min(share, ENOUGH_IN_LISTS))
    rare = int(np.count_nonzero(rows < least))
    if look.facts[column.name].present < FEWEST_IN_LISTS or not rare:
        return None
    frequent = len(rows) - rare
    words = plural(
        "{column}: {n:number} of {words:number} different words of the lists stands in fewer than {least:number} rows:"
        " too rare to use. {frequent:number} are frequent enough, {most:list} first.",
        "{column}: {n:number} of {words:number} different words of the lists stand in fewer than {least:number} rows:"
        " too rare to use. {frequent:number} are frequent enough, {most:list} first.",
        n=rare, words=len(rows), least=least, frequent=frequent, column=column.named(),
        most=[say("{level} ({rows:number})", level=line["word"], rows=line["rows"])
              for line in counted.slice(0, TOLD).to_pylist()],
    )  # fmt: skip
    shown = tuple((line["word"], line["rows"]) for line in counted.slice(frequent, 20).to_pylist())
    return Finding("rare", column.name, False, "info", rare, words, Examples((say("Word"), say("Rows")), shown))


def _finding(look: Look, column: Column, levels: Levels, rare: tuple[str, ...]) -> Finding:
    counts = dict(zip(levels.names, levels.rows.astype(int).tolist(), strict=True))
    count = sum(counts[level] for level in rare)
    told: list[Sentence | str] = [
        say("{level} ({rows:number})", level=level, rows=counts[level]) for level in rare[:TOLD]
    ]
    if len(rare) > TOLD:
        told.append(plural("{n:number} other", "{n:number} others", n=len(rare) - TOLD))
    words = plural(
        "{column}: {n:number} category is rare: {rare:list}.",
        "{column}: {n:number} categories are rare: {rare:list}.",
        n=len(rare),
        column=column.named(),
        rare=told,
    )
    if count >= MOSTLY_RARE * levels.rows.sum():
        words = say(
            "{column} has {levels:number} categories, of which {rare:number} are rare and hold {share:percent} of the"
            " rows: too many to learn from each.",
            column=column.named(), levels=len(counts), rare=len(rare), share=count / float(levels.rows.sum()),
        )  # fmt: skip
    repair = "join_rare" if rare_levels(look, column.name) else None
    shown = Examples((say("Category"), say("Rows")), tuple((level, counts[level]) for level in rare[:20]))
    return Finding("rare", column.name, False, "info", count, words, shown, repair)
