"""What is asked: which table, judged against which outcome and which earlier version."""

from __future__ import annotations

from datetime import date

from pydantic import Field, field_validator

from campanile.words import say
from campanile.workspace.spec import Spec

CHECK_NAMES = (
    "missing", "groups", "constant", "stray", "duplicates", "impossible", "far", "placeholders", "zeros", "future",
    "history", "units", "rare", "spellings", "personal", "references", "leaks", "drift",
)  # fmt: skip
REPAIR_NAMES = (
    "zeros_to_missing", "impossible_to_missing", "unknown_ids_to_missing", "fill_from_group", "join_spellings",
    "join_rare", "drop_duplicates", "drop_twins",
)  # fmt: skip


class QualitySpec(Spec):
    """Ask whether a table can be trusted.

    ``positive`` is the target's value that counts as a response (default: yes, true or 1, else the
    rarer one). ``before`` is the version to compare with (default: the one before, if there is one).
    ``as_of`` is the day after which a date lies in the future (default: today). ``checks`` are names
    of ``campanile.quality.checks.CHECKS`` (default: all).

    ``references`` maps a column ("track_id", or "sessions.track_id" of another table) to the key that it refers to
    ("tracks.id"); other references are found by their names. ``time`` and ``entity`` are the columns of a table of
    events that say when and whose (default: a date, and the identifier that returns most often); it should cover
    ``history_months`` whole months, for a target of ``horizon_days``.
    """

    table: str
    version: int | None = None
    target: str | None = None
    positive: str | None = None
    before: int | None = None
    as_of: date | None = None
    checks: tuple[str, ...] | None = None
    references: dict[str, str] = Field(default_factory=dict)
    time: str | None = None
    entity: str | None = None
    history_months: int = Field(default=6, ge=0)
    horizon_days: int = Field(default=30, ge=1)
    max_age_years: int = Field(default=110, gt=0)
    rare_share: float = Field(default=0.01, gt=0, lt=1)
    rare_rows: int = Field(default=5, ge=1)
    leak_auc: float = Field(default=0.97, gt=0.5, le=1)
    drift_psi: float = Field(default=0.1, gt=0)
    correlated_columns: int = Field(default=40, ge=0)

    @field_validator("references")
    @classmethod
    def _to_a_table(cls, said: dict[str, str]) -> dict[str, str]:
        wrong = [to for to in said.values() if not all(to.partition("."))]
        if wrong:
            raise ValueError(say("{to:quoted} names no table's column: write table.column.", to=wrong[0]))
        return said

    @field_validator("checks")
    @classmethod
    def _known_checks(cls, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        _all_known(names, CHECK_NAMES)
        return names


class RepairSpec(Spec):
    """Ask for a mended version of a table.

    ``repairs`` are names of ``campanile.quality.repairs.REPAIRS``; the default is every repair that the
    checks propose, which leaves out those that must be asked for. ``columns`` limits where values are
    changed. With ``dry_run`` nothing is written: the result tells what would change.
    """

    table: str
    version: int | None = None
    target: str | None = None
    repairs: tuple[str, ...] | None = None
    columns: tuple[str, ...] | None = None
    as_of: date | None = None
    dry_run: bool = False

    @field_validator("repairs")
    @classmethod
    def _known_repairs(cls, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        _all_known(names, REPAIR_NAMES)
        return names


class RevertSpec(Spec):
    """Ask for an earlier version of a table to be the newest again."""

    table: str
    version: int


def _all_known(names: tuple[str, ...] | None, known: tuple[str, ...]) -> None:
    unknown = [name for name in names or () if name not in known]
    if unknown:
        raise ValueError(say("{unknown:quoted} is not known. Known are: {known:list}.", unknown=unknown, known=known))
