"""A kept model, ready to predict and to be explained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.features.columns import build
from campanile.features.numbers import matrix
from campanile.features.plan import FeaturePlan
from campanile.features.straight import Rows, plain, straight
from campanile.models.decision import called
from campanile.tables import Column, dictionary_of, response_of
from campanile.words import Sentence
from campanile.workspace.catalog import Artifact

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FoldModel:
    """The model as fitted without the groups of one fold (``oof.fold == fold``), and without later outcomes."""

    fold: int
    plan: FeaturePlan
    pipeline: Any

    def matrix(self, features: pa.Table) -> Floats:
        """Return built features as the pipeline takes them: (rows, features)."""
        return matrix(self.plan, features)

    def probabilities(self, features: pa.Table) -> Floats:
        """Return calibrated probabilities (rows, classes) of built features."""
        return np.asarray(self.pipeline.predict_proba(self.matrix(features)))


@dataclass(frozen=True)
class Model:
    """A model by name and version. ``pipeline`` takes the matrix of ``matrix``; ``oof`` holds honest predictions.

    ``classes`` are in the order of the probability columns; ``positive`` is the index of a response. ``oof`` has a
    row for each row that was judged (all training rows; those of the last period where the split is by time): row (its
    place in the table), fold, group, actual, probability (of a response), p_0 … p_k.
    """

    name: str
    version: int
    method: str
    target: str
    artifact: Artifact
    classes: tuple[str, ...]
    positive: int
    plan: FeaturePlan
    table: Artifact
    oof: pa.Table
    pipeline: Any
    read_folds: Callable[[], Sequence[Any]]

    def called(self, p: Floats) -> NDArray[np.int64]:
        """Return the class (rows,) by which rows of these probabilities (rows, classes) are called."""
        weights = self.artifact.meta.get("decision")
        return called(p, self.positive, None if weights is None else np.asarray(weights))

    @property
    def column(self) -> Column:
        """The target as a column of its table, which knows the labels of its classes."""
        return dictionary_of(self.table)[self.target]

    @property
    def response(self) -> Sentence | None:
        """What counts as a response, where there are more classes than two."""
        return response_of(self.column, self.classes, self.positive)

    @property
    def card(self) -> dict[str, Any]:
        """The model's card: data, features, metrics beside the baseline, settings, limits."""
        return dict(self.artifact.meta["card"])

    @cached_property
    def folds(self) -> tuple[FoldModel, ...]:
        """The models of the folds, read when first asked for."""
        return tuple(FoldModel(fold, self.plan, pipeline) for fold, pipeline in enumerate(self.read_folds()))

    def features(self, rows: pa.Table) -> pa.Table:
        """Return the features of rows: one column each, double or string. Raises DataError for missing columns."""
        return build(self.plan, rows)

    def matrix(self, features: pa.Table) -> Floats:
        """Return built features as the pipeline takes them: (rows, features), categories as level numbers."""
        return matrix(self.plan, features)

    def probabilities(self, features: pa.Table) -> Floats:
        """Return calibrated probabilities (rows, classes) of built features."""
        return np.asarray(self.pipeline.predict_proba(self.matrix(features)))

    def predict(self, rows: pa.Table) -> Floats:
        """Return calibrated probabilities (rows, classes) of rows as they come from a table."""
        return np.asarray(self.pipeline.predict_proba(self.numbers(rows)))

    def numbers(self, rows: pa.Table) -> Floats:
        """Return ``matrix(features(rows))``, without the engine where the columns' types allow."""
        return numbers(self.plan, rows)


def numbers(plan: FeaturePlan, rows: pa.Table) -> Floats:
    """Return rows as they come from a table as a matrix (rows, features). Raises DataError for missing columns."""
    schema = rows.schema
    names = set(schema.names)
    if all(name in names for name in plan.sources) and plain(plan, lambda name: schema.field(name).type):
        return straight(plan, Rows(rows))
    return matrix(plan, build(plan, rows))
