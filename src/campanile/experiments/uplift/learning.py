"""One fit of everything: the learners on a trial's rows, and their mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from campanile.estimates import places
from campanile.experiments.uplift.formulas import Formula, Linear, Predict, Sum
from campanile.experiments.uplift.learners import LEARNERS, TOGETHER
from campanile.experiments.uplift.material import Material, pseudo
from campanile.experiments.uplift.trial import Floats, Trial
from campanile.features import Design


@dataclass(frozen=True)
class Learned:
    """What was learned of a trial: ``of_effect`` and ``arms`` predict from encoded rows; ``weights`` by learner."""

    weights: Mapping[str, float]
    design: Design
    of_effect: Predict
    arms: tuple[Linear, Linear]

    def effect(self, X: Floats) -> Floats:
        """Return the predicted effect of customers by a trial's features (rows, ...)."""
        return self.of_effect(self.design.transform(X))

    def response(self, X: Floats) -> Floats:
        """Return the predicted outcome of customers if treated."""
        return self.arms[0](self.design.transform(X))

    def score(self, trial: Trial) -> Floats:
        """Return the unbiased, noisy effect of each row of a trial, with outcome models that have not seen it."""
        return pseudo(trial, self.design.transform(trial.X), self.arms)


def learn(trial: Trial, learner: str | None = None) -> Learned:
    """Fit to a trial. ``learner`` None: several, whose weighted mean predicts."""
    material = Material.of(trial)
    if learner:
        return Learned({learner: 1.0}, material.design, LEARNERS[learner].fit(material), material.arms)
    # Only what a library makes, and is no part of the mean, leaves something else than a formula.
    parts = tuple((weight, cast("Formula", LEARNERS[name].fit(material))) for name, weight in TOGETHER.items())
    return Learned(TOGETHER, material.design, Sum(parts), material.arms)


def along(noisy: Floats, score: Floats, trial: Trial) -> Floats:
    """Return each row's part in the Qini coefficient of an order by ``score``: its mean is the coefficient.

    Source: Yadlowsky, Fleming, Shah, Brunskill and Wager (2025), rank-weighted average treatment effects.
    """
    place = places(score, np.zeros(len(score), dtype=np.int64), trial.prints)
    return np.asarray((place.mean() - place) * (noisy - noisy.mean()))
