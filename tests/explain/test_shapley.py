from itertools import permutations, product
from math import factorial

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from campanile.explain.shapley import exact, gathered, log_odds, sampled, walked
from campanile.explain.subjects import Subject
from campanile.words import say

NAMES = ("a", "b", "c")
SUBJECTS = tuple(Subject(name, say("{n}", n=name), "number", (name,)) for name in NAMES)


def table(values: NDArray[np.float64]) -> pa.Table:
    return pa.table({name: values[:, place] for place, name in enumerate(NAMES)})


def score(features: pa.Table) -> NDArray[np.float64]:
    a, b, c = (features[name].to_numpy() for name in NAMES)
    return 1 / (1 + np.exp(1 - a - b * c - 0.5 * a * b))


def brute_force(row: NDArray[np.float64], background: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shapley's own formula: the weighted gain of each player over all coalitions."""

    def worth(coalition: frozenset[int]) -> float:
        mixed = background.copy()
        mixed[:, list(coalition)] = row[list(coalition)]
        return float(log_odds(score(table(mixed))).mean())

    told = np.zeros(3)
    for player in range(3):
        others = [other for other in range(3) if other != player]
        for chosen in product([False, True], repeat=2):
            coalition = frozenset(other for other, inside in zip(others, chosen, strict=True) if inside)
            weight = factorial(len(coalition)) * factorial(2 - len(coalition)) / factorial(3)
            told[player] += weight * (worth(coalition | {player}) - worth(coalition))
    return told


def test_walks_in_all_orders_from_all_comparisons_give_the_exact_values() -> None:
    random = np.random.default_rng(0)
    row, background = random.normal(size=(1, 3)), random.normal(size=(4, 3))
    orders = np.array(list(permutations(range(3))))
    pairs = np.array([(0, b) for b in range(4) for _ in orders])
    walks = walked(score, table(row), table(background), SUBJECTS, pairs, np.tile(orders, (4, 1)))
    assert walks.mean(axis=0) == pytest.approx(brute_force(row[0], background), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), rows=st.integers(1, 6), compared=st.integers(1, 4))
def test_contributions_add_up_to_the_answer_less_the_average_answer(seed: int, rows: int, compared: int) -> None:
    random = np.random.default_rng(seed)
    features, background = table(random.normal(size=(rows, 3))), table(random.normal(size=(compared, 3)))
    told = sampled(score, features, background, SUBJECTS, seed)
    expected = log_odds(score(features)) - log_odds(score(background)).mean()
    assert told.sum(axis=1) == pytest.approx(expected, abs=1e-9)


def test_exact_contributions_add_up_and_stand_under_their_column() -> None:
    values = np.random.default_rng(1).normal(size=(50, 3))
    joined = (Subject("ab", say("ab"), "number", ("a", "b")), SUBJECTS[2])
    told = exact(lambda features: values * 2, table(values), joined)
    assert told.sum(axis=1) == pytest.approx(2 * values.sum(axis=1) - 2 * values.sum(axis=1).mean())
    assert told[:, 0] == pytest.approx(2 * (values[:, :2] - values[:, :2].mean(axis=0)).sum(axis=1))


def test_what_changes_nothing_contributes_nothing() -> None:
    random = np.random.default_rng(2)
    told = sampled(lambda t: score(t.set_column(2, "c", [np.zeros(t.num_rows)])), table(random.normal(size=(5, 3))),
                   table(random.normal(size=(3, 3))), SUBJECTS, 0)  # fmt: skip
    assert told[:, 2] == pytest.approx(0)


def test_long_walks_are_cut_into_calls_without_changing_them() -> None:
    random = np.random.default_rng(3)
    features, background = table(random.normal(size=(9, 3))), table(random.normal(size=(2, 3)))
    pairs = np.array([(i, j) for i in range(9) for j in range(2)])
    orders = random.permuted(np.tile(np.arange(3), (18, 1)), axis=1)
    whole = walked(score, features, background, SUBJECTS, pairs, orders)
    assert np.array_equal(whole, walked(score, features, background, SUBJECTS, pairs, orders, most=8))


def test_gathering_keeps_the_sum() -> None:
    values = np.arange(12.0).reshape(4, 3)
    assert gathered(values, NAMES, SUBJECTS[::-1]).sum(axis=1) == pytest.approx(values.sum(axis=1))
