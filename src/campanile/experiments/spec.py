"""What is asked: which measures, how large a test, who is in which group, and what is looked at."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from campanile.words import say
from campanile.workspace.spec import Spec

Kind = Literal["proportion", "mean", "ratio", "money"]
OUTSIDE = ("outside", "holdout")
"""What people are called who are in no group: beyond the test's slot of its layer, or held out of all tests."""

_FINEST = 0.01

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_METRIC = re.compile(
    r"(?P<name>[^=~:]+)(?:=(?P<column>[^/~:=]+)(?:/(?P<per>[^~:=]+))?)?"
    r"(?:~(?P<before>[^/:]+)(?:/(?P<before_per>[^:]+))?)?(?::(?P<kind>\w+))?"
)


class Metric(Spec):
    """One measure of a customer: ``column``, or ``column`` per ``per`` over all customers (a ratio of sums).

    ``before`` is the same measure from before the test: it takes out what was known already (CUPED). ``kind`` None:
    found from the column. Money is judged with its largest amounts cut at the quantile ``cap`` of those above 0, the
    raw sum beside.
    ``above`` makes a proportion: the share of customers above it. ``value`` is what one unit is worth in money. A
    ``guardrail`` must not get worse; ``better`` says which way is good.
    """

    name: str
    column: str | None = None
    per: str | None = None
    before: str | None = None
    before_per: str | None = None
    kind: Kind | None = None
    cap: float = Field(0.99, gt=0.5, le=1)
    above: float | None = None
    value: float | None = Field(None, allow_inf_nan=False)
    better: Literal["higher", "lower"] = "higher"
    guardrail: bool = False

    @property
    def source(self) -> str:
        """The column that is measured."""
        return self.column or self.name

    @model_validator(mode="after")
    def _agrees(self) -> Metric:
        if self.kind == "ratio" and self.per is None:
            raise ValueError(say("Metric {name:quoted} is a ratio: say of what, as {name}=COLUMN/PER.", name=self.name))
        if self.before_per is not None and self.per is None:
            raise ValueError(say("Metric {name:quoted} has a ratio before the test but none in it.", name=self.name))
        return self


def metric_of(said: Any) -> Any:
    """Read ``NAME[=COLUMN[/PER]][~BEFORE[/PER]][:KIND]`` as what makes a Metric; anything else is as it was."""
    if not isinstance(said, str):
        return said
    found = _METRIC.fullmatch(said.strip())
    if found is None:
        raise ValueError(
            say(
                "{said:quoted} is no metric; write NAME, NAME=COLUMN, NAME=COLUMN/PER or NAME=COLUMN~BEFORE.", said=said
            )
        )
    return {name: part for name, part in found.groupdict().items() if part is not None}


class _Of(Spec):
    """What concerns one experiment."""

    name: str

    @field_validator("name")
    @classmethod
    def _named(cls, name: str) -> str:
        if not _NAME.fullmatch(name):
            raise ValueError(
                say("{name:quoted} cannot name an experiment: use letters, digits, '_' and '-', at most 80.", name=name)
            )
        return name


class _Measured(_Of):
    """What names measures."""

    metrics: tuple[Metric, ...] = ()

    @field_validator("metrics", mode="before")
    @classmethod
    def _read(cls, said: Any) -> Any:
        return tuple(metric_of(one) for one in said) if isinstance(said, list | tuple) else said


class DesignSpec(_Measured):
    """How many users does it take?

    ``baseline`` is the metric's value today and ``spread`` its standard deviation between customers (proportions know
    theirs); both are found in ``table`` where one is named. ``lift`` is the effect worth finding, as a share of the
    baseline (0.2: a fifth more). ``monthly`` new users join each month; ``months`` is how often is looked, and how long
    at most. ``share`` is the treatment's percent.
    """

    table: str | None = None
    baseline: float | None = Field(None, allow_inf_nan=False)
    spread: float | None = Field(None, gt=0, allow_inf_nan=False)
    lift: float = Field(0.1, allow_inf_nan=False)
    power: float = Field(0.8, gt=0.05, lt=1)
    level: float = Field(0.05, gt=0, lt=0.5)
    share: float = Field(50, gt=0, lt=100)
    monthly: int | None = Field(None, ge=1)
    months: int = Field(6, ge=1, le=120)
    window_days: int = Field(0, ge=0, le=3650)
    seed: int = Field(0, ge=0, lt=2**31)

    @model_validator(mode="after")
    def _possible(self) -> DesignSpec:
        if self.lift == 0:
            raise ValueError(say("A lift of 0 cannot be found by any number of users; name the effect worth finding."))
        if len(self.metrics) != 1:
            raise ValueError(say("Name the one metric that the test is made for, with --metric."))
        return self


class AssignSpec(_Of):
    """Put the users of a file or table into groups, for life.

    ``share`` is the treatment's percent, or ``arms`` gives each treatment its own; the rest is ``control``. None: as it
    was, 50 at first. ``month`` (YYYY-MM; None: this month) names the cohort of users who are new. ``joined`` is a
    column that tells since when each is a user; nobody is in the test before the month begins. ``layer`` holds
    experiments that exclude each other, each with ``slot`` percent of everybody; ``holdout`` percent are kept out of
    all experiments. All may grow; nobody is moved.
    """

    users: str = "users"
    key: str | None = None
    share: float | None = Field(None, ge=0, le=100)
    arms: dict[str, float] | None = None
    salt: str | None = None
    month: str | None = None
    joined: str | None = None
    layer: str | None = None
    slot: float | None = Field(None, gt=0, le=100)
    holdout: float | None = Field(None, ge=0, lt=100)
    now: date | None = None

    @field_validator("month")
    @classmethod
    def _month(cls, month: str | None) -> str | None:
        if month is not None and not _MONTH.fullmatch(month):
            raise ValueError(say("{month:quoted} is no month; write it as 2026-11.", month=month))
        return month

    @model_validator(mode="after")
    def _shares(self) -> AssignSpec:
        arms = self.arms or {}
        if any(0 < share < _FINEST for share in (*arms.values(), self.share or 0)):
            raise ValueError(say("A share is told to a hundredth of a percent: give 0.01 at least, or 0."))
        if arms and self.share is not None:
            raise ValueError(say("Give either one share or the arms, not both."))
        if any(share < 0 for share in arms.values()) or sum(arms.values()) > 100:
            raise ValueError(say("The arms' shares must be at least 0 and add up to 100 at most."))
        if {"control", *OUTSIDE} & set(arms) or not all(arms):
            raise ValueError(say("No arm can be called control, outside or holdout, or have no name."))
        if self.slot is not None and self.layer is None:
            raise ValueError(say("A slot belongs to a layer: name it with --layer."))
        return self

    @property
    def shares(self) -> dict[str, float] | None:
        """The percent of each arm but control; None: as it was."""
        return self.arms or ({"treatment": self.share} if self.share is not None else None)


class AnalyseSpec(_Measured):
    """Compare the groups, as far as ``month`` (None: the last), and note that somebody looked.

    ``outcomes`` holds what became of each user (None: the table that was assigned), ``key`` names them there, and
    ``time`` when it was. ``group`` is a column that tells the group where the assignment is not ours, of which
    ``control`` is one; ``cohort`` tells its month. ``shares`` are then the percents that were meant (None: even).
    ``exposures`` is the table of who was reached when. Metrics that are not named are those that were declared; an
    outcome is complete ``window_days`` after the assignment, seen from ``now``. ``engine`` counts, Spark at its
    ``master``.
    """

    engine: Literal["duckdb", "spark"] = "duckdb"
    master: str = "local[*]"
    outcomes: str | None = None
    key: str | None = None
    time: str | None = None
    group: str | None = None
    control: str = "control"
    arms: tuple[str, ...] = ()
    cohort: str | None = None
    shares: dict[str, float] | None = None
    exposures: str | None = None
    segment: str | None = None
    month: str | None = None
    level: float = Field(0.05, gt=0, lt=0.5)
    value: float | None = Field(None, allow_inf_nan=False)
    currency: str = "EUR"
    window_days: int | None = Field(None, ge=0, le=3650)
    least: int = Field(100, ge=2)
    now: date | None = None

    @model_validator(mode="after")
    def _month(self) -> AnalyseSpec:
        if self.month is not None and self.group is None and not _MONTH.fullmatch(self.month):
            raise ValueError(say("{month:quoted} is no month; write it as 2026-11.", month=self.month))
        return self


class AaSpec(_Measured):
    """Split the users of ``table`` at random, again and again, into groups that are treated alike; look often.

    ``unit`` is the column whose values are put into groups (None: the table's users, else its rows). Metrics that are
    not named are proposed, one of each kind.
    """

    name: str = "aa"
    table: str
    unit: str | None = None
    looks: int = Field(100, ge=1, le=1000)
    repetitions: int = Field(2000, ge=50, le=100_000)
    share: float = Field(50, ge=1, le=99)
    level: float = Field(0.05, gt=0, lt=0.5)
    least: int = Field(100, ge=2)
    seed: int = Field(0, ge=0, lt=2**31)
