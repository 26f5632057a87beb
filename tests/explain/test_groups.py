from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.explain.groups import Asked, discovery, target_groups


def found(evidence: Any, **asked: Any) -> Any:
    return target_groups(evidence, evidence.subjects, Asked(**asked))


def test_the_lift_of_the_recommended_group_lies_in_its_interval(world: Callable[..., Any]) -> None:
    held, lifts = [], []
    for seed in range(40):
        made = world(1500, seed)
        group = found(made.evidence)[0]
        inside = made.met(group)
        true_lift = made.probability[inside].mean() / made.probability.mean()
        held.append(group.lift.low <= true_lift <= group.lift.high)
        lifts.append(true_lift)
    assert np.sum(held) >= 36
    assert np.mean(lifts) > 2


def test_conditions_are_met_by_as_many_customers_as_told(campaign: Any) -> None:
    for group in found(campaign.evidence):
        inside = campaign.met(group)
        assert inside.sum() == group.size
        assert group.share == pytest.approx(inside.mean())
        judged = inside & ~discovery(campaign.evidence.fold)
        assert judged.sum() == group.judged
        assert campaign.evidence.outcome[judged].mean() == pytest.approx(group.response.estimate)


def test_the_search_does_not_look_at_the_outcomes_that_judge_it(campaign: Any) -> None:
    seen = discovery(campaign.evidence.fold)
    other = np.random.default_rng(0).random(len(seen)) < 0.5
    changed = replace(campaign.evidence, outcome=np.where(seen, campaign.evidence.outcome, other))
    assert [group.conditions for group in found(changed)] == [group.conditions for group in found(campaign.evidence)]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(40, 300), base=st.floats(0.0, 0.5))
def test_there_is_always_a_group_with_a_customer_in_it(
    world: Callable[..., Any], seed: int, count: int, base: float
) -> None:
    groups = found(world(count, seed, flat=base).evidence)
    assert len(groups) >= 1
    assert all(group.size > 0 and group.judged > 0 and str(group.sentence) for group in groups)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), support=st.floats(0.01, 0.3), customers=st.integers(1, 100))
def test_no_group_is_below_its_support(world: Callable[..., Any], seed: int, support: float, customers: int) -> None:
    for group in found(world(600, seed).evidence, support=support, customers=customers):
        assert group.size >= min(600, max(customers, support * 600))
        assert len(group.conditions) <= 3


def test_where_nobody_stands_out_the_models_best_tenth_is_described(world: Callable[..., Any]) -> None:
    made = world(800, 0, flat=0.1)

    def score(features: Any) -> Any:
        return np.array(features["recency"].to_numpy()) / 100

    evidence = replace(made.evidence, scorers=(score,) * 5, outcome=np.arange(800) % 9 == 0)
    nothing = replace(evidence, outcome=np.zeros(800, dtype=bool))
    group = found(nothing)[0]
    assert [one.column for one in group.conditions] == ["recency"]
    assert group.conditions[0].low == pytest.approx(90, abs=6)
    assert not group.confirmed


def test_last_the_group_is_everybody_and_says_so(world: Callable[..., Any]) -> None:
    made = world(60, 0, flat=0.1)
    group = found(made.evidence, customers=61)[0]
    assert group.size == 60
    assert group.conditions == ()
    assert "everybody" in str(group.sentence)


def test_groups_differ_from_each_other(campaign: Any) -> None:
    groups = found(campaign.evidence)
    assert len({tuple(one.column for one in group.conditions) for group in groups}) == len(groups) > 1


def test_the_order_of_rows_changes_no_group(campaign: Any, shuffled: Callable[..., Any]) -> None:
    assert found(campaign.evidence) == found(shuffled(campaign, 9))


def test_copies_of_a_customer_widen_the_interval(campaign: Any) -> None:
    pairs = replace(campaign.evidence, group=campaign.evidence.group // 2)
    one, two = found(campaign.evidence)[0].response, found(pairs)[0].response
    assert two.high - two.low >= one.high - one.low


def test_an_unsure_group_is_told_as_such(world: Callable[..., Any]) -> None:
    for seed in range(20):
        for group in found(world(500, seed, flat=0.15).evidence):
            assert ("may be chance" in str(group.sentence)) == (not group.confirmed) or not group.conditions
