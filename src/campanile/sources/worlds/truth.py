"""What is true in a made-up world: who responds with which probability, and because of what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Zone:
    """Values of a driver for which the true response is above the base rate: an interval, or levels of a category.

    An end that lies at the edge of the range that occurs is that edge.
    """

    low: float | None = None
    high: float | None = None
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Driver:
    """A cause of response. ``influence`` is the standard deviation of its part in the log-odds.

    ``columns`` are those of the table that carry it (several for a count of flags); ``low`` and ``high``
    bound its values.
    """

    name: str
    columns: tuple[str, ...]
    shape: str
    influence: float
    zones: tuple[Zone, ...]
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Segment:
    """Customers for whom all conditions hold: ``rule`` maps a column to its zone; ``response`` is the true one."""

    rule: dict[str, Zone]
    size: int
    response: float
    lift: float
    share_caught: float


@dataclass(frozen=True)
class World:
    """A table and its truth. ``probability`` is that of a response for each row; money in euro.

    ``ceiling_auc`` is the AUC that perfect knowledge of the probabilities is expected to reach.
    """

    table: pa.Table
    key: str
    target: str
    probability: Floats
    drivers: tuple[Driver, ...]
    noise: tuple[str, ...]
    segment: Segment
    base_rate: float
    ceiling_auc: float
    contact_cost_eur: float
    sale_value_eur: float


def expected_auc(probability: Floats) -> float:
    """Return the AUC expected of a score that is the true probability itself.

    Each row counts as a responder with weight p and as none with weight 1 - p; a row is no rival of itself.
    """
    order = np.argsort(probability, kind="stable")
    p = probability[order]
    below = np.concatenate(([0.0], np.cumsum(1 - p)[:-1]))
    _, first, counts = np.unique(p, return_index=True, return_counts=True)
    totals = np.add.reduceat(1 - p, first)
    wins = below[first].repeat(counts) + (totals.repeat(counts) - (1 - p)) / 2
    pairs = p.sum() * (1 - p).sum() - (p * (1 - p)).sum()
    return float((p * wins).sum() / pairs)


def intervals(grid: Floats, above: NDArray[np.bool_]) -> tuple[Zone, ...]:
    """Return the runs of ``grid`` points that are ``above``, as zones."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], above, [False])).astype(np.int8)))
    return tuple(Zone(float(grid[start]), float(grid[stop - 1])) for start, stop in edges.reshape(-1, 2))
