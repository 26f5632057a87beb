"""A test that a search drafted says whose expectation it is, and rests on that search where it is kept."""

from dataclasses import dataclass, replace

import pytest

from campanile.experiments import DesignSpec, design
from campanile.experiments.drafted import origin
from campanile.tables.draft import Draft
from campanile.words import say, speaking
from campanile.workspace.errors import SpecError

DRAFT = Draft(
    "buys-everybody", say("To be tested: more buy"), "buys", 0.04, 0.2, 0.05, 0.35, "user", 50.0, "everybody",
    say("all customers"), 900, {"popular": 4.0}, {"model": "buyers", "model_version": 3},
)  # fmt: skip


@dataclass(frozen=True)
class Search:
    """What is kept of a search, as far as a draft is concerned."""

    draft: Draft | None


def keep(workspace, *searches):
    for one in searches:
        with workspace.run("simulate", {}) as run:
            run.save_result("simulation", "buyers", Search(one))
    return workspace.artifacts("simulation")


def planned(workspace, draft=DRAFT, **more):
    return design(workspace, DesignSpec(**{**draft.asked(), **more}), draft)


def test_the_plan_tells_the_hypothesis_and_that_it_is_the_model_s_expectation(workspace):
    first, second, *_ = planned(workspace).notes
    assert str(first) == "To be tested: more buy"
    assert str(second).startswith("A lift of 20% (5% to 35%) is what the model 'buyers' v3 expects.")
    with speaking("pl"):
        assert "oczekuje model „buyers” v3" in str(second)


def test_it_is_planned_for_the_least_lift_that_is_expected_and_what_is_given_comes_first(workspace):
    told = planned(workspace)
    assert (told.name, told.metric, told.baseline, told.lift) == ("buys-everybody", "buys", 0.04, 0.05)
    other = planned(workspace, name="mine", lift=0.3)
    assert (other.name, other.lift, other.baseline) == ("mine", 0.3, 0.04)
    assert other.users_sequential < told.users_sequential


@pytest.mark.parametrize(("customers", "told"), [(900, True), (10**7, False)])
def test_it_says_where_there_are_too_few_for_whom_it_is_meant(workspace, customers, told):
    notes = planned(workspace, replace(DRAFT, customers=customers)).notes
    assert any("more users than the" in str(one) for one in notes) == told


def test_the_plan_rests_on_the_newest_search_that_drafted_this_very_test(workspace):
    other = replace(DRAFT, lift=0.4)
    searches = keep(workspace, DRAFT, DRAFT, other, None)
    assert origin(workspace, DRAFT) == searches[1]
    planned(workspace)
    plan = workspace.artifacts("design")[-1]
    assert searches[1] in workspace.catalog.parents(plan.run_id)
    assert origin(workspace, replace(DRAFT, lift=0.5)) is None
    assert origin(workspace, replace(DRAFT, source={})) is None


def test_a_plan_that_nobody_drafted_says_nothing_of_it(workspace):
    told = design(workspace, DesignSpec(**DRAFT.asked()))
    assert not any("expects" in str(one) for one in told.notes)


def test_a_draft_that_cannot_be_is_told_like_any_plan(workspace):
    with pytest.raises(SpecError, match="between 0 and 1"):
        planned(workspace, replace(DRAFT, baseline=0.99))
