"""What training and scoring answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from campanile.estimates.estimate import Estimate
from campanile.words import Sentence, Told


@dataclass(frozen=True)
class Decile:
    """A tenth of the customers, by predicted probability: how many responders were expected, and how many came."""

    rows: int
    expected: Estimate
    actual: int


@dataclass(frozen=True)
class Calibration:
    """Expected against actual responders, out of fold: in all, and by tenths from the least likely on."""

    expected: Estimate
    actual: int
    deciles: tuple[Decile, ...]

    @property
    def deciles_outside(self) -> int:
        """How many tenths have more or fewer responders than their interval allows."""
        return sum(decile.expected.excludes(decile.actual) for decile in self.deciles)


@dataclass(frozen=True)
class Trained:
    """One method's model: its metrics on customers it had not seen, and what was learned from how."""

    name: str
    version: int
    method: str
    label: Sentence
    metrics: dict[str, Estimate]
    calibration: Calibration
    settings: dict[str, Any]
    tuned: bool
    beats_baseline: bool
    inner_loss: float | None
    seconds: float
    limits: tuple[Sentence, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {
            "name": self.name, "version": self.version, "method": self.method, "label": str(self.label),
            "metrics": {name: estimate.to_dict() for name, estimate in self.metrics.items()},
            "responders_expected": self.calibration.expected.to_dict(), "responders_actual": self.calibration.actual,
            "deciles_outside": self.calibration.deciles_outside, "settings": self.settings, "tuned": self.tuned,
            "beats_baseline": self.beats_baseline, "seconds": self.seconds,
            "limits": [str(limit) for limit in self.limits],
        }  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """An older version beside a newer one on the same ``rows`` customers, whom neither had seen.

    ``gain`` is the older log loss minus the newer: positive where the newer is better. ``on_new`` tells
    whether the customers are those added since, or else all that both have out-of-fold predictions for.
    """

    name: str
    old_version: int
    new_version: int
    rows: int
    positives: int
    on_new: bool
    old: dict[str, Estimate]
    new: dict[str, Estimate]
    gain: Estimate
    verdict: Sentence

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {
            "name": self.name, "old_version": self.old_version, "new_version": self.new_version, "rows": self.rows,
            "positives": self.positives, "on_new": self.on_new, "gain": self.gain.to_dict(),
            "verdict": str(self.verdict),
            "old": {name: estimate.to_dict() for name, estimate in self.old.items()},
            "new": {name: estimate.to_dict() for name, estimate in self.new.items()},
        }  # fmt: skip


@dataclass(frozen=True)
class Training(Told):
    """All models of one training. ``best`` names the one with the least log loss in inner folds.

    ``rows`` and ``positives`` are all that had an outcome; figures are of the ``judged_rows`` with
    ``judged_positives`` among them: of the period that begins on ``period`` where the split is by time, else of all.
    ``naive`` are the metrics that a split by rows would have claimed on the same rows, where an entity has several;
    ``response`` says what counts as one where there are more classes than two;
    ``exposure`` is the AUC of how long an entity was observed, by itself (above .5: the longer, the likelier).
    ``sparse`` says that there were too few responders for a claim.
    """

    table: str
    table_version: int
    target: str
    classes: tuple[str, ...]
    positive: str
    rows: int
    positives: int
    copies: int
    features: int
    best: str
    models: tuple[Trained, ...]
    verdict: Sentence
    notes: tuple[Sentence, ...]
    profit_contact_all: float | None
    comparisons: tuple[Comparison, ...]
    interrupted: bool
    seconds: float
    judged_rows: int | None = None
    judged_positives: int | None = None
    period: date | None = None
    naive: dict[str, Estimate] | None = None
    exposure: Estimate | None = None
    response: Sentence | None = None
    sparse: bool = False

    @property
    def claims(self) -> bool:
        """Whether the best model tells anything: enough responded, and it does better than the base rate."""
        return not self.sparse and self[self.best].beats_baseline

    def __getitem__(self, method: str) -> Trained:
        for model in self.models:
            if method in (model.method, model.name):
                return model
        raise KeyError(method)

    def words(self) -> tuple[Sentence, ...]:
        """Say what came out, most important first."""
        return (self.verdict, *self.notes, *(comparison.verdict for comparison in self.comparisons))

    def to_dict(self) -> Mapping[str, Any]:
        """Return a form that JSON can hold."""
        return {
            "table": self.table, "table_version": self.table_version, "target": self.target,
            "classes": list(self.classes), "positive": self.positive, "rows": self.rows, "positives": self.positives,
            "copies": self.copies, "features": self.features, "best": self.best,
            "models": [model.to_dict() for model in self.models], "profit_contact_all": self.profit_contact_all,
            "comparisons": [comparison.to_dict() for comparison in self.comparisons],
            "interrupted": self.interrupted, "seconds": self.seconds, "judged_rows": self.judged_rows,
            "judged_positives": self.judged_positives, "period": self.period and self.period.isoformat(),
            "naive": self.naive and {name: one.to_dict() for name, one in self.naive.items()},
            "exposure": self.exposure and self.exposure.to_dict(),
            "response": None if self.response is None else str(self.response),
            "words": [str(words) for words in self.words()],
        }  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """A model in the workspace; ``role`` is "chosen", "live", "retired" or empty."""

    name: str
    version: int
    method: str
    target: str
    table: str
    table_version: int
    role: str
    metrics: dict[str, Estimate]

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {
            "name": self.name, "version": self.version, "method": self.method, "target": self.target,
            "table": self.table, "table_version": self.table_version, "role": self.role,
            "metrics": {name: estimate.to_dict() for name, estimate in self.metrics.items()},
        }  # fmt: skip


@dataclass(frozen=True)
class Scored:
    """A table of scores that was made: one row per customer, with the probability of each class.

    By a ``rollout`` each row tells its version; ``model`` is then the champion.
    """

    table: str
    version: int
    rows: int
    model: str
    model_version: int
    expected: float
    seconds: float
    rollout: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return dict(vars(self))
