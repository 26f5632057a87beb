"""A spec tells all its faults at once, in the reader's words."""

import pytest
from pydantic import Field

from campanile.workspace import Spec
from campanile.workspace.errors import SpecError


class Cut(Spec):
    budget: float = Field(gt=0)
    folds: int = Field(5, ge=2)


def test_all_faults_are_told_at_once():
    with pytest.raises(SpecError) as caught:
        Cut(budget=-1, folds=1, budgett=3)
    assert len(caught.value.faults) == 3
    assert "'budget' is -1; it must be more than 0" in str(caught.value)
    assert "Did you mean 'budget'?" in str(caught.value)


def test_a_missing_field_is_named():
    with pytest.raises(SpecError, match="'budget' is missing"):
        Cut()


def test_a_value_of_the_wrong_kind_is_shown():
    with pytest.raises(SpecError, match="'budget' is 'much', which cannot be read as float"):
        Cut(budget="much")


def test_a_spec_read_from_a_file_tells_the_same():
    with pytest.raises(SpecError, match="'budget' is missing"):
        Cut.model_validate({})
