"""What is answered: changes of levers with what the model expects of them, the front, the experiment to confirm it."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from campanile.estimates.estimate import Estimate
from campanile.tables.draft import Draft
from campanile.words import Sentence, Told


@dataclass(frozen=True)
class Change:
    """A feature as it is and as it would be, on average over customers; ``by`` is what the lever is moved by.

    Of a feature that only follows, ``by`` is the difference of the averages.
    """

    name: str
    label: Sentence
    by: float
    before: float
    after: float
    words: Sentence


@dataclass(frozen=True)
class Answer:
    """One change of levers. ``before`` and ``after`` are the expected shares that respond, ``gain`` their difference.

    ``cost`` is for all customers in question. ``outside`` is the share of customers who would be farther from real
    customers than ``Simulation.limit`` and than they are; ``distance`` is the median after the change. ``agreed`` tells
    whether the whole interval of the gain is above 0.
    """

    number: int
    changes: tuple[Change, ...]
    followed: tuple[Change, ...]
    cost: float
    before: Estimate
    after: Estimate
    gain: Estimate
    distance: float
    outside: float
    agreed: bool
    words: Sentence


@dataclass(frozen=True)
class Point:
    """A change that nothing tried beats in both cost and expected response; ``moves`` are the levers' changes."""

    cost: float
    response: float
    moves: dict[str, float]


@dataclass(frozen=True)
class Pulled:
    """A lever as it was searched: bounds and step, how much was observed, and whether the model looks at it."""

    name: str
    label: Sentence
    low: float
    high: float
    step: float
    cost: float
    direction: str
    observed_low: float
    observed_high: float
    moves_answers: bool
    follows: tuple[str, ...]


@dataclass(frozen=True)
class Simulation(Told):
    """What the model expects of changed levers, for ``customers`` customers of whom ``looked_at`` were worked out.

    ``answers`` are different ones of the ``front``, the recommended first; none where nothing helps. ``limit`` is the
    distance to real customers that a changed one may have, in standard deviations. ``calls`` counts what the search
    asked the model: at most one call in a generation. ``draft`` is the experiment that would confirm the first answer.
    """

    headline: Sentence
    whom: Sentence
    asked: str
    model: str
    model_version: int
    method: str
    target: str
    table: str
    table_version: int
    currency: str
    customers: int
    looked_at: int
    before: Estimate
    answers: tuple[Answer, ...]
    front: tuple[Point, ...]
    levers: tuple[Pulled, ...]
    limit: float
    models: int
    generations: int
    calls: int
    tried: int
    draft: Draft | None
    cautions: tuple[Sentence, ...]
    notes: tuple[Sentence, ...]
    response: Sentence | None = None
    version: int = 0

    def words(self) -> tuple[Sentence, ...]:
        """Say what was found, most important first."""
        drafted = () if self.draft is None else (self.draft.hypothesis,)
        return (self.headline, *self.cautions, *(answer.words for answer in self.answers), *drafted, *self.notes)

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints: plain values, sentences told in the current language."""
        told = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        return {**told, "words": [str(line) for line in self.words()]}


def _plain(value: Any) -> Any:
    if isinstance(value, Sentence):
        return str(value)
    if isinstance(value, Estimate | Draft):
        return value.to_dict()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value
