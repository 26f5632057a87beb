"""A plan is built by the engine, row by row and in their order; what is missing stays missing."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.features import FeaturePlan, build, matrix
from campanile.features.plan import Category, DaysBefore, Feature, Missing, Share, Total, Value, YearsBefore
from campanile.words import texts
from campanile.workspace.errors import DataError


def feature(operation, *sources, kind="number", levels=()):
    return Feature(f"f_{operation.op}", texts({"en": "f"}), kind, "", sources, operation, levels)


AMOUNTS = st.lists(st.tuples(*[st.none() | st.integers(0, 1000).map(float)] * 3), min_size=1, max_size=20)


@settings(deadline=None, max_examples=30)
@given(AMOUNTS)
def test_shares_lie_between_0_and_1_and_add_up(rows):
    table = pa.table(
        {name: pa.array(column, pa.float64()) for name, column in zip("abc", zip(*rows, strict=True), strict=True)}
    )
    whole = ("a", "b", "c")
    plan = FeaturePlan(
        tuple(Feature(name, texts({"en": name}), "number", "", whole, Share(name, whole)) for name in whole)
    )
    for row, shares in zip(rows, zip(*build(plan, table).to_pydict().values(), strict=True), strict=True):
        assert all(0 <= share <= 1 for share in shares)
        assert sum(shares) == pytest.approx(1.0 if any(row) else 0.0)


def test_a_total_counts_missing_as_nothing_and_is_missing_where_all_are():
    table = pa.table({"a": [1.0, None, None], "b": [2.0, 3.0, None]})
    assert build(FeaturePlan((feature(Total(("a", "b")), "a", "b"),)), table).to_pydict() == {
        "f_total": [3.0, 3.0, None]
    }


def test_every_operation_keeps_the_order_of_rows_and_what_is_missing():
    table = pa.table(
        {
            "n": [1, None, 3],
            "flag": [True, None, False],
            "day": [date(2020, 1, 31), None, date(2020, 1, 1)],
            "c": ["x", None, "y"],
        }
    )
    plan = FeaturePlan((
        feature(Value("flag"), "flag"), feature(Missing("n"), "n"), feature(DaysBefore("day", date(2020, 2, 1)), "day"),
        feature(YearsBefore("n", 10), "n"), feature(Category("c"), "c", kind="category", levels=("x",)),
    ))  # fmt: skip
    built = build(plan, table)
    assert built.to_pydict() == {
        "f_value": [1.0, None, 0.0], "f_missing": [0.0, 1.0, 0.0], "f_days_before": [1.0, None, 31.0],
        "f_years_before": [9.0, None, 7.0], "f_category": ["x", None, "y"],
    }  # fmt: skip
    values = matrix(plan, built)
    assert values[0, 4] == 0
    assert np.isnan(values[1:, 4]).all()  # a missing and a new category are both unknown


def test_text_in_a_number_column_is_missing_and_a_flag_read_as_number_is_the_same():
    plan = FeaturePlan((feature(Value("n"), "n"),))
    assert build(plan, pa.table({"n": ["1", "oops"]})).to_pydict() == {"f_value": [1.0, None]}
    assert build(plan, pa.table({"n": [True, False]})).to_pydict() == build(plan, pa.table({"n": [1, 0]})).to_pydict()


def test_missing_columns_are_named_with_what_may_be_meant():
    plan = FeaturePlan((feature(Value("Income"), "Income"),))
    with pytest.raises(DataError, match=r"lack 1 column.*'Income'.*'income_eur' should be called 'Income'"):
        build(plan, pa.table({"income_eur": [1.0]}))


def test_names_with_quotes_and_spaces_are_columns_like_others():
    name = 'a "b"; c'
    assert build(FeaturePlan((feature(Value(name), name),)), pa.table({name: [2.0]})).to_pydict() == {"f_value": [2.0]}
