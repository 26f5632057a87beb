"""Levers that contradict each other, the model or the data are refused, all faults at once."""

import pytest

from campanile.simulate import SimulateSpec
from campanile.simulate.checking import bound
from campanile.workspace.errors import SpecError
from tests.simulate import conftest as made


def faults(rows, **levers):
    spec = SimulateSpec(levers=levers)
    with pytest.raises(SpecError) as told:
        bound(spec.levers, made.Known(rows).plan, "buys", made.DICTIONARY, rows)
    return [str(one) for one in told.value.faults]


@pytest.mark.parametrize(("levers", "said"), [
    ({"populr": {}}, "Did you mean 'popular'?"),
    ({"unused": {}}, "The model does not use 'unused' (it is known only after the outcome)"),
    ({"plan": {}}, "Levers can be: popular, favourite, advertisements, energy."),
    ({"newsletter": {}}, "'newsletter' is no number"),
    ({"popular": {"low": 50, "high": 40}}, "'low' is 50 and 'high' is 40, which is less"),
    ({"popular": {"high": 150}}, "what lies outside nobody knows"),
    ({"popular": {"low": 40, "high": 45, "step": 6}}, "a step of 6 is more than the range from 40 to 45"),
    ({"favourite": {"step": 0.5}}, "is a whole number, and a step of 0.5 is none"),
    ({"favourite": {"high": 9.5}}, "is a whole number, and 'high', 9.5, is none"),
    ({"popular": {"step": 1e-30}}, "Use a larger one"),
    ({"buys": {}}, "'buys' is what the model predicts"),
    ({"user": {}}, "The model does not use 'user' (it tells customers apart)"),
    ({"popular": {"follows": {"energi": 1}}}, "Of what follows 'popular': There is no column 'energi'"),
    ({"popular": {"follows": {"plan": 1}}}, "Of what follows 'popular': 'plan' is no number"),
    ({"popular": {"follows": {"favourite": {"elasticity": 1}}}}, "'favourite' is not above 0 for everybody"),
    ({"popular": {"follows": {"popular": 1}}}, "Lever 'popular' follows itself"),
    ({"popular": {"follows": {"favourite": 1}}, "favourite": {}}, "is a lever itself"),
    ({"popular": {"follows": {"favourite": 1}}, "favourite": {"follows": {"popular": 1}}}, "in a circle"),
    ({"popular": {"follows": {"energy": 1}}, "favourite": {"follows": {"energy": 1}}}, "say in each what they do"),
    (
        {"popular": {"follows": {"energy": 1}, "together": "sum"},
         "favourite": {"follows": {"energy": 1}, "together": "largest"}}, "disagree on 'together'",
    ),
])  # fmt: skip
def test_each_fault_says_what_and_what_to_do(rows, levers, said):
    told = faults(rows, **levers)
    assert len(told) == 1
    assert said in told[0]


def test_all_faults_are_told_at_once(rows):
    told = faults(
        rows, populr={}, unused={}, popular={"low": 50, "high": 40, "follows": {"energy": 1}},
        favourite={"step": 0.5, "follows": {"energy": 1}},
    )  # fmt: skip
    assert len(told) == 5


def test_bounds_that_are_not_given_are_what_was_observed(rows):
    levers = SimulateSpec(levers={"popular": {"step": 0.1}}).levers
    (one,) = bound(levers, made.Known(rows).plan, "buys", made.DICTIONARY, rows)
    values = rows["popular"].to_numpy()
    assert (one.low, one.high) == (values.min(), values.max())
    assert one.most == -one.least == round((values.max() - values.min()) * 10)


@pytest.mark.parametrize("whom", ["everyone", "segment:", "customer: ", "table:users"])
def test_whom_must_be_somebody(whom):
    with pytest.raises(SpecError, match="is nobody"):
        SimulateSpec(levers={"popular": {}}, whom=whom)
