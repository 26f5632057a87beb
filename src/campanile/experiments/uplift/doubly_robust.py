"""Trees on each customer's unbiased effect: right if either the chances of treatment or the outcome models are.

Source: Kennedy (2023), Electronic Journal of Statistics 17, 3008-3049.
"""

from __future__ import annotations

from campanile.experiments.uplift.formulas import Trees
from campanile.experiments.uplift.material import Material
from campanile.experiments.uplift.trees import boosted


def fit(material: Material) -> Trees:
    """Fit small trees to the effects."""
    return boosted(material.Z, material.effects, material.trial.seed, rounds=60, depth=2, eta=0.05)
