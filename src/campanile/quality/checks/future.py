"""Dates that have not come yet."""

from __future__ import annotations

import re

import numpy as np

from campanile.quality.bounds import examples
from campanile.quality.look import Look
from campanile.quality.result import Finding
from campanile.tables.dictionary import Column, Semantic
from campanile.words import plural, say

PLANNED_SHARE = 0.05
_PLANNED = re.compile(r"expir|due|valid|until|renew|plan|next|end|koniec|termin|vence|fin(_|$)", re.IGNORECASE)


def future_dates(look: Look) -> tuple[Finding, ...]:
    """Find dates after the day of the check; columns that speak of plans get a remark only."""
    found = [finding for column in look.dated if (finding := _in_column(look, column)) is not None]
    return tuple(found) or (Finding("future", None, True, "info", 0, say("No date lies in the future.")),)


def _in_column(look: Look, column: Column) -> Finding | None:
    ordered = look.ordered(column.name)
    first = int(np.searchsorted(ordered.values, look.as_of.toordinal() - 719163, side="right"))
    count = len(ordered.values) - first
    if not count:
        return None
    planned = bool(_PLANNED.search(column.name)) or count > PLANNED_SHARE * len(ordered.values)
    words = plural(
        "{column}: {n:number} date lies after {today:date}.",
        "{column}: {n:number} dates lie after {today:date}.",
        n=count,
        column=column.named(),
        today=look.as_of,
    )
    shown = None if column.semantic is Semantic.PERSONAL else examples(look, column.name, ordered.rows[first:][::-1])
    return Finding("future", column.name, False, "info" if planned else "warning", count, words, shown)
