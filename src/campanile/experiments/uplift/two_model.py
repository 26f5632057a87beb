"""Two models: the outcome with the treatment and without it; the effect is their difference."""

from __future__ import annotations

import numpy as np

from campanile.experiments.uplift.formulas import Linear, Sum
from campanile.experiments.uplift.material import Material, ridge
from campanile.experiments.uplift.trial import Floats

_PENALTY = 100.0


def fit(material: Material) -> Sum:
    """Fit a penalised regression in each arm: logistic for yes-or-no outcomes, linear for amounts."""
    treated = material.trial.treated > 0
    one, other = _arm(material, treated), _arm(material, ~treated)
    return Sum(((1.0, one), (-1.0, other)))


def _arm(material: Material, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Linear:
    Z, y = material.Z[rows], material.trial.y[rows]
    if not material.trial.proportion or len(np.unique(y)) < 2:
        return ridge(Z, y, _PENALTY)
    return logistic(Z, y, None, _PENALTY)


def logistic(Z: Floats, y: Floats, weight: Floats | None, penalty: float) -> Linear:
    """Fit the chance of a 1 by a logistic regression drawn to 0 as ``penalty`` says."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1 / penalty, max_iter=200).fit(Z, y, weight)
    return Linear(float(fitted.intercept_[0]), tuple(fitted.coef_[0].tolist()), chance=True)
