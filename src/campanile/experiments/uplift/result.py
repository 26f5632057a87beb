"""What is answered: the average effect, whether some gain more than others, and what a list by it brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from campanile.estimates import Estimate
from campanile.experiments.result import Answer, Gate
from campanile.words import Sentence

Chosen = Literal["uplift", "response", "random", "everybody", "nobody"]


@dataclass(frozen=True)
class Excluded:
    """A column that is kept out, and why."""

    column: str
    reason: Sentence


@dataclass(frozen=True)
class Step:
    """The customers down to ``share`` by predicted effect: the effect among them, and the outcomes that it adds

    per customer of all, beside ``random`` for as many customers taken at random.
    """

    share: float
    uplift: Estimate
    gain: Estimate
    random: float


@dataclass(frozen=True)
class TargetList:
    """Whom to contact, chosen by ``by``: how many, the effect on each of them, what it adds, and what it earns."""

    by: Chosen
    share: float
    customers: int
    uplift: Estimate
    outcomes: Estimate
    profit: Estimate | None


@dataclass(frozen=True)
class Versus:
    """How much more the list by uplift brings than the list by ``by``, on the same customers (paired)."""

    by: Chosen
    outcomes: Estimate
    profit: Estimate | None


@dataclass(frozen=True)
class Uplift(Answer):
    """Whom does it persuade? While a gate fails nothing is said of effects.

    Effects are per customer, arm less control. ``uplift_at_30`` is the effect among the 30 % with the highest predicted
    effect; ``qini`` the area between the curve of outcomes added and that of a random order, per customer. All are from
    models that had not seen the customer. ``p`` is that of the test behind ``targetable``. ``learners`` tells each
    learner's share in the predicted effect. The scores are the table ``scores``.
    """

    source: str
    treatment: str
    control: str
    arm: str
    outcome: str
    proportion: bool
    customers_control: int
    customers_treatment: int
    mean_control: float
    mean_treatment: float
    gates: tuple[Gate, ...]
    kept_out: tuple[Excluded, ...]
    targetable: bool
    level: float
    average_effect: Estimate | None = None
    uplift_at_30: Estimate | None = None
    qini: Estimate | None = None
    p: float | None = None
    learners: tuple[tuple[str, float], ...] = ()
    curve: tuple[Step, ...] = ()
    lists: tuple[TargetList, ...] = ()
    versus: tuple[Versus, ...] = ()
    currency: str = "EUR"
    scores: str | None = None
    scores_version: int | None = None
    notes: tuple[Sentence, ...] = ()
    version: int = 0

    @property
    def excluded(self) -> tuple[str, ...]:
        """The columns that were kept out."""
        return tuple(one.column for one in self.kept_out)

    @property
    def failed(self) -> tuple[Gate, ...]:
        """The gates that did not pass."""
        return tuple(gate for gate in self.gates if not gate.passed)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; ``excluded`` names the columns that ``kept_out`` gives the reasons for."""
        return {**super().to_dict(), "excluded": list(self.excluded)}


@dataclass(frozen=True)
class Predicted(Answer):
    """Customers outside the trial, scored by what it taught: an expectation, until they are in a trial themselves.

    ``expected`` is the sum of their predicted effects, in the outcome's unit; ``lowest`` and ``highest`` are single
    ones. ``in_trial`` counts those who were in the trial, as far as a common key tells. The scores are a table.
    """

    uplift: str
    uplift_version: int
    source: str
    arm: str
    control: str
    outcome: str
    proportion: bool
    rows: int
    refused: int
    in_trial: int
    targetable: bool
    expected: float
    lowest: float
    highest: float
    notes: tuple[Sentence, ...] = ()
    scores: str = ""
    scores_version: int = 0
