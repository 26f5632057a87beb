"""A sample test whose truth is known: planned, filled month by month, looked at each month, the method tried on it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from campanile.words import Sentence, Told, say
from campanile.workspace.progress import Progress, quiet
from campanile.workspace.spec import Spec

if TYPE_CHECKING:
    from campanile.experiments import Analysis
    from campanile.sources.worlds.trial import Trial
    from campanile.workspace import Workspace

NAME = "sample-offer"
_METRICS = ("bought", "hours~hours_before")
_SHARE = 50.0


class SampleTestSpec(Spec):
    """Ask for the sample test with a look at each of its months."""

    users: int = Field(12_000, ge=1_200, le=1_000_000)
    months: int = Field(6, ge=2, le=24)
    seed: int = Field(0, ge=0, lt=2**31)


@dataclass(frozen=True)
class SampleTest(Told):
    """The last look at a made-up test, and what is true of it."""

    analysis: Analysis
    trial: Trial

    def words(self) -> tuple[Sentence, ...]:
        """Say what was found, and what is true."""
        truth = say(
            "This test is made up, so the truth is known: the offer truly adds {added:number} buyers of every 1,000 "
            "customers, and no hours.", added=1000 * self.trial.added_rate,
        )  # fmt: skip
        return (self.analysis.words, truth)

    def to_dict(self) -> dict[str, Any]:
        """Return the last look, and the truth."""
        return {**self.analysis.to_dict(), "truth": {"added_rate": self.trial.added_rate, "added_hours": 0.0}}


def sample_test(workspace: Workspace, spec: SampleTestSpec, *, progress: Progress = quiet) -> SampleTest:
    """Make up a test, plan it, and let its users join and be compared month by month."""
    from campanile import experiments as room
    from campanile.sources.worlds.trial import trial

    made = trial(spec.users, spec.months, spec.seed)
    treated = _treated(made)
    progress(say("Planning the test"), 0.0)
    monthly = spec.users // spec.months
    room.design(workspace, room.DesignSpec(
        name=NAME, metrics=_METRICS[:1], baseline=made.base_rate, lift=made.added_rate / made.base_rate, share=_SHARE,
        monthly=monthly, months=spec.months, seed=spec.seed,
    ))  # fmt: skip
    for at, month in enumerate(made.months, start=1):
        progress(say("Looking at the users up to {month}", month=month), at / (spec.months + 2))
        told = _month(workspace, made, treated, month, spec.seed)
    progress(say("Trying the method on these customers"), 0.9)
    room.simulate_aa(workspace, room.AaSpec(table=NAME, metrics=_METRICS, looks=30, repetitions=500, seed=spec.seed))
    return SampleTest(told, made)


def _month(workspace: Workspace, made: Trial, treated: Any, month: str, seed: int) -> Analysis:
    from campanile import experiments as room

    table = made.until(month, treated)
    with workspace.run("sample-test", {"month": month}, seed=seed) as run:
        run.save_table(NAME, table, key="user_id", meta={"dictionary": _dictionary().to_dict()})
    year, number = (int(part) for part in month.split("-"))
    now = date(year, number, monthrange(year, number)[1])
    room.assign(workspace, room.AssignSpec(name=NAME, users=NAME, share=_SHARE, month=month, joined="joined", now=now))
    return room.analyse(
        workspace, room.AnalyseSpec(name=NAME, outcomes=NAME, metrics=_METRICS, segment="region", now=now)
    )


def _treated(made: Trial) -> Any:
    """Return who gets the offer: as the hash will say when the users are assigned."""
    from campanile.experiments.declaration import fresh
    from campanile.experiments.grouping import groups

    return np.asarray(groups(fresh(NAME), made.users.column("user_id")).to_pylist()) == "treatment"


def _dictionary() -> Any:
    from campanile.tables import Column, Dictionary, Semantic

    return Dictionary(
        (
            Column("user_id", Semantic.IDENTIFIER),
            Column("joined", Semantic.DATE, "timestamp[us, tz=UTC]"),
            Column("region", Semantic.CATEGORY),
            Column("hours_before", Semantic.NUMBER, "double"),
            Column("bought", Semantic.FLAG, "bool"),
            Column("hours", Semantic.NUMBER, "double"),
        ),
        key="user_id",
    )
