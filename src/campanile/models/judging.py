"""What the figures of a model say: calibration by tenths, whether the baseline is beaten, and the verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate
from campanile.estimates.proportions import interval_of_total
from campanile.models.metrics import Judged, estimated, measure
from campanile.models.rarity import WIDTH, Sparse, counted, widened
from campanile.models.result import Calibration, Decile, Trained
from campanile.words import Sentence, plural, say

_FEW_POSITIVES = 100


def calibrated(judged: Judged, parts: int = 10) -> Calibration:
    """Set expected against actual responders in all and by tenths of the predicted probability."""
    p, response = judged.p[:, judged.positive], judged.y == judged.positive
    order = np.argsort(p, kind="stable")
    deciles = tuple(
        Decile(len(part), interval_of_total(p[part]), int(response[part].sum()))
        for part in np.array_split(order, min(parts, len(order)))
    )
    return Calibration(interval_of_total(p), int(response.sum()), deciles)


def figures(judged: Judged, draws: Sequence[NDArray[np.float64]]) -> dict[str, Estimate]:
    """Return the metrics that could be had, each with its interval over ``draws`` of rows.

    The AUC of a handful has the interval that its size allows, where resampling would be surer.
    """
    found = measure(judged, draws)
    if judged.p.shape[1] == 2 and np.ptp(judged.p[:, judged.positive]) > 0:
        found["roc_auc"] = widened(found["roc_auc"], *counted(judged))
    return {name: one for name, one in found.items() if all(map(math.isfinite, (one.estimate, one.low, one.high)))}


def losses(judged: Judged) -> NDArray[np.float64]:
    """Return the log loss of each row."""
    return np.asarray(-np.log(np.clip(judged.p[np.arange(len(judged.y)), judged.y], 1e-12, 1)))


def gain(worse: NDArray[np.float64], better: NDArray[np.float64], draws: Sequence[NDArray[np.float64]]) -> Estimate:
    """Estimate by how much the mean of ``better`` lies below that of ``worse``, both by row."""
    difference = worse - better
    drawn = np.concatenate([piece @ difference / piece.sum(axis=1) for piece in draws])
    return estimated(float(difference.mean()), drawn)


def limits(positives: int, rows: int, most_rows: int, *, copies: int) -> tuple[Sentence, ...]:
    """Say what the model must not be trusted with."""
    said = [
        say("It tells who is likely to respond, not what makes them respond."),
        say("It holds for customers like those of its table; watch for change."),
    ]
    if positives < _FEW_POSITIVES:
        said.append(plural("Only {n:number} responder: its figures are uncertain.",
                           "Only {n:number} responders: its figures are uncertain.", positives))  # fmt: skip
    if rows > most_rows:
        said.append(say("It learned from a sample of {n:number} rows.", n=most_rows))
    if copies:
        said.append(
            plural(
                "{n:number} row is a copy of another and was kept in the same fold.",
                "{n:number} rows are copies of others and were kept in the same folds.",
                copies,
            )
        )
    return tuple(said)


def verdict(best: Trained, baseline: Trained, few: Sparse | None = None) -> Sentence:
    """Say how far the best model can be trusted, and so when it cannot, or when there are too few to tell."""
    if few is not None:
        return plural(
            "There are too few for a claim: with {n:number} responder among {rows:number} customers the AUC of"
            " {method} is {auc}. About {needed:number} responders would make that interval some {width:number} wide.",
            "There are too few for a claim: with {n:number} responders among {rows:number} customers the AUC of"
            " {method} is {auc}. About {needed:number} responders would make that interval some {width:number} wide.",
            few.positives, rows=few.rows, method=best.label, auc=few.auc.told(), needed=few.needed, width=WIDTH,
        )  # fmt: skip
    auc = best.metrics.get("roc_auc")
    if not best.beats_baseline or auc is None:
        return say(
            "No method beats the base rate on customers it had not seen: do not choose whom to contact by these models."
        )
    expected = best.calibration.expected
    ranked = say(
        "{method} predicts best: AUC {auc}; predicting the same for everyone has {base:number}.",
        method=best.label, auc=auc.told(), base=baseline.metrics["roc_auc"].estimate,
    )  # fmt: skip
    if expected.excludes(best.calibration.actual):
        counted = say(
            "Its probabilities are off: {expected} responders expected, {actual:number} came.",
            expected=_whole(expected), actual=best.calibration.actual,
        )  # fmt: skip
    else:
        counted = say(
            "Its probabilities add up: {expected} responders expected, {actual:number} came.",
            expected=_whole(expected), actual=best.calibration.actual,
        )  # fmt: skip
    return say("{ranked} {counted}", ranked=ranked, counted=counted)


def chosen(models: Sequence[Trained]) -> Trained:
    """Return the model to build on: the least log loss in inner folds, which no test row entered."""
    candidates = [model for model in models if model.inner_loss is not None] or list(models)
    return min(candidates, key=lambda model: math.inf if model.inner_loss is None else model.inner_loss)


def _whole(estimate: Estimate) -> Sentence:
    rounded = Estimate(round(estimate.estimate), math.floor(estimate.low), math.ceil(estimate.high), estimate.level)
    return rounded.told()
