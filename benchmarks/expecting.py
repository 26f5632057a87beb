"""Models trained on a made-up service: is their best change found, how good is it in truth, do intervals hold it?"""

from __future__ import annotations

import json
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from bars import Bar, Finding, Row
from running import DICE, folder, peer
from simulate import BUDGETS, DICTIONARY, FORMULA, LEVERS, chance, paid, users

import campanile as cp
from campanile import models
from campanile.models.model import Model
from campanile.models.refits import MOST, Refits, refitted
from campanile.simulate import SimulateSpec
from campanile.simulate.bench import Bench, bench_of
from campanile.simulate.checking import Bound, bound
from campanile.simulate.expecting import estimate
from campanile.simulate.people import People
from campanile.simulate.result import Answer
from campanile.simulate.search import search
from campanile.simulate.simulation import simulated
from campanile.words import say

METHODS = {"logistic": "logistic regression", "boosting": "booster"}
USERS = 1000
LEVEL = 0.9
REACH = 0.4


@dataclass(frozen=True)
class Service:
    """A service with a model of its users, and models of resampled users; ``seconds`` is how long those took."""

    workspace: cp.Workspace
    rows: pa.Table
    model: Model
    others: Refits
    seconds: float


def service(place: Path, method: str, seed: int) -> Service:
    """Make up a service and train one method on it, with fixed settings."""
    workspace = cp.Workspace.open(place)
    with workspace.run("load", {}) as run:
        run.save_table("users", users(USERS, seed), key="user", meta={"dictionary": DICTIONARY.to_dict()})
    models.train(workspace, models.TrainSpec(table="users", target="buys", methods=(method,), quick=True, minutes=0,
                                             derive=False, jobs=1, seed=seed))  # fmt: skip
    model = models.load(workspace, f"buys-{method}")
    started = time.perf_counter()
    others = refitted(workspace, model, MOST, jobs=1)
    return Service(workspace, workspace.read(model.table), model, others, time.perf_counter() - started)


def asked(made: Service, spec: SimulateSpec) -> tuple[tuple[Bound, ...], People, Bench]:
    who = People(made.model.table, made.rows, np.arange(USERS), say("all customers"), "user")
    told = bound(spec.levers, made.model.plan, "buys", DICTIONARY, made.rows)
    return told, who, bench_of(made.model, who, made.rows, told, spec, made.others)


def truth(bench: Bench, steps: np.ndarray) -> np.ndarray:
    """Return the share of the users who buy in truth after each of some changes."""
    own = {name: np.asarray(bench.ground.rows[name].to_numpy(), dtype=float) for name in FORMULA["features"]}
    pieces = np.array_split(steps, max(1, len(steps) // 100))
    return np.concatenate([chance({**own, **bench.ground.moved(piece).values}).mean(axis=1) for piece in pieces])


def steps_of(answer: Answer, levers: tuple[Bound, ...]) -> np.ndarray:
    by = {one.name: one.by for one in answer.changes}
    return np.array([[round(by.get(one.name, 0.0) / one.lever.step) for one in levers]])


def searched(made: Service, budget: float, seed: int, step: int) -> dict[str, float]:
    """Search with the defaults; beside it try every change, as the model, its folds and the truth see them."""
    levers = {name: {**lever, "step": lever["step"] * step} for name, lever in LEVERS.items()}
    spec = SimulateSpec(levers=levers, budget=budget * USERS, seed=seed)
    told, who, bench = asked(made, spec)
    started = time.perf_counter()
    found = simulated(made.model, who, made.rows, made.others, spec)
    seconds = time.perf_counter() - started
    every = np.array(list(product(*(range(one.least, one.most + 1) for one in told))))
    cost = np.concatenate([bench.ground.moved(some).cost for some in np.array_split(every, 40)])
    every = every[cost <= budget]
    worth = bench.judged(every)
    every, judged = every[worth.outside <= 1 - spec.near], worth.response[worth.outside <= 1 - spec.near]
    kept = np.concatenate([bench.expecting.whole(bench.ground.moved(some).features).mean(axis=1)
                           for some in np.array_split(every, max(1, len(every) // 100))])  # fmt: skip
    tried = search(told, bench.look, population=spec.population, generations=spec.generations,
                   tolerated=bench.tolerated, most_cost=bench.most_cost, seed=seed)  # fmt: skip
    allowed = tried.whole.response[tried.whole.outside <= bench.tolerated]
    still = np.zeros((1, len(told)), dtype=np.int64)
    answer = steps_of(found.answers[0], told) if found.answers else still
    real, nothing = truth(bench, every), float(truth(bench, still)[0])

    def part(reached: float, values: np.ndarray, before: float) -> float:
        return (reached - before) / (float(values.max()) - before)

    return {
        "seconds": seconds, "calls": found.calls / spec.generations,
        "searched": part(float(allowed.max()), kept, float(bench.look(still).response[0])),
        "answered": part(float(bench.judged(answer).response[0]), judged, found.before.estimate),
        "true": part(float(truth(bench, answer)[0]), real, nothing),
    }  # fmt: skip


def covered(method: str, seed: int) -> list[dict[str, Any]]:
    """Search in one service; tell of the first answer whether intervals hold the true share and gain."""
    with tempfile.TemporaryDirectory() as place:
        made = service(Path(place), method, seed)
        spec = SimulateSpec(levers=LEVERS, budget=15.0 * USERS, seed=seed, generations=20, population=60, level=LEVEL)
        told, who, bench = asked(made, spec)
        found = simulated(made.model, who, made.rows, made.others, spec)
        made.workspace.close()
        if not found.answers:
            return []
        both = np.concatenate([np.zeros((1, len(told)), dtype=np.int64), steps_of(found.answers[0], told)])
        before, after = truth(bench, both)
        features = bench.ground.moved(both).features
        unseen = bench.expecting.unseen(features)
        folds = np.stack([bench.expecting._of(one.pipeline, features).mean(axis=1) for one in made.model.folds])
        answer = found.answers[0]
        return [
            {"what": "gain", "true": after - before, "told": answer.gain,
             "jackknife": jackknife(unseen[1] - unseen[0], folds[:, 1] - folds[:, 0])},
            {"what": "share", "true": before, "told": answer.before, "jackknife": jackknife(unseen[0], folds[:, 0])},
        ]  # fmt: skip


def jackknife(each: np.ndarray, folds: np.ndarray) -> cp.Estimate:
    """Estimate a mean with the interval over the models of the folds, which each left out a part of the users.

    Source: Kott (2001), The delete-a-group jackknife.
    """
    # A jackknife's variance is (k - 1)² / k times that of its models.
    return estimate(each, folds * (len(folds) - 1) / np.sqrt(len(folds)), LEVEL)


def cover_rows(method: str, worlds: list[dict[str, Any]]) -> list[Row]:
    rows = []
    for what, named in (("gain", "true gain of the first answer"), ("share", "true share before any change")):
        some = [one for one in worlds if one["what"] == what]
        inside = {how: np.mean([not one[how].excludes(one["true"]) for one in some]) for how in ("told", "jackknife")}
        wide = {how: np.mean([100 * (one[how].high - one[how].low) for one in some]) for how in ("told", "jackknife")}
        rows += [
            Row(f"{METHODS[method]}: 90 % interval holds the {named}", float(inside["told"]), "share of services", None,
                {"jackknife over folds": float(inside["jackknife"])}),
            Row("… its width", float(wide["told"]), "points", None,
                {"jackknife over folds": float(wide["jackknife"])}),
        ]  # fmt: skip
    return rows


def beside_dice(made: Service, place: Path, most: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]] | None]:
    """Ask both sides for the same users by the same booster: the change that lets the chance reach the goal."""
    from pyarrow import csv

    p = made.model.predict(made.rows)[:, made.model.positive]
    some = [int(at) for at in np.flatnonzero((p < REACH) & (p > 0.4 * REACH))[2 : 2 + most]]
    csv.write_csv(made.rows, place / "users.csv")
    response = made.model.pipeline
    (place / "booster.ubj").write_bytes(response.parts[0].named_steps["classifier"].raw_)
    said = {
        "features": dict.fromkeys(made.model.plan.names), "booster": str(place / "booster.ubj"),
        "slope": float(response.slopes[1, 1]), "intercept": float(response.intercepts[1]), "asked": some,
        "levers": {name: (lever["low"], lever["high"], lever["direction"]) for name, lever in LEVERS.items()},
    }  # fmt: skip
    (place / "said.json").write_text(json.dumps(said))
    theirs = peer("counterfactuals.py", place / "users.csv", place / "said.json", REACH, python=DICE)
    ours = []
    for at in some:
        who = People(made.model.table, made.rows, np.array([at]), say("one"), "user")
        started = time.perf_counter()
        found = simulated(made.model, who, made.rows, made.others, SimulateSpec(levers=LEVERS, reach=REACH))
        seconds = time.perf_counter() - started
        there = bool(found.answers) and max(one.response for one in found.front) >= REACH
        ours.append({"seconds": seconds, "cost": found.answers[0].cost if there else None})
    if theirs is None:
        return ours, None
    return ours, [
        {"seconds": one["seconds"], "cost": paid(made.rows, at, one["values"])}
        for at, one in zip(some, theirs.said["found"], strict=True)
    ]  # fmt: skip


def measure(*, reduced: bool) -> Finding:
    seeds, step, most, worlds = (1, 3, 3, 2) if reduced else (2, 2, 10, 40)
    rows: list[Row] = []
    for method, name in METHODS.items():
        runs, seconds = [], []
        for seed in range(seeds):
            with folder() as place:
                made = service(place / "workspace", method, seed)
                seconds.append(made.seconds)
                runs += [searched(made, budget, seed, step) for budget in BUDGETS]
                if method == "boosting" and seed == 0:
                    ours, dice = beside_dice(made, place, most)
                made.workspace.close()
        rows += [
            Row(f"{name}: the search's best, of the model's best change: least of all runs",
                min(one["searched"] for one in runs), "", Bar(0.98, at_least=True, must=True)),
            Row("… the answer's gain, of the greatest as models see it that had not seen the users: least",
                min(one["answered"] for one in runs), "", Bar(0.98, at_least=True)),
            Row("… what that answer brings in truth, of the greatest true gain: mean",
                float(np.mean([one["true"] for one in runs]))),
            Row("… least", min(one["true"] for one in runs)),
            Row("… search for 1,000 users: longest of all runs", max(one["seconds"] for one in runs), "s", Bar(10)),
            Row("… model calls a generation: most of all runs", max(one["calls"] for one in runs), "",
                Bar(1, must=True)),
            Row(f"… {MOST} models of resampled users, once for each model: longest", max(seconds), "s"),
        ]  # fmt: skip
    rows += dice_rows(ours, dice)
    tasks = [(method, 100 + seed) for method in METHODS for seed in range(worlds)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        told = list(pool.map(covered, *zip(*tasks, strict=True)))
    for method in METHODS:
        rows += cover_rows(method, [one for (name, _), some in zip(tasks, told, strict=True) if name == method
                                    for one in some])  # fmt: skip
    return Finding("What trained models expect of changed levers, beside what is true", tuple(rows), notes(
        seeds, worlds, reduced=reduced))  # fmt: skip


def dice_rows(ours: list[dict[str, Any]], dice: list[dict[str, Any]] | None) -> list[Row]:
    both = [at for at in range(len(ours)) if dice and ours[at]["cost"] is not None and dice[at]["cost"] is not None]

    def row(what: str, unit: str, tell: Any) -> Row:
        return Row(what, tell(ours), unit, None, {"DiCE genetic": None if dice is None else tell(dice)})

    return [
        row("booster, one user: mean", "s", lambda told: float(np.mean([one["seconds"] for one in told]))),
        row("… users for whom a change was found", "", lambda told: sum(one["cost"] is not None for one in told)),
        row("… cost of the change, mean over users with both", "",
            lambda told: float(np.mean([told[at]["cost"] for at in both])) if both else None),
    ]  # fmt: skip


def notes(seeds: int, worlds: int, *, reduced: bool) -> tuple[str, ...]:
    return (
        f"{seeds} services of {USERS:,} users a method, budgets {', '.join(f'{one:g}' for one in BUDGETS)} a user;"
        " methods as quick training fits them. The best change is found by trying every one that can be paid and stays"
        " near real users: for the search by the model that is kept, which it asks; for the answer by the models of the"
        " folds, each about users it had not seen, which judge it.",
        "What the answer brings in truth is bounded by how well a model of 1,000 users knows the truth, not by the"
        " search. A logistic regression cannot know that popularity has a best value.",
        f"Coverage: {worlds} services a method, a budget of 15 a user, the first answer. It was chosen for its gain, so"
        " an interval of 90 % would hold its true gain less often if it were merely about the models. Student's t; both"
        " over the same customers.",
        f"Beside DiCE 0.12 (method genetic), by the same booster: {'3' if reduced else '10'} users, each alone, the"
        f" change that lets the chance reach {REACH}; costs by the same prices.",
        *(("Reduced: one service a method, coarser steps.",) if reduced else ()),
    )  # fmt: skip
