"""A line through each customer's unbiased effect, drawn to the average as strongly as the data themselves ask for.

Source: Semenova and Chernozhukov (2021), Econometrics Journal 24, 264-289; for the strength MacKay (1992), Neural
Computation 4, 415-447.
"""

from __future__ import annotations

import numpy as np

from campanile.experiments.uplift.formulas import Linear
from campanile.experiments.uplift.material import Material, ridge
from campanile.experiments.uplift.trial import Floats

_STRENGTHS = np.exp(np.linspace(np.log(1e-5), np.log(1e3), 80))
"""Penalties that are tried, in rows of 0 for each row."""


def fit(material: Material) -> Linear:
    """Fit the line to the effects."""
    return ridge(material.Z, material.effects, likeliest(material.Z, material.effects))


def likeliest(Z: Floats, y: Floats) -> float:
    """Return the penalty under which ``y`` is likeliest, where slopes are chance around 0; shapes (rows, ...), (rows,).

    Where nothing goes along with the columns it is the largest: the slopes are as good as 0.
    """
    A, gap = Z - Z.mean(axis=0), y - y.mean()
    values, vectors = np.linalg.eigh(A.T @ A)
    kept = values > values.max(initial=0.0) * 1e-9
    told = (vectors.T @ (A.T @ gap))[kept] ** 2 / values[kept]
    penalties = _STRENGTHS * len(y)
    grown = 1 + values[kept] / penalties[:, None]
    unlike = max(float(gap @ gap) - float(told.sum()), 0.0) + (told / grown).sum(axis=1)
    worth = -(len(y) - 1) * np.log(np.maximum(unlike, 1e-300)) - np.log(grown).sum(axis=1)
    return float(penalties[int(worth.argmax())])
