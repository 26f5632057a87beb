"""Amounts in two units at once, dates of two precisions, and money that a few customers hold."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from campanile.quality.datetexts import precisions
from campanile.quality.look import Look
from campanile.quality.result import Finding
from campanile.tables.dictionary import Column, Semantic
from campanile.words import mark, plural, say

FEWEST_VALUES = 50
FEWEST_IN_UNIT = 10
LEAST_SHARE = 0.02
EMPTY_DECADES = 0.7
"""The width, in powers of ten, of the empty stretch that parts two units."""

UNITS = (100, 1000, 1_000_000)
NEW_YEAR_SHARE = 0.2
HELD_BY_FEW = 0.5


def mixed_units(look: Look) -> tuple[Finding, ...]:
    """Find columns whose values seem to be in more than one unit or precision, and very skewed money."""
    found = []
    for column in look.measured:
        if column.name != look.dictionary.key:
            values = look.ordered(column.name).values
            found += _two_units(column, values[values > 0])
            found += _held_by_few(column, values)
    for column in look.dated:
        found += _two_precisions(column, look.ordered(column.name).values)
    for column in look.dictionary.of(Semantic.TEXT, Semantic.CATEGORY, Semantic.DATE):
        found += _written_unlike(look, column)
    return tuple(found) or (Finding("units", None, True, "info", 0, say("Every column seems to keep to one unit.")),)


def _two_units(column: Column, values: NDArray[np.float64]) -> list[Finding]:
    """Look for two heaps of like width whose middles are a hundred, thousand or million times apart."""
    if len(values) < FEWEST_VALUES:
        return []
    logs = np.log10(values)
    gaps = np.diff(logs)
    place = int(np.argmax(gaps)) + 1
    least = max(FEWEST_IN_UNIT, LEAST_SHARE * len(values))
    if gaps[place - 1] < EMPTY_DECADES or min(place, len(values) - place) < least:
        return []
    small, large = logs[:place], logs[place:]
    ratio = float(np.median(large) - np.median(small))
    unit = next((unit for unit in UNITS if abs(ratio - math.log10(unit)) < 0.15), None)
    widths = sorted((_width(small), _width(large)))
    if unit is None or widths[0] <= 0 or widths[1] > 2 * widths[0]:
        return []
    count = min(place, len(values) - place)
    words = plural(
        "{column}: {n:number} value seems to be in another unit: about {unit:number} times apart from the others.",
        "{column}: {n:number} values seem to be in another unit: about {unit:number} times apart from the others.",
        n=count,
        column=column.named(),
        unit=unit,
    )
    return [Finding("units", column.name, False, "serious", count, words)]


def _width(logs: NDArray[np.float64]) -> float:
    low, high = np.quantile(logs, [0.25, 0.75])
    return float(high - low)


def _held_by_few(column: Column, values: NDArray[np.float64]) -> list[Finding]:
    if column.semantic is not Semantic.MONEY or len(values) < 100 or values[0] < 0 or values.sum() <= 0:
        return []
    few = max(1, len(values) // 100)
    share = float(values[-few:].sum() / values.sum())
    if share < HELD_BY_FEW:
        return []
    words = plural(
        "{column}: the {n:number} largest amount holds {share:percent} of the total; averages say little here.",
        "{column}: the {n:number} largest amounts hold {share:percent} of the total; averages say little here.",
        n=few,
        column=column.named(),
        share=share,
    )
    return [Finding("units", column.name, False, "info", few, words)]


def _two_precisions(column: Column, days: NDArray[np.float64]) -> list[Finding]:
    """A fifth of the dates on 1 January, beside others, are years that were written as dates."""
    if len(days) < FEWEST_VALUES:
        return []
    dates = days.astype("datetime64[D]")
    new_year = int(np.count_nonzero(dates == dates.astype("datetime64[Y]").astype("datetime64[D]")))
    if not NEW_YEAR_SHARE * len(days) <= new_year <= (1 - LEAST_SHARE) * len(days):
        return []
    words = plural(
        "{column}: {n:number} date falls on 1 January: it may be known to the year only.",
        "{column}: {n:number} dates fall on 1 January: they may be known to the year only.",
        n=new_year,
        column=column.named(),
    )
    return [Finding("units", column.name, False, "warning", new_year, words)]


def _written_unlike(look: Look, column: Column) -> list[Finding]:
    """Dates that are texts, because some are known to the day and others to the month or year only."""
    counted = precisions(look.rows.column(column.name))
    if counted is None or sum(count > 0 for count in counted.values()) < 2:
        return []
    finest = next(count for count in counted.values() if count)
    parts = [say(_KNOWN_TO[name], n=count) for name, count in counted.items() if count]
    words = say(
        "{column} holds dates of different precision: {parts:list}. As one column it stays text; what all have is the"
        " year.",
        column=column.named(),
        parts=parts,
    )
    return [Finding("units", column.name, False, "warning", sum(counted.values()) - finest, words)]


_KNOWN_TO = {
    "day": mark("{n:number} to the day"), "month": mark("{n:number} to the month"),
    "year": mark("{n:number} to the year"),
}  # fmt: skip
