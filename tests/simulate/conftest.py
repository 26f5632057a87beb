"""A made-up music service whose responses are known as a formula, and that formula in the place of a model."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from campanile.features import propose
from campanile.models.model import numbers
from campanile.models.refits import Refits
from campanile.simulate import SimulateSpec
from campanile.simulate.people import People
from campanile.simulate.simulation import simulated
from campanile.tables import Column, Dictionary, Semantic
from campanile.words import say

LEVERS = ("popular", "favourite", "advertisements")
DICTIONARY = Dictionary((
    Column("user", Semantic.IDENTIFIER, "int64"), Column("popular", Semantic.NUMBER, "double"),
    Column("favourite", Semantic.NUMBER, "int64"), Column("advertisements", Semantic.NUMBER, "int64"),
    Column("energy", Semantic.NUMBER, "double"), Column("plan", Semantic.CATEGORY),
    Column("unused", Semantic.NUMBER, "double", known="after"), Column("newsletter", Semantic.FLAG, "bool"),
    Column("buys", Semantic.FLAG, "bool"),
), key="user")  # fmt: skip


def truth(popular, favourite, advertisements, energy):
    """Return who buys how likely: best at a popularity of 60, less with each advertisement, more with energy."""
    odds = -2.4 - 0.004 * (popular - 60) ** 2 + 0.05 * favourite - 0.08 * advertisements + 1.5 * (energy - 0.5)
    return 1 / (1 + np.exp(-odds))


def world(count=1000, seed=0):
    draw = np.random.default_rng(seed)
    popular = np.round(np.clip(draw.normal(45, 12, count), 10, 90), 1)
    favourite = draw.integers(0, 25, count)
    advertisements = draw.integers(0, 20, count)
    energy = np.clip(0.5 + (popular - 45) / 100 + draw.normal(0, 0.15, count), 0, 1)
    rows = pa.table({
        "user": np.arange(count), "popular": popular, "favourite": favourite, "advertisements": advertisements,
        "energy": energy, "plan": draw.choice(["free", "trial"], count), "unused": draw.normal(size=count),
        "newsletter": np.arange(count) % 3 == 0,
        "buys": draw.random(count) < truth(popular, favourite, advertisements, energy),
    })  # fmt: skip
    return rows


@dataclass
class Formula:
    """The truth as a pipeline; ``shift`` makes models of folds that differ. It counts how often it is asked."""

    names: tuple[str, ...]
    shift: float = 0.0
    asked: list[int] = field(default_factory=list)

    def predict_proba(self, X):
        self.asked.append(len(X))
        columns = {name: X[:, self.names.index(name)] for name in ("popular", "favourite", "advertisements", "energy")}
        p = truth(**columns)
        odds = np.log(p / (1 - p)) * (1 + self.shift)
        p = 1 / (1 + np.exp(-odds))
        return np.column_stack([1 - p, p])


class Known:
    """A model in the shape that this room sees, which knows the truth."""

    name, version, method, target, positive = "buyers", 1, "formula", "buys", 1
    classes, response = ("false", "true"), None

    def __init__(self, rows, shifts=(-0.05, 0.0, 0.05)):
        self.plan = propose(DICTIONARY, rows, "buys")
        self.artifact = SimpleNamespace(id="model", meta={}, run_id="run")
        self.table = SimpleNamespace(
            id="table", name="users", version=1, meta={"dictionary": DICTIONARY.to_dict(), "key": "user"}
        )
        self.pipeline = Formula(self.plan.names)
        self.folds = tuple(SimpleNamespace(pipeline=Formula(self.plan.names, shift)) for shift in shifts)
        count = rows.num_rows
        self.oof = pa.table({"row": np.arange(count), "fold": np.arange(count) % len(shifts)})
        seen = np.arange(count) % 3 != np.arange(len(shifts))[:, None] % 3
        self.refits = Refits(tuple(Formula(self.plan.names, shift) for shift in shifts), seen)
        self.column = DICTIONARY["buys"]

    def numbers(self, rows):
        return numbers(self.plan, rows)


def spec_of(**said):
    levers = {
        "popular": {"low": 20, "high": 68, "step": 2, "cost": 1, "direction": "up"},
        "favourite": {"step": 1, "cost": 3, "direction": "up"},
        "advertisements": {"step": 1, "cost": 2, "direction": "down"},
    }  # fmt: skip
    return SimulateSpec(**{"levers": levers, "population": 40, "generations": 20, "sample": 200, **said})


def everybody(model, rows):
    return People(model.table, rows, np.arange(rows.num_rows), say("all customers"), "user")


def ask(rows, model=None, **said):
    model = model or Known(rows)
    return simulated(model, everybody(model, rows), rows, model.refits, spec_of(**said))


@pytest.fixture(scope="session")
def rows():
    return world(400)


@pytest.fixture(scope="session")
def found(rows):
    return ask(rows)
