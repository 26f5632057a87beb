"""The X-learner: what each arm's customers would have done in the other arm, and the effects that follow.

Source: Künzel, Sekhon, Bickel and Yu (2019), PNAS 116, 4156-4165.
"""

from __future__ import annotations

from campanile.experiments.uplift.formulas import Sum
from campanile.experiments.uplift.material import Material
from campanile.experiments.uplift.trees import boosted


def fit(material: Material) -> Sum:
    """Fit outcomes by arm, then in each arm the effects that the other arm's model implies."""
    trial, Z = material.trial, material.Z
    treated = trial.treated > 0
    seed, y = trial.seed, trial.y
    with_it = boosted(Z[treated], y[treated], seed, rounds=50, depth=3, eta=0.08)
    without = boosted(Z[~treated], y[~treated], seed, rounds=50, depth=3, eta=0.08)
    gained = boosted(Z[treated], y[treated] - without(Z[treated]), seed, rounds=40, depth=2, eta=0.08)
    missed = boosted(Z[~treated], with_it(Z[~treated]) - y[~treated], seed, rounds=40, depth=2, eta=0.08)
    share = float(trial.e.mean())
    return Sum(((1 - share, gained), (share, missed)))
