"""What learners learn from: columns of like scale, outcome models of both arms, and each customer's unbiased effect."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from campanile.experiments.uplift.formulas import Linear, Predict
from campanile.experiments.uplift.trial import Floats, Trial
from campanile.features import Design

_PENALTY = 20.0
_CAP = 0.99


def ridge(Z: Floats, y: Floats, penalty: float, weight: Floats | None = None) -> Linear:
    """Fit a linear model whose coefficients are drawn to 0 as ``penalty`` more rows of 0 would."""
    w = np.ones(len(y)) if weight is None else weight
    centre, middle = np.average(Z, axis=0, weights=w), float(np.average(y, weights=w))
    A = (Z - centre) * w[:, None]
    coefficients = np.linalg.solve(A.T @ (Z - centre) + penalty * np.eye(Z.shape[1]), A.T @ (y - middle))
    return Linear(middle - float(centre @ coefficients), tuple(coefficients.tolist()))


def capped(y: Floats) -> Floats:
    """Return amounts with the largest cut at the 99th percentile of those above 0: one giant order teaches nothing."""
    above = y[y > 0]
    return np.minimum(y, np.quantile(above, _CAP)) if len(above) else y


@dataclass(frozen=True)
class Material:
    """A trial's rows encoded as ``Z`` by ``design``, which was learned from them."""

    trial: Trial
    design: Design
    Z: Floats

    @classmethod
    def of(cls, trial: Trial) -> Material:
        """Learn the encoder from a trial and encode its rows."""
        design = Design(list(trial.levels)).fit(trial.X)
        return cls(trial, design, design.transform(trial.X))

    @cached_property
    def arms(self) -> tuple[Linear, Linear]:
        """The outcome models of arm and control."""
        treated, y = self.trial.treated > 0, self.trial.y
        return (
            ridge(self.Z[treated], y[treated], _PENALTY),
            ridge(self.Z[~treated], y[~treated], _PENALTY),
        )

    @cached_property
    def effects(self) -> Floats:
        """Each row's unbiased, noisy effect."""
        return pseudo(self.trial, self.Z, self.arms)


def pseudo(trial: Trial, Z: Floats, arms: tuple[Predict, Predict]) -> Floats:
    """Return for each row a noisy number that is its effect on average, whatever the outcome models are.

    Source: Robins, Rotnitzky and Zhao (1994), the augmented inverse-probability score with known chances.
    """
    with_it, without = arms[0](Z), arms[1](Z)
    t, e = trial.treated, trial.e
    return np.asarray(with_it - without + t / e * (trial.y - with_it) - (1 - t) / (1 - e) * (trial.y - without))
