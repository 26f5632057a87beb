"""The target is read as classes, and what cannot be predicted is refused with the remedy."""

import numpy as np
import pyarrow as pa
import pytest

from campanile.models.target import enough, read_target
from campanile.workspace.errors import DataError, NotFound


def read(values, positive=None):
    return read_target(pa.table({"y": values}), "y", positive)


def test_yes_true_and_1_count_as_the_response():
    assert read([False, True, True]).positive == 1
    assert read([1, 0, 1]).classes == ("0", "1")
    assert read(["tak", "nie"]).classes[read(["tak", "nie"]).positive] == "tak"


def test_else_the_rarest_class_counts_unless_one_is_named():
    values = [1, 1, 1, 2, 2, 3]
    assert read(values).classes == ("1", "2", "3")
    assert read(values).positive == 2
    assert read(values, "2").positive == 1
    with pytest.raises(NotFound, match="There are: 1, 2, 3"):
        read(values, "9")


def test_rows_without_outcome_are_known_to_have_none():
    target = read([True, None, False])
    assert target.known.tolist() == [True, False, True]


@pytest.mark.parametrize("values", [[True, True], [1, 1, None], ["a"]])
def test_a_constant_target_is_refused(values):
    with pytest.raises(DataError, match="in every row: there is nothing to predict"):
        read(values)


def test_a_target_without_any_value_is_refused():
    with pytest.raises(DataError, match="no value in any row"):
        read(pa.array([None, None], pa.bool_()))


def test_an_amount_is_no_class():
    with pytest.raises(DataError, match="a class can be predicted"):
        read([float(i) for i in range(100)])


def test_a_single_responder_is_too_few_and_its_copies_count_once():
    target = read([True] * 6 + [False] * 20)
    enough(target, np.arange(26), "y")
    with pytest.raises(DataError, match="Only 1 customer has 'y' = true"):
        enough(target, np.array([0] * 6 + list(range(1, 21))), "y")
