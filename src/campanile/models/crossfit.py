"""Every method on every fold, and on all rows: fixed settings first, then the search."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campanile.models.fitting import Part, Problem, fit_part, inner_loss, respond
from campanile.models.method import Method, Settings
from campanile.models.methods import METHODS
from campanile.models.response import Response
from campanile.models.schedule import cores, run_all
from campanile.models.spec import TrainSpec
from campanile.models.split import ALL, Split
from campanile.models.tuning import tune
from campanile.words import Sentence, say

Place = tuple[str, int]
Tell = Callable[[float, Sentence], None]
_LEAST_SECONDS = 1.5
_SHARE_FOR_FITS = 0.6


@dataclass(frozen=True)
class Fitted:
    """A method fitted on all rows and without each fold; ``p`` are the out-of-fold probabilities (rows, classes), NaN

    in rows that are not judged.
    """

    method: str
    response: Response
    folds: tuple[Response, ...]
    p: NDArray[np.float64]
    settings: dict[str, Any]
    tuned: bool
    inner_loss: float
    seconds: float


def crossfit(
    problem: Problem, split: Split, spec: TrainSpec, begun: float, progress: Tell, finished: Callable[[Fitted], None]
) -> tuple[tuple[Fitted, ...], bool]:
    """Fit the methods asked for, search better settings in the time left, and tell whether Ctrl-C ended it.

    ``begun`` (of ``time.monotonic``) is when the training began. ``finished`` is given each method as soon as it
    is fitted with its fixed settings. Ctrl-C keeps the methods that are finished and the settings
    found by then; before any is, it is raised.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    names = asked(spec, len(problem.y))
    with threadpool_limits(1):
        parts, seconds, stopped = _fixed(problem, split, spec, names, progress, finished)
        whole = [name for name in names if _complete(parts, name, split)]
        if stopped and set(whole) <= {"baseline"}:
            raise KeyboardInterrupt
        fixed = {place: part.settings for place, part in parts.items()}
        until = begun + 60 * spec.minutes
        if not stopped and not spec.quick:
            stopped = _searched(problem, split, spec, parts, until, progress)
        return tuple(_fitted(problem, split, name, parts, fixed, seconds) for name in whole), stopped


def asked(spec: TrainSpec, rows: int) -> tuple[str, ...]:
    """Return the methods to train on so many rows, the baseline always among them, parts before what uses them."""
    wanted = set(spec.methods or (name for name, one in METHODS.items() if not spec.quick or one.is_quick(rows)))
    return tuple(name for name in METHODS if name in wanted | {"baseline"})


def _settings(method: Method, rows: int, spec: TrainSpec) -> Settings:
    overlay = method.quick if spec.quick and method.quick else {}
    return {**method.settings(rows), **overlay}


def _fixed(
    problem: Problem,
    split: Split,
    spec: TrainSpec,
    names: Sequence[str],
    progress: Tell,
    finished: Callable[[Fitted], None],
) -> tuple[dict[Place, Part], dict[Place, float], bool]:
    tasks: dict[Place, Callable[[], Part]] = {}
    single = dict.fromkeys(part for name in names for part in METHODS[name].parts or (name,))
    for name in single:
        for place in split.places:
            rows = split.training(place)
            settings = _settings(METHODS[name], len(rows), spec)
            tasks[name, place] = partial(fit_part, problem, METHODS[name], settings, rows)
    ended: dict[Place, Part] = {}
    told: list[str] = []

    def tick(key: Place, part: Part) -> None:
        ended[key] = part
        for name in [name for name in names if name not in told and _complete(ended, name, split)]:
            told.append(name)
            finished(_fitted(problem, split, name, ended, {place: one.settings for place, one in ended.items()}, {}))
        share = len(ended) / len(tasks) * (_SHARE_FOR_FITS if spec.minutes and not spec.quick else 1.0)
        progress(share, say("Fitting: {method}", method=METHODS[key[0]].label))

    done = run_all(tasks, cores(spec.jobs), tick)
    return done.made, done.seconds, done.stopped


def _searched(
    problem: Problem, split: Split, spec: TrainSpec, parts: dict[Place, Part], until: float, progress: Tell
) -> bool:
    """Replace parts by better ones, as far as time allows; return whether Ctrl-C ended it."""
    places = [place for place in parts if METHODS[place[0]].space is not None]
    jobs = cores(spec.jobs)
    each = (until - time.monotonic()) * jobs / max(len(places), 1)
    if each < _LEAST_SECONDS:
        return False
    stop: list[bool] = []
    ended: list[Place] = []

    def task(place: Place) -> Part:
        end = min(until, time.monotonic() + each)
        rows = split.training(place[1])
        return tune(problem, METHODS[place[0]], rows, parts[place], end, lambda: bool(stop))

    def tick(place: Place, _: Part) -> None:
        ended.append(place)
        share = _SHARE_FOR_FITS + (1 - _SHARE_FOR_FITS) * len(ended) / len(places)
        progress(share, say("Searching settings: {method}", method=METHODS[place[0]].label))

    done = run_all({place: partial(task, place) for place in places}, jobs, tick, hurry=lambda: stop.append(True))
    # A method is replaced on all folds or on none: its folds must stand for what is kept.
    for name in {place[0] for place in places}:
        if all((name, place) in done.made for place in split.places):
            parts.update({(name, place): done.made[name, place] for place in split.places})
    return done.stopped


def _fitted(
    problem: Problem, split: Split, name: str, parts: dict[Place, Part], fixed: dict[Place, Settings],
    seconds: dict[Place, float],
) -> Fitted:  # fmt: skip
    used = METHODS[name].parts or (name,)
    responses, losses = {}, {}
    for place in split.places:
        pieces = [parts[part, place] for part in used]
        responses[place] = respond(problem, pieces)
        losses[place] = inner_loss(problem, responses[place], pieces)
    tested = range(split.folds)
    p = np.full((len(split.fold), problem.classes), np.nan)
    for place in tested:
        test = split.testing(place)
        p[test] = responses[place].predict_proba(problem.X[test])
    if not METHODS[name].calibrated:
        # The folds' base rates differ by chance; ranked together they would tell the folds apart.
        p[split.judged] = p[split.judged].mean(axis=0)
    final = {part: dict(parts[part, ALL].settings) for part in used}
    return Fitted(
        name, responses[ALL], tuple(responses[place] for place in tested), p,
        final.get(name, final),
        any(parts[part, place].settings is not fixed[part, place] for part in used for place in split.places),
        float(np.mean([losses[place] for place in tested])),
        sum(seconds.get((part, place), 0.0) for part in used for place in split.places),
    )  # fmt: skip


def _complete(parts: dict[Place, Part], name: str, split: Split) -> bool:
    used = METHODS[name].parts or (name,)
    return all((part, place) in parts for part in used for place in split.places)
