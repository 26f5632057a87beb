"""A drafted study: what a study file says, and for each thing that was decided the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campanile.words import Sentence, Told, say


@dataclass(frozen=True)
class Decision:
    """What was decided at ``place`` of the study file (a dotted path), and why.

    ``instead`` says what else it could have been, the likeliest first.
    """

    place: tuple[str, ...]
    chosen: str
    reason: Sentence
    instead: tuple[Sentence, ...] = ()

    @property
    def where(self) -> str:
        """The place as people write it."""
        return ".".join(self.place)

    @property
    def otherwise(self) -> tuple[Sentence, ...]:
        """What else it could have been, in sentences."""
        return tuple(say("It could be otherwise: {other}.", other=line) for line in self.instead)

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {"place": self.where, "chosen": self.chosen, "reason": str(self.reason),
                "instead": [str(line) for line in self.instead]}  # fmt: skip


@dataclass(frozen=True)
class Draft(Told):
    """``said`` is what the study file says, as plain data; ``notes`` what it does not say, and why."""

    said: Mapping[str, Any]
    decisions: tuple[Decision, ...]
    notes: tuple[Sentence, ...]

    def words(self) -> tuple[Sentence, ...]:
        """Say what was decided and why, what spoke against it, and what was left out."""
        return (*(line for one in self.decisions for line in _told(one)), *self.notes)

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {
            "study": dict(self.said),
            "decisions": [one.to_dict() for one in self.decisions],
            "notes": [str(line) for line in self.notes],
        }


def _told(one: Decision) -> tuple[Sentence, ...]:
    first = say("{place} = {chosen}: {reason}.", place=one.where, chosen=one.chosen, reason=one.reason)
    return (first, *(say("  {line}", line=line) for line in one.otherwise))
