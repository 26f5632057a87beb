"""A table made ready for training: its features as a matrix, its target, and the folds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.features.columns import build
from campanile.features.numbers import matrix
from campanile.features.plan import FeaturePlan
from campanile.features.proposal import propose
from campanile.models.fitting import Problem
from campanile.models.folds import content, dealt, grouped, possible
from campanile.models.spec import TrainSpec
from campanile.models.target import Target, enough, read_target
from campanile.tables import Dictionary
from campanile.words import say
from campanile.workspace.errors import DataError

FEWEST_ROWS = 20


@dataclass(frozen=True)
class Prepared:
    """``rows`` are those with a known target; ``row`` gives their place in the table, ``fold`` their test fold."""

    rows: pa.Table
    row: NDArray[np.int64]
    plan: FeaturePlan
    target: Target
    problem: Problem
    fold: NDArray[np.int64]

    @property
    def copies(self) -> int:
        """How many rows are copies of another."""
        return len(self.row) - len(np.unique(self.problem.groups))


def prepare(rows: pa.Table, dictionary: Dictionary, spec: TrainSpec) -> Prepared:
    """Build features, read the target, and deal the folds.

    Raises NotFound for an unknown target or excluded column; DataError where there is nothing to learn
    from: a constant target, a class with fewer than five customers, too few rows, no features.
    """
    if spec.target not in dictionary:
        raise dictionary.no_column(spec.target, spec.table)
    if rows.num_rows < FEWEST_ROWS:
        raise _too_few(spec.table, rows.num_rows)
    target = read_target(rows, spec.target, spec.positive)
    row = np.flatnonzero(target.known)
    rows = rows.take(pa.array(row))
    target = Target(target.codes[row], target.known[row], target.classes, target.positive)
    plan = propose(dictionary, rows, spec.target, spec.exclude, labels=spec.feature_labels)
    prints = content(rows, dictionary, spec.target)
    groups = grouped(prints, rows[dictionary.key] if dictionary.key else None)
    if len(np.unique(groups)) < 2:
        raise _all_alike(spec.table)
    enough(target, groups, spec.target)
    if not len(plan):
        raise _no_features(spec.table)
    problem = Problem(
        matrix(plan, build(plan, rows)), target.codes, groups, prints,
        tuple(len(feature.levels) if feature.kind == "category" else 0 for feature in plan),
        len(target.classes), spec.seed, spec.weights == "balanced", 3 if spec.quick else 5,
    )  # fmt: skip
    fold = dealt(target.codes, groups, possible(target.codes, groups, spec.folds), spec.seed, prints)
    return Prepared(rows, row, plan, target, problem, fold)


def _too_few(table: str, n: int) -> DataError:
    return DataError(
        say("Table {table:quoted} has {n} rows; that is too few to learn from and to test on.", table=table, n=n),
        say("Load at least {least} rows, better some hundreds.", least=FEWEST_ROWS),
    )


def _all_alike(table: str) -> DataError:
    return DataError(
        say("All rows of table {table:quoted} are copies of one another apart from their identifier.", table=table),
        say("Check how the table was made; load rows that differ."),
    )


def _no_features(table: str) -> DataError:
    return DataError(
        say("Table {table:quoted} has no column to predict from: all are identifiers, personal data, text or constant.",
            table=table),
        say("Declare what a column means, for example --type age=number, or load more columns."),
    )  # fmt: skip
