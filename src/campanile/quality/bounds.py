"""Bounds outside which a value cannot be, and the values outside them: shared by checks and repairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campanile.quality.look import Look
from campanile.quality.result import Examples
from campanile.words import Sentence, say

FEW = 5


@dataclass(frozen=True)
class Bound:
    """Values of ``column`` below ``low`` or above ``high`` are impossible; ``reason`` says why."""

    column: str
    low: float
    high: float
    reason: Sentence


def outside(look: Look, bound: Bound) -> NDArray[np.int64]:
    """Return the rows whose value lies outside, the lowest value first."""
    ordered = look.ordered(bound.column)
    below = int(np.searchsorted(ordered.values, bound.low, side="left"))
    above = int(np.searchsorted(ordered.values, bound.high, side="right"))
    return np.concatenate([ordered.rows[:below], ordered.rows[max(above, below) :]])


def examples(look: Look, column: str, rows: NDArray[np.int64]) -> Examples:
    """Show a few rows' values of ``column``."""
    shown = tuple((look.where(int(row)), look.shown(column, int(row))) for row in rows[:FEW])
    return Examples((say("Row"), look.dictionary[column].named()), shown)
