"""One value that stands for "unknown" in many rows: 999, -1, 1 January 1900, apart from all true values."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
from numpy.typing import NDArray

from campanile.quality.bounds import Bound, examples, outside
from campanile.quality.checks.far import FAR_SHARE, FEWEST_VALUES
from campanile.quality.look import Look
from campanile.quality.result import Finding
from campanile.tables.dictionary import Column, Semantic
from campanile.words import plural, say

FEWEST_DISTINCT = 5
SCALES = 4.0
FEW = 3
DAYS_APART = 3652
RARE_SHARE = 0.01
FROM_MEDIAN = 3.0
EMPTY = 0.5
"""How wide, in robust scales, nothing may be above a nought that stands for an unknown value."""

SPACINGS = 9.0
NEAREST = 10
_NEGATIVE = (-1.0, -9.0, -99.0, -999.0, -9999.0, -99999.0)
_DATES = tuple(
    float(day.toordinal() - 719163)  # the ordinal of 1 January 1970
    for day in (date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1970, 1, 1), date(9999, 12, 31))
)


def placeholders(look: Look) -> tuple[Finding, ...]:
    """Find such values at an end of a column."""
    found = [_finding(look, bound) for bound in placeholder_bounds(look)]
    words = say("No value seems to stand for an unknown one.")
    return tuple(found) or (Finding("placeholders", None, True, "info", 0, words),)


def placeholder_bounds(look: Look) -> tuple[Bound, ...]:
    """Return bounds that leave the placeholders outside, at most one for each end of a column."""
    bounds: list[Bound] = []
    for column in (*look.measured, *look.dated):
        settled = column.low is not None or column.high is not None or column.name == look.dictionary.key
        values = look.ordered(column.name).values
        if _nought_alone(look, column):
            bounds.append(_bound(column, 0.0, float(values[values > 0][0])))
        if not settled and len(values) >= FEWEST_VALUES and look.facts[column.name].distinct >= FEWEST_DISTINCT:
            stands = _is_date_mark if column.name in look.dated_names else _is_number_mark
            for sign, end in ((1.0, _ends(values)), (-1.0, _ends(-values[::-1]))):
                if end is not None and stands(sign * end[0], sign * end[1], end[2], values):
                    bounds.append(_bound(column, sign * end[0], sign * end[1]))
    return tuple(bounds)


def _ends(ascending: NDArray[np.float64]) -> tuple[float, float, int] | None:
    """Return the greatest value, the next different one, and how often the greatest occurs."""
    first = int(np.searchsorted(ascending, ascending[-1], side="left"))
    return (float(ascending[-1]), float(ascending[first - 1]), len(ascending) - first) if first else None


def _is_number_mark(value: float, next_: float, count: int, values: NDArray[np.float64]) -> bool:
    """Tell whether a value has a placeholder's form, occurs often, and lies far from the next."""
    if count <= max(FEW, math.floor(FAR_SHARE * len(values))):
        return False
    if value == -1 and next_ >= 0:
        return True
    digits = str(round(abs(value)))
    if value not in _NEGATIVE and not (len(digits) >= 3 and len(set(digits)) == 1 and value == round(value)):
        return False
    quarter, three_quarters = np.quantile(values, [0.25, 0.75])
    return abs(value - next_) > SCALES * float(three_quarters - quarter) / 1.349


def _is_date_mark(value: float, next_: float, count: int, values: NDArray[np.float64]) -> bool:
    return value in _DATES and abs(value - next_) > DAYS_APART


def _nought_alone(look: Look, column: Column) -> bool:
    """Tell whether several rows hold 0, few beside the others, which all lie far above it and near each other."""
    values = look.ordered(column.name).values
    count = int(np.searchsorted(values, 0, side="right"))
    above = values[count:]
    told = column.name == look.dictionary.key or (column.low is not None and column.low > 0)
    if told or column.name in look.dated_names or len(above) < FEWEST_VALUES or values[0] != 0:
        return False
    quarter, median, three_quarters = np.quantile(above, [0.25, 0.5, 0.75])
    scale = float(three_quarters - quarter) / 1.349
    near = np.unique(above[: len(above) // 2])[:NEAREST]
    spacing = float(near[-1] - near[0]) / max(len(near) - 1, 1)
    return bool(
        2 <= count <= RARE_SHARE * len(values)
        and median >= FROM_MEDIAN * scale
        and above[0] >= max(EMPTY * scale, SPACINGS * spacing, np.nextafter(0, 1))
    )


def _bound(column: Column, value: float, next_: float) -> Bound:
    reason = say("it seems to stand for an unknown value")
    return (
        Bound(column.name, next_, math.inf, reason) if value < next_ else Bound(column.name, -math.inf, next_, reason)
    )


def _finding(look: Look, bound: Bound) -> Finding:
    rows, column = outside(look, bound), look.dictionary[bound.column]
    personal = column.semantic is Semantic.PERSONAL
    words = plural(
        "{column}: {n:number} row holds {value}, far from all other values: it seems to stand for an unknown one.",
        "{column}: {n:number} rows hold {value}, far from all other values: it seems to stand for an unknown one.",
        n=len(rows),
        column=column.named(),
        value="…" if personal else str(look.shown(bound.column, int(rows[0]))),
    )
    shown = None if personal else examples(look, bound.column, rows)
    return Finding("placeholders", bound.column, False, "warning", len(rows), words, shown, "impossible_to_missing")
