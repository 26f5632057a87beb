"""One method fitted on some rows: its pipeline, and honest scores for calibration from inner folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campanile.models import calibration, stack
from campanile.models.folds import dealt, possible, splits
from campanile.models.method import Method, Settings
from campanile.models.response import Response, log_probabilities

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_HOLDOUT_FROM = 20_000


@dataclass(frozen=True)
class Problem:
    """All training rows: matrix (rows, features), class numbers, groups, fingerprints, levels of each feature.

    ``keep`` are the places of features that no choice among them leaves out.
    """

    X: Floats
    y: Rows
    groups: Rows
    prints: NDArray[np.uint64]
    levels: tuple[int, ...]
    classes: int
    seed: int
    balanced: bool = False
    inner_folds: int = 5
    keep: tuple[int, ...] = ()


@dataclass(frozen=True)
class Part:
    """A method fitted on ``rows`` with ``settings``; ``scores`` are log probabilities of the rows ``seen_by_none``,

    each from a pipeline that did not see it.
    """

    pipeline: Any
    settings: Settings
    seen_by_none: Rows
    scores: Floats


def inner_splits(problem: Problem, method: Method, rows: Rows) -> list[tuple[Rows, Rows]]:
    """Return (training, test) rows within ``rows``; one test part only where rows are many."""
    y, groups = problem.y[rows], problem.groups[rows]
    count = possible(y, groups, min(problem.inner_folds, method.inner_folds))
    fold = dealt(y, groups, count, problem.seed + 1, problem.prints[rows])
    only = (0,) if len(rows) > _HOLDOUT_FROM else None
    return [(rows[train], rows[test]) for train, test in splits(fold, only)]


def fit_pipeline(problem: Problem, method: Method, settings: Settings, rows: Rows) -> Any:
    """Fit a new pipeline on ``rows``, or on a sample of them where the method cannot take so many."""
    rows = _sample(problem, method, rows)
    pipeline = method.make(settings, problem.levels, problem.seed)
    if method.keeps is not None:
        pipeline.set_params(**{method.keeps: list(problem.keep)})
    y = problem.y[rows]
    weights = _balanced(y) if problem.balanced and method.weighted else None
    return pipeline.fit(problem.X[rows], y, **({} if weights is None else {"classifier__sample_weight": weights}))


def inner_scores(
    problem: Problem, method: Method, settings: Settings, pieces: Sequence[tuple[Rows, Rows]]
) -> tuple[Rows, Floats]:
    """Return the test rows of ``pieces`` and their log probabilities by pipelines that did not see them."""
    scores = [
        log_probabilities(fit_pipeline(problem, method, settings, train), problem.X[test], problem.classes)
        for train, test in pieces
    ]
    return np.concatenate([test for _, test in pieces]), np.concatenate(scores)


def fit_part(problem: Problem, method: Method, settings: Settings, rows: Rows) -> Part:
    """Fit a method on ``rows`` and score them within inner folds."""
    pipeline = fit_pipeline(problem, method, settings, rows)
    if not method.calibrated:
        return Part(pipeline, settings, rows[:0], np.empty((0, problem.classes)))
    cheaper = {**settings, **method.inner}
    seen_by_none, scores = inner_scores(problem, method, cheaper, inner_splits(problem, method, rows))
    return Part(pipeline, settings, seen_by_none, scores)


def respond(problem: Problem, parts: Sequence[Part]) -> Response:
    """Blend parts that were fitted on the same rows, and calibrate the blend on their inner scores."""
    y = problem.y[parts[0].seen_by_none]
    share = stack.weights([part.scores for part in parts], y) if len(parts) == 2 else (1.0,)
    scores = np.sum([weight * part.scores for weight, part in zip(share, parts, strict=True)], axis=0)
    slopes, intercepts = calibration.fit(scores, y, problem.classes)
    return Response([part.pipeline for part in parts], np.array(share), slopes, intercepts)


def inner_loss(problem: Problem, response: Response, parts: Sequence[Part]) -> float:
    """Return the log loss on the inner scores after calibration: what methods are chosen by."""
    y = problem.y[parts[0].seen_by_none]
    if not len(y):
        return float("inf")
    weighted = zip(response.weights, parts, strict=True)
    scores = np.sum([weight * part.scores for weight, part in weighted], axis=0)
    p = calibration.apply(scores, response.slopes, response.intercepts)
    return -float(np.log(np.maximum(p[np.arange(len(y)), y], 1e-12)).mean())


def _sample(problem: Problem, method: Method, rows: Rows) -> Rows:
    if len(rows) <= method.most_rows:
        return rows
    chosen = np.random.default_rng(problem.seed).choice(len(rows), method.most_rows, replace=False)
    sample = rows[np.sort(chosen)]
    # A rare class must not be lost with the rows left out.
    lost = np.setdiff1d(np.unique(problem.y[rows]), np.unique(problem.y[sample]))
    return np.concatenate([sample, rows[np.isin(problem.y[rows], lost)]])


def _balanced(y: Rows) -> Floats:
    counts = np.bincount(y)
    return np.asarray(len(y) / (np.count_nonzero(counts) * counts[y]), dtype=np.float64)
