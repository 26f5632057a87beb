"""Logistic regression and boosting together: what one overlooks the other may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campanile.models.method import Method, Settings
from campanile.words import say

_GRID = (0.2, 0.35, 0.5, 0.65, 0.8)


def weights(scores: Sequence[NDArray[np.float64]], outcomes: NDArray[np.int64]) -> tuple[float, ...]:
    """Return the weight of each of two parts, judged by the log loss of their blend on unseen rows.

    ``scores`` are log probabilities (rows, classes) of either part. The grid leaves both a say.
    """
    losses = []
    for share in _GRID:
        blend = share * scores[0] + (1 - share) * scores[1]
        blend = blend - np.logaddexp.reduce(blend, axis=1, keepdims=True)
        losses.append(-float(blend[np.arange(len(outcomes)), outcomes].mean()))
    share = _GRID[int(np.argmin(losses))]
    return share, 1 - share


def make(settings: Settings, levels: Sequence[int], seed: int) -> Any:
    """Refuse: a blend is made of parts that are fitted already, see ``fitting.respond``."""
    raise NotImplementedError


METHOD = Method(say("A stack of logistic regression and boosting"), make, quick={}, parts=("logistic", "boosting"))
