"""What is answered: findings with the profile of the table, and what a repair changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

from campanile.quality.contents import Profile
from campanile.words import Sentence, Told, Value, plural, say

Severity = Literal["info", "warning", "serious"]
Cell: TypeAlias = bool | int | float | str | None

SEVERITIES: tuple[Severity, ...] = ("serious", "warning", "info")


@dataclass(frozen=True)
class Examples:
    """A few of the values that a finding speaks of; never values of personal columns."""

    headings: tuple[Sentence, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Finding:
    """What one check says: of a column, or (None) of the whole table.

    ``count`` is how many rows, values or columns the words speak of. ``repair`` names the repair of
    ``campanile.quality.repairs.REPAIRS`` that mends it.
    """

    check: str
    column: str | None
    passed: bool
    severity: Severity
    count: int
    words: Sentence
    examples: Examples | None = None
    repair: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints of a finding."""
        return {
            "check": self.check, "column": self.column, "passed": self.passed, "severity": self.severity,
            "count": self.count, "words": str(self.words), "repair": self.repair,
        }  # fmt: skip


@dataclass(frozen=True)
class Quality(Told):
    """The answer to "Can we trust it?" for one version of a table."""

    table: str
    version: int
    as_of: date
    findings: tuple[Finding, ...]
    profile: Profile
    compared_with: int | None = None

    @property
    def found(self) -> tuple[Finding, ...]:
        """What did not pass, the most serious first."""
        open_ = [finding for finding in self.findings if not finding.passed]
        return tuple(sorted(open_, key=lambda finding: SEVERITIES.index(finding.severity)))

    def words(self) -> tuple[Sentence, ...]:
        """Return the answer in one sentence, then what was found, the most serious first."""
        return (self.answer, *(finding.words for finding in self.found))

    @property
    def answer(self) -> Sentence:
        """The answer in one sentence."""
        count = {level: sum(finding.severity == level for finding in self.found) for level in SEVERITIES}
        if count["serious"]:
            return plural(
                "{n:number} thing must be looked at before these {rows:number} rows are trusted; beside it: {rest}.",
                "{n:number} things must be looked at before these {rows:number} rows are trusted; beside them: {rest}.",
                n=count["serious"],
                rows=self.profile.rows,
                rest=_rest(count["warning"], count["info"]),
            )
        if count["warning"]:
            return say(
                "Nothing serious was found in these {rows:number} rows; worth knowing: {rest}.",
                rows=self.profile.rows,
                rest=_rest(count["warning"], count["info"]),
            )
        return say("These {rows:number} rows passed the checks.", rows=self.profile.rows)

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            "table": self.table, "version": self.version, "rows": self.profile.rows,
            "columns": len(self.profile.columns), "compared_with": self.compared_with,
            "findings": [finding.to_dict() for finding in self.findings], "words": str(self.answer),
        }  # fmt: skip


@dataclass(frozen=True)
class Step:
    """What one repair changed: ``values`` cells set, ``dropped`` rows taken out."""

    repair: str
    column: str | None
    values: int
    dropped: int
    words: Sentence


@dataclass(frozen=True)
class Repaired(Told):
    """What a repair did; ``version`` is None where nothing was written.

    ``changes`` are the first cells that change; all of them lie beside the result as a table.
    """

    table: str
    before: int
    version: int | None
    rows_before: int
    rows: int
    steps: tuple[Step, ...] = ()
    dry_run: bool = False
    changes: Examples | None = field(default=None)

    def words(self) -> tuple[Sentence, ...]:
        """Return the answer in one sentence, then each step."""
        return (self.answer, *(step.words for step in self.steps))

    @property
    def answer(self) -> Sentence:
        """The answer in one sentence."""
        if not self.steps:
            return say("Nothing was to be repaired in table {table:quoted}.", table=self.table)
        told: dict[str, Value] = {"table": self.table, "before": self.before, **_told(self.steps)}
        if self.version is None:
            return say("Table {table:quoted} v{before} would change: {values}, {rows}.", **told)
        return say(
            "{values}, {rows}: table {table:quoted} is now v{version}, and v{before} is kept.",
            **told,
            version=self.version,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        steps = [
            {"repair": step.repair, "column": step.column, "values": step.values, "dropped": step.dropped,
             "words": str(step.words)}
            for step in self.steps
        ]  # fmt: skip
        return {
            "table": self.table, "before": self.before, "version": self.version, "rows_before": self.rows_before,
            "rows": self.rows, "dry_run": self.dry_run, "steps": steps, "words": str(self.answer),
            "changes": [dict(zip(_CHANGE, row, strict=True)) for row in self.changes.rows] if self.changes else [],
        }  # fmt: skip


_CHANGE = ("repair", "row", "column", "before", "after")


@dataclass(frozen=True)
class Reverted(Told):
    """An earlier version of a table that is the newest again, as ``version``; ``to`` is where its content was."""

    table: str
    to: int
    version: int
    rows: int

    def words(self) -> tuple[Sentence, ...]:
        """Return the answer in one sentence."""
        told = say(
            "Table {table:quoted} v{version} holds what v{to} held: {rows:number} rows.",
            table=self.table, version=self.version, to=self.to, rows=self.rows,
        )  # fmt: skip
        return (told,)

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        words = [str(sentence) for sentence in self.words()]
        return {"table": self.table, "to": self.to, "version": self.version, "rows": self.rows, "words": words[0]}


def _rest(warnings: int, remarks: int) -> Sentence:
    return say(
        "{warnings} and {remarks}",
        warnings=plural("{n:number} warning", "{n:number} warnings", n=warnings),
        remarks=plural("{n:number} remark", "{n:number} remarks", n=remarks),
    )


def _told(steps: tuple[Step, ...]) -> dict[str, Value]:
    values, rows = sum(step.values for step in steps), sum(step.dropped for step in steps)
    return {
        "values": plural("{n:number} value changed", "{n:number} values changed", n=values),
        "rows": plural("{n:number} row dropped", "{n:number} rows dropped", n=rows),
    }
