"""One model of a transformed outcome, whose mean is the effect.

Source: Jaskowski and Jaroszewicz (2012), the class transformation; Athey and Imbens (2016) for amounts.
"""

from __future__ import annotations

import numpy as np

from campanile.experiments.uplift.formulas import Linear, Sum
from campanile.experiments.uplift.material import Material, ridge
from campanile.experiments.uplift.two_model import logistic

_PENALTY = 2.0


def fit(material: Material) -> Linear | Sum:
    """Fit who answers as treatment would have it (yes or no), or the outcome weighed by what was given."""
    trial, Z = material.trial, material.Z
    if trial.proportion:
        as_wished = trial.treated * trial.y + (1 - trial.treated) * (1 - trial.y)
        if len(np.unique(as_wished)) > 1:
            chance = logistic(Z, as_wished, trial.weight / trial.weight.mean(), _PENALTY)
            return Sum(((2.0, chance),), start=-1.0)
    middle = float(np.average(trial.y, weights=trial.weight))
    weighed = (trial.y - middle) * (2 * trial.treated - 1) * trial.weight
    return ridge(Z, weighed, _PENALTY)
