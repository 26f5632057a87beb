"""What is asked of training and scoring; the defaults live here and only here."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator, model_validator

from campanile.words import say
from campanile.workspace.spec import Spec


class TrainSpec(Spec):
    """Train classifiers on ``table`` to predict ``target``.

    ``positive`` names the class that counts as a response (default: true, 1 or yes; else the rarest).
    ``minutes`` is the time for all of the training: the fixed settings are always fitted, what is left goes
    to the search for better ones; 0 searches nothing, ``quick`` fits the fastest methods only.
    ``again`` refits the methods that are kept for this target and compares old with new. ``jobs`` 0 means one per core.
    ``keep`` names columns whose features a method that chooses among features does not leave out.
    ``derive`` makes totals and shares of columns that are parts of one whole: not where columns are features already.
    ``feature_labels`` maps a feature's name to its label by language.

    A table with a row for each entity and cut-off names ``entity``, the column whose rows belong together, and
    ``time``, the cut-off; the target looks ``horizon_days`` beyond it (default: what a name such as
    ``buys_within_30_days`` says). The last period whose outcomes are known is then the test. ``exposure`` is the column
    that tells how long an entity was observed (default: ``exposure_days`` where there is one).
    """

    table: str
    target: str
    name: str | None = None
    positive: str | None = None
    exclude: tuple[str, ...] = ()
    entity: str | None = None
    time: str | None = None
    horizon_days: int | None = Field(default=None, ge=0, le=3660)
    exposure: str | None = None
    keep: tuple[str, ...] = ()
    derive: bool = True
    methods: tuple[str, ...] = ()
    contact_cost: float | None = Field(default=None, gt=0)
    sale_value: float | None = Field(default=None, gt=0)
    minutes: float = Field(default=1.0, ge=0, le=24 * 60)
    quick: bool = False
    again: bool = False
    weights: Literal["none", "balanced"] = "none"
    folds: int = Field(default=5, ge=2, le=20)
    resamples: int = Field(default=500, ge=50, le=10_000)
    seed: int = Field(default=0, ge=0, lt=2**31)
    jobs: int = Field(default=0, ge=0, le=64)
    feature_labels: dict[str, dict[str, str]] = Field(default_factory=dict)

    @field_validator("methods")
    @classmethod
    def _methods(cls, named: tuple[str, ...]) -> tuple[str, ...]:
        for name in named:
            if name not in METHOD_NAMES:
                names = ", ".join(METHOD_NAMES)
                raise ValueError(say("There is no method {name:quoted}. Methods are: {names}.", name=name, names=names))
        return named

    @field_validator("name")
    @classmethod
    def _name(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(r"[\w-]{1,80}", name):
            raise ValueError(say("{name:quoted} cannot name a model: use letters, digits, '_' and '-'.", name=name))
        return name

    @model_validator(mode="after")
    def _economics(self) -> TrainSpec:
        if (self.contact_cost is None) != (self.sale_value is None):
            raise ValueError(say("Give the cost of a contact and the value of a sale together, or neither."))
        return self

    @model_validator(mode="after")
    def _columns(self) -> TrainSpec:
        named = [name for name in (self.target, self.entity, self.time, self.exposure) if name is not None]
        if len(set(named)) < len(named):
            raise ValueError(say("Target, entity, time and exposure must be different columns."))
        if self.horizon_days is not None and self.time is None:
            raise ValueError(say("Name the column of the cut-off (time) that horizon_days counts from."))
        return self

    @property
    def stem(self) -> str:
        """The first part of the models' names: the one given, else the target's."""
        return self.name or re.sub(r"\W+", "_", self.target).strip("_").lower()[:80] or "model"


class ScoreSpec(Spec):
    """Score the rows of ``table`` with a model (default: the one chosen), into table ``out``.

    With ``rollout`` each row is scored by the version that answers its key, told in the columns model and version.
    """

    table: str
    model: str | None = None
    version: int | None = None
    rollout: str | None = None
    out: str | None = None
    batch_rows: int = Field(default=65_536, ge=1_000, le=1_000_000)

    @model_validator(mode="after")
    def _one(self) -> ScoreSpec:
        if self.rollout is not None and (self.model, self.version) != (None, None):
            raise ValueError(say("Name a model or a rollout, not both."))
        return self


METHOD_NAMES = ("baseline", "logistic", "boosting", "stack", "additive", "forest", "few", "neighbours")
