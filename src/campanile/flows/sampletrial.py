"""A sample trial whose truth is known: a mailing that moves members and nobody else, and whom it persuades."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from campanile.words import Sentence, Told, say
from campanile.workspace.progress import Progress, quiet
from campanile.workspace.spec import Spec

if TYPE_CHECKING:
    from campanile.experiments.uplift import Uplift
    from campanile.workspace import Workspace

NAME = "sample-mailing"
_VISIT_EUR, _MAIL_EUR = 12.0, 1.0


class SampleTrialSpec(Spec):
    """Ask for the sample trial, and whom its mail persuades."""

    customers: int = Field(6_000, ge=2_000, le=1_000_000)
    seed: int = Field(0, ge=0, lt=2**31)


@dataclass(frozen=True)
class SampleTrial(Told):
    """What was found of a made-up trial, and what is true of it."""

    uplift: Uplift
    added_rate: float

    def words(self) -> tuple[Sentence, ...]:
        """Say what was found, and what is true."""
        truth = say(
            "This trial is made up, so the truth is known: with the mail {added:number} more of every 100 members "
            "visit, and it moves nobody else.", added=100 * self.added_rate,
        )  # fmt: skip
        return (self.uplift.words, truth)

    def to_dict(self) -> dict[str, Any]:
        """Return the answer, and the truth."""
        return {**self.uplift.to_dict(), "truth": {"added_rate_members": self.added_rate, "added_rate_others": 0.0}}


def sample_trial(workspace: Workspace, spec: SampleTrialSpec, *, progress: Progress = quiet) -> SampleTrial:
    """Make up a trial, keep it as a table, and measure whom its mail persuades."""
    from campanile.experiments.uplift import UpliftSpec, measure
    from campanile.sources.worlds.mailing import ADDED_RATE, mailing

    with workspace.run("sample-trial", spec, seed=spec.seed) as run:
        table = mailing(spec.customers, spec.seed)
        run.save_table(NAME, table, key="customer_id", meta={"dictionary": _dictionary().to_dict()})
    asked = UpliftSpec(
        source=NAME, treatment="got", control="nothing", arm="mail", outcome="visited", value=_VISIT_EUR,
        contact_cost=_MAIL_EUR, seed=spec.seed,
    )  # fmt: skip
    return SampleTrial(measure(workspace, asked, progress), ADDED_RATE)


def _dictionary() -> Any:
    from campanile.tables import Column, Dictionary, Semantic

    return Dictionary(
        (
            Column("customer_id", Semantic.IDENTIFIER, "int64"),
            Column("member", Semantic.FLAG, "bool"),
            Column("visits_before", Semantic.NUMBER, "int64"),
            Column("spend_before_eur", Semantic.MONEY, "double", unit="EUR"),
            Column("got", Semantic.CATEGORY),
            Column("visited", Semantic.FLAG, "bool"),
            Column("spend_eur", Semantic.MONEY, "double", unit="EUR"),
        ),
        key="customer_id",
    )
