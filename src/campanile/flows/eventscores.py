"""What is asked when a study's entities are scored, and what is answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field, field_validator, model_validator

from campanile.flows.arrivals import Delivered, DeliverySpec
from campanile.flows.events import EngineName
from campanile.tables.classes import with_response
from campanile.words import Sentence, Told, plural, say
from campanile.workspace.spec import Spec


class ScoreStudySpec(Spec):
    """Score every entity of ``study`` to whom its target has not happened, after ``events`` have come in.

    ``at`` is the cut-off (default: the day after the last event); ``model`` and ``version`` name the model (default:
    the study's). The scores become ``table`` (default: ``<study>_scores``) and are written back ``to`` a file or a
    database, there ``into`` a table.
    """

    study: str
    events: tuple[DeliverySpec, ...] = ()
    at: date | None = None
    model: str | None = None
    version: int | None = Field(None, ge=1)
    table: str | None = None
    to: str | None = None
    into: str | None = None
    engine: EngineName = "duckdb"
    master: str = "local[*]"

    @field_validator("table")
    @classmethod
    def _table(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}", name):
            raise ValueError(
                say("{name:quoted} cannot name a table: use letters, digits, '_' and '-', at most 100.", name=name)
            )
        return name

    @model_validator(mode="after")
    def _into_somewhere(self) -> ScoreStudySpec:
        if self.into is not None and self.to is None:
            raise ValueError(say("'into' names a table of the database that 'to' names."))
        if self.version is not None and self.model is None:
            raise ValueError(say("A version needs the name of its model."))
        return self


@dataclass(frozen=True)
class LeftOut:
    """How many entities were not scored: the outcome is known already, or there was no event of theirs."""

    happened: int
    without_events: int


@dataclass(frozen=True)
class StudyScores(Told):
    """A table of scores that was made, of what and by which model; ``to`` is where it was written back.

    ``label`` is the target's name for people, ``response`` what counts as one where there are several classes.
    """

    study: str
    engine: str
    table: str
    version: int
    rows: int
    cutoff: date
    model: str
    model_version: int
    target: str
    event: bool
    expected: float
    left_out: LeftOut
    delivered: tuple[Delivered, ...] = ()
    notes: tuple[Sentence, ...] = ()
    to: str | None = None
    seconds: float = 0.0
    label: Sentence | None = None
    response: Sentence | None = None

    def words(self) -> tuple[Sentence, ...]:
        """Say how many were scored, who was left out, and where the scores are."""
        scored = plural(
            "{n:number} customer was scored as of {day:date} by {model:quoted} v{version}; expected responses:"
            " {expected:number}.",
            "{n:number} customers were scored as of {day:date} by {model:quoted} v{version}; expected responses:"
            " {expected:number}.",
            self.rows, day=self.cutoff, model=self.model, version=self.model_version, expected=round(self.expected, 1),
        )  # fmt: skip
        where = [say("The scores: table {table:quoted} v{version}.", table=self.table, version=self.version)]
        if self.to is not None:
            where.append(say("They were written to {path}.", path=self.to))
        came = (one.words() for one in self.delivered)
        return (with_response(scored, self.response), *self._left_out(), *where, *came, *self.notes)

    def _left_out(self) -> list[Sentence]:
        told, left, target = [], self.left_out, self.label or say("{name}", name=self.target)
        if left.happened and self.event:
            told.append(plural("{n:number} was left out: {target:quoted} has happened already.",
                               "{n:number} were left out: {target:quoted} has happened already.",
                               left.happened, target=target))  # fmt: skip
        elif left.happened:
            told.append(plural("{n:number} was left out: {target:quoted} is known already.",
                               "{n:number} were left out: {target:quoted} is known already.",
                               left.happened, target=target))  # fmt: skip
        if left.without_events:
            told.append(plural("{n:number} was not scored: there was no event of theirs before that day.",
                               "{n:number} were not scored: there was no event of theirs before that day.",
                               left.without_events))  # fmt: skip
        return told

    def to_dict(self) -> Mapping[str, Any]:
        """Return what ``campanile study score --json`` prints."""
        return {
            "study": self.study, "engine": self.engine, "table": self.table, "version": self.version,
            "rows": self.rows, "cutoff": str(self.cutoff), "model": self.model, "model_version": self.model_version,
            "target": self.target, "expected": self.expected, "left_out": vars(self.left_out),
            "delivered": [vars(one) for one in self.delivered], "to": self.to,
            "words": [str(line) for line in self.words()], "seconds": round(self.seconds, 2),
        }  # fmt: skip
