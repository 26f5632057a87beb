"""Predicted against actual responders, by tenths of the customers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from campanile.audience.result import Decile
from campanile.estimates import Estimate, wilson


def deciles(probability: NDArray[np.float64], responded: NDArray[np.float64], parts: int = 10) -> tuple[Decile, ...]:
    """Return the tenths from the likeliest to the least likely, each with its predicted and actual responders.

    A tenth is ``inside`` when the predicted number lies in Wilson's interval around the actual one.
    Customers with equal probabilities stay together, so tenths may differ in size or be missing.
    """
    _, run, sizes = np.unique(-probability, return_inverse=True, return_counts=True)
    middle = np.cumsum(sizes) - sizes / 2
    part = np.floor(middle / max(len(probability), 1) * parts).astype(np.int64)[run]
    counts = np.bincount(part, minlength=parts)
    predicted = np.bincount(part, weights=probability, minlength=parts)
    actual = np.bincount(part, weights=responded, minlength=parts)
    return tuple(
        _decile(at + 1, int(counts[at]), float(predicted[at]), int(actual[at])) for at in range(parts) if counts[at]
    )


def _decile(number: int, customers: int, predicted: float, actual: int) -> Decile:
    share = wilson(actual, customers)
    interval = Estimate(float(actual), share.low * customers, share.high * customers, share.level)
    return Decile(number, customers, predicted, actual, interval, not interval.excludes(predicted))
