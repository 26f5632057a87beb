"""What the model was worth on customers that it had not seen: profit, totals, tenths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.audience import gains
from campanile.audience.result import Economics, Judged
from campanile.estimates import Estimate, interval_of_total

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Unseen:
    """Out-of-fold answers: ``row`` of the training table, probability, whether responded, group, class; (rows,)."""

    row: NDArray[np.int64]
    probability: Floats
    responded: Floats
    group: NDArray[np.int64]
    actual: NDArray[np.int64]

    @classmethod
    def of(cls, oof: pa.Table, positive: int) -> Unseen:
        """Read a model's ``oof``; ``positive`` is the class that counts as a response."""
        row, actual, group = (np.asarray(oof[name].to_numpy(), dtype=np.int64) for name in ("row", "actual", "group"))
        probability = np.asarray(oof["probability"].to_numpy(), dtype=np.float64)
        return cls(row, probability, (actual == positive).astype(np.float64), group, actual)

    @property
    def average(self) -> float:
        """The share of customers who responded."""
        return float(self.responded.mean()) if len(self.responded) else 0.0

    def above(self, threshold: float | None) -> int:
        """Return how many have at least the probability ``threshold``; none where it is None."""
        return 0 if threshold is None else int((self.probability >= threshold).sum())

    def ranked(self, resamples: int, seed: int) -> gains.Ranked:
        """Rank these customers, so that they can be counted down to any depth."""
        return gains.Ranked.of(self.probability, self.responded, self.group, resamples=resamples, seed=seed)


def judged(unseen: Unseen, ranked: gains.Ranked, economics: Economics | None) -> Judged:
    """Judge the rule "contact where it pays" and the totals on customers the model had not seen."""
    rows, hits = len(unseen.row), int(unseen.responded.sum())
    expected = interval_of_total(unseen.probability)
    if economics is None:
        return Judged(rows, None, None, None, None, expected, hits)
    cost, value = economics.contact_cost, economics.sale_value
    contacted = int((value * unseen.probability > cost).sum())
    profit = ranked.depth(contacted, economics).profit
    return Judged(
        rows=rows,
        contacted=contacted,
        profit_out_of_fold=profit or Estimate(0.0, 0.0, 0.0),
        profit_contact_all=value * hits - cost * rows,
        profit_perfect=max(0.0, value - cost) * hits,
        responders_expected=expected,
        responders_actual=hits,
    )
