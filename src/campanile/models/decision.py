"""Which of several classes a row is called by: rare ones are named somewhat sooner than they are the most probable."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_CARE = 0.5
"""0 calls the most probable class, which serves accuracy alone and hardly ever names a rare one; 1 cares for every
class alike, however rare. Halfway between serves both accuracy and the mean of the classes' F1."""


def decision(y: NDArray[np.int64], classes: int) -> Floats:
    """Return the weight of each class (classes,), given the classes learned from: 1 / share ** 0.5."""
    share = np.bincount(y, minlength=classes) / max(len(y), 1)
    return np.asarray(np.where(share > 0, np.maximum(share, 1e-12) ** -_CARE, 0.0))


def called(p: Floats, positive: int, weights: Floats | None) -> NDArray[np.int64]:
    """Return the class (rows,) by which each row is called, given probabilities (rows, classes).

    Of two classes a response is called where it is at least as probable as not; of more, the most probable after
    ``weights`` (None: as it is).
    """
    if p.shape[1] == 2:
        return np.where(p[:, positive] >= 0.5, positive, 1 - positive)
    return np.asarray((p if weights is None else p * weights).argmax(axis=1))
