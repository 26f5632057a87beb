"""Shapley values: exact where a model adds up terms, else sampled over orders and comparison customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.explain.evidence import Score, Terms
from campanile.explain.subjects import Subject
from campanile.words import Sentence

COMPARED = 5
"""Comparison customers for each sampled explanation; each is walked in one order and its reverse."""

_CELLS = 4_000_000


@dataclass(frozen=True)
class Attributions:
    """Contributions in log-odds, shape (rows, subjects), in the order of ``names``.

    With ``expected`` they add up to the log-odds of the answer. ``exact`` is False where they were sampled.
    """

    names: tuple[str, ...]
    labels: tuple[Sentence, ...]
    values: NDArray[np.float64]
    expected: float
    exact: bool


def exact(
    terms: Terms, features: pa.Table, subjects: Sequence[Subject], centre: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Sum a model's terms by subject, as the difference from the average customer, shape (rows, subjects).

    ``centre`` holds the average of each feature's term where the average customer is not that of ``features``.
    Source: Lundberg and Lee (2017), A unified approach to interpreting model predictions.
    """
    told = terms(features)
    return gathered(told - (told.mean(axis=0) if centre is None else centre), features.column_names, subjects)


def gathered(values: NDArray[np.float64], names: Sequence[str], subjects: Sequence[Subject]) -> NDArray[np.float64]:
    """Sum columns of features by subject: (rows, features) to (rows, subjects)."""
    place = {name: position for position, name in enumerate(names)}
    belongs = np.zeros((len(names), len(subjects)))
    for position, subject in enumerate(subjects):
        belongs[[place[name] for name in subject.features], position] = 1.0
    return values @ belongs


def sampled(
    score: Score, features: pa.Table, background: pa.Table, subjects: Sequence[Subject], seed: int
) -> NDArray[np.float64]:
    """Estimate Shapley values of the log-odds, shape (rows, subjects), against every row of ``background``.

    Each row of values adds up to the customer's log-odds less the background's average log-odds.

    Source: Strumbelj and Kononenko (2014), Explaining prediction models and individual predictions with
    feature contributions; orders in antithetic pairs as in Mitchell et al. (2022), Sampling permutations
    for Shapley value estimation.
    """
    count, compared, width = features.num_rows, background.num_rows, len(subjects)
    pairs = np.stack([np.repeat(np.arange(count), compared), np.tile(np.arange(compared), count)], axis=1)
    random = np.random.default_rng(seed)
    orders = random.permuted(np.tile(np.arange(width), (len(pairs), 1)), axis=1)
    forth = walked(score, features, background, subjects, pairs, orders)
    back = walked(score, features, background, subjects, pairs, orders[:, ::-1])
    return np.asarray(((forth + back) / 2).reshape(count, compared, width).mean(axis=1))


def walked(
    score: Score, features: pa.Table, background: pa.Table, subjects: Sequence[Subject],
    pairs: NDArray[np.int64], orders: NDArray[np.int64], *, most: int | None = None,
) -> NDArray[np.float64]:  # fmt: skip
    """Walk from background to customer, one subject at a time, and note what each step adds.

    ``pairs`` (walks, 2) holds the positions of customer and background, ``orders`` (walks, subjects)
    the order of steps; the answer (walks, subjects) is in log-odds.
    """
    width = orders.shape[1]
    both = pa.concat_tables([features, background]).combine_chunks()
    added = np.empty(orders.shape)
    stride = max(1, (most or _CELLS // max(1, both.num_columns)) // (width + 1))
    for start in range(0, len(pairs), stride):
        part = slice(start, start + stride)
        mixed = _mixed(both, features.num_rows, subjects, pairs[part], orders[part])
        steps = np.diff(log_odds(score(mixed)).reshape(-1, width + 1), axis=1)
        np.put_along_axis(added[part], orders[part], steps, axis=1)
    return added


def _mixed(
    both: pa.Table, offset: int, subjects: Sequence[Subject], pairs: NDArray[np.int64], orders: NDArray[np.int64]
) -> pa.Table:
    """Make the rows of walks: step s has the first s subjects of its order from the customer."""
    rank = np.argsort(orders, axis=1)
    step = np.arange(orders.shape[1] + 1)
    owner = {name: position for position, subject in enumerate(subjects) for name in subject.features}
    columns = []
    for name in both.column_names:
        own = rank[:, [owner[name]]] < step if name in owner else np.ones((len(pairs), len(step)), bool)
        index = np.where(own, pairs[:, [0]], offset + pairs[:, [1]])
        columns.append(both[name].take(pa.array(index.ravel())))
    return pa.table(columns, schema=both.schema)


def log_odds(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log(p / (1 - p)); certain answers count as one in ten thousand."""
    bounded = np.clip(probability, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(bounded / (1 - bounded)))
