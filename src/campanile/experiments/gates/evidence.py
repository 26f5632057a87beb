"""What gates look at: counted once for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from campanile.experiments.counting import Counted
from campanile.experiments.result import Gate, Measure
from campanile.words import Sentence

Floats = NDArray[np.float64]
CHANCE = 0.001
"""How often a check of chance may stop a sound test."""


@dataclass(frozen=True)
class Evidence:
    """All that is known of a test before its outcomes are compared.

    ``counted`` has every group that is there; ``arms`` are those that should be, control first, and ``shares`` what
    each should have of a month's users (months, arms). ``crossed`` users are in another test of the layer too;
    ``doubled`` in two groups; ``repeated`` rows name a user again; ``moved`` users are not where the hash puts them.
    """

    counted: Counted
    arms: tuple[str, ...]
    shares: Floats
    measures: tuple[Measure, ...]
    least: int
    window_days: int
    now: date
    logged: bool = False
    crossed: int = 0
    doubled: int = 0
    repeated: int = 0
    moved: int = 0

    @property
    def tested(self) -> Counted:
        """What was counted of the groups that should be."""
        return self.counted.only(self.arms)

    def of(self, name: str) -> Floats:
        """Return a count by arm (arms,), over all months."""
        return np.asarray(self.tested.counts[name].sum(axis=0))

    @property
    def measured(self) -> tuple[Measure, ...]:
        """The measures that are judged: not the raw sums that stand beside."""
        return tuple(one for one in self.measures if one.raw_of is None)


def judged(gate: str, failed: Sentence | None, fine: Sentence, repair: Sentence, *rows: tuple[str, float]) -> Gate:
    """Return a gate that did not pass where something ``failed``."""
    if failed is None:
        return Gate(gate, True, fine, None, rows)
    return Gate(gate, False, failed, repair, rows)


def by_arm(evidence: Evidence, values: Floats) -> tuple[tuple[str, float], ...]:
    """Return a value for each arm, as a gate's table."""
    return tuple(zip(evidence.arms, (float(one) for one in values), strict=True))
