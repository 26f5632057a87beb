"""What is asked: which trial, which arm against which, which outcome, and what a contact costs and earns."""

from __future__ import annotations

from pydantic import Field, model_validator

from campanile.words import say
from campanile.workspace.spec import Spec


class UpliftSpec(Spec):
    """Whom does ``arm`` persuade, compared with ``control``, to ``outcome``?

    ``source`` is a file or a kept table with a row for each customer; ``treatment`` is the column that says who got
    what. ``arm`` None: the one value beside control. Columns in ``exclude`` are kept out. ``strata`` is a column
    within whose values customers were assigned, each with shares of its own; ``percent`` is the arm's percent that was
    meant (None: as found). ``learner`` None: chosen inside the folds. ``value`` is what one unit of the outcome is
    worth, ``contact_cost`` what it costs to treat one customer; ``share`` is how many percent are to be contacted
    (None: those who pay, else 30).
    """

    source: str
    treatment: str
    outcome: str
    control: str | None = None
    arm: str | None = None
    exclude: tuple[str, ...] = ()
    key: str | None = None
    strata: str | None = None
    percent: float | None = Field(None, gt=0, lt=100)
    learner: str | None = None
    value: float | None = Field(None, allow_inf_nan=False)
    contact_cost: float | None = Field(None, ge=0, allow_inf_nan=False)
    currency: str = "EUR"
    share: int | None = Field(None, ge=1, le=99)
    level: float = Field(0.05, gt=0, lt=0.5)
    least: int = Field(200, ge=50)
    folds: int = Field(5, ge=3, le=20)
    resamples: int = Field(400, ge=50, le=10_000)
    out: str | None = None
    seed: int = Field(0, ge=0, lt=2**31)

    @model_validator(mode="after")
    def _apart(self) -> UpliftSpec:
        if self.treatment == self.outcome:
            raise ValueError(say("The treatment and the outcome are one column, {name:quoted}.", name=self.outcome))
        if self.control is not None and self.control == self.arm:
            raise ValueError(say("Control and arm are one value, {value:quoted}.", value=self.arm or ""))
        if (self.value is None) != (self.contact_cost is None):
            raise ValueError(say("Money needs both sides: what an outcome is worth and what a contact costs."))
        return self


class PredictSpec(Spec):
    """Score customers outside a trial by its answer ``uplift`` (``version`` None: the newest).

    ``source`` is a file or a kept table with the columns that the trial's customers were told by; ``key`` None: the
    key of the table, or the trial's. The scores are the table ``out`` (None: named after the source).
    """

    source: str
    uplift: str
    version: int | None = Field(None, ge=1)
    key: str | None = None
    out: str | None = None
