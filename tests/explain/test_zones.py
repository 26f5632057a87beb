from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.explain.zones import above, stretches, zones


def found(evidence: Any, **asked: Any) -> Any:
    return zones(evidence, evidence.subjects, **{"support": 0.03, "customers": 30, **asked})


def test_zones_of_the_truth_are_found_with_their_ends(world: Callable[..., Any]) -> None:
    for seed in range(10):
        made = world(3000, seed)
        told = found(made.evidence)
        reach = np.quantile(made.evidence.amounts(made["spent_meat"]), 0.99)
        meat = next(zone for zone in told if zone.name == "spent_meat")
        assert meat.low == pytest.approx(400, abs=0.1 * reach)
        assert meat.high == pytest.approx(900, abs=0.1 * reach)
        recency = next(zone for zone in told if zone.name == "recency")
        assert recency.low is None
        assert recency.high == pytest.approx(30, abs=10)


def test_levels_and_flags_are_zones(campaign: Any) -> None:
    told = found(campaign.evidence)
    assert [zone.level for zone in told if zone.name == "education"] == ["PhD"]
    assert [zone.level for zone in told if zone.name == "member"] == ["yes"]


def test_the_truth_lies_in_the_interval_of_a_zone(world: Callable[..., Any]) -> None:
    held = []
    for seed in range(25):
        made = world(1500, seed)
        for zone in found(made.evidence):
            if zone.level is None:
                values = made.evidence.amounts(made[zone.name])
                inside = (values >= (zone.low or -np.inf)) & (values < (zone.high or np.inf))
                held.append(zone.response.low <= made.probability[inside].mean() <= zone.response.high)
    assert np.mean(held) >= 0.9


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), support=st.floats(0.01, 0.4), customers=st.integers(1, 400))
def test_no_zone_is_below_its_support_or_the_base_rate(
    world: Callable[..., Any], seed: int, support: float, customers: int
) -> None:
    made = world(400, seed)
    for zone in found(made.evidence, support=support, customers=customers):
        assert zone.customers >= max(customers, support * 400)
        assert zone.response.low > made.evidence.base
        assert zone.lift.estimate > 1


def test_there_is_no_zone_where_all_are_alike(world: Callable[..., Any]) -> None:
    assert found(world(2000, 3, flat=0.1).evidence) == ()


def test_the_order_of_rows_changes_no_zone(campaign: Any, shuffled: Callable[..., Any]) -> None:
    assert found(campaign.evidence) == found(shuffled(campaign, 5))


def test_neighbouring_bins_above_the_base_are_one_zone() -> None:
    values = np.repeat(np.arange(10.0), 100)
    probability = np.where((values >= 3) & (values < 7), 0.3, 0.1) + 0.02 * np.sin(np.arange(1000))
    assert above(values, probability, np.arange(11.0), 0.18) == [(3, 7)]


def test_stretches_cover_the_sequence_once() -> None:
    told = stretches(np.array([1.0, 1.1, 5.0, 5.1, 1.0]), np.ones(5), 0.5)
    assert told == [(0, 2), (2, 4), (4, 5)]
    assert stretches(np.ones(4), np.ones(4), 0.1) == [(0, 4)]


def test_a_zone_is_told_in_words(campaign: Any) -> None:
    words = str(next(zone for zone in found(campaign.evidence) if zone.name == "spent_meat").words)
    assert words.startswith("Customers with Spent on meat at least €")
    assert "respond more often" in words
