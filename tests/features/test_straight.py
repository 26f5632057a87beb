"""The numbers that are computed without the engine are the engine's, to the last bit."""

from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.features.columns import build
from campanile.features.numbers import matrix
from campanile.features.plan import (
    Category,
    DaysBefore,
    Feature,
    FeaturePlan,
    Missing,
    Share,
    Total,
    Value,
    YearsBefore,
)
from campanile.features.straight import Rows, plain, straight
from campanile.words import say

PARTS = ("a", "b", "c", "whole", "flag")
SHAPE = pa.schema([
    ("a", pa.float64()), ("b", pa.float64()), ("c", pa.float64()), ("whole", pa.int64()), ("flag", pa.bool_()),
    ("day", pa.date32()), ("moment", pa.timestamp("us", "UTC")), ("text", pa.string()),
])  # fmt: skip


def feature(name, operation, *sources, levels=()):
    kind = "category" if isinstance(operation, Category) else "number"
    return Feature(name, say("x"), kind, "", sources, operation, levels)


PLAN = FeaturePlan((
    feature("value", Value("a"), "a"), feature("count", Value("whole"), "whole"), feature("yes", Value("flag"), "flag"),
    feature("none", Missing("b"), "b"), feature("untold", Missing("text"), "text"),
    feature("total", Total(PARTS), *PARTS), *(feature(f"share {name}", Share(name, PARTS), *PARTS) for name in PARTS),
    feature("pair", Total(("a", "b")), "a", "b"), feature("age", YearsBefore("whole", 2024), "whole"),
    feature("days", DaysBefore("day", date(2024, 6, 30)), "day"),
    feature("since", DaysBefore("moment", date(2024, 6, 30)), "moment"),
    feature("word", Category("text"), "text", levels=("Lima", "Łódź", "")),
    feature("number", Category("whole"), "whole", levels=("0", "7", "-3")),
    feature("truth", Category("flag"), "flag", levels=("false", "true")), feature("bare", Category("text"), "text"),
))  # fmt: skip

amounts = st.none() | st.floats(-1e12, 1e12) | st.sampled_from([0.0, -0.0, float("nan"), float("inf"), 0.1, 0.2])
wholes = st.none() | st.sampled_from([0, 7, -3]) | st.integers(-(2**63), 2**63 - 1)
moments = st.none() | st.datetimes(datetime(1800, 1, 1), datetime(2200, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
row = st.fixed_dictionaries({
    "a": amounts, "b": amounts, "c": amounts, "whole": wholes, "flag": st.none() | st.booleans(),
    "day": st.none() | st.dates(date(1000, 1, 1), date(3000, 1, 1)), "moment": moments,
    "text": st.none() | st.sampled_from(["Lima", "Łódź", "", "Cusco"]),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(row, min_size=1, max_size=12))
def test_they_are_the_engines_whatever_stands_in_the_columns(rows):
    table = pa.Table.from_pylist(rows, SHAPE)
    assert plain(PLAN, lambda name: SHAPE.field(name).type)
    ours, engines = straight(PLAN, Rows(table)), matrix(PLAN, build(PLAN, table))
    for at, one in enumerate(PLAN):
        assert np.array_equal(ours[:, at], engines[:, at], equal_nan=True), one.name


def test_no_rows_have_no_numbers():
    assert straight(PLAN, Rows(SHAPE.empty_table())).shape == (0, len(PLAN))


@pytest.mark.parametrize("kind", [pa.string(), pa.decimal128(9, 2), pa.null(), pa.date32()])
def test_numbers_of_other_types_are_left_to_the_engine(kind):
    assert not plain(FeaturePlan((feature("value", Value("a"), "a"),)), lambda _: kind)
