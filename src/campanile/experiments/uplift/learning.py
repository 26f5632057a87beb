"""One fit of everything: the learners on a trial's rows, the best chosen on rows kept apart, its predictions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from campanile.estimates import places
from campanile.experiments.uplift.formulas import Formula, Linear, Predict, Sum, is_plain
from campanile.experiments.uplift.learners import LEARNERS, OWN, TOGETHER
from campanile.experiments.uplift.material import Material, pseudo
from campanile.experiments.uplift.trial import Floats, Trial
from campanile.features import Design

_CLEARLY = 1.64
"""How many standard errors better than all together a learner must be on rows kept apart."""


@dataclass(frozen=True)
class Learned:
    """What was learned of a trial: ``learner`` names the choice, ``of_effect`` and ``arms`` predict from encoded rows."""

    learner: str
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
    """Fit to a trial. ``learner`` None: chosen among its rows, of which a third is kept apart for that."""
    chosen = learner or _choice(trial)
    material = Material.of(trial)
    effect = _together(_own(material)) if chosen == TOGETHER else LEARNERS[chosen].fit(material)
    return Learned(chosen, material.design, effect, material.arms)


def _own(material: Material) -> Mapping[str, Formula]:
    fitted = {name: LEARNERS[name].fit(material) for name in OWN}
    return {name: one for name, one in fitted.items() if is_plain(one)}


def _together(fitted: Mapping[str, Formula]) -> Sum:
    return Sum(tuple((1 / len(fitted), one) for one in fitted.values()))


def _choice(trial: Trial) -> str:
    """Return the learner that orders rows kept apart clearly better than all together do, else all together."""
    _, group = np.unique(trial.groups, return_inverse=True)
    apart = np.random.default_rng(trial.seed).random(int(group.max()) + 1)[group] < 1 / 3
    inside, outside = trial.take(np.flatnonzero(~apart)), trial.take(np.flatnonzero(apart))
    if min(inside.treated.sum(), (1 - inside.treated).sum(), len(outside)) < 2:
        return TOGETHER
    material = Material.of(inside)
    fitted = _own(material)
    Z = material.design.transform(outside.X)
    noisy = pseudo(outside, Z, material.arms)
    told = {name: along(noisy, predict(Z), outside) for name, predict in fitted.items()}
    whole = along(noisy, _together(fitted)(Z), outside)
    lead = {name: _surely(values - whole) for name, values in told.items()}
    best = max(lead, key=lambda name: lead[name])
    return best if lead[best] > _CLEARLY else TOGETHER


def along(noisy: Floats, score: Floats, trial: Trial) -> Floats:
    """Return each row's part in the Qini coefficient of an order by ``score``: its mean is the coefficient.

    Source: Yadlowsky, Fleming, Shah, Brunskill and Wager (2025), rank-weighted average treatment effects.
    """
    place = places(score, np.zeros(len(score), dtype=np.int64), trial.prints)
    return np.asarray((place.mean() - place) * (noisy - noisy.mean()))


def _surely(values: Floats) -> float:
    spread = float(values.std())
    return float(values.mean()) / spread * len(values) ** 0.5 if spread > 0 else 0.0
