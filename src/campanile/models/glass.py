"""A model taken apart: what each feature adds to a customer's log-odds, exactly where that can be had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.models.model import FoldModel, Model

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Terms:
    """What each feature adds to the log-odds of a response: ``values`` (rows, features) upon ``base``.

    For two classes ``base`` plus a row's values is the log-odds of its calibrated probability.
    """

    values: Floats
    base: float


def terms(model: Model | FoldModel, features: pa.Table, positive: int | None = None) -> Terms | None:
    """Return exact Shapley values of built features, or None where the method has none.

    Linear models, curves and boosted trees have them, and so has their blend. With more than two
    classes they add up to the response's score less the mean score of the classes, before calibration.
    ``positive`` is needed for a fold's model with more than two classes.
    """
    response = model.pipeline
    if not all(hasattr(part[-1], "attributions") for part in response.parts):
        return None
    X = model.matrix(features)
    wanted = model.positive if isinstance(model, Model) else positive
    classes = len(response.intercepts)
    values, base = np.zeros(X.shape), 0.0
    for weight, part in zip(response.weights, response.parts, strict=True):
        part_values, part_base = _of_part(part, X, 1 if wanted is None else wanted, classes)
        values += weight * part_values
        base += weight * part_base
    if classes > 2:
        return Terms(values, float(base))
    # The calibration of two classes is a line in log-odds: it stretches the terms and moves the base.
    slope = response.slopes[1, 1] - response.slopes[1, 0]
    shift = response.intercepts[1] - response.intercepts[0]
    sign = -1.0 if wanted == 0 else 1.0
    return Terms(slope * values, float(slope * base + sign * shift))


def _of_part(pipeline: Any, X: Floats, positive: int, classes: int) -> tuple[Floats, float]:
    columns = X if len(pipeline) == 1 else pipeline[:-1].transform(X)
    parts, starts = pipeline[-1].attributions(columns)
    if classes == 2:
        sign = -1.0 if positive == 0 else 1.0
        values, start = sign * parts[0], sign * starts[0]
    else:
        values, start = parts[positive] - parts.mean(axis=0), starts[positive] - starts.mean()
    if len(pipeline) > 1:
        origin = pipeline[0].origin
        summed = np.zeros(X.shape)
        for column, feature in enumerate(origin):
            summed[:, feature] += values[:, column]
        values = summed
    return values, float(start)
