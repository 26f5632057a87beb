"""What is answered: the plan, who is in which group, the comparison with its gates, and the test of the method."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, Literal

from campanile.estimates import Estimate
from campanile.experiments.spec import Kind
from campanile.words import Sentence

Decision = Literal["better", "worse", "no_difference"]


@dataclass(frozen=True)
class Arm:
    """A group and the percent of users that belong in it."""

    name: str
    percent: float


@dataclass(frozen=True)
class Measure:
    """A metric as it is measured: what was left open is found; ``cap`` is an amount.

    ``since_look`` is the number of looks there had been when it was named.
    """

    name: str
    kind: Kind
    column: str
    per: str | None = None
    before: str | None = None
    before_per: str | None = None
    cap: float | None = None
    above: float | None = None
    value: float | None = None
    better: Literal["higher", "lower"] = "higher"
    guardrail: bool = False
    since_look: int = 0
    raw_of: str | None = None


@dataclass(frozen=True)
class Cohort:
    """The users who joined in one month, and the percents they were put into groups by."""

    month: str
    arms: tuple[Arm, ...]


@dataclass(frozen=True)
class Experiment:
    """What is kept of an experiment for life: how users find their group, what is measured, how large it was planned.

    ``low`` to ``high`` are the buckets (of 10,000) that it has of its layer. ``planned_users`` sets where the
    always-valid intervals are narrowest; None until a design or the first look sets it. ``named`` tells after how many
    looks each metric was named.
    """

    name: str
    salt: str
    algorithm: int
    arms: tuple[Arm, ...]
    control: str = "control"
    layer: str | None = None
    low: int = 0
    high: int = 10_000
    holdout: float = 0.0
    users: str | None = None
    key: str | None = None
    cohorts: tuple[Cohort, ...] = ()
    metrics: tuple[dict[str, Any], ...] = ()
    named: tuple[tuple[str, int], ...] = ()
    planned_users: int | None = None
    window_days: int = 0


@dataclass(frozen=True)
class Answer:
    """What all answers share: ``words`` first, and what ``--json`` prints."""

    words: Sentence

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, sentences told in the current language."""
        return {field.name: plain(getattr(self, field.name)) for field in fields(self)}

    def _repr_html_(self) -> str:
        return self.words._repr_html_()


@dataclass(frozen=True)
class Design(Answer):
    """How large a test must be.

    ``users_fixed`` is enough where only the end is looked at; ``users_sequential`` where every month is, which is
    ``price`` times as many; ``users_expected`` have joined on average when such a look finds the effect, if it is as
    planned. ``smallest`` is the smallest lift (a share of the baseline) that the users of ``months``
    find, None where it is not said how many join. ``kept`` is the share of the variance left by what was before.
    """

    name: str
    metric: str
    kind: Kind
    baseline: float
    spread: float
    lift: float
    power: float
    level: float
    share: float
    users_fixed: int
    users_sequential: int
    price: float
    kept: float
    monthly: int | None
    months: int
    months_fixed: int | None
    months_sequential: int | None
    smallest_fixed: float | None
    smallest_sequential: float | None
    notes: tuple[Sentence, ...] = ()
    users_expected: int | None = None


@dataclass(frozen=True)
class Assignment(Answer):
    """Who is in which group now; the table itself is kept as ``table``."""

    name: str
    month: str
    salt: str
    algorithm: int
    groups: tuple[tuple[str, int], ...]
    new: tuple[tuple[str, int], ...]
    table: str
    table_version: int
    users: int
    notes: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Gate:
    """A check before the verdict: what it found, and, where it did not pass, what to repair."""

    gate: str
    passed: bool
    words: Sentence
    repair: Sentence | None = None
    table: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Effect:
    """One treatment compared with control in one metric.

    ``effect`` is treatment less control with the interval that holds at every look, among all comparisons at once;
    ``fixed`` the interval of a single look that was planned. ``p`` is valid at every look and corrected for all
    comparisons. ``lift`` is relative to control. ``money`` is the effect on one user in money; ``kept`` the share of
    the variance that is left once what was before is taken out.
    """

    metric: str
    kind: Kind
    arm: str
    users_control: int
    users_treatment: int
    control: float
    treatment: float
    effect: Estimate
    fixed: Estimate
    lift: Estimate
    lift_fixed: Estimate
    p: float
    p_fixed: float
    kept: float
    decision: Decision
    guardrail: bool
    late: bool
    better: Literal["higher", "lower"]
    money: Estimate | None
    words: Sentence
    raw_of: str | None = None


@dataclass(frozen=True)
class Month:
    """One cohort compared by itself (``alone``), and all cohorts up to it, with both intervals."""

    month: str
    metric: str
    arm: str
    users_control: int
    users_treatment: int
    control: float
    treatment: float
    alone: Estimate
    running: Estimate
    running_fixed: Estimate


@dataclass(frozen=True)
class SegmentEffect:
    """The effect on one segment, as measured and drawn towards the others by how unsure it is."""

    segment: str
    metric: str
    arm: str
    users: int
    measured: Estimate
    shrunken: Estimate


@dataclass(frozen=True)
class Look:
    """One line of the ledger: who looked at what, and what was said."""

    number: int
    at: datetime
    month: str
    metrics: tuple[str, ...]
    late: tuple[str, ...]
    failed: tuple[str, ...]
    decision: str | None
    users: int


@dataclass(frozen=True)
class Verdict:
    """What may be said of the first metric, in one sentence."""

    decision: Decision
    metric: str
    arm: str
    effect: Estimate
    words: Sentence


@dataclass(frozen=True)
class Analysis(Answer):
    """Did it work? While a gate fails there is no verdict and no effect, only what to repair."""

    name: str
    month: str
    look: int
    level: float
    planned_users: int
    currency: str
    gates: tuple[Gate, ...]
    verdict: Verdict | None
    effects: tuple[Effect, ...]
    months: tuple[Month, ...]
    segments: tuple[SegmentEffect, ...]
    measures: tuple[Measure, ...]
    users: tuple[tuple[str, int], ...]
    notes: tuple[Sentence, ...] = ()

    @property
    def failed(self) -> tuple[Gate, ...]:
        """The gates that did not pass."""
        return tuple(gate for gate in self.gates if not gate.passed)


@dataclass(frozen=True)
class Honest:
    """How often groups that are treated alike were called different, for one metric.

    ``fixed`` tests anew at each look, ``once`` at the last only, ``sequential`` with the intervals that hold always.
    """

    metric: str
    kind: Kind
    once: Estimate
    fixed: Estimate
    sequential: Estimate
    judged_looks: int
    kept_level: bool
    words: Sentence


@dataclass(frozen=True)
class Honesty(Answer):
    """Is the method honest on these data? Wrong verdicts among repetitions, by metric; ``by_look`` so far."""

    table: str
    units: int
    looks: int
    repetitions: int
    level: float
    metrics: tuple[Honest, ...]
    by_look: tuple[tuple[int, float, float], ...]
    honest: bool
    notes: tuple[Sentence, ...] = ()


def plain(value: Any) -> Any:
    """Turn a result's value into what JSON can hold; sentences are told."""
    if isinstance(value, Sentence):
        return str(value)
    if isinstance(value, Estimate):
        return value.to_dict()
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value.isoformat() if isinstance(value, datetime) else value
