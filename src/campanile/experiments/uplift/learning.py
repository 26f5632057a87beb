"""One fit of everything: the learners on a trial's rows, the best chosen on rows kept apart, its predictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from campanile.estimates import places
from campanile.experiments.uplift.learners import LEARNERS, OWN, TOGETHER
from campanile.experiments.uplift.material import Material, Predict, pseudo
from campanile.experiments.uplift.trial import Floats, Trial

_CLEARLY = 1.64
"""How many standard errors better than all together a learner must be on rows kept apart."""


@dataclass(frozen=True)
class Learned:
    """What was learned of a trial: ``learner`` names the choice; both predict from a trial's features (rows, ...)."""

    learner: str
    effect: Callable[[Floats], Floats]
    response: Callable[[Floats], Floats]
    score: Callable[[Trial], Floats]


def learn(trial: Trial, learner: str | None = None) -> Learned:
    """Fit to a trial. ``learner`` None: chosen among its rows, of which a third is kept apart for that.

    ``response`` predicts the outcome of a treated customer, ``score`` the unbiased, noisy effect of each row of another
    trial, with outcome models that have not seen it.
    """
    chosen = learner or _choice(trial)
    material = Material.of(trial)
    fitted = _fitted(material, OWN if chosen == TOGETHER else (chosen,))
    encode = material.design.transform

    def effect(X: Floats) -> Floats:
        return _mean(fitted, encode(X))

    return Learned(
        chosen, effect, lambda X: material.arms[0](encode(X)), lambda t: pseudo(t, encode(t.X), material.arms)
    )


def _fitted(material: Material, names: tuple[str, ...]) -> Mapping[str, Predict]:
    return {name: LEARNERS[name].fit(material) for name in names}


def _mean(fitted: Mapping[str, Predict], Z: Floats) -> Floats:
    return np.asarray(np.mean([predict(Z) for predict in fitted.values()], axis=0))


def _choice(trial: Trial) -> str:
    """Return the learner that orders rows kept apart clearly better than all together do, else all together."""
    _, group = np.unique(trial.groups, return_inverse=True)
    apart = np.random.default_rng(trial.seed).random(int(group.max()) + 1)[group] < 1 / 3
    inside, outside = trial.take(np.flatnonzero(~apart)), trial.take(np.flatnonzero(apart))
    if min(inside.treated.sum(), (1 - inside.treated).sum(), len(outside)) < 2:
        return TOGETHER
    material = Material.of(inside)
    fitted = _fitted(material, OWN)
    Z = material.design.transform(outside.X)
    noisy = pseudo(outside, Z, material.arms)
    told = {name: along(noisy, predict(Z), outside) for name, predict in fitted.items()}
    whole = along(noisy, _mean(fitted, Z), outside)
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
