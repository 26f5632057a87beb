"""One fit of everything: the learners on a trial's rows, weighed by what they tell of rows kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from campanile.estimates import places
from campanile.experiments.uplift.formulas import Formula, Linear, Predict, Sum, is_plain
from campanile.experiments.uplift.learners import LEARNERS, TOGETHER
from campanile.experiments.uplift.material import Material, pseudo
from campanile.experiments.uplift.trial import Floats, Rows, Trial
from campanile.features import Design

_PARTS = 3
_MOST_ROWS = 100_000
_SPREAD = 0.15
"""How far the weights of learners may well be from what they are before anything is known: one standard deviation.

Both were chosen on made-up trials, and on other outcomes and halves of the real test than those it is judged by.
"""


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
    """Fit to a trial. ``learner`` None: several, weighed by what each tells of rows that it has not seen."""
    weights = {learner: 1.0} if learner else weighed(trial)
    material = Material.of(trial)
    effect = LEARNERS[learner].fit(material) if learner else _sum(weights, _fitted(material))
    return Learned(weights, material.design, effect, material.arms)


def _fitted(material: Material) -> Mapping[str, Formula]:
    fitted = {name: LEARNERS[name].fit(material) for name in TOGETHER}
    return {name: one for name, one in fitted.items() if is_plain(one)}


def _sum(weights: Mapping[str, float], fitted: Mapping[str, Formula]) -> Sum:
    return Sum(tuple((weights[name], one) for name, one in fitted.items()))


def weighed(trial: Trial) -> dict[str, float]:
    """Return the weight of each learner: none below 0, near those of ``TOGETHER`` where the rows tell little.

    One third of the rows after the other is predicted by what was learned from the rest. The weights are those under
    which the sum comes nearest to the unbiased effects, drawn to their prior.

    Source: Breiman (1996), Machine Learning 24, 49-64, stacking with weights not below 0.
    """
    trial, part = _parts(trial)
    predicted, noisy = np.empty((len(trial), len(TOGETHER))), np.empty(len(trial))
    for at in range(_PARTS):
        here, others = np.flatnonzero(part == at), trial.take(np.flatnonzero(part != at))
        if min(others.treated.sum(), (1 - others.treated).sum(), len(here)) < 2:
            return dict(TOGETHER)
        material, apart = Material.of(others), trial.take(here)
        Z = material.design.transform(apart.X)
        told = np.column_stack([one(Z) for one in _fitted(material).values()])
        predicted[here], noisy[here] = told - told.mean(axis=0), pseudo(apart, Z, material.arms)
    weights = nearest(predicted, noisy - noisy.mean(), np.array(list(TOGETHER.values())))
    return dict(zip(TOGETHER, weights.tolist(), strict=True))


def _parts(trial: Trial) -> tuple[Trial, Rows]:
    """Return rows enough to know the weights by, and the third that each is in; copies are together."""
    _, group = np.unique(trial.groups, return_inverse=True)
    drawn = np.random.default_rng(trial.seed).random(int(group.max()) + 1)[group]
    share = min(1.0, _MOST_ROWS / len(trial))
    kept = np.flatnonzero(drawn < share)
    return trial.take(kept), np.minimum((drawn[kept] / share * _PARTS).astype(np.int64), _PARTS - 1)


def nearest(predicted: Floats, noisy: Floats, prior: Floats) -> Floats:
    """Return weights of the columns of ``predicted`` (rows, learners), drawn to ``prior``; shape (learners,)."""
    from scipy.optimize import nnls

    noise = float(noisy.var())
    if noise <= 0:
        return prior
    # The rows are told by their products, which are few.
    held = predicted.T @ predicted / noise + np.eye(len(prior)) / _SPREAD**2
    wanted = predicted.T @ noisy / noise + prior / _SPREAD**2
    lower = np.linalg.cholesky(held)
    return np.asarray(nnls(lower.T, np.linalg.solve(lower, wanted))[0])


def along(noisy: Floats, score: Floats, trial: Trial) -> Floats:
    """Return each row's part in the Qini coefficient of an order by ``score``: its mean is the coefficient.

    Source: Yadlowsky, Fleming, Shah, Brunskill and Wager (2025), rank-weighted average treatment effects.
    """
    place = places(score, np.zeros(len(score), dtype=np.int64), trial.prints)
    return np.asarray((place.mean() - place) * (noisy - noisy.mean()))
