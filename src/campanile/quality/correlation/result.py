"""What is answered: the square of rank correlations, what has to do with each target, and what says the same twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from campanile.estimates.estimate import Estimate
from campanile.words import Sentence, Told, Value, plural, say

_TOLD = 4
"""Pairs that are told one by one."""


@dataclass(frozen=True)
class Tie:
    """How far a column and a target move together (Spearman's rho).

    ``rows`` have both; ``p`` is the chance of as much where there is nothing; ``sure`` says that among all ties with
    this target it is no accident. ``rho`` has an interval, by customer, for the strongest alone.
    """

    column: str
    label: Sentence
    rho: Estimate
    rows: int
    p: float
    sure: bool
    bounded: bool

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        rho = self.rho.to_dict() if self.bounded else {"estimate": self.rho.estimate}
        return {"column": self.column, **rho, "rows": self.rows, "p": self.p, "sure": self.sure}


@dataclass(frozen=True)
class Aimed:
    """A target, how many rows have it (and for yes and no, how many yes), and all ties to it, the strongest first."""

    target: str
    label: Sentence
    rows: int
    positives: int | None
    ties: tuple[Tie, ...]

    @property
    def sure(self) -> tuple[Tie, ...]:
        """The ties that are no accident."""
        return tuple(tie for tie in self.ties if tie.sure)

    def told(self) -> Sentence:
        """Say what has most to do with the target, or that nothing can be told from chance."""
        if not self.ties:
            return say("Nothing could be compared with {target}.", target=self.label)
        if not self.sure:
            return self._nothing()
        return plural(
            "{n:number} of {tried:number} columns moves with {target} beyond chance; most does {column}:"
            " rank correlation {rho}.",
            "{n:number} of {tried:number} columns move with {target} beyond chance; most does {column}:"
            " rank correlation {rho}.",
            len(self.sure), tried=len(self.ties), target=self.label, column=self.sure[0].label,
            rho=self.sure[0].rho.told(),
        )  # fmt: skip

    def _nothing(self) -> Sentence:
        strongest = self.ties[0]
        told: dict[str, Value] = {
            "tried": len(self.ties), "target": self.label, "column": strongest.label, "rho": strongest.rho.told(),
        }  # fmt: skip
        if self.positives is None:
            return say(
                "None of {tried:number} columns can be told from nothing for {target}, as many are tried at once; the"
                " strongest, {column}, has rank correlation {rho}.", **told,
            )  # fmt: skip
        fewer = min(self.positives, self.rows - self.positives)
        return plural(
            "With {n:number} such outcome none of {tried:number} columns can be told from nothing for {target}, as many"
            " are tried at once; the strongest, {column}, has rank correlation {rho}.",
            "With {n:number} such outcomes none of {tried:number} columns can be told from nothing for {target}, as"
            " many are tried at once; the strongest, {column}, has rank correlation {rho}.",
            fewer, **told,
        )  # fmt: skip


@dataclass(frozen=True)
class Correlated(Told):
    """The answer to "What moves together?" for one version of a table.

    ``columns`` are in the order in which they are shown: targets, then columns with those beside them that they move
    with. ``values`` is the square, None where one never varies; ``alike`` are pairs that say nearly the same.
    """

    table: str
    version: int
    rows: int
    customers: int | None
    columns: tuple[str, ...]
    labels: tuple[Sentence, ...]
    values: tuple[tuple[float | None, ...], ...]
    targets: tuple[Aimed, ...]
    alike: tuple[tuple[str, str, float], ...]
    left_out: int = 0

    def label(self, column: str) -> Sentence:
        """Return a column's label."""
        return self.labels[self.columns.index(column)]

    @property
    def answer(self) -> Sentence:
        """The answer in one sentence."""
        return self.targets[0].told() if self.targets else self._pairs()

    def words(self) -> tuple[Sentence, ...]:
        """Say what has to do with each target, and which columns say the same twice."""
        further = [one.told() for one in self.targets[1:]]
        return (self.answer, *further, *((self._pairs(),) if self.targets else ()), *self._fewer())

    def _pairs(self) -> Sentence:
        if not self.alike:
            return say("No two columns say nearly the same.")
        shown = [say("{one} with {other}", one=self.label(a), other=self.label(b)) for a, b, _ in self.alike[:_TOLD]]
        further = len(self.alike) - _TOLD
        if further > 0:
            shown.append(plural("{n:number} more pair", "{n:number} more pairs", further))
        return plural(
            "{n:number} pair of columns says nearly the same: {shown:list}.",
            "{n:number} pairs of columns say nearly the same: {shown:list}.",
            len(self.alike), shown=shown,
        )  # fmt: skip

    def _fewer(self) -> tuple[Sentence, ...]:
        if not self.left_out:
            return ()
        return (
            plural("{n:number} column that has least to do with the target is not shown.",
                   "{n:number} columns that have least to do with the target are not shown.", self.left_out),
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            "table": self.table, "version": self.version, "rows": self.rows, "customers": self.customers,
            "columns": list(self.columns), "values": [list(row) for row in self.values],
            "targets": {
                one.target: {"rows": one.rows, "positives": one.positives, "ties": [tie.to_dict() for tie in one.ties]}
                for one in self.targets
            },
            "alike": [list(pair) for pair in self.alike], "words": [str(line) for line in self.words()],
        }  # fmt: skip
