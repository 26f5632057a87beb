"""What is answered: findings, a profile of every column, and what a repair changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

from campanile.estimates.estimate import Estimate
from campanile.words import Sentence, Value, plural, say

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
class Bin:
    """Rows whose value lies from ``low`` to ``high``, or is ``level``.

    Whole numbers and dates (days since 1970) include both ends; other numbers lie below ``high``, but for the
    last bin. ``response`` is the share of the rows that responded, None without a target.
    """

    rows: int
    low: float | None = None
    high: float | None = None
    level: str | None = None
    response: Estimate | None = None


@dataclass(frozen=True)
class Numbers:
    """Where a column's numbers lie; for dates, days since 1970. ``missing_response`` is that of empty cells."""

    low: float
    quarter: float
    median: float
    three_quarters: float
    high: float
    mean: float


@dataclass(frozen=True)
class ColumnProfile:
    """One column: how full it is, where its values lie, and how the response differs between them.

    ``bins`` is empty for identifiers, personal data and text. ``other_rows`` are those of categories
    that are too many to list.
    """

    name: str
    label: Sentence
    semantic: str
    type: str
    unit: str
    rows: int
    missing: int
    distinct: int
    numbers: Numbers | None = None
    bins: tuple[Bin, ...] = ()
    other_rows: int = 0
    missing_response: Estimate | None = None

    @property
    def extremes(self) -> tuple[Bin, Bin] | None:
        """The bins where the response is surely lowest and surely highest; None where their intervals meet."""
        told = [(bin, bin.response) for bin in self.bins if bin.response is not None]
        if not told:
            return None
        lowest, low = min(told, key=lambda pair: pair[1].high)
        highest, high = max(told, key=lambda pair: pair[1].low)
        return (lowest, highest) if high.low > low.high else None

    @property
    def spread(self) -> float:
        """How far apart the intervals of the extremes lie, as a share; 0 where they meet."""
        ends = self.extremes
        if ends is None or ends[0].response is None or ends[1].response is None:
            return 0.0
        return ends[1].response.low - ends[0].response.high


@dataclass(frozen=True)
class Correlations:
    """Rank correlations (Spearman) of numeric columns, as a square; None where one column never varies."""

    columns: tuple[str, ...]
    labels: tuple[Sentence, ...]
    values: tuple[tuple[float | None, ...], ...]

    @property
    def strongest(self) -> tuple[int, int] | None:
        """The two different columns that move together most, by position."""
        pairs = [
            (abs(value), i, j)
            for i, row in enumerate(self.values) for j, value in enumerate(row[:i]) if value is not None
        ]  # fmt: skip
        return max(pairs)[1:] if pairs else None


@dataclass(frozen=True)
class Together:
    """In how many rows exactly these columns are empty."""

    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Profile:
    """What is in a table."""

    rows: int
    columns: tuple[ColumnProfile, ...]
    correlations: Correlations
    empty: tuple[Together, ...] = ()
    response: Estimate | None = None
    target: Sentence | None = None
    positive: str | None = None


@dataclass(frozen=True)
class Quality:
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

    def _repr_html_(self) -> str:
        import html

        lines = "".join(f"<li>{html.escape(str(finding.words))}</li>" for finding in self.found)
        return f"<p><b>{html.escape(str(self.answer))}</b></p><ul>{lines}</ul>"


@dataclass(frozen=True)
class Step:
    """What one repair changed: ``values`` cells set, ``dropped`` rows taken out."""

    repair: str
    column: str | None
    values: int
    dropped: int
    words: Sentence


@dataclass(frozen=True)
class Repaired:
    """What a repair did; ``version`` is None where nothing was written. The changes lie beside it as a table."""

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
        }  # fmt: skip


@dataclass(frozen=True)
class Reverted:
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
