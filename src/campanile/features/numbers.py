"""A table of features becomes one matrix of numbers, a column for each feature."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.features.plan import Feature, FeaturePlan


def matrix(plan: FeaturePlan, features: pa.Table) -> NDArray[np.float64]:
    """Return (rows, features): numbers as they are, a category as the index of its level.

    Missing values and levels that the training table did not have are NaN. Columns that are no
    feature of the plan are ignored. Raises KeyError where a feature is not there.
    """
    values = np.empty((features.num_rows, len(plan)), dtype=np.float64, order="F")
    for index, feature in enumerate(plan):
        values[:, index] = _column(feature, features.column(feature.name))
    return values


def _column(feature: Feature, column: pa.ChunkedArray) -> NDArray[np.float64]:
    if feature.kind == "category":
        column = pc.index_in(column.cast(pa.string()), value_set=pa.array(feature.levels, pa.string()))
        if feature.levels:
            return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
        return np.full(len(column), np.nan)
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
