"""Empty cells: how many in each column, and which columns are empty together."""

from __future__ import annotations

from campanile.quality.contents import Together
from campanile.quality.look import Fact, Look
from campanile.quality.result import Examples, Finding, Severity
from campanile.words import plural, say
from campanile.workspace.engine import query, quoted

WARNING_SHARE = 0.05
SERIOUS_SHARE = 0.5
MOST_PATTERNS = 12
MOST_COLUMNS = 63
"""Columns whose emptiness fits into one number for each row."""


def missing_values(look: Look) -> tuple[Finding, ...]:
    """Find columns with empty cells, and those that are empty in the same rows."""
    empty = {name: fact for name, fact in look.facts.items() if fact.missing}
    found = [_in_column(look, name, fact) for name, fact in empty.items()]
    if len(empty) > 1:
        found += _together(look)
    return tuple(found) or (Finding("missing", None, True, "info", 0, say("No value is missing.")),)


def _in_column(look: Look, name: str, fact: Fact) -> Finding:
    share = fact.missing / fact.rows
    severity: Severity = "serious" if share >= SERIOUS_SHARE else "warning" if share >= WARNING_SHARE else "info"
    words = plural(
        "{column}: {n:number} value is missing ({share:percent}).",
        "{column}: {n:number} values are missing ({share:percent}).",
        n=fact.missing,
        column=look.dictionary[name].named(),
        share=share,
    )
    return Finding("missing", name, False, severity, fact.missing, words)


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
