"""A profile's counts add up, and its result is kept and read back as it was."""

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from campanile.quality import Quality, QualitySpec
from campanile.quality.inspection import examine
from campanile.quality.profile import profile_of
from campanile.tables import Column, Dictionary, Semantic
from quality.made import CUSTOMERS, TODAY, changed, customers, look

SPEC = QualitySpec(table="customers", target="response", as_of=TODAY)


def column(profile, name):
    return next(column for column in profile.columns if column.name == name)


def test_bins_hold_every_known_value_once_and_their_responses_add_up():
    table = changed(customers(500), "income", {3: None, 4: None})
    profile = profile_of(look(table))
    for name in ("birth_year", "income", "visits", "city", "joined", "member"):
        made = column(profile, name)
        assert sum(bin.rows for bin in made.bins) + made.other_rows + made.missing == 500
        ones = sum(bin.response.estimate * bin.rows for bin in made.bins if bin.response)
        known = [
            yes
            for yes, value in zip(table["response"].to_pylist(), table[name].to_pylist(), strict=True)
            if value is not None
        ]
        assert ones == pytest.approx(sum(known))
    assert profile.response is not None
    assert profile.response.estimate == pytest.approx(np.mean(table["response"].to_pylist()))


def test_the_numbers_are_those_of_the_column():
    table = customers(333)
    made = column(profile_of(look(table)), "income")
    income = np.array(table["income"].to_pylist())
    assert made.numbers is not None
    assert (made.numbers.low, made.numbers.median, made.numbers.high) == (income.min(), np.median(income), income.max())
    assert made.numbers.mean == pytest.approx(income.mean())
    assert (made.rows, made.missing, made.distinct) == (333, 0, len(set(income)))


@settings(max_examples=25, deadline=None)
@given(values=st.lists(
    st.floats(-1e12, 1e12) | st.none() | st.just(float("nan")), min_size=1, max_size=60,
))  # fmt: skip
def test_any_numbers_are_profiled(values):
    table = pa.table({"x": pa.array(values, pa.float64())})
    made = column(profile_of(look(table, Dictionary((Column("x", Semantic.NUMBER, "double"),)), target=None)), "x")
    known = [value for value in values if value is not None and not math.isnan(value)]
    assert made.missing == len(values) - len(known)
    assert sum(bin.rows for bin in made.bins) == len(known)
    assert made.distinct == len(set(known))


@settings(max_examples=20, deadline=None)
@given(values=st.lists(st.dates() | st.none(), min_size=1, max_size=60))
def test_any_dates_are_profiled(values):
    table = pa.table({"d": pa.array(values, pa.date32())})
    made = column(profile_of(look(table, Dictionary((Column("d", Semantic.DATE, "date32[day]"),)), target=None)), "d")
    assert sum(bin.rows for bin in made.bins) == sum(value is not None for value in values)
    assert len(made.bins) <= 20


def test_moments_count_as_their_day():
    import datetime

    moments = [datetime.datetime(2024, 5, 1, hour, tzinfo=datetime.UTC) for hour in range(24)] * 3
    table = pa.table({"t": pa.array(moments, pa.timestamp("us", tz="UTC"))})
    made = column(
        profile_of(look(table, Dictionary((Column("t", Semantic.DATE, "timestamp[us, tz=UTC]"),)), target=None)), "t"
    )
    assert [(bin.low, bin.rows) for bin in made.bins] == [(19844.0, 72)]


def test_personal_columns_are_counted_and_not_shown():
    made = column(profile_of(look(customers(100))), "email")
    assert (made.bins, made.numbers, made.distinct) == ((), None, 100)


def test_an_answer_is_kept_as_plain_values_and_read_back_equal():
    table = changed(changed(customers(200), "birth_year", {5: 1893}), "income", {3: None, 7: 5e9})
    answer = examine(table, CUSTOMERS, SPEC, before=(customers(200, 1), CUSTOMERS))
    shape = TypeAdapter(Quality)
    assert shape.validate_json(shape.dump_json(answer, warnings="error")) == answer
    assert {"check", "column", "passed", "severity", "count", "words"} <= set(answer.to_dict()["findings"][0])
    assert "example.org" not in shape.dump_json(answer).decode()


def test_correlations_are_square_symmetric_and_limited():
    limited = profile_of(look(customers(200), correlated_columns=3)).correlations
    assert len(limited.columns) == 3
    assert "response" in limited.columns
    values = np.array(profile_of(look(customers(200))).correlations.values, dtype=float)
    assert np.array_equal(values, values.T)
    assert np.allclose(np.diag(values), 1)


def test_a_target_of_three_classes_or_a_quantity_is_profiled():
    table = customers(200)
    said = Dictionary((*CUSTOMERS.columns, Column("engaged", Semantic.CATEGORY, "int64")), "id")
    classes = table.append_column("engaged", pa.array([1] * 120 + [2] * 60 + [3] * 20))
    assert profile_of(look(classes, said, target="engaged")).positive == "3"
    assert profile_of(look(classes, said, target="engaged", positive="2")).response.estimate == pytest.approx(0.3)
    quantity = profile_of(look(table, target="income"))
    assert (quantity.response, quantity.positive) == (None, None)
