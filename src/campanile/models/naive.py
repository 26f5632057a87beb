"""What a split by rows would have claimed: the same method, tested on rows whose entity and time it had learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate
from campanile.models.crossfit import Fitted
from campanile.models.fitting import Problem, fit_part, respond
from campanile.models.judging import figures
from campanile.models.methods import METHODS
from campanile.models.metrics import Judged, areas, estimated
from campanile.models.preparation import Prepared
from campanile.models.schedule import cores, run_all
from campanile.models.spec import TrainSpec
from campanile.models.split import ALL, by_group
from campanile.words import Sentence, say

Floats = NDArray[np.float64]

_INNER_FOLDS = 2
_FIRST = "boosting"
"""What a method of small parts can recognise an entity by, others overlook: the claim is its own where it was tried."""


@dataclass(frozen=True)
class Naive:
    """The metrics that a split by rows would have claimed, and what that says of such a split."""

    metrics: dict[str, Estimate]
    told: Sentence


def claimed(prepared: Prepared, fitted: Sequence[Fitted], draws: Sequence[Floats], spec: TrainSpec) -> Naive | None:
    """Fit one of the methods anew on row-random folds and judge it on the very rows that the honest one is judged on.

    So entity and time are all that differs. None where no entity has several rows, or after Ctrl-C.
    """
    tried = [one for one in fitted if one.method != "baseline" and not METHODS[one.method].parts]
    if not prepared.repeated or not tried:
        return None
    one = min(tried, key=lambda one: (one.method != _FIRST, one.inner_loss))
    p = _by_rows(prepared.problem, one, spec)
    if p is None:
        return None
    naive, honest = prepared.judge(p, spec), prepared.judge(one.p, spec)
    metrics = figures(naive, draws)
    return Naive(metrics, _told(naive, honest, draws, METHODS[one.method].label, spec))


def _by_rows(problem: Problem, fitted: Fitted, spec: TrainSpec) -> Floats | None:
    """Return probabilities (rows, classes), each by a model that did not see the row itself."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    alone = replace(problem, groups=np.arange(len(problem.y)), inner_folds=_INNER_FOLDS)
    split = by_group(alone.y, alone.groups, spec.folds, spec.seed, alone.prints)
    method = METHODS[fitted.method]
    tasks = {
        place: partial(fit_part, alone, method, fitted.settings, split.training(place))
        for place in split.places if place != ALL
    }  # fmt: skip
    with threadpool_limits(1):
        done = run_all(tasks, cores(spec.jobs))
    if done.stopped:
        return None
    p = np.empty((len(alone.y), alone.classes))
    for place, part in done.made.items():
        test = split.testing(place)
        p[test] = respond(alone, [part]).predict_proba(alone.X[test])
    return p


def _told(naive: Judged, honest: Judged, draws: Sequence[Floats], method: Sentence, spec: TrainSpec) -> Sentence:
    ones = np.ones((1, len(naive.y)))
    claim, truth = float(areas(naive, ones)[0]), float(areas(honest, ones)[0])
    apart = estimated(claim - truth, np.concatenate([areas(naive, piece) - areas(honest, piece) for piece in draws]))
    if not apart.low > 0:
        return say(
            "A split by rows would have claimed AUC {claim:number} beside {truth:number} ({method}): no leak is seen.",
            claim=claim, truth=truth, method=method,
        )  # fmt: skip
    if spec.time is None:
        return say(
            "A split by rows would have claimed AUC {claim:number} instead of {truth:number} ({method}): the difference"
            " is a leak, because rows of one {entity:quoted} would have been learned from and predicted.",
            claim=claim, truth=truth, method=method, entity=spec.entity or "",
        )  # fmt: skip
    return say(
        "A split by rows would have claimed AUC {claim:number} instead of {truth:number} ({method}): the difference is"
        " a leak, because rows of one {entity:quoted} and of one time would have been learned from and predicted.",
        claim=claim, truth=truth, method=method, entity=spec.entity or "",
    )  # fmt: skip
