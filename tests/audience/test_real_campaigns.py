"""On the real campaign the figures are those that can be counted by hand."""

import pytest

from campanile.audience import AudienceSpec, customers, select

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def place(real_data, tmp_path_factory):
    from campanile.models import TrainSpec, train
    from campanile.sources import LoadSpec, load
    from campanile.workspace import Workspace

    workspace = Workspace.open(tmp_path_factory.mktemp("real") / "workspace")
    load(workspace, LoadSpec(path=real_data / "ifood" / "marketing_campaign.csv", table="customers", key="ID"))
    train(workspace, TrainSpec(
        table="customers", target="Response", methods=("logistic",), contact_cost=3, sale_value=11, minutes=0,
        quick=True, jobs=1, resamples=50,
    ))  # fmt: skip
    return workspace


@pytest.fixture(scope="module")
def answer(place):
    return select(place, AudienceSpec(model="response-logistic"))


def test_the_five_earlier_campaigns_have_the_responders_that_the_file_holds(answer):
    assert [(one.column, one.responders, one.customers) for one in answer.campaigns] == [
        ("AcceptedCmp1", 144, 2240), ("AcceptedCmp2", 30, 2240), ("AcceptedCmp3", 163, 2240),
        ("AcceptedCmp4", 167, 2240), ("AcceptedCmp5", 163, 2240), ("Response", 334, 2240),
    ]  # fmt: skip


def test_profit_lies_between_nobody_and_perfect_knowledge(answer):
    assert (answer.profit_contact_all, answer.profit_perfect) == (-3046, 2672)
    assert 1_200 < answer.profit_out_of_fold.estimate < answer.profit_perfect
    assert answer.cut.profit == answer.profit_out_of_fold


def test_predicted_responders_are_those_who_responded(answer):
    assert answer.responders_actual == 334
    assert not answer.responders_expected.excludes(334)
    assert answer.deciles_outside <= 1


def test_segments_differ_in_their_response(answer):
    assert 3 <= len(answer.segments) <= 6
    assert sum(one.customers for one in answer.segments) == 2240
    assert answer.segments[0].observed.low > answer.segments[-1].observed.high
    assert all(one.traits for one in answer.segments)


def test_a_budget_of_a_thousand_pays_for_333_customers(place):
    told = select(place, AudienceSpec(model="response-logistic", budget=1000))
    assert told.cut.customers == 333
    assert sum(customers(place, told)["contact"].to_pylist()) == 333
