from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campanile.explain.subjects import Subject, amounts, levels, like, told
from campanile.words import say


def test_features_of_one_column_stand_under_it_and_totals_under_their_own_name(campaign: Any) -> None:
    names = {subject.name: subject for subject in campaign.evidence.subjects}
    assert names["spent_meat"].column == "spent_meat"
    assert names["spent_meat"].sources == ("spent_meat",)
    assert names["total_spent"].column is None
    assert set(names["total_spent"].sources) == {"spent_meat", "spent_wine"}
    assert names["joined"].kind == "date"
    assert names["member"].kind == "flag"
    assert names["education"].kind == "category"
    assert names["spent_meat"].kind == names["total_spent"].kind == "money"


def test_every_feature_stands_under_exactly_one_subject(campaign: Any) -> None:
    told_features = [name for subject in campaign.evidence.subjects for name in subject.features]
    assert sorted(told_features) == sorted(campaign.plan.names)


@pytest.mark.parametrize(
    "storage", [pa.int64(), pa.float64(), pa.date32(), pa.timestamp("us", "UTC"), pa.int32()], ids=str
)
@given(values=st.lists(st.integers(-20_000, 20_000), min_size=1, max_size=20))
def test_numbers_go_back_to_the_storage_they_came_from(storage: pa.DataType, values: list[int]) -> None:
    stored = like(np.array(values, dtype=float), storage)
    assert stored.type == storage
    assert np.array_equal(amounts(pa.chunked_array([stored])), values)


def test_unknown_amounts_are_nan() -> None:
    assert np.isnan(amounts(pa.chunked_array([pa.array([None, 1], pa.int64())]))).tolist() == [True, False]


def test_levels_are_ordered_by_frequency_and_unknown_is_no_level() -> None:
    found = levels(pa.chunked_array([pa.array(["b", None, "a", "c", "c"])]))
    assert found.values == ("c", "a", "b")
    assert found.codes.tolist() == [2, -1, 1, 0, 0]


def test_values_are_told_by_their_kind() -> None:
    def subject(kind: Any, unit: str = "") -> Subject:
        return Subject("x", say("x"), kind, ("x",), unit=unit)

    assert str(told(subject("money", "EUR"), 400)) == "€400"
    assert str(told(subject("money"), 400)) == "400"
    assert str(told(subject("share"), 0.25)) == "25%"
    assert str(told(subject("year"), 1970.0)) == "1970"
    assert str(told(subject("flag"), True)) == "yes"
    assert str(told(subject("category"), None)) == "unknown"
    assert str(told(subject("number"), float("nan"))) == "unknown"
