"""A list of customers outside the trial: what is expected of it, beside what the trial measured at such predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.audience.cut import Choice
from campanile.estimates import Estimate
from campanile.tables import uplift
from campanile.words import Sentence, say

if TYPE_CHECKING:
    from campanile.workspace import Artifact

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Expected:
    """``outcomes`` are the sum of predicted effects on the list.

    ``effect`` is what each of the trial's customers gained who had predictions as high as the list's lowest: the first
    ``depth`` of them. Where the trial found no one more persuadable, that is everybody (``depth`` 1).
    """

    outcomes: float
    by_response: float
    depth: float
    effect: Estimate

    def times(self, customers: int) -> Estimate:
        """Return what so many customers add if each gains what the trial's did."""
        return Estimate(
            self.effect.estimate * customers, self.effect.low * customers, self.effect.high * customers,
            self.effect.level,
        )  # fmt: skip


def expected(table: Artifact, rows: pa.Table, choice: Choice) -> Expected:
    """Return what is expected of a list of the highest predicted effects, and of one as large by response."""
    score, response = (np.asarray(rows[name].to_numpy(), dtype=np.float64) for name in (uplift.UPLIFT, uplift.RESPONSE))
    measured = uplift.Measured.from_dict(table.meta[uplift.MEASURED])
    nobody = -np.inf if choice.threshold is None else choice.threshold
    depth, told = measured.down_to(nobody if table.meta["targetable"] else -np.inf)
    first, other = (np.argsort(-by, kind="stable")[: choice.customers] for by in (score, response))
    return Expected(float(score[first].sum()), float(score[other].sum()), depth, Estimate(*told))


def words(told: Expected, customers: int, rows: int, outcome: str, *, targetable: bool) -> Sentence:
    """Say what is expected of the list, and what that rests on."""
    each = told.effect.told()
    if not targetable:
        return say(
            "The trial did not find that some are more persuadable than others: the order means nothing. "
            "{customers:number} of {rows:number} customers, whoever they are, are expected to add {outcomes} "
            "{outcome:quoted}: each of the trial's gained {each}.",
            customers=customers, rows=rows, outcomes=told.times(customers).told(), outcome=outcome, each=each,
        )  # fmt: skip
    return say(
        "Contacting the {customers:number} of {rows:number} customers with the highest predicted effect is expected to "
        "add {expected:number} {outcome:quoted}; as many by who responds {others:number}. The trial's customers with "
        "predictions as high, its first {depth:percent}, gained {each} each: {outcomes} for so many.",
        customers=customers, rows=rows, expected=told.outcomes, outcome=outcome, others=told.by_response,
        depth=told.depth, each=each, outcomes=told.times(customers).told(),
    )  # fmt: skip


def in_doubt(*, targetable: bool) -> Sentence:
    """Say that these customers were in no trial."""
    if targetable:
        return say("These customers were not in the trial: an expectation, as far as they are like those who were.")
    return say("Contact everybody, or some at random: no list by these scores is better.")
