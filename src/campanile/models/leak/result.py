"""What is answered: how well each feature seems to predict by itself, with the leak and without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from campanile.estimates.estimate import Estimate
from campanile.models.leak.spec import Every
from campanile.words import Sentence, Told, mark, say


@dataclass(frozen=True)
class Alone:
    """The AUC of one feature as a score, above .5 where more of it is likelier; None where it cannot be told.

    ``cut`` is of periods that end at the event, ``honest`` of the panel before cut-offs. ``named`` says that the leak
    claims much more.
    """

    name: str
    label: Sentence
    cut: Estimate | None
    honest: Estimate | None
    named: bool = False

    @property
    def claim(self) -> float:
        """How far the leak's AUC is from chance."""
        return abs(self.cut.estimate - 0.5) if self.cut is not None else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {
            "cut": self.cut and self.cut.to_dict(), "honest": self.honest and self.honest.to_dict(),
            "named": self.named,
        }  # fmt: skip


@dataclass(frozen=True)
class LeakScan(Told):
    """The answer to "What would a leak have claimed?" for one target.

    ``rows`` with ``events`` are those of the periods cut short; ``presence`` is how long one was there, ``features``
    come with the greatest claim first.
    """

    target: Sentence
    every: Every
    rows: int
    events: int
    one_in: int
    presence: Alone
    features: tuple[Alone, ...]

    @property
    def named(self) -> tuple[Alone, ...]:
        """The features of which the leak claims much more than is true."""
        return tuple(one for one in self.features if one.named)

    @property
    def answer(self) -> Sentence:
        """The answer in one sentence."""
        if self.presence.cut is None:
            return say("What a leak would have claimed cannot be told: there are too few who did and who did not.")
        if not self.named:
            return Sentence(_CLEAN[self.every], {"days": self.presence.cut.told()})
        claim, honest = _turned(self.named[0])
        told = {"feature": self.named[0].label, "target": self.target, "claim": claim.told(), "honest": honest}
        return Sentence(_NAMED[self.every], told)

    def words(self) -> tuple[Sentence, ...]:
        """Say what the leak is, and what else it would have claimed."""
        told = [self.answer]
        further = self.named[1:4]
        if further:
            claims = [say("{feature} {claim}", feature=one.label, claim=_turned(one)[0].told()) for one in further]
            told.append(say("AUC that the same leak would have made of others: {claims:list}.", claims=claims))
        if self.one_in > 1:
            told.append(say("There are many events: one in {n:number} customers was looked at.", n=self.one_in))
        return tuple(told)

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            "target": str(self.target), "every": self.every, "rows": self.rows, "events": self.events,
            "one_in": self.one_in, "named": [one.name for one in self.named], "presence": self.presence.to_dict(),
            "features": {one.name: one.to_dict() for one in self.features}, "words": [str(one) for one in self.words()],
        }  # fmt: skip


def _turned(one: Alone) -> tuple[Estimate, Sentence]:
    """Return the leak's claim above .5, and what is true in the same direction."""
    if one.cut is None:
        raise ValueError(one.name)
    down = one.cut.estimate < 0.5
    honest = say("–") if one.honest is None else (turned(one.honest) if down else one.honest).told()
    return (turned(one.cut) if down else one.cut), honest


def turned(auc: Estimate) -> Estimate:
    """Return the AUC of the opposite score."""
    return Estimate(1 - auc.estimate, 1 - auc.high, 1 - auc.low, auc.level)


_NAMED = {
    "day": mark(
        "Had each day been cut at the event, {feature} alone would have “predicted” {target} with AUC {claim}: those"
        " days are shorter, so less happens in them. Of the time before the cut-off it has {honest}."
    ),
    "week": mark(
        "Had each week been cut at the event, {feature} alone would have “predicted” {target} with AUC {claim}: those"
        " weeks are shorter, so less happens in them. Of the time before the cut-off it has {honest}."
    ),
    "month": mark(
        "Had each month been cut at the event, {feature} alone would have “predicted” {target} with AUC {claim}: those"
        " months are shorter, so less happens in them. Of the time before the cut-off it has {honest}."
    ),
}
_CLEAN = {
    "day": mark("Had each day been cut at the event, little would have been claimed: no leak is seen (AUC of the days"
                " that one was there: {days})."),
    "week": mark("Had each week been cut at the event, little would have been claimed: no leak is seen (AUC of the days"
                 " that one was there: {days})."),
    "month": mark("Had each month been cut at the event, little would have been claimed: no leak is seen (AUC of the"
                  " days that one was there: {days})."),
}  # fmt: skip
