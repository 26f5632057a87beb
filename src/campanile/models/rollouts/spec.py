"""What is asked of a rollout: which versions answer whom, how they are compared, and over which days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from campanile.words import Sentence, say
from campanile.workspace.errors import SpecError
from campanile.workspace.spec import Spec

BUCKETS = 10_000
"""Customers are dealt into so many buckets: a share is a whole number of them, a hundredth of a percent each."""

Fault = tuple[Sentence, tuple[str | int, ...]]


class Champion(BaseModel):
    """The model version that answers all customers whom no challenger answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(max_length=200)
    version: int = Field(ge=1)


class Challenger(Champion):
    """A model version that answers a ``share`` of the customers, in percent; or, as ``shadow``, for the log alone."""

    share: float = Field(default=0.0, ge=0, le=100)
    shadow: bool = False


class RolloutSpec(Spec):
    """Let ``champion`` answer, and beside it ``challengers``.

    ``salt`` (default: the name) decides with the key who is answered by whom; another salt deals all customers anew.
    Raises SpecError with all faults at once.
    """

    name: str
    champion: Champion
    challengers: tuple[Challenger, ...] = Field(default=(), max_length=20)
    salt: str | None = Field(default=None, max_length=200)

    @model_validator(mode="after")
    def _whole(self) -> RolloutSpec:
        found = list(self._faults())
        if found:
            raise SpecError([words for words, _ in found], type(self).__name__, [place for _, place in found])
        return self

    def _faults(self) -> Iterator[Fault]:
        if not re.fullmatch(r"[\w-]{1,80}", self.name):
            yield (
                say("{name:quoted} cannot name a rollout: use letters, digits, '_' and '-'.", name=self.name),
                ("name",),
            )
        named = {(self.champion.model, self.champion.version)}
        for at, one in enumerate(self.challengers):
            told, place = told_version(one.model, one.version), ("challengers", at)
            if (one.model, one.version) in named:
                yield say("{version} is named twice.", version=told), place
            named.add((one.model, one.version))
            if one.shadow and one.share:
                yield say("{version} cannot be a shadow and answer a share too.", version=told), (*place, "share")
            if not one.shadow and not one.share:
                yield say("{version} needs a share of the customers, or to be a shadow.", version=told), place
            if abs(one.share * BUCKETS / 100 - size(one)) > 1e-6:
                yield say("The share {share:exact} of {version} is finer than a hundredth of a percent.",
                          share=one.share, version=told), (*place, "share")  # fmt: skip
        total = sum(one.share for one in self.challengers)
        if total > 100 + 1e-9:
            words = say("The shares of the challengers come to {total:exact} percent, more than 100.", total=total)
            yield words, ("challengers",)


class CompareSpec(Spec):
    """Compare the versions of ``rollout`` on what happened: column ``outcome`` of ``table``, joined by the key.

    ``time`` is the column that says when; an outcome counts for an answer that was given before it and at most
    ``within_days`` days before it. Only answers count for which so many days had passed at ``until`` (default: the
    last time in the table; without ``time`` the moment at which it was loaded). ``answers`` "first" takes each
    customer's first answer by a version, "all" each of them. A difference below ``relevant`` of the champion's log
    loss does not matter.
    """

    rollout: str
    table: str
    outcome: str
    time: str | None = None
    within_days: int | None = Field(default=None, ge=0, le=3660)
    until: date | None = None
    answers: Literal["first", "all"] = "first"
    declaration: int | None = Field(default=None, ge=1)
    relevant: float = Field(default=0.02, gt=0, le=1)
    resamples: int = Field(default=400, ge=50, le=10_000)
    seed: int = Field(default=0, ge=0, lt=2**31)


class DriftSpec(Spec):
    """Hold what the versions of ``rollout`` met in the last ``days`` days against what they were trained on."""

    rollout: str
    days: int = Field(default=30, ge=1, le=3660)
    until: date | None = None


def size(challenger: Challenger) -> int:
    """Return how many buckets a challenger answers."""
    return round(challenger.share * BUCKETS / 100)


def told_version(model: str, version: int) -> Sentence:
    """Name a version of a model."""
    return say("{name} v{version}", name=model, version=version)
