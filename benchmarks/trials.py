"""Made-up trials whose truth is known: effects alike for all, or unlike in several ways."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from campanile.experiments.uplift.trial import Trial

Floats = NDArray[np.float64]
FEATURES = 8
AVERAGE = 0.05


def alike(X: Floats) -> Floats:
    """The same effect for everybody."""
    return np.full(len(X), AVERAGE)


def line(X: Floats) -> Floats:
    """An effect that grows along one column; its spread is as large as its average."""
    return AVERAGE * (1 + X[:, 2])


def step(X: Floats) -> Floats:
    """A third of the customers take all of the effect."""
    return 3 * AVERAGE * (X[:, 3] > 0.43)


def both(X: Floats) -> Floats:
    """Only the sign of two columns together tells who is persuaded."""
    return 2 * AVERAGE * (X[:, 2] * X[:, 3] > 0)


WORLDS: dict[str, Callable[[Floats], Floats]] = {"alike": alike, "line": line, "step": step, "both": both}


def trial(world: str, rows: int, seed: int, *, share: float = 0.5, amounts: bool = False) -> tuple[Trial, Floats]:
    """Make a trial up; also return the true effects.

    The outcome without treatment follows two columns and happens to about a fifth; ``amounts`` makes it money with a
    heavy tail for those to whom it happens.
    """
    random = np.random.default_rng([seed, 77])
    X = random.normal(size=(rows, FEATURES))
    X[:, 4] = X[:, 4] > 0
    X[:, 5] = random.integers(0, 4, rows)
    treated = (random.random(rows) < share).astype(np.float64)
    effect = WORLDS[world](X)
    chance = 0.05 + 0.35 / (1 + np.exp(0.8 - 0.8 * X[:, 0] - 0.5 * X[:, 1]))
    y = (random.random(rows) < np.clip(chance + effect * treated, 0, 1)).astype(np.float64)
    if amounts:
        y *= np.exp(3 + random.normal(size=rows))
    marks = random.integers(0, 2**63, rows).astype(np.uint64)
    e = np.full(rows, treated.mean())
    levels = tuple(4 if at == 5 else 0 for at in range(FEATURES))
    return Trial(X, levels, treated, y, e, marks, np.arange(rows), not amounts, seed), effect
