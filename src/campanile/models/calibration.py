"""Probabilities that add up to what happens: scores of unseen rows set against their outcomes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LEAST_ROWS = 30
_LEAST_OF_CLASS = 8
_DRAWN_SLOPE, _DRAWN_INTERCEPT = 30.0, 1.0
"""How strongly several classes' parameters are drawn towards leaving scores as they are. With a class of a few dozen
rows, weakly drawn slopes learn noise: they cost log loss, and most of the rare classes' F1."""


def identity(classes: int) -> tuple[Floats, Floats]:
    """Return the calibration that changes nothing."""
    return np.eye(classes), np.zeros(classes)


def fit(scores: Floats, outcomes: NDArray[np.int64], classes: int) -> tuple[Floats, Floats]:
    """Return (classes, classes) slopes and (classes,) intercepts for log probabilities (rows, classes).

    Two classes: a straight line in log-odds. More: a linear map of log probabilities, drawn towards
    leaving them as they are: slopes more than intercepts, which make the totals add up. Too few rows to learn from
    leave the scores unchanged.

    Source: Platt (1999), Probabilistic outputs for support vector machines.
    """
    counts = np.bincount(outcomes, minlength=classes)
    if len(outcomes) < _LEAST_ROWS or counts.min() < _LEAST_OF_CLASS:
        return identity(classes)
    return _line(scores, outcomes) if classes == 2 else _linear(scores, outcomes, classes)


def apply(scores: Floats, slopes: Floats, intercepts: Floats) -> Floats:
    """Return calibrated probabilities (rows, classes) of log probabilities."""
    # Written out instead of a matrix product: the same bits whatever the number of rows.
    linear = np.stack([(scores * slopes[:, k]).sum(axis=1) + intercepts[k] for k in range(len(intercepts))], axis=1)
    linear -= linear.max(axis=1, keepdims=True)
    weights = np.exp(linear)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _line(scores: Floats, outcomes: NDArray[np.int64]) -> tuple[Floats, Floats]:
    from sklearn.linear_model import LogisticRegression

    odds = scores[:, 1] - scores[:, 0]
    if np.ptp(odds) < 1e-9:
        return identity(2)
    fitted = LogisticRegression(C=1e3, tol=1e-6, max_iter=500).fit(odds[:, None], outcomes)
    slope, intercept = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    if slope <= 0:
        # Worse than no order at all on unseen rows: the base rate for everyone.
        rate = np.log(np.bincount(outcomes, minlength=2) / len(outcomes))
        return np.zeros((2, 2)), rate
    return np.array([[0.0, -slope], [0.0, slope]]), np.array([0.0, intercept])


def _linear(scores: Floats, outcomes: NDArray[np.int64], classes: int) -> tuple[Floats, Floats]:
    from scipy.optimize import minimize

    hot = np.eye(classes)[outcomes]
    start = np.concatenate([np.eye(classes).ravel(), np.zeros(classes)])
    drawn = np.repeat([_DRAWN_SLOPE, _DRAWN_INTERCEPT], [classes**2, classes])

    def loss(flat: Floats) -> tuple[float, Floats]:
        slopes, intercepts = flat[: classes**2].reshape(classes, classes), flat[classes**2 :]
        p = apply(scores, slopes, intercepts)
        miss = p - hot
        gradient = np.concatenate([(scores.T @ miss).ravel(), miss.sum(axis=0)]) + drawn * (flat - start)
        fit_ = -float(np.log(np.maximum(p, 1e-300))[hot > 0].sum())
        return fit_ + 0.5 * float((drawn * (flat - start) ** 2).sum()), gradient

    best = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return best[: classes**2].reshape(classes, classes), best[classes**2 :]
