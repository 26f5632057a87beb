"""How well a model parts responders from others, and what follows from calling everyone above a threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate
from campanile.estimates.proportions import wilson
from campanile.models.methods import METHODS
from campanile.models.metrics import Judged, measure, ranked, resampled
from campanile.models.registry import find
from campanile.words import Sentence, Told, plural, say
from campanile.workspace.place import Workspace

Floats = NDArray[np.float64]

_MOST_POINTS = 400
_STEPS = 100
_RESAMPLES = 200


@dataclass(frozen=True)
class Confusion:
    """What happened to those above ``threshold`` (called) and to the others (left); intervals are Wilson's."""

    threshold: float
    responders_called: int
    others_called: int
    responders_left: int
    others_left: int
    precision: Estimate
    recall: Estimate
    profit: float | None

    @property
    def called(self) -> int:
        """How many customers are above the threshold."""
        return self.responders_called + self.others_called

    @property
    def share_called(self) -> float:
        """Which share of all customers is above the threshold."""
        return self.called / max(self.called + self.responders_left + self.others_left, 1)

    def words(self) -> Sentence:
        """Say what calling from this threshold on gives."""
        if not self.called:
            return say("Nobody has a probability above {threshold:percent}.", threshold=self.threshold)
        return plural(
            "Above a probability of {threshold:percent} there is {n:number} customer, {share:percent} of all:"
            " {precision} of them responded, and with them {recall} of all who did.",
            "Above a probability of {threshold:percent} there are {n:number} customers, {share:percent} of all:"
            " {precision} of them responded, and with them {recall} of all who did.",
            self.called, threshold=self.threshold, share=self.share_called, precision=self.precision.told("percent"),
            recall=self.recall.told("percent"),
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {
            "threshold": self.threshold, "responders_called": self.responders_called,
            "others_called": self.others_called, "responders_left": self.responders_left,
            "others_left": self.others_left, "share_called": self.share_called,
            "precision": self.precision.to_dict() if self.called else None, "recall": self.recall.to_dict(),
            "profit": self.profit,
        }  # fmt: skip


@dataclass(frozen=True)
class Point:
    """A point of a curve: what calling from ``threshold`` on gives."""

    x: float
    y: float
    threshold: float


@dataclass(frozen=True)
class Ranking(Told):
    """A model's curves on customers it had not seen: ``positive`` against all other classes.

    ``roc`` has the share of others called as x and of responders as y; ``pr`` the recall as x and the
    precision as y. ``confusions`` are at the thresholds 0, .01, … 1; ``paying`` is where a contact begins to pay, where
    costs are known.
    """

    model: str
    version: int
    label: Sentence
    positive: str
    classes: int
    rows: int
    positives: int
    roc: tuple[Point, ...]
    pr: tuple[Point, ...]
    roc_auc: Estimate
    pr_auc: Estimate
    confusions: tuple[Confusion, ...]
    paying: Confusion | None

    @property
    def base_rate(self) -> float:
        """The share of responders among all."""
        return self.positives / max(self.rows, 1)

    def at(self, threshold: float) -> Confusion:
        """Return what happens at the nearest of the thresholds."""
        return self.confusions[min(_STEPS, max(0, round(threshold * _STEPS)))]

    def words(self) -> tuple[Sentence, ...]:
        """Say how well responders are told from others, and what calling where it pays gives."""
        first = say(
            "A responder is ranked before another customer {auc} of the time; by chance it would be half.",
            auc=self.roc_auc.told("percent"),
        )
        return (first, self.paying.words()) if self.paying is not None else (first,)

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {
            "model": self.model, "version": self.version, "positive": self.positive, "rows": self.rows,
            "positives": self.positives, "base_rate": self.base_rate, "roc_auc": self.roc_auc.to_dict(),
            "pr_auc": self.pr_auc.to_dict(), "roc": [vars(point) for point in self.roc],
            "pr": [vars(point) for point in self.pr],
            "confusions": [one.to_dict() for one in self.confusions],
            "paying": self.paying and self.paying.to_dict(), "words": [str(words) for words in self.words()],
        }  # fmt: skip


def ranking(workspace: Workspace, name: str | None = None, version: int | None = None) -> Ranking:
    """Return the curves and confusions of a model (default: the one chosen). Raises NotFound."""
    artifact = find(workspace, name, version)
    meta, oof = artifact.meta, workspace.frame(artifact, "oof")
    classes, positive = tuple(meta["classes"]), int(meta["positive"])
    score = oof["probability"].to_numpy()
    response = oof["actual"].to_numpy() == positive
    costs = meta.get("contact_cost"), meta.get("sale_value")
    roc, pr = curves(score, response)
    areas = (
        {key: Estimate(**meta["card"]["metrics"][key]) for key in ("roc_auc", "pr_auc")}
        if len(classes) == 2
        else _areas(score, response, oof["group"].to_numpy(), meta["card"]["seed"])
    )
    pays = [] if costs[0] is None else [costs[0] / costs[1]]
    steps = [step / _STEPS for step in range(_STEPS + 1)]
    told = confusions(score, response, [*steps, *pays], *costs)
    return Ranking(
        artifact.name, artifact.version, METHODS[meta["method"]].label, classes[positive], len(classes), len(score),
        int(response.sum()), roc, pr, areas["roc_auc"], areas["pr_auc"], told[: len(steps)],
        told[-1] if pays else None,
    )  # fmt: skip


def curves(score: Floats, response: NDArray[np.bool_]) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """Return the ROC and the precision-recall curve, each with at most 400 points, its ends among them."""
    (positive,), (negative,) = ranked(score, response, np.ones((1, len(score))))
    thresholds = np.sort(np.unique(score))[::-1]
    caught, wrong = np.cumsum(positive), np.cumsum(negative)
    recall, alarms = caught / max(caught[-1], 1), wrong / max(wrong[-1], 1)
    precision = caught / (caught + wrong)
    some = np.unique(np.linspace(0, len(thresholds) - 1, _MOST_POINTS - 1).round().astype(int))
    roc = (Point(0.0, 0.0, 1.0), *(Point(*map(float, (alarms[k], recall[k], thresholds[k]))) for k in some))
    return roc, tuple(Point(*map(float, (recall[k], precision[k], thresholds[k]))) for k in some)


def confusions(
    score: Floats, response: NDArray[np.bool_], thresholds: list[float], cost: float | None, value: float | None
) -> tuple[Confusion, ...]:
    """Count, for each threshold, who has a probability above it, and what came of it."""
    ascending, responders = np.sort(score), np.sort(score[response])
    all_called = len(score) - np.searchsorted(ascending, thresholds, side="right")
    hits = len(responders) - np.searchsorted(responders, thresholds, side="right")
    return tuple(
        _confusion(threshold, int(hit), int(called), len(responders), len(score), cost, value)
        for threshold, hit, called in zip(thresholds, hits, all_called, strict=True)
    )


def _confusion(
    threshold: float, hits: int, called: int, positives: int, rows: int, cost: float | None, value: float | None
) -> Confusion:
    return Confusion(
        float(threshold), hits, called - hits, positives - hits, rows - positives - (called - hits),
        wilson(hits, called), wilson(hits, positives),
        None if cost is None or value is None else value * hits - cost * called,
    )  # fmt: skip


def _areas(score: Floats, response: NDArray[np.bool_], groups: NDArray[np.int64], seed: int) -> dict[str, Estimate]:
    """Return the areas of one class against the rest; the card has their mean over all classes."""
    two = np.stack([1 - score, score], axis=1)
    found = measure(Judged(two, response.astype(np.int64), groups, 1), resampled(groups, _RESAMPLES, seed))
    return {name: found[name] for name in ("roc_auc", "pr_auc")}
