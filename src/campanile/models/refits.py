"""A kept model's method fitted again on customers drawn anew: how far its answers hang on whom it happened to see.

Settings are those of the kept model, nothing is searched; calibration is learned within each draw, as it was for the
kept model. What is fitted is kept for the model's version: who asks again need not wait.

Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), over groups as in Field and Welsh (2007).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.models.fitting import Problem, fit_part, respond
from campanile.models.method import Settings
from campanile.models.methods import METHODS
from campanile.models.model import Model
from campanile.models.preparation import learned_from
from campanile.models.registry import FORMAT, dumped, parsed
from campanile.models.renewal import PANEL
from campanile.models.response import Response
from campanile.models.result import Training
from campanile.models.schedule import Progress, cores, run_all
from campanile.models.spec import TrainSpec
from campanile.tables import dictionary_of
from campanile.words import say
from campanile.workspace.catalog import Artifact
from campanile.workspace.place import Workspace
from campanile.workspace.runs import Run, to_bytes

KIND = "refits"
MOST = 20
FEWEST = 5

_SECONDS = 60.0
_TRIES = 100

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Refits:
    """Models of one method, each fitted on customers drawn with replacement, and whom each had seen.

    ``seen`` (models, rows of the model's table) tells whether the customer of a row was drawn, at whatever time.
    """

    pipelines: tuple[Any, ...]
    seen: NDArray[np.bool_]


def refits(
    workspace: Workspace, run: Run, model: Model, *, most: int = MOST, jobs: int = 0, progress: Progress | None = None
) -> Refits:
    """Return ``most`` models or, of a method that takes long, as many as fit into a minute of one core, five at least.

    How many that is follows from how long the kept model took, so that it is the same whenever it is asked. What is
    fitted is kept in ``run``.
    """
    kept = _kept(workspace, model, most)
    if kept is not None:
        run.read(kept)
        return _read(workspace, kept)
    made = refitted(workspace, model, _count(workspace, model, most), jobs=jobs, progress=progress)
    names = [f"model_{number}" for number in range(len(made.pipelines))]
    files = {
        "models.skops": dumped(list(made.pipelines)),
        "seen.arrow": to_bytes(pa.table(list(made.seen), names=names)),
    }
    about = {"model_version": model.version, "most": most, "models": len(made.pipelines), "format": FORMAT}
    run.save_files(KIND, model.name, files, about)
    return made


def refitted(
    workspace: Workspace, model: Model, count: int, *, jobs: int = 0, progress: Progress | None = None
) -> Refits:
    """Fit ``count`` models now. Ctrl-C ends it with nothing made."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    spec = _spec(workspace, model)
    table = workspace.read(model.table)
    problem, row, groups = learned_from(table, dictionary_of(model.table), model.plan, spec)
    draws = [drawn(problem, spec.seed, number) for number in range(count)]
    told = METHODS[model.method].label
    ended: list[int] = []

    def tick(number: int, _: Response) -> None:
        ended.append(number)
        if progress is not None:
            progress(len(ended) / count, say("Fitting again on other customers: {method}", method=told))

    tasks = {number: partial(_refit, problem, model, number, rows) for number, rows in enumerate(draws)}
    with threadpool_limits(1):
        done = run_all(tasks, cores(jobs), tick)
    if done.stopped:
        raise KeyboardInterrupt
    seen = np.stack([np.isin(groups, groups[row[np.unique(rows)]]) for rows in draws])
    return Refits(tuple(done.made[number] for number in range(count)), seen)


def drawn(problem: Problem, seed: int, number: int) -> Rows:
    """Return the rows of groups drawn with replacement, as often as each was drawn.

    Each class is there in two groups or more, so that calibration has it on both sides.
    """
    draw = np.random.default_rng([seed, number])
    _, codes = np.unique(problem.groups, return_inverse=True)
    count = int(codes.max()) + 1
    for _ in range(_TRIES):
        times = draw.multinomial(count, np.full(count, 1 / count))[codes]
        held = [codes[(problem.y == label) & (times > 0)] for label in range(problem.classes)]
        if all(len(np.unique(groups)) > 1 for groups in held):
            break
    return np.repeat(np.arange(len(codes)), times)


def _refit(problem: Problem, model: Model, number: int, rows: Rows) -> Response:
    method = METHODS[model.method]
    own: Settings = model.card["settings"]
    # The chance in a method is a part of how far its answers could have been others.
    problem = replace(problem, seed=problem.seed + 1 + number)
    settings = {part: own[part] for part in method.parts} if method.parts else {model.method: own}
    return respond(problem, [fit_part(problem, METHODS[name], said, rows) for name, said in settings.items()])


def _spec(workspace: Workspace, model: Model) -> TrainSpec:
    """Return what the model's training was asked, as it was then understood."""
    meta = model.artifact.meta
    asked = TrainSpec(**workspace.catalog.run(model.artifact.run_id).spec)
    panel = {name: meta.get("panel", {}).get(name) for name in PANEL}
    return asked.model_copy(update={**panel, "positive": model.classes[model.positive]})


def _count(workspace: Workspace, model: Model, most: int) -> int:
    made = workspace.catalog.made_by(model.artifact.run_id)
    training = next((workspace.result(one, Training) for one in made if one.kind == "training"), None)
    if training is None:
        return most
    each = training[model.name].seconds / (len(model.folds) + 1)
    return most if each * most <= _SECONDS else max(min(FEWEST, most), int(_SECONDS / each))


def _kept(workspace: Workspace, model: Model, most: int) -> Artifact | None:
    wanted = {"model_version": model.version, "most": most, "format": FORMAT}
    kept: Sequence[Artifact] = workspace.artifacts(KIND, model.name)
    return next((one for one in reversed(kept) if wanted.items() <= one.meta.items()), None)


def _read(workspace: Workspace, kept: Artifact) -> Refits:
    seen = workspace.frame(kept, "seen")
    return Refits(
        tuple(parsed(workspace.file(kept, "models.skops"), kept.name)),
        np.stack([column.to_numpy(zero_copy_only=False) for column in seen.itercolumns()]).astype(bool),
    )
