"""What is answered of versions in production: how each does on what happened, and what has moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from campanile.estimates.estimate import Estimate
from campanile.words import Sentence, Told

Verdict = Literal["better", "worse", "alike", "early", "blocked"]
Moved = Literal["steady", "moderate", "serious", "few"]


@dataclass(frozen=True)
class Judged:
    """One version on what happened. ``customers`` were answered, of ``judged`` answers the outcome is known.

    ``expected`` responses are the sum of the probabilities. ``metrics`` holds roc_auc, log_loss, brier, and as gap the
    share that came less the share expected: those that can be told. ``naive`` holds log loss and Brier score of the
    training table's rate for everybody; ``failed`` are answers that a shadow could not give.
    """

    model: str
    version: int
    role: str
    answers: int
    customers: int
    failed: int
    judged: int
    responses: int
    expected: float
    metrics: dict[str, Estimate]
    naive: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {
            **{name: value for name, value in vars(self).items() if name != "metrics"},
            "metrics": {name: one.to_dict() for name, one in self.metrics.items()},
        }  # fmt: skip


@dataclass(frozen=True)
class Against:
    """A challenger or shadow set against the champion: figures of it less those of the champion.

    ``paired``: on the same answers to the same customers. ``more`` customers would make a difference of the size that
    matters visible.
    """

    model: str
    version: int
    role: str
    paired: bool
    customers: int
    figures: dict[str, Estimate]
    state: Verdict
    more: int | None
    verdict: Sentence

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {
            **{name: value for name, value in vars(self).items() if name not in ("figures", "verdict")},
            "figures": {name: one.to_dict() for name, one in self.figures.items()}, "verdict": str(self.verdict),
        }  # fmt: skip


@dataclass(frozen=True)
class Comparison(Told):
    """The versions of a rollout on what happened; ``split_p`` tells whether the traffic was split as declared."""

    rollout: str
    declaration: int
    table: str
    table_version: int
    outcome: str
    within_days: int | None
    until: date
    champion: str
    versions: tuple[Judged, ...]
    against: tuple[Against, ...]
    split_p: float | None
    verdict: Sentence
    notes: tuple[Sentence, ...]

    def words(self) -> tuple[Sentence, ...]:
        """Say how the versions do, the verdict first."""
        rest = tuple(one.verdict for one in self.against if one.verdict != self.verdict)
        return (self.verdict, *rest, *self.notes)

    def to_dict(self) -> Mapping[str, Any]:
        """Return a form that JSON can hold."""
        return {
            "rollout": self.rollout, "declaration": self.declaration, "table": self.table,
            "table_version": self.table_version, "outcome": self.outcome, "within_days": self.within_days,
            "until": self.until.isoformat(), "versions": [one.to_dict() for one in self.versions],
            "against": [one.to_dict() for one in self.against], "split_p": self.split_p,
            "words": [str(words) for words in self.words()],
        }  # fmt: skip


@dataclass(frozen=True)
class Shift:
    """How far one feature, or the score, lies from where it lay in training.

    ``index`` is the population stability index, missing values a part of their own; chance alone exceeds ``chance``
    once in a thousand. ``state`` "few": chance alone could reach what would be called moderate.
    """

    name: str
    label: Sentence
    index: float
    chance: float
    missing_then: float
    missing_now: float
    state: Moved

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {**vars(self), "label": str(self.label)}


@dataclass(frozen=True)
class Day:
    """The answers of one day (UTC): how many customers, their mean score, how far the scores had moved."""

    day: date
    customers: int
    mean: float
    index: float
    chance: float
    state: Moved

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {**vars(self), "day": self.day.isoformat()}


@dataclass(frozen=True)
class VersionDrift:
    """One version: its scores and features beside those of its training, what moved most first."""

    model: str
    version: int
    role: str
    customers: int
    score: Shift
    mean_then: float
    mean_now: float
    features: tuple[Shift, ...]
    days: tuple[Day, ...]

    @property
    def moved(self) -> tuple[Shift, ...]:
        """What has moved."""
        return tuple(one for one in (self.score, *self.features) if one.state in ("moderate", "serious"))

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {
            **{name: value for name, value in vars(self).items() if name not in ("score", "features", "days")},
            "score": self.score.to_dict(), "features": [one.to_dict() for one in self.features],
            "days": [one.to_dict() for one in self.days],
        }  # fmt: skip


@dataclass(frozen=True)
class Drift(Told):
    """What the versions of a rollout met from ``since`` to ``until``, against what they were trained on."""

    rollout: str
    declaration: int
    since: date
    until: date
    versions: tuple[VersionDrift, ...]
    verdict: Sentence
    notes: tuple[Sentence, ...]

    def words(self) -> tuple[Sentence, ...]:
        """Say what has moved, the verdict first."""
        return (self.verdict, *self.notes)

    def to_dict(self) -> Mapping[str, Any]:
        """Return a form that JSON can hold."""
        return {
            "rollout": self.rollout, "declaration": self.declaration, "since": self.since.isoformat(),
            "until": self.until.isoformat(), "versions": [one.to_dict() for one in self.versions],
            "words": [str(words) for words in self.words()],
        }  # fmt: skip
