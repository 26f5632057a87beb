"""Values far from all others, with nothing between: typing errors and placeholders such as 666,666.

A value is far where it lies many robust scales from the median in logarithms, and the gap to the next
value is many times the mean spacing of the tail. In logarithms the spacings of the heaviest usual
tails (Pareto's) are exponential, so that a gap of ``GAP`` mean spacings has a chance of exp(-GAP): an
ordinary heavy tail is not flagged.

Source: Hill (1975), Annals of Statistics 3, 1163-1174, for the mean spacing of a tail.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from campanile.quality.bounds import Bound, examples, outside
from campanile.quality.checks.impossible import impossible_bounds
from campanile.quality.look import Look
from campanile.quality.result import Finding
from campanile.tables.dictionary import Column
from campanile.words import plural, say

FEWEST_VALUES = 40
FEWEST_DISTINCT = 15
SCALES = 4.0
GAP = 9.0
TAIL_SHARE = 0.05
FAR_SHARE = 0.002
PLACEHOLDER_EASE = 0.7
"""Both thresholds are multiplied by this for a number of one repeated digit."""


def far_values(look: Look) -> tuple[Finding, ...]:
    """Find values that stand alone far outside."""
    found = [_finding(look, bound) for bound in far_bounds(look)]
    return tuple(found) or (Finding("far", None, True, "info", 0, say("No number stands alone far from the others.")),)


def far_bounds(look: Look) -> tuple[Bound, ...]:
    """Return bounds just inside of which all ordinary values lie, for columns that have others."""
    settled = {
        bound.column for bound in impossible_bounds(look) if math.isfinite(bound.low) and math.isfinite(bound.high)
    }
    settled |= {look.dictionary.key or ""}
    bounds = (_bound(look, column) for column in look.measured if column.name not in settled)
    return tuple(bound for bound in bounds if bound is not None)


def _bound(look: Look, column: Column) -> Bound | None:
    values = look.ordered(column.name).values
    floor, ceiling = max(0.0, column.low or 0.0), math.inf if column.high is None else column.high
    positive = values[(values > 0) & (values >= floor) & (values <= ceiling)]
    if len(positive) < FEWEST_VALUES or look.facts[column.name].distinct < FEWEST_DISTINCT:
        return None
    most = max(3, math.floor(FAR_SHARE * len(positive)))
    logs = np.log(positive)
    # A declared end is settled by its declaration; and where nought or less occurs, a small amount is ordinary.
    high = _alone(logs, most) if column.high is None else 0
    low = _alone(-logs[::-1], most) if column.low is None and len(positive) == len(values) else 0
    if not high and not low:
        return None
    inner = positive[low : len(positive) - high]
    least = float(inner[0]) if low else -math.inf
    greatest = float(inner[-1]) if high else math.inf
    reason = say("all others lie between {low:number} and {high:number}", low=float(inner[0]), high=float(inner[-1]))
    return Bound(column.name, least, greatest, reason)


def _alone(logs: NDArray[np.float64], most: int) -> int:
    """Return how many of the greatest of the ascending ``logs`` stand alone; 0 where more than ``most`` would."""
    quarter, median, three_quarters = np.quantile(logs, [0.25, 0.5, 0.75])
    scale = float(three_quarters - quarter) / 1.349
    if scale <= 0:
        return 0
    cut, total = len(logs), 0
    while total <= most:
        step = _step(logs[:cut], float(median), scale, most)
        if not step:
            return total
        cut, total = cut - step, total + step
    return 0


def _step(logs: NDArray[np.float64], median: float, scale: float, most: int) -> int:
    """Return the place of the first wide gap from above, at most ``most`` values in; 0 for none."""
    for place in range(1, most + 1):
        first, next_ = float(logs[-place]), float(logs[-place - 1])
        ease = PLACEHOLDER_EASE if _repeated_digit(abs(math.exp(abs(first)))) else 1.0
        if first - median < ease * SCALES * scale:
            return 0
        inner = logs[:-place]
        tail = inner[-max(10, math.ceil(TAIL_SHARE * len(inner))) :]
        spacing = max(float((tail - tail[0]).mean()), 0.1 * scale)
        if first - next_ > ease * GAP * spacing:
            return place
    return 0


def _repeated_digit(value: float) -> bool:
    digits = str(round(value))
    return len(digits) >= 4 and len(set(digits)) == 1


def _finding(look: Look, bound: Bound) -> Finding:
    rows = outside(look, bound)
    values = [look.shown(bound.column, int(row)) for row in rows]
    column = look.dictionary[bound.column].named()
    if any(_repeated_digit(abs(float(value))) for value in values):
        words = plural(
            "{column}: {n:number} value stands alone ({value:exact}), with one digit repeated as in a placeholder:"
            " {reason}.",
            "{column}: {n:number} values stand alone (such as {value:exact}), with one digit repeated as in a"
            " placeholder: {reason}.",
            n=len(rows),
            column=column,
            value=float(values[-1]),
            reason=bound.reason,
        )
    else:
        words = plural(
            "{column}: {n:number} value stands alone ({value:exact}): {reason}.",
            "{column}: {n:number} values stand alone (such as {value:exact}): {reason}.",
            n=len(rows),
            column=column,
            value=float(values[-1]),
            reason=bound.reason,
        )
    shown = examples(look, bound.column, rows)
    return Finding("far", bound.column, False, "warning", len(rows), words, shown, "impossible_to_missing")
