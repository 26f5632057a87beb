"""How good predictions are, each figure with its interval over resampled customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate
from campanile.estimates.resampling import resample_weights

Floats = NDArray[np.float64]
Draws = dict[str, Floats]
Ranked = tuple[Floats, Floats]

_CELLS = 1_000_000
_MOST_CELLS = 5_000_000
_FEWEST_DRAWS = 50


@dataclass(frozen=True)
class Judged:
    """Honest predictions: probabilities (rows, classes), class numbers, groups, the class of a response.

    ``decision`` weighs each class before the most probable is called: (classes,), or (rows, classes) where it was
    chosen within folds; None weighs all alike.
    """

    p: Floats
    y: NDArray[np.int64]
    groups: NDArray[np.int64]
    positive: int
    contact_cost: float | None = None
    sale_value: float | None = None
    decision: Floats | None = None

    @property
    def called(self) -> NDArray[np.int64]:
        """The class that each row is called by (rows,): the most probable, after ``decision``."""
        weighed = self.p if self.decision is None else self.p * self.decision
        return np.asarray(weighed.argmax(axis=1), dtype=np.int64)

    @property
    def ranked_classes(self) -> tuple[int, ...]:
        """The classes that are told from the rest: of two the response, of more all that came."""
        return (self.positive,) if self.p.shape[1] == 2 else tuple(np.unique(self.y).tolist())

    @property
    def threshold(self) -> float | None:
        """The probability above which a contact pays, where costs are known."""
        return None if self.contact_cost is None or self.sale_value is None else self.contact_cost / self.sale_value


def resampled(groups: NDArray[np.int64], resamples: int, seed: int) -> tuple[Floats, ...]:
    """Return weights of rows, pieces of (draws, rows): how often each row's group was drawn with replacement.

    Many rows have narrow intervals, which fewer draws measure well enough: memory stays bounded.
    """
    rows = max(len(groups), 1)
    count = max(min(resamples, _FEWEST_DRAWS), min(resamples, _MOST_CELLS // rows))
    piece = max(1, min(count, _CELLS // rows))
    starts = range(0, count, piece)
    return tuple(resample_weights(groups, min(piece, count - start), seed + start) for start in starts)


def measure(judged: Judged, draws: Sequence[Floats], level: float = 0.95) -> dict[str, Estimate]:
    """Return each metric by name with its percentile interval over ``draws`` (of ``resampled``).

    roc_auc and pr_auc (several classes: the mean of one against the rest, and ``_weighted`` by class
    size), log_loss, brier, calibration_slope, accuracy, f1_macro, f1_weighted, lift_10/20/30 (responders among the
    best 10, 20, 30 % against all), profit where costs are known.
    """
    whole = weighted(judged, np.ones((1, len(judged.y))))
    pieces = [weighted(judged, piece) for piece in draws]
    return {
        name: estimated(
            float(whole[name][0]), np.concatenate([piece[name] for piece in pieces] or [np.empty(0)]), level
        )
        for name in whole
    }


def area(judged: Judged, resamples: int, seed: int) -> Estimate:
    """Return roc_auc alone, as ``measure`` does: for a look while the training goes on."""
    drawn = [areas(judged, piece) for piece in resampled(judged.groups, resamples, seed)]
    return estimated(float(areas(judged, np.ones((1, len(judged.y))))[0]), np.concatenate(drawn))


def areas(judged: Judged, weights: Floats) -> Floats:
    """Return roc_auc for each row of ``weights`` (draws, rows): (draws,)."""
    each = [roc_auc(ranked(judged.p[:, k], judged.y == k, weights)) for k in judged.ranked_classes]
    return np.asarray(np.mean(each, axis=0))


def estimated(whole: float, drawn: Floats, level: float = 0.95) -> Estimate:
    """Return a figure with the percentiles of its resamples; those that are not finite are left out."""
    drawn = drawn[np.isfinite(drawn)]
    if not len(drawn):
        return Estimate(whole, float("nan"), float("nan"), level)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(whole, float(min(low, whole)), float(max(high, whole)), level)


def weighted(judged: Judged, weights: Floats) -> Draws:
    """Return each metric for each row of ``weights`` (draws, rows): arrays (draws,)."""
    score = judged.p[:, judged.positive]
    response = (judged.y == judged.positive).astype(np.float64)
    classes = dict.fromkeys((*judged.ranked_classes, judged.positive))
    ranks = {k: ranked(judged.p[:, k], judged.y == k, weights) for k in classes}
    found = {**_areas(ranks), **_losses(judged, weights), **_decisions(judged, weights)}
    found["calibration_slope"] = calibration_slope(score, response, weights)
    found |= {f"lift_{k}": lift(ranks[judged.positive], k / 100) for k in (10, 20, 30)}
    if judged.threshold is not None and judged.contact_cost is not None and judged.sale_value is not None:
        gain = (judged.sale_value * response - judged.contact_cost) * (score > judged.threshold)
        found["profit"] = weights @ gain
    return {name: found[name] for name in _ORDER if name in found}


def ranked(score: Floats, response: NDArray[np.bool_], weights: Floats) -> Ranked:
    """Return the weight of responders and of others at each distinct score, highest first: (draws, scores) each."""
    order = np.argsort(-score, kind="stable")
    ordered = weights[:, order]
    positive = ordered * response[order]
    negative = ordered - positive
    starts = np.flatnonzero(np.r_[True, np.diff(score[order]) != 0])
    if len(starts) == len(score):
        return positive, negative
    return np.add.reduceat(positive, starts, axis=1), np.add.reduceat(negative, starts, axis=1)


def roc_auc(ranks: Ranked) -> Floats:
    """Return the chance that a responder scores above another, ties one half, for each draw."""
    positive, negative = ranks
    above = np.cumsum(positive, axis=1) - 0.5 * positive
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((negative * above).sum(axis=1) / (positive.sum(axis=1) * negative.sum(axis=1)))


def pr_auc(ranks: Ranked) -> Floats:
    """Return the average precision for each draw."""
    positive, negative = ranks
    caught = np.cumsum(positive, axis=1)
    called = caught + np.cumsum(negative, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.where(called > 0, caught / called, 0.0)
        return np.asarray((positive * precision).sum(axis=1) / positive.sum(axis=1))


def lift(ranks: Ranked, share: float) -> Floats:
    """Return the response among the best ``share`` of customers against that of all, for each draw."""
    positive, negative = ranks
    size = positive + negative
    room = share * size.sum(axis=1, keepdims=True)
    # Of customers with one score at the edge a part is taken, responders and others alike.
    taken = np.clip(room - (np.cumsum(size, axis=1) - size), 0, size)
    with np.errstate(invalid="ignore", divide="ignore"):
        caught = (taken * np.where(size > 0, positive / size, 0.0)).sum(axis=1)
        return np.asarray(caught / positive.sum(axis=1) / share)


def calibration_slope(score: Floats, response: Floats, weights: Floats, steps: int = 6) -> Floats:
    """Return the slope of a logistic regression of the outcome on the predicted log-odds; 1 is right.

    Newton's method for all draws at once. Source: Cox (1958), Biometrika 45, 562-565.
    """
    p = np.clip(score, 1e-6, 1 - 1e-6)
    odds = np.log(p / (1 - p))
    a, b = np.zeros(len(weights)), np.ones(len(weights))
    if np.ptp(odds) < 1e-9:
        return np.full(len(weights), np.nan)
    for _ in range(steps):
        with np.errstate(invalid="ignore"):  # a draw that has no line any more
            q = 1 / (1 + np.exp(-np.clip(a[:, None] + b[:, None] * odds, -30, 30)))
        w, miss = weights * q * (1 - q), weights * (response - q)
        s0, s1, s2 = w.sum(axis=1), w @ odds, w @ odds**2
        g0, g1 = miss.sum(axis=1), miss @ odds
        with np.errstate(invalid="ignore", divide="ignore"):
            determinant = s0 * s2 - s1**2
            a, b = a + (s2 * g0 - s1 * g1) / determinant, b + (s0 * g1 - s1 * g0) / determinant
    return np.where(np.abs(b) < 1e3, b, np.nan)


def _areas(ranks: dict[int, Ranked]) -> Draws:
    roc = np.stack([roc_auc(rank) for rank in ranks.values()])
    pr = np.stack([pr_auc(rank) for rank in ranks.values()])
    if len(ranks) == 1:
        return {"roc_auc": roc[0], "pr_auc": pr[0]}
    size = np.stack([positive.sum(axis=1) for positive, _ in ranks.values()])
    share = size / size.sum(axis=0)
    return {
        "roc_auc": roc.mean(axis=0), "pr_auc": pr.mean(axis=0),
        "roc_auc_weighted": (share * roc).sum(axis=0), "pr_auc_weighted": (share * pr).sum(axis=0),
    }  # fmt: skip


def _losses(judged: Judged, weights: Floats) -> Draws:
    hot = np.eye(judged.p.shape[1])[judged.y]
    miss = -np.log(np.clip(judged.p[np.arange(len(judged.y)), judged.y], 1e-12, 1))
    square = ((judged.p - hot) ** 2).sum(axis=1)
    # For two classes Brier's score is usually told for the response alone: half of the sum.
    square = square / 2 if judged.p.shape[1] == 2 else square
    size = weights.sum(axis=1)
    return {"log_loss": weights @ miss / size, "brier": weights @ square / size}


def _decisions(judged: Judged, weights: Floats) -> Draws:
    """Count how often the class that is called is right."""
    classes = judged.p.shape[1]
    cell = np.eye(classes * classes)[judged.y * classes + judged.called]
    counts = (weights @ cell).reshape(-1, classes, classes)
    right, actual, said = np.einsum("dkk->dk", counts), counts.sum(axis=2), counts.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        # A class that neither came nor was called has no F1: it is not among those that the mean is over.
        f1 = np.where(actual + said > 0, 2 * right / (actual + said), 0.0)
    met = (actual + said > 0).sum(axis=1)
    size = weights.sum(axis=1)
    return {
        "accuracy": right.sum(axis=1) / size,
        "f1_macro": f1.sum(axis=1) / np.maximum(met, 1),
        "f1_weighted": (f1 * actual).sum(axis=1) / size,
    }


_ORDER = (
    "roc_auc", "pr_auc", "roc_auc_weighted", "pr_auc_weighted", "log_loss", "brier", "calibration_slope", "accuracy",
    "f1_macro", "f1_weighted", "lift_10", "lift_20", "lift_30", "profit",
)  # fmt: skip
