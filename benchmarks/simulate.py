"""A made-up service with a known best change: is it found, how fast, and what does it cost beside DiCE's?"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
from bars import Bar, Finding, Row
from running import DICE, folder, peer

from campanile.features import propose
from campanile.models.model import numbers
from campanile.models.refits import Refits
from campanile.simulate import SimulateSpec
from campanile.simulate.bench import bench_of
from campanile.simulate.checking import bound
from campanile.simulate.people import People
from campanile.simulate.simulation import simulated
from campanile.tables import Column, Dictionary, Semantic
from campanile.words import say

# Each feature: where it is best, how much its square takes off, and what a unit adds to the log-odds.
FORMULA: dict[str, Any] = {
    "intercept": -1.4,
    "features": {
        "popularity": (62.0, 0.0025, 0.0), "favourite_plays": (0.0, 0.0, 0.06), "advertisements": (0.0, 0.0, -0.09),
        "new_artists": (12.0, 0.006, 0.0), "energy": (0.0, 0.0, 1.2), "tempo": (0.0, 0.0, 0.002),
    },
}  # fmt: skip
LEVERS = {
    "popularity": {"low": 15, "high": 80, "step": 3, "cost": 1.0, "direction": "up"},
    "favourite_plays": {"low": 0, "high": 30, "step": 2, "cost": 2.0, "direction": "up"},
    "advertisements": {"low": 0, "high": 20, "step": 2, "cost": 1.5, "direction": "down"},
    "new_artists": {"low": 0, "high": 20, "step": 2, "cost": 0.8, "direction": "up"},
}
DICTIONARY = Dictionary((
    Column("user", Semantic.IDENTIFIER, "int64"),
    *(Column(name, Semantic.NUMBER, "double") for name in FORMULA["features"]), Column("buys", Semantic.FLAG, "bool"),
), key="user")  # fmt: skip
BUDGETS = (5.0, 15.0, 40.0)
"""What may be spent on a user: from a small change to nearly all that can be changed."""


def chance(columns: dict[str, Any]) -> np.ndarray:
    odds = FORMULA["intercept"]
    for name, (best, square, straight) in FORMULA["features"].items():
        odds = odds + straight * columns[name] - square * (columns[name] - best) ** 2
    return np.asarray(1 / (1 + np.exp(-odds)))


def users(count: int, seed: int) -> pa.Table:
    draw = np.random.default_rng(seed)
    # The first two users hold every bound, so that levers stay within what was observed.
    ends = {name: (lever["low"], lever["high"]) for name, lever in LEVERS.items()}
    told = {
        "popularity": np.clip(draw.normal(45, 13, count), 15, 80).round(1),
        "favourite_plays": draw.integers(0, 31, count).astype(float),
        "advertisements": draw.integers(0, 21, count).astype(float),
        "new_artists": draw.integers(0, 21, count).astype(float),
        "energy": draw.random(count).round(3), "tempo": draw.normal(120, 25, count).round(1),
    }  # fmt: skip
    for name, (low, high) in ends.items():
        told[name][:2] = low, high
    return pa.table({"user": np.arange(count), **told, "buys": draw.random(count) < chance(told)})


@dataclass
class Pipeline:
    """The formula as a fitted pipeline; it counts how often it is asked."""

    names: tuple[str, ...]
    calls: list[int] = field(default_factory=list)

    def predict_proba(self, matrix: np.ndarray) -> np.ndarray:
        self.calls.append(len(matrix))
        p = chance({name: matrix[:, at] for at, name in enumerate(self.names)})
        return np.column_stack([1 - p, p])


class Known:
    """The truth in the shape of a model: what is best for it is best in truth."""

    name, version, method, target, positive, response = "truth", 1, "formula", "buys", 1, None

    def __init__(self, rows: pa.Table) -> None:
        self.plan = propose(DICTIONARY, rows, "buys", derive=False)
        self.artifact = SimpleNamespace(id="truth", meta={}, run_id="")
        meta = {"dictionary": DICTIONARY.to_dict(), "key": "user"}
        self.table = SimpleNamespace(id="users", name="users", version=1, meta=meta)
        self.pipeline = Pipeline(self.plan.names)
        self.folds = tuple(SimpleNamespace(pipeline=Pipeline(self.plan.names)) for _ in range(2))
        self.oof = pa.table({"row": np.arange(rows.num_rows), "fold": np.arange(rows.num_rows) % 2})
        self.refits = Refits((Pipeline(self.plan.names),) * 2, np.zeros((2, rows.num_rows), dtype=bool))

    def numbers(self, rows: pa.Table) -> np.ndarray:
        return numbers(self.plan, rows)


@dataclass(frozen=True)
class Searched:
    """One search: seconds, those at work, the part of the greatest gain that it reached, model calls a generation."""

    seconds: float
    worked: float
    reached: float
    calls: float


def searched(rows: pa.Table, budget: float, seed: int, step: int) -> Searched:
    """Search with the defaults, and try every change there is beside it."""
    model, count = Known(rows), rows.num_rows
    levers = {name: {**lever, "step": lever["step"] * step} for name, lever in LEVERS.items()}
    spec = SimulateSpec(levers=levers, budget=budget * count, seed=seed)
    who = People(model.table, rows, np.arange(count), say("all customers"), "user")
    started, worked = time.perf_counter(), time.process_time()
    found = simulated(model, who, rows, model.refits, spec)
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    told = bound(spec.levers, model.plan, "buys", DICTIONARY, rows)
    bench = bench_of(model, who, rows, told, spec, model.refits)
    steps = np.array(list(product(*(range(one.least, one.most + 1) for one in told))))
    # What is too dear is left out before distances, which take longest.
    dear = np.concatenate([bench.ground.moved(some).cost for some in np.array_split(steps, 40)])
    worth = bench.judged(steps[dear <= budget])
    best = float(worth.response[worth.outside <= 1 - spec.near].max())
    before = found.before.estimate
    reached = (found.answers[0].after.estimate - before) / (best - before)
    return Searched(seconds, worked, reached, found.calls / spec.generations)


def one_by_one(rows: pa.Table, asked: list[int], reach: float) -> list[dict[str, Any]]:
    """Search for each of some users alone, as DiCE does: the cheapest change that reaches a chance."""
    model, told = Known(rows), []
    for place in asked:
        who = People(model.table, rows, np.array([place]), say("one"), "user")
        started = time.perf_counter()
        found = simulated(model, who, rows, model.refits, SimulateSpec(levers=LEVERS, reach=reach))
        seconds = time.perf_counter() - started
        there = bool(found.answers) and found.answers[0].after.estimate >= reach
        told.append({"seconds": seconds, "cost": found.answers[0].cost if there else None})
    return told


def paid(rows: pa.Table, place: int, values: dict[str, float] | None) -> float | None:
    """Return what a change to these values costs by the same prices."""
    if values is None:
        return None
    return float(sum(LEVERS[name]["cost"] * abs(value - rows[name][place].as_py()) for name, value in values.items()))


def compared(place: Path, rows: pa.Table, reach: float, most: int) -> tuple[list[dict[str, Any]], list[Any] | None]:
    """Ask both sides for the same users, whom a change can bring to ``reach``."""
    from pyarrow import csv

    p = chance({name: rows[name].to_numpy() for name in FORMULA["features"]})
    asked = [int(at) for at in np.flatnonzero((p < reach) & (p > 0.4 * reach))[2 : 2 + most]]
    csv.write_csv(rows, place / "users.csv")
    levers = {name: (lever["low"], lever["high"], lever["direction"]) for name, lever in LEVERS.items()}
    (place / "formula.json").write_text(json.dumps({**FORMULA, "levers": levers, "asked": asked}))
    theirs = peer("counterfactuals.py", place / "users.csv", place / "formula.json", reach, python=DICE)
    dice = None if theirs is None else [
        {"seconds": one["seconds"], "cost": paid(rows, at, one["values"])}
        for at, one in zip(asked, theirs.said["found"], strict=True)
    ]  # fmt: skip
    return one_by_one(rows, asked, reach), dice


def measure(*, reduced: bool) -> Finding:
    seeds, step, most = (1, 3, 3) if reduced else (5, 2, 20)
    rows = users(1000, 0)
    runs = [searched(users(1000, seed), budget, seed, step) for seed in range(seeds) for budget in BUDGETS]
    with folder() as place:
        ours, dice = compared(place, rows, 0.5, most)
    both = [at for at in range(len(ours)) if dice and ours[at]["cost"] is not None and dice[at]["cost"] is not None]

    def beside(what: Any) -> dict[str, float | None]:
        return {"DiCE genetic": None if dice is None else what(dice)}

    def mean_cost(told: list[dict[str, Any]]) -> float | None:
        return float(np.mean([told[at]["cost"] for at in both])) if both else None

    return Finding(
        "The best change of four levers, for 1,000 users of a made-up service",
        (
            Row("gain, of the greatest possible within the budget: least of all runs", min(run.reached for run in runs),
                "", Bar(0.98, at_least=True, must=True)),
            Row("search for 1,000 users: longest of all runs", max(run.seconds for run in runs), "s", Bar(10)),
            Row("… of it processor time", max(run.worked for run in runs), "s"),
            Row("model calls a generation: most of all runs", max(run.calls for run in runs), "", Bar(1, must=True)),
            Row("one user, mean", float(np.mean([one["seconds"] for one in ours])), "s", None,
                beside(lambda told: float(np.mean([one["seconds"] for one in told])))),
            Row("users for whom a change was found", sum(one["cost"] is not None for one in ours), "", None,
                beside(lambda told: sum(one["cost"] is not None for one in told))),
            Row("cost of the change, mean over users with both", mean_cost(ours), "", None, beside(mean_cost)),
        ),
        (
            f"{len(runs)} searches ({seeds} services; budgets {', '.join(f'{one:g}' for one in BUDGETS)} a user),"
            " population 100, 40 generations. The greatest possible gain is found by trying every change.",
            "The truth stands in for the model, so that what is best for the model is best in truth; both sides ask the"
            " same formula.",
            f"Beside DiCE 0.12 (method genetic): {len(ours)} users, each alone, the change that lets the chance be one"
            " half; costs by the same prices. DiCE knows neither prices nor steps, and does not keep to what is near"
            " real customers; ours does, which makes some goals unreachable.",
            *(("Reduced: one service, coarser steps, three users beside DiCE.",) if reduced else ()),
        ),
    )  # fmt: skip
