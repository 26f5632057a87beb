"""A table made ready for training: its features as a matrix, its target, and which rows test which models."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.features.columns import build
from campanile.features.numbers import matrix
from campanile.features.plan import FeaturePlan
from campanile.features.proposal import propose
from campanile.models import panel
from campanile.models.decision import decision
from campanile.models.fitting import Problem
from campanile.models.folds import content, grouped, mixed
from campanile.models.metrics import Judged
from campanile.models.spec import TrainSpec
from campanile.models.split import Split
from campanile.models.target import Target, enough, read_target
from campanile.tables import Dictionary
from campanile.words import Sentence, say
from campanile.workspace.errors import DataError

FEWEST_ROWS = 20


@dataclass(frozen=True)
class Prepared:
    """``rows`` are those with a known target; ``row`` gives their place in the table, ``split`` how they are judged.

    ``copies`` counts the rows that are copies of another; ``repeated`` tells whether an entity has several rows.
    """

    rows: pa.Table
    row: NDArray[np.int64]
    plan: FeaturePlan
    target: Target
    problem: Problem
    split: Split
    copies: int
    repeated: bool = False
    notes: tuple[Sentence, ...] = ()

    @property
    def positives(self) -> int:
        """How many rows have a response."""
        return int((self.problem.y == self.target.positive).sum())

    def judge(self, p: NDArray[np.float64], spec: TrainSpec) -> Judged:
        """Return probabilities of all rows (rows, classes) as they are to be judged: on the rows that are."""
        seen, problem = self.split.judged, self.problem
        return Judged(
            p[seen], problem.y[seen], problem.groups[seen], self.target.positive, spec.contact_cost, spec.sale_value,
            self._decision()[seen] if problem.classes > 2 else None,
        )  # fmt: skip

    def _decision(self) -> NDArray[np.float64]:
        """Return the weight of each class for each row (rows, classes), as its model could know it."""
        weights = np.ones((len(self.problem.y), self.problem.classes))
        for place in self.split.places[:-1]:
            learned = self.problem.y[self.split.training(place)]
            weights[self.split.testing(place)] = decision(learned, self.problem.classes)
        return weights


def prepare(rows: pa.Table, dictionary: Dictionary, spec: TrainSpec) -> Prepared:
    """Build features, read the target, and split by entity and time.

    Raises NotFound for an unknown target or excluded column; DataError where there is nothing to learn
    from: a constant target, a class with fewer than five customers, too few rows, no features; or where the time
    holds no dates.
    """
    if spec.target not in dictionary:
        raise dictionary.no_column(spec.target, spec.table)
    reasons = panel.apart(dictionary, spec)
    if rows.num_rows < FEWEST_ROWS:
        raise _too_few(spec.table, rows.num_rows)
    target = read_target(rows, spec.target, spec.positive)
    row = np.flatnonzero(target.known)
    rows = rows.take(pa.array(row))
    target = Target(target.codes[row], target.known[row], target.classes, target.positive)
    excluded = (*spec.exclude, *reasons)
    plan = propose(dictionary, rows, spec.target, excluded, labels=spec.feature_labels, derive=spec.derive)
    plan = panel.explained(plan, reasons)
    prints, groups, copies, repeated = _together(rows, dictionary, spec)
    if len(np.unique(groups)) < 2:
        raise _all_alike(spec.table)
    enough(target, groups, spec.target)
    if not len(plan):
        raise _no_features(spec.table)
    problem = _problem(rows, plan, target, prints, groups, spec)
    split, notes = panel.divided(rows, problem, target.positive, spec)
    return Prepared(rows, row, plan, target, problem, split, copies, repeated, notes)


def learned_from(
    rows: pa.Table, dictionary: Dictionary, plan: FeaturePlan, spec: TrainSpec
) -> tuple[Problem, NDArray[np.int64], NDArray[np.int64]]:
    """Return what a model with this plan learned from, the places of those rows, and the group of every row.

    Rows without an outcome belong to a group too: their customer may have had one at another time.
    """
    target = read_target(rows, spec.target, spec.positive)
    row = np.flatnonzero(target.known)
    known = Target(target.codes[row], target.known[row], target.classes, target.positive)
    prints, groups, *_ = _together(rows, dictionary, spec)
    return _problem(rows.take(pa.array(row)), plan, known, prints[row], groups[row], spec), row, groups


def _problem(
    rows: pa.Table, plan: FeaturePlan, target: Target, prints: NDArray[np.uint64], groups: NDArray[np.int64],
    spec: TrainSpec,
) -> Problem:  # fmt: skip
    return Problem(
        matrix(plan, build(plan, rows)), target.codes, groups, prints,
        tuple(len(feature.levels) if feature.kind == "category" else 0 for feature in plan),
        len(target.classes), spec.seed, spec.weights == "balanced", 3 if spec.quick else 5,
        tuple(at for at, feature in enumerate(plan) if set(feature.sources) & set(spec.keep)),
    )  # fmt: skip


def _together(
    rows: pa.Table, dictionary: Dictionary, spec: TrainSpec
) -> tuple[NDArray[np.uint64], NDArray[np.int64], int, bool]:
    """Return each row's print and group, how many rows are copies, and whether an entity has several rows."""
    if spec.entity is None:
        prints = content(rows, dictionary, spec.target)
        groups = grouped(prints, rows[dictionary.key] if dictionary.key else None)
        return prints, groups, len(groups) - len(np.unique(groups)), False
    prints = content(rows.drop_columns([spec.entity]), dictionary, spec.target)
    groups, entities = panel.histories(prints, rows[spec.entity])
    # Rows of one group with one print are copies, whether of one entity or of two.
    alike = np.unique(prints ^ mixed(groups.astype(np.uint64), 0))
    return prints, groups, len(prints) - len(alike), entities < len(prints)


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
