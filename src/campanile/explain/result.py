"""What is answered: influence, curves, zones and target groups; the reasons for one customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from campanile.estimates import Estimate
from campanile.explain.subjects import Kind
from campanile.words import Sentence, paragraphs


@dataclass(frozen=True)
class Influence:
    """How much one thing moves the model's answers.

    ``sources`` are the columns it comes from. ``share`` is its part of all movement (the mean absolute
    Shapley values, which add up to 1); ``shapley`` the same in log-odds; ``permutation`` what the AUC loses
    when its values are shuffled among held-out customers, None where that was not tried. ``leaning`` is the
    rank correlation of value and contribution, None for levels. ``description`` is what was declared of it.
    """

    name: str
    label: Sentence
    sources: tuple[str, ...]
    features: tuple[str, ...]
    share: Estimate
    shapley: Estimate
    permutation: Estimate | None
    leaning: float | None
    description: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {
            "name": self.name, "label": str(self.label), "influence": _estimate(self.share),
            "shapley": _estimate(self.shapley),
            "permutation": _estimate(self.permutation) if self.permutation else None,
            "leaning": self.leaning, "sources": list(self.sources), "features": list(self.features),
            "description": self.description,
        }  # fmt: skip


@dataclass(frozen=True)
class Point:
    """One place on a curve: the value (days since 1970 for dates) and the calibrated probability there.

    ``effect`` accumulates local effects, ``dependence`` averages over all customers.
    """

    value: float
    label: Sentence
    effect: Estimate
    dependence: float


@dataclass(frozen=True)
class Bin:
    """Customers with values from ``low`` up to ``high`` (the last bin holds it too), and how they responded."""

    low: float
    high: float
    label: Sentence
    customers: int
    observed: Estimate
    expected: float


@dataclass(frozen=True)
class Tally:
    """How many customers have values from ``low`` up to ``high``."""

    low: float
    high: float
    customers: int


@dataclass(frozen=True)
class Curve:
    """The response over the values of one thing. Levels are numbered 0, 1, … along ``points``."""

    name: str
    label: Sentence
    kind: Kind
    unit: str
    base: float
    points: tuple[Point, ...]
    bins: tuple[Bin, ...]
    density: tuple[Tally, ...]

    @property
    def discrete(self) -> bool:
        """Whether the points are levels rather than amounts."""
        return self.kind in ("flag", "category")

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {
            "name": self.name, "label": str(self.label), "kind": self.kind, "base": self.base,
            "points": [{"value": point.value, "label": str(point.label), **_estimate(point.effect),
                        "dependence": point.dependence} for point in self.points],
            "observed": [{"from": part.low, "to": part.high, "label": str(part.label), "customers": part.customers,
                          **_estimate(part.observed)} for part in self.bins],
            "customers": [{"from": part.low, "to": part.high, "customers": part.customers} for part in self.density],
        }  # fmt: skip


@dataclass(frozen=True)
class Zone:
    """Values at which customers respond more often than all, judged on held-out outcomes.

    ``low`` and ``high`` are the ends (None: open to that side); for levels, ``level`` is its value.
    """

    name: str
    label: Sentence
    low: float | None
    high: float | None
    level: str | None
    customers: int
    size: float
    response: Estimate
    lift: Estimate
    place: Sentence
    words: Sentence

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {
            "name": self.name, "label": str(self.label), "from": self.low, "to": self.high, "level": self.level,
            "customers": self.customers, "share": self.size, "response": self.response.estimate,
            "low": self.response.low, "high": self.response.high, "lift": self.lift.estimate, "words": str(self.words),
        }  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """One condition of a target group: at least ``low``, below ``high``, or one of ``levels``."""

    column: str
    low: float | None
    high: float | None
    levels: tuple[str, ...]
    words: Sentence


@dataclass(frozen=True)
class Group:
    """A target group, found on some customers and judged on others.

    ``size`` customers of the whole table fit the conditions; ``judged`` of those whom the search had
    not seen do, and ``response``, ``lift`` and ``share_caught`` speak of them.
    """

    words: Sentence
    sentence: Sentence
    conditions: tuple[Condition, ...]
    size: int
    share: float
    judged: int
    response: Estimate
    lift: Estimate
    share_caught: Estimate
    confirmed: bool

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {
            "words": str(self.words), "sentence": str(self.sentence), "size": self.size, "share": self.share,
            "share_caught": self.share_caught.estimate, "response": self.response.estimate, "low": self.response.low,
            "high": self.response.high, "lift": self.lift.estimate, "lift_low": self.lift.low,
            "lift_high": self.lift.high, "judged_on": self.judged, "confirmed": self.confirmed,
            "conditions": [{"column": one.column, "from": one.low, "below": one.high, "levels": list(one.levels),
                            "words": str(one.words)} for one in self.conditions],
        }  # fmt: skip


@dataclass(frozen=True)
class Explanation:
    """Why a model answers as it does, for all customers it was trained on."""

    model: str
    version: int
    method: str
    target: str
    answer: str
    table: str
    table_version: int
    customers: int
    responders: int
    base: Estimate
    exact: bool
    sampled: int
    shown: int
    features: tuple[Influence, ...]
    curves: tuple[Curve, ...]
    zones: tuple[Zone, ...]
    target_groups: tuple[Group, ...]
    found_on: int
    judged_on: int
    words: Sentence
    notes: tuple[Sentence, ...]
    response: Sentence | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints; only the features that were asked for."""
        return {
            "model": self.model, "version": self.version, "method": self.method, "target": self.target,
            "answer": self.answer, "table": self.table, "table_version": self.table_version,
            "customers": self.customers, "responders": self.responders, "base": _estimate(self.base),
            "exact": self.exact, "words": str(self.words), "notes": [str(note) for note in self.notes],
            "features": [one.to_dict() for one in self.features[: self.shown]],
            "curves": [one.to_dict() for one in self.curves],
            "zones": [one.to_dict() for one in self.zones],
            "target_groups": [one.to_dict() for one in self.target_groups],
        }  # fmt: skip

    def _repr_html_(self) -> str:
        return paragraphs((self.words, *(group.sentence for group in self.target_groups)))


@dataclass(frozen=True)
class Reason:
    """What one thing adds to a customer's answer, in log-odds, with the customer's value."""

    name: str
    label: Sentence
    value: Sentence
    contribution: float
    words: Sentence


@dataclass(frozen=True)
class Step:
    """One value changed: from what it is to what it would be."""

    name: str
    label: Sentence
    before: Sentence
    after: Sentence
    fixed: bool


@dataclass(frozen=True)
class Change:
    """A small change after which the model would answer otherwise; ``distance`` in shares of all customers."""

    steps: tuple[Step, ...]
    probability: float
    distance: float
    possible: bool
    words: Sentence


@dataclass(frozen=True)
class Reasons:
    """Why the model answers as it does for one customer, and the nearest other answer."""

    key: str
    model: str
    version: int
    answer: str
    probability: float
    base: float
    threshold: float
    exact: bool
    reasons: tuple[Reason, ...]
    changes: tuple[Change, ...]
    words: Sentence

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            "key": self.key, "model": self.model, "version": self.version, "answer": self.answer,
            "probability": self.probability, "base": self.base, "threshold": self.threshold, "exact": self.exact,
            "words": str(self.words),
            "reasons": [{"name": one.name, "label": str(one.label), "value": str(one.value),
                         "contribution": one.contribution, "words": str(one.words)} for one in self.reasons],
            "changes": [{"words": str(one.words), "probability": one.probability, "possible": one.possible,
                         "columns": [step.name for step in one.steps]} for one in self.changes],
        }  # fmt: skip


def _estimate(value: Estimate) -> dict[str, float]:
    return {"estimate": value.estimate, "low": value.low, "high": value.high}
