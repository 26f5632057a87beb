"""Folds keep a customer and its copies together, whatever the order of rows."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.models.folds import content, dealt, grouped, possible, splits
from campanile.tables import Column, Dictionary, Semantic

GROUPS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), min_size=4, max_size=60)


@settings(deadline=None)
@given(GROUPS, st.integers(2, 5), st.integers(0, 9))
def test_a_group_is_never_split(drawn, folds, seed):
    groups, classes = (np.array(column) for column in zip(*drawn, strict=True))
    fold = dealt(classes, groups, folds, seed)
    assert all(len(set(fold[groups == group])) == 1 for group in set(groups.tolist()))
    assert set(fold.tolist()) <= set(range(folds))


@settings(deadline=None)
@given(st.integers(20, 200), st.floats(0.05, 0.5), st.integers(0, 99))
def test_classes_are_spread_evenly(n, share, seed):
    classes = (np.random.default_rng(seed).random(n) < share).astype(int)
    fold = dealt(classes, np.arange(n), 5, seed)
    for label in (0, 1):
        counts = np.bincount(fold[classes == label], minlength=5)
        assert counts.max() - counts.min() <= 2


@settings(deadline=None)
@given(st.permutations(list(range(30))), st.integers(0, 9))
def test_the_order_of_rows_changes_no_fold(order, seed):
    draw = np.random.default_rng(1)
    prints, classes = draw.integers(0, 2**63, 30, dtype=np.uint64), draw.integers(0, 2, 30)
    prints[3] = prints[4]
    order = np.array(order)
    fold = dealt(classes, grouped(prints, None), 3, seed, prints)
    moved = dealt(classes[order], grouped(prints[order], None), 3, seed, prints[order])
    assert np.array_equal(fold[order], moved)


def test_rows_equal_but_for_identifier_and_target_are_one_group():
    rows = pa.table(
        {"ID": [1, 2, 3, 4], "a": [1.0, 1.0, 2.0, None], "b": ["x", "x", "x", None], "y": [True, False, True, True]}
    )
    dictionary = Dictionary(
        (
            Column("ID", Semantic.IDENTIFIER),
            Column("a", Semantic.NUMBER),
            Column("b", Semantic.CATEGORY),
            Column("y", Semantic.FLAG),
        ),
        key="ID",
    )
    assert (
        grouped(content(rows, dictionary, "y"), rows["ID"]).tolist()[:2]
        == [grouped(content(rows, dictionary, "y"), rows["ID"])[0]] * 2
    )
    assert len(set(content(rows, dictionary, "y").tolist())) == 3


def test_rows_of_one_key_are_one_group_through_copies_too():
    prints = np.array([7, 7, 8, 9], dtype=np.uint64)
    groups = grouped(prints, pa.chunked_array([["a", "b", "b", "c"]]))
    assert groups[0] == groups[1] == groups[2] != groups[3]


def test_there_are_no_more_folds_than_customers_of_the_rarest_class():
    assert possible(np.array([0] * 50 + [1] * 3), np.arange(53), 5) == 3
    assert len(splits(np.array([0, 1, 2, 0]))) == 3
