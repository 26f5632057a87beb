"""A causal forest: trees that split where effects differ. A library's, with ``pip install 'campanile[uplift]'``.

Source: Athey, Tibshirani and Wager (2019), Annals of Statistics 47, 1148-1178.
"""

from __future__ import annotations

import numpy as np

from campanile.experiments.uplift.formulas import Predict
from campanile.experiments.uplift.material import Material
from campanile.experiments.uplift.trial import Floats
from campanile.words import say
from campanile.workspace.errors import BadInput

_TREES = 200


def fit(material: Material) -> Predict:
    """Fit the forest to what outcome and treatment are beyond what is expected. Raises BadInput without the library."""
    try:
        from econml.grf import CausalForest
    except ImportError:
        raise BadInput(
            say("A causal forest needs a library that is not installed."),
            say("Install it: pip install 'campanile[uplift]'"),
        ) from None
    trial, Z = material.trial, material.Z
    with_it, without = (arm(Z) for arm in material.arms)
    expected = trial.e * with_it + (1 - trial.e) * without
    forest = CausalForest(
        n_estimators=_TREES, min_samples_leaf=max(20, len(trial) // 100), inference=False, n_jobs=1,
        random_state=trial.seed,
    )  # fmt: skip
    forest.fit(Z, (trial.treated - trial.e)[:, None], trial.y - expected)

    def predict(rows: Floats) -> Floats:
        return np.asarray(forest.predict(rows), dtype=np.float64)[:, 0]

    return predict
