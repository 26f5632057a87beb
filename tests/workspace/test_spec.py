"""A spec tells all its faults at once, in the reader's words."""

import pytest
from pydantic import Field

from campanile.workspace import Spec
from campanile.workspace.errors import SpecError


class Cut(Spec):
    budget: float = Field(gt=0)
    folds: int = Field(5, ge=2)


class Part(Spec):
    share: float = Field(gt=0)
    parts: dict[str, Cut] = Field(default_factory=dict)


class Whole(Spec):
    parts: tuple[Part, ...]
    budget: float


def test_faults_of_specs_within_a_spec_say_where_they_stand_and_are_told_with_the_others():
    with pytest.raises(SpecError) as caught:
        Whole(parts=[{"share": 1}, {"share": -1, "shore": 2, "parts": {"a": {"budget": 0, "foldz": 3}}}], budget="much")
    assert [str(one) for one in caught.value.faults] == [
        "'parts.1.share' is -1; it must be more than 0.",
        "'parts.1.parts.a.budget' is 0; it must be more than 0.",
        "'parts.1.parts.a.foldz' is not known. Did you mean 'folds'?",
        "'parts.1.shore' is not known. Did you mean 'share'?",
        "'budget' is 'much', which cannot be read as a number.",
    ]
    assert caught.value.places[1] == ("parts", 1, "parts", "a", "budget")


def test_a_spec_that_failed_leaves_the_next_as_it_was():
    for _ in range(2):
        with pytest.raises(SpecError, match="'share' is missing"):
            Part()
    assert Whole(parts=[Part(share=1)], budget=2).parts[0].share == 1


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
    with pytest.raises(SpecError, match="'budget' is 'much', which cannot be read as a number"):
        Cut(budget="much")


def test_a_spec_read_from_a_file_tells_the_same():
    with pytest.raises(SpecError, match="'budget' is missing"):
        Cut.model_validate({})
