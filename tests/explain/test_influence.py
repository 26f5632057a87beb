from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campanile.explain.influence import auc, influences, looked_at, permuted


def test_the_true_drivers_come_first(campaign: Any) -> None:
    ranked = influences(campaign.evidence, sample=2000, seed=0)
    assert {one.name for one in ranked[:5]} == {"spent_meat", "recency", "member", "education", "kids"}


def test_sampled_values_rank_as_exact_ones_do(campaign: Any) -> None:
    sampled = influences(replace(campaign.evidence, terms=None), sample=1000, seed=0)
    exact = influences(campaign.evidence, sample=2000, seed=0)
    assert {one.name for one in sampled[:3]} == {one.name for one in exact[:3]}
    assert sampled[0].share.estimate == pytest.approx(exact[0].share.estimate, abs=0.1)


def test_shares_add_up_to_one_and_lie_in_their_intervals(campaign: Any) -> None:
    ranked = influences(campaign.evidence, sample=1000, seed=0)
    assert sum(one.share.estimate for one in ranked) == pytest.approx(1)
    assert all(0 <= one.share.low <= one.share.estimate <= one.share.high for one in ranked)


def test_what_the_model_does_not_look_at_has_no_influence(campaign: Any) -> None:
    wine = next(one for one in influences(campaign.evidence, sample=1000, seed=0) if one.name == "spent_wine")
    assert wine.share.estimate == 0
    assert wine.permutation.estimate == 0


def test_a_shuffled_driver_costs_the_auc_and_what_is_made_from_it_is_shuffled_too(campaign: Any) -> None:
    lost = permuted(campaign.evidence, campaign.evidence.subjects, np.arange(3000), 0)
    place = {subject.name: at for at, subject in enumerate(campaign.evidence.subjects)}
    assert lost[:, place["spent_meat"]].min() > 0
    assert campaign["spent_meat"].column == "spent_meat"


def test_leaning_tells_the_direction(campaign: Any) -> None:
    by_name = {one.name: one for one in influences(campaign.evidence, sample=2000, seed=0)}
    assert by_name["kids"].leaning < -0.9
    assert by_name["member"].leaning > 0.7
    assert by_name["education"].leaning is None


def test_the_order_of_rows_changes_no_exact_influence(campaign: Any, shuffled: Callable[..., Any]) -> None:
    first = influences(campaign.evidence, sample=5000, seed=0)
    second = influences(shuffled(campaign, 3), sample=5000, seed=0)
    assert {one.name: one.share.estimate for one in first} == pytest.approx(
        {one.name: one.share.estimate for one in second}
    )


def test_a_fold_in_which_all_responded_alike_is_left_out(world: Callable[..., Any]) -> None:
    small = world(300, 1)
    evidence = replace(small.evidence, outcome=small.evidence.outcome & (small.evidence.fold != 0))
    assert all(np.isfinite(one.permutation.estimate) for one in influences(evidence, sample=300, seed=0))


def test_few_customers_are_looked_at_where_values_are_sampled(campaign: Any) -> None:
    assert looked_at(campaign.evidence, 1000) == 1000
    assert looked_at(replace(campaign.evidence, terms=None), 1000) == 100


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_auc_is_the_chance_that_a_responder_scores_higher(pairs: list[tuple[int, bool]]) -> None:
    scores, outcome = np.array([float(s) for s, _ in pairs]), np.array([y for _, y in pairs])
    told = auc(scores[None], outcome)[0]
    if outcome.all() or not outcome.any():
        assert np.isnan(told)
        return
    difference = scores[outcome][:, None] - scores[~outcome][None, :]
    assert told == pytest.approx(((difference > 0) + 0.5 * (difference == 0)).mean())


def test_only_what_is_shown_is_shuffled(campaign: Any) -> None:
    ranked = influences(campaign.evidence, sample=500, seed=0, tested=2)
    assert [one.permutation is None for one in ranked] == [False] * 2 + [True] * (len(ranked) - 2)
