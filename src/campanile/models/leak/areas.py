"""How well each feature ranks those who did before the others, by itself: in two panels, with intervals by entity."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate
from campanile.models.leak.result import Alone, LeakScan
from campanile.models.leak.spec import Scanned, Side
from campanile.models.metrics import Judged, areas, estimated, resampled
from campanile.models.rarity import counted, widened
from campanile.words import Sentence, say

Floats = NDArray[np.float64]

_MUCH = 0.1
"""By how much more a leak must claim to be named: a tenth of all pairs put in order."""

_FEWEST = 5
"""Fewer who did, or who did not, say nothing."""


def scanned(asked: Scanned) -> LeakScan:
    """Estimate the AUC of each feature in both panels, and name those of which the cut claims much more.

    Nothing is named unless the days that somebody was there tell the outcome in the cut panel: else it is not for the
    cut that a feature tells it. Of so many features some would seem to by chance: their intervals are widened for it
    (Bonferroni).
    """
    cut, honest = _Judging(asked.cut, asked), _Judging(asked.honest, asked)
    there, here = asked.days
    presence = Alone(there, say("Days that one was there"), cut.alone(there), honest.alone(here))
    shorter = presence.cut is not None and presence.cut.excludes(0.5)
    sure = NormalDist().inv_cdf(1 - 0.025 / max(len(asked.labels), 1)) / NormalDist().inv_cdf(0.975)
    found = [_told(name, label, cut, honest, sure if shorter else float("inf")) for name, label in asked.labels.items()]
    # What is told as equal stays in the order of the study.
    found.sort(key=lambda one: (not one.named, -round(one.claim, 2)))
    return LeakScan(
        asked.target, asked.every, len(cut.response), int(cut.response.sum()), asked.one_in, presence, tuple(found)
    )


def _told(name: str, label: Sentence, cut: _Judging, honest: _Judging, sure: float) -> Alone:
    """Judge one of many features: chance must be ``sure`` times as far from its claim as for a single one."""
    claim, truth = cut.alone(name), honest.alone(name)
    named = claim is not None and abs(claim.estimate - 0.5) > sure * _reach(claim) and _more(claim, truth)
    return Alone(name, label, claim, truth, named)


def _reach(claim: Estimate) -> float:
    """Return how far the interval reaches towards chance."""
    return claim.high - claim.estimate if claim.estimate < 0.5 else claim.estimate - claim.low


def _more(claim: Estimate, truth: Estimate | None) -> bool:
    """Tell whether a claim is further from chance than the truth, in its own direction."""
    sign = 1 if claim.estimate > 0.5 else -1
    return sign * (claim.estimate - (truth.estimate if truth is not None else 0.5)) >= _MUCH


class _Judging:
    """The rows of one panel whose outcome is known, and their resamples by entity."""

    def __init__(self, side: Side, asked: Scanned) -> None:
        known = side.rows.filter(pc.is_valid(side.rows[side.outcome])) if side.rows.num_columns else side.rows
        self._rows = known
        self.response: NDArray[np.bool_] = np.zeros(0, dtype=bool)
        self._draws: Sequence[Floats] = ()
        if known.num_rows:
            self.response = np.asarray(known[side.outcome].cast(pa.bool_()).to_numpy(), dtype=bool)
            codes = known[side.entity].combine_chunks().dictionary_encode(null_encoding="encode").indices
            self._groups = np.asarray(codes.to_numpy(), dtype=np.int64)
            self._draws = resampled(self._groups, asked.resamples, asked.seed)

    def alone(self, name: str) -> Estimate | None:
        """Estimate the AUC of a column as a score on the rows that have it; None where that says nothing."""
        if name not in self._rows.column_names or not self._rows.num_rows:
            return None
        score = np.asarray(self._rows[name].cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
        known = np.isfinite(score)
        did = self.response[known]
        if min(did.sum(), (~did).sum()) < _FEWEST or np.ptp(score[known]) == 0:
            return None
        seen = Judged(np.stack([-score[known], score[known]], axis=1), did.astype(np.int64), self._groups[known], 1)
        drawn = np.concatenate([areas(seen, piece[:, known]) for piece in self._draws])
        whole = float(areas(seen, np.ones((1, len(did))))[0])
        found = widened(estimated(whole, drawn), *counted(seen))
        return found if np.isfinite([found.low, found.high]).all() else None
