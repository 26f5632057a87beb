"""Categories too rare to learn anything from."""

from __future__ import annotations

from campanile.quality.checks.spellings import joined_spellings
from campanile.quality.look import Levels, Look
from campanile.quality.result import Examples, Finding
from campanile.tables.dictionary import Column, Semantic
from campanile.words import Sentence, plural, say

FEWEST_ROWS = 50
TOLD = 4
MOSTLY_RARE = 0.5


def rare_categories(look: Look) -> tuple[Finding, ...]:
    """Find categories that fewer than ``rare_share`` of the rows, or than ``rare_rows``, have."""
    found = []
    for column in look.dictionary.of(Semantic.CATEGORY):
        rare = rare_levels(look, column.name)
        if rare and column.name != look.dictionary.key:
            found.append(_finding(look, column, look.levels[column.name], rare))
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
    shown = Examples((say("Category"), say("Rows")), tuple((level, counts[level]) for level in rare[:20]))
    return Finding("rare", column.name, False, "info", count, words, shown, "join_rare")
