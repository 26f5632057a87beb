"""The customers a model is explained on, each with the answer of a model that had not seen them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.explain.subjects import Levels, Subject, amounts, levels, like

Score = Callable[[pa.Table], NDArray[np.float64]]
"""From built features to the probability of the explained class, shape (rows,)."""

Terms = Callable[[pa.Table], NDArray[np.float64]]
"""From built features to additive terms in log-odds, shape (rows, features), in the features' order."""


@dataclass(frozen=True)
class Evidence:
    """Rows, their built features, outcomes and held-out probabilities; every array has shape (rows,).

    ``scorers[k]`` was fitted without the customers whose ``fold`` is k; ``score`` on all of them.
    ``group`` is shared by a customer and its duplicates. ``terms`` are exact contributions in log-odds,
    None for a model that has none.
    """

    rows: pa.Table
    features: pa.Table
    outcome: NDArray[np.bool_]
    probability: NDArray[np.float64]
    fold: NDArray[np.int64]
    group: NDArray[np.int64]
    build: Callable[[pa.Table], pa.Table]
    score: Score
    scorers: tuple[Score, ...]
    subjects: tuple[Subject, ...]
    terms: Terms | None = None
    fold_terms: tuple[Terms, ...] | None = None

    @property
    def base(self) -> float:
        """The share of all customers who responded."""
        return float(self.outcome.mean())

    def column(self, subject: Subject) -> pa.ChunkedArray:
        """Return the values of ``subject``: of its business column, else of its one feature."""
        return (self.rows if subject.column else self.features)[subject.measured]

    def amounts(self, subject: Subject) -> NDArray[np.float64]:
        """Return the values of ``subject`` as numbers, NaN where unknown."""
        return amounts(self.column(subject))

    def levels(self, subject: Subject) -> Levels:
        """Return the levels of ``subject``."""
        return levels(self.column(subject))

    def sample(self, most: int, seed: int) -> NDArray[np.int64]:
        """Return the positions of at most ``most`` customers, drawn without replacement, in order."""
        count = len(self.outcome)
        if count <= most:
            return np.arange(count)
        return np.sort(np.random.default_rng(seed).choice(count, most, replace=False))


def held_out(evidence: Evidence, features: pa.Table, fold: NDArray[np.int64]) -> NDArray[np.float64]:
    """Score built features, each row by the model of its ``fold``, which had not seen the customer."""
    scored = np.empty(len(fold))
    for k in np.unique(fold):
        chosen = np.flatnonzero(fold == k)
        scored[chosen] = evidence.scorers[k](features.take(chosen))
    return scored


_CELLS = 8_000_000


@dataclass(frozen=True)
class Question:
    """What would be answered for ``customers`` (positions) if ``subject`` had ``values``; both of shape (asked,)."""

    subject: Subject
    customers: NDArray[np.int64]
    values: pa.Array


def answers(evidence: Evidence, questions: Sequence[Question], *, most: int | None = None) -> list[NDArray[np.float64]]:
    """Answer questions by the held-out models, about ``most`` rows in one call (default: eight million values).

    A business column is set in the rows and everything made from it is rebuilt; a ratio or a total is
    set by itself. Each answer has its question's shape.
    """
    told: list[NDArray[np.float64]] = []
    most = most or _CELLS // max(1, evidence.features.num_columns)
    batch: list[Question] = []
    for question in questions:
        if batch and sum(len(one.customers) for one in batch) + len(question.customers) > most:
            told += _answer(evidence, batch)
            batch = []
        batch.append(question)
    return told + (_answer(evidence, batch) if batch else [])


def _answer(evidence: Evidence, batch: Sequence[Question]) -> list[NDArray[np.float64]]:
    folds = np.concatenate([evidence.fold[question.customers] for question in batch])
    scored = held_out(evidence, changed(evidence, batch), folds)
    ends = np.cumsum([len(question.customers) for question in batch])
    return np.split(scored, ends[:-1])


def changed(evidence: Evidence, batch: Sequence[Question]) -> pa.Table:
    """Return the built features of all questions of a batch, one after another."""
    of_rows = [question for question in batch if question.subject.column]
    parts: dict[int, pa.Table] = {}
    if of_rows:
        rows = pa.concat_tables([_put(evidence.rows, str(one.subject.column), one) for one in of_rows])
        built, start = evidence.build(rows.combine_chunks()), 0
        for one in of_rows:
            parts[id(one)] = built.slice(start, len(one.customers))
            start += len(one.customers)
    for one in batch:
        if not one.subject.column:
            parts[id(one)] = _put(evidence.features, one.subject.features[0], one)
    return pa.concat_tables([parts[id(one)] for one in batch]).combine_chunks()


def as_stored(evidence: Evidence, subject: Subject, values: NDArray[Any] | Sequence[Any]) -> pa.Array:
    """Turn numbers or levels into the storage type of ``subject``."""
    storage = evidence.column(subject).type
    if subject.discrete:
        return pa.array(list(values), type=storage)
    return like(np.asarray(values, dtype=np.float64), storage)


def _put(table: pa.Table, name: str, question: Question) -> pa.Table:
    taken = table.take(question.customers)
    place = taken.schema.get_field_index(name)
    return taken.set_column(place, taken.schema.field(name), pa.chunked_array([question.values]))
