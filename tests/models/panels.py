"""Made-up tables with a row for each entity and cut-off, whose truth is known."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from campanile.tables import Column, Dictionary, Semantic

from .conftest import Campaign

FIRST = date(2024, 1, 1)
TARGET = "buys_within_30_days"


@dataclass(frozen=True)
class Shape:
    """``entities`` seen at ``periods`` cut-offs, ``apart`` days from one to the next."""

    entities: int = 120
    periods: int = 4
    apart: int = 30


def panel(columns, outcome, shape):
    """Return a table of ``columns`` (entities, periods) with the ``outcome`` (entities, periods), -1 where unknown."""
    entities, periods = outcome.shape
    days = [FIRST + timedelta(days=shape.apart * k) for k in range(periods)]
    flat = outcome.ravel()
    rows = pa.table({
        "user_id": np.repeat(np.arange(1, entities + 1), periods), "cutoff": pa.array(days * entities, pa.date32()),
        **{name: np.asarray(values).ravel() for name, values in columns.items()},
        TARGET: pa.array([None if value < 0 else int(value) for value in flat], pa.int64()),
        "buys_within_7_days": pa.array([None if value < 0 else int(value) for value in flat], pa.int64()),
    })  # fmt: skip
    dictionary = Dictionary((
        Column("user_id", Semantic.IDENTIFIER, "int64"), Column("cutoff", Semantic.DATE, "date32[day]"),
        *(Column(name, Semantic.NUMBER, "double") for name in columns),
        Column(TARGET, Semantic.FLAG, "int64"), Column("buys_within_7_days", Semantic.FLAG, "int64"),
    ))  # fmt: skip
    return Campaign(rows, dictionary, np.empty(0))


def of_itself(shape=Shape(), seed=0):
    """Each entity buys or not for reasons of its own that no column tells, but it can be recognised by its columns."""
    draw = np.random.default_rng(seed)
    size = (shape.entities, shape.periods)
    mine = [np.repeat(draw.normal(size=(shape.entities, 1)), shape.periods, axis=1) for _ in range(2)]
    wish = np.repeat(draw.random((shape.entities, 1)) < 0.4, shape.periods, axis=1)
    outcome = np.where(draw.random(size) < 0.05, ~wish, wish).astype(int)
    return panel({"height": mine[0], "taste": mine[1], "visits": draw.poisson(3, size).astype(float)}, outcome, shape)


def of_the_past(shape=Shape(), seed=0):
    """Visits tell who will buy, in each period alike."""
    draw = np.random.default_rng(seed)
    size = (shape.entities, shape.periods)
    visits, noise = draw.normal(size=size), draw.normal(size=size)
    outcome = (draw.random(size) < 1 / (1 + np.exp(1.0 - 1.5 * visits))).astype(int)
    return panel({"visits": visits, "noise": noise, "exposure_days": draw.integers(1, 300, size)}, outcome, shape)
