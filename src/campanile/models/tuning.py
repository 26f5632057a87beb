"""The search for better settings, inside the rows that a model may learn from."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from campanile.models import calibration
from campanile.models.fitting import Part, Problem, Rows, fit_part, fit_pipeline, inner_scores, inner_splits
from campanile.models.method import Method, Settings

_FEWEST_SECONDS = 0.5


def tune(problem: Problem, method: Method, rows: Rows, start: Part, until: float, stopped: Callable[[], bool]) -> Part:
    """Search settings by the log loss of inner folds until ``until`` (of ``time.monotonic``) or ``stopped()``.

    The settings found replace those of ``start`` only where they are better by more than one standard
    error of the difference; else the part is returned as it was, because a small gain found by
    trying often is mostly luck.
    """
    space = method.space
    if space is None or until - time.monotonic() < _FEWEST_SECONDS:
        return start
    pieces = inner_splits(problem, method, rows)
    before = _losses(problem, start.seen_by_none, start.scores)
    found: list[tuple[float, Settings, Rows, NDArray[np.float64]]] = []

    def loss(trial: object) -> float:
        settings = space(trial)
        seen_by_none, scores = inner_scores(problem, method, settings, pieces)
        found.append((float(_losses(problem, seen_by_none, scores).mean()), settings, seen_by_none, scores))
        return found[-1][0]

    _search(loss, problem.seed, until, stopped)
    if not found:
        return start
    _, settings, seen_by_none, scores = min(found, key=lambda tried: tried[0])
    gain = before - _losses(problem, seen_by_none, scores)
    if gain.mean() <= gain.std() / np.sqrt(len(gain)):
        return start
    if method.inner:
        return fit_part(problem, method, settings, rows)
    refitted = fit_pipeline(problem, method, settings, rows)
    return Part(refitted, settings, seen_by_none, scores)


def _search(loss: Callable[[object], float], seed: int, until: float, stopped: Callable[[], bool]) -> None:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=6))
    longest = 0.0
    while not stopped():
        begun = time.monotonic()
        # A trial that would end too late is not begun.
        if begun + longest > until:
            return
        study.optimize(loss, n_trials=1, catch=(ValueError, ArithmeticError))
        longest = max(longest, time.monotonic() - begun)


def _losses(problem: Problem, rows: Rows, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log loss of each row after calibration, rows in the order of the table."""
    y = problem.y[rows]
    p = calibration.apply(scores, *calibration.fit(scores, y, problem.classes))
    losses = -np.log(np.maximum(p[np.arange(len(y)), y], 1e-12))
    return np.asarray(losses[np.argsort(rows, kind="stable")])
