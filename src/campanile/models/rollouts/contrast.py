"""Versions measured on what happened, and set against each other, with intervals over resampled customers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate
from campanile.estimates.resampling import resample_weights
from campanile.models.metrics import estimated, ranked, roc_auc
from campanile.models.rollouts.result import Verdict

Floats = NDArray[np.float64]
Draws = dict[str, Floats]

FEWEST = 25
"""Of fewer responses, or customers without one, on either side nothing is concluded."""
_CELLS = 1_000_000
_MOST_CELLS = 20_000_000
_FEWEST_DRAWS = 100


@dataclass(frozen=True)
class Sample:
    """Answers with outcomes: each one's customer as a number, its probability, whether a response came."""

    customers: NDArray[np.int64]
    probability: Floats
    responded: NDArray[np.bool_]

    def at(self, places: NDArray[np.int64]) -> Sample:
        """Return some of the answers."""
        return Sample(self.customers[places], self.probability[places], self.responded[places])


@dataclass(frozen=True)
class Measured:
    """Figures of several samples: of each as it is, and over the same draws of customers."""

    whole: tuple[Draws, ...]
    drawn: tuple[Draws, ...]

    def figures(self, place: int, level: float = 0.95) -> dict[str, Estimate]:
        """Return the figures of one sample, those that can be told."""
        return _told(self.whole[place], self.drawn[place], level)

    def less(self, place: int, other: int, level: float = 0.95) -> dict[str, Estimate]:
        """Return the figures of one sample less those of another: customers that are in both are drawn for both."""
        whole, drawn = (
            {name: side[place][name] - side[other][name] for name in side[place]} for side in (self.whole, self.drawn)
        )
        return _told(whole, drawn, level)


def measured(samples: Sequence[Sample], resamples: int, seed: int) -> Measured:
    """Measure roc_auc, log_loss, brier and gap (the share of responses less that expected) of each sample.

    Samples that share customers are drawn together, so differences know what they have in common.
    """
    count = 1 + max((int(one.customers.max()) for one in samples if len(one.customers)), default=-1)
    everybody = np.arange(max(count, 1))
    most = max(_FEWEST_DRAWS, _MOST_CELLS // len(everybody))
    resamples, piece = min(resamples, most), max(1, _CELLS // len(everybody))
    drawn: list[list[Draws]] = [[] for _ in samples]
    for start in range(0, resamples, piece):
        weights = resample_weights(everybody, min(piece, resamples - start), seed + start)
        for held, one in zip(drawn, samples, strict=True):
            held.append(figures(one, weights[:, one.customers]))
    whole = tuple(figures(one, np.ones((1, len(one.customers)))) for one in samples)
    return Measured(whole, tuple(_joined(pieces) for pieces in drawn))


def figures(sample: Sample, weights: Floats) -> Draws:
    """Return each figure for each row of ``weights`` (draws, answers): (draws,)."""
    p, y = sample.probability, sample.responded.astype(np.float64)
    clipped = np.clip(p, 1e-12, 1 - 1e-12)
    with np.errstate(invalid="ignore", divide="ignore"):
        size = weights.sum(axis=1)
        return {
            "roc_auc": roc_auc(ranked(p, sample.responded, weights)) if len(p) else np.full(len(weights), np.nan),
            "log_loss": weights @ -(y * np.log(clipped) + (1 - y) * np.log1p(-clipped)) / size,
            "brier": weights @ (y - p) ** 2 / size,
            "gap": weights @ (y - p) / size,
        }


def concluded(
    difference: Estimate | None, loss: float, relevant: float, customers: int, fewest: int
) -> tuple[Verdict, int | None]:
    """Return what a difference of log loss (challenger less champion) tells, and how many more customers would.

    ``loss`` is the champion's, ``relevant`` the part of it that matters; ``fewest`` is the least number of responses,
    or of customers without one, on either side.
    """
    if difference is None or fewest < FEWEST:
        return "early", _rounded(customers * (FEWEST / fewest - 1)) if 0 < fewest < FEWEST else None
    if difference.excludes(0):
        return ("better" if difference.estimate < 0 else "worse"), None
    wide = (difference.high - difference.low) / 2 / (relevant * loss)
    # An interval narrows with the root of the number of customers.
    return ("alike", None) if wide <= 1 else ("early", _rounded(customers * (wide**2 - 1)))


def _told(whole: Draws, drawn: Draws, level: float) -> dict[str, Estimate]:
    found = {name: estimated(float(whole[name][0]), drawn[name], level) for name in whole}
    return {name: one for name, one in found.items() if np.isfinite([one.estimate, one.low, one.high]).all()}


def _rounded(number: float) -> int:
    """Round up to two digits: it is no more exact than that."""
    step = int(10 ** max(0, int(math.log10(max(number, 1))) - 1))
    return max(step, math.ceil(number / step) * step)


def _joined(pieces: Sequence[Mapping[str, Floats]]) -> Draws:
    return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
