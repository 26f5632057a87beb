"""A training is asked for in full, and all faults are told at once."""

import pytest

from campanile.models import TrainSpec
from campanile.workspace.errors import SpecError


def test_unknown_methods_lone_costs_and_negative_minutes_are_told_together():
    with pytest.raises(SpecError) as raised:
        TrainSpec(table="t", target="y", methods=("magic",), minutes=-1)
    assert len(raised.value.faults) == 2
    assert "Methods are: baseline, logistic" in str(raised.value)
    with pytest.raises(SpecError, match="together, or neither"):
        TrainSpec(table="t", target="y", contact_cost=3)


def test_models_are_named_for_the_target_unless_a_name_is_given():
    assert TrainSpec(table="t", target="Will buy?").stem == "will_buy"
    assert TrainSpec(table="t", target="y", name="spring").stem == "spring"
