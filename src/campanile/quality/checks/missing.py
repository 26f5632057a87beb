"""Empty cells: how many in each column, and which columns are empty together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from campanile.quality.contents import Together
from campanile.quality.look import Fact, Levels, Look
from campanile.quality.naming import level_name
from campanile.quality.result import Examples, Finding, Severity
from campanile.words import plural, say
from campanile.workspace.engine import query, quoted

WARNING_SHARE = 0.05
SERIOUS_SHARE = 0.5
MOST_PATTERNS = 12
MOST_LEVELS = 30
FEWEST_ROWS = 10
PLACED_SHARE = 0.2
"""Share of the other rows that may lack a value of which some categories seem to have none."""

MOST_COLUMNS = 63
"""Columns whose emptiness fits into one number for each row."""


def missing_values(look: Look) -> tuple[Finding, ...]:
    """Find columns with empty cells, and those that are empty in the same rows."""
    empty = {name: fact for name, fact in look.facts.items() if fact.missing}
    placeless = _without_place(look, empty)
    outside = {finding.column: finding.count for finding in placeless}
    found = [_in_column(look, name, fact, outside.get(name, 0)) for name, fact in empty.items()] + placeless
    if len(empty) > 1:
        found += _together(look)
    return tuple(found) or (Finding("missing", None, True, "info", 0, say("No value is missing.")),)


def _in_column(look: Look, name: str, fact: Fact, placeless: int) -> Finding:
    """Tell how many cells are empty; those that have no place in their row are no fault."""
    share, faults = fact.missing / fact.rows, (fact.missing - placeless) / fact.rows
    severity: Severity = "serious" if faults >= SERIOUS_SHARE else "warning" if faults >= WARNING_SHARE else "info"
    words = plural(
        "{column}: {n:number} value is missing ({share:percent}).",
        "{column}: {n:number} values are missing ({share:percent}).",
        n=fact.missing,
        column=look.dictionary[name].named(),
        share=share,
    )
    return Finding("missing", name, False, severity, fact.missing, words)


def _without_place(look: Look, empty: Mapping[str, Fact]) -> list[Finding]:
    """Find columns that are empty in every row of some categories: an advertisement has no track."""
    found: list[Finding] = []
    for by in look.categories:
        if by.name == look.spec.target or not 1 < len(look.levels[by.name].names) <= MOST_LEVELS:
            continue
        settled = {by.name, *(one.column for one in found)}
        names = [name for name, fact in empty.items() if name not in settled and _could_be(look.levels[by.name], fact)]
        for name, levels, rows, rest in _emptied(look, by.name, names):
            words = plural(
                "{column} is empty in the {n:number} row where {by} is {levels:list or}: it seems to have no place"
                " there. Elsewhere, {rest:number} are missing.",
                "{column} is empty in all {n:number} rows where {by} is {levels:list or}: it seems to have no place"
                " there. Elsewhere, {rest:number} are missing.",
                n=rows, column=look.dictionary[name].named(), by=by.named(), rest=rest,
                levels=[level_name(by.semantic, level) for level in levels],
            )  # fmt: skip
            found.append(Finding("missing", name, False, "info", rows, words))
    return found


def _could_be(levels: Levels, fact: Fact) -> bool:
    """Tell whether some category has no more rows than the column has empty cells."""
    return bool(((levels.rows >= FEWEST_ROWS) & (levels.rows <= fact.missing)).any())


def _emptied(look: Look, by: str, names: Sequence[str]) -> Iterator[tuple[str, list[str], int, int]]:
    """Yield column, categories without a value, their rows, and other rows without one: a small part of the others."""
    if not names:
        return
    filled = ", ".join(f"count({quoted(name)}) AS c{i}" for i, name in enumerate(names))
    counted = query(
        f"SELECT {quoted(by)}::VARCHAR AS level, count(*) AS rows, {filled} FROM rows WHERE {quoted(by)} IS NOT NULL"
        " GROUP BY 1 ORDER BY 2 DESC, 1",
        {"rows": look.rows.select([by, *names])},
    ).to_pylist()
    for i, name in enumerate(names):
        without = [line for line in counted if not line[f"c{i}"] and line["rows"] >= FEWEST_ROWS]
        rows = sum(line["rows"] for line in without)
        others, rest = look.rows.num_rows - rows, look.facts[name].missing - rows
        if without and rest <= PLACED_SHARE * others:
            yield name, [line["level"] for line in without], rows, rest


def _together(look: Look) -> list[Finding]:
    """Tell which columns are most often empty together."""
    shared = [pattern for pattern in patterns(look) if len(pattern.columns) > 1]
    if not shared:
        return []
    words = plural(
        "{columns:list} are missing together in {n:number} row.",
        "{columns:list} are missing together in {n:number} rows.",
        n=shared[0].rows, columns=[look.dictionary[name].named() for name in shared[0].columns],
    )  # fmt: skip
    headings = (say("Missing together"), say("Rows"))
    examples = Examples(headings, tuple((", ".join(pattern.columns), pattern.rows) for pattern in shared))
    return [Finding("missing", None, False, "info", shared[0].rows, words, examples)]


def patterns(look: Look) -> tuple[Together, ...]:
    """Count which columns are empty in the same rows, the most frequent pattern first; at most ``MOST_PATTERNS``."""
    names = [name for name, fact in look.facts.items() if fact.missing][:MOST_COLUMNS]
    if not names:
        return ()
    bits = " + ".join(f"({quoted(name)} IS NULL)::UBIGINT * {1 << i}" for i, name in enumerate(names))
    counted = query(
        f"SELECT pattern, count(*) AS rows FROM (SELECT {bits} AS pattern FROM rows) WHERE pattern > 0"
        f" GROUP BY pattern ORDER BY rows DESC, pattern LIMIT {MOST_PATTERNS}",
        {"rows": look.rows.select(names)},
    )
    return tuple(
        Together(tuple(name for i, name in enumerate(names) if line["pattern"] >> i & 1), line["rows"])
        for line in counted.to_pylist()
    )
