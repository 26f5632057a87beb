from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from campanile.explain.changes import changes, fixed
from campanile.explain.subjects import amounts


def nearest(world: Any, place: int, threshold: float, **named: Any) -> Any:
    row = world.evidence.rows.slice(place, 1)
    return changes(world.evidence, row, world.evidence.subjects, threshold, **named)


def someone(world: Any, low: float, high: float) -> int:
    return int(np.flatnonzero((world.probability >= low) & (world.probability < high))[0])


def test_every_change_takes_the_answer_across_the_threshold(campaign: Any) -> None:
    for threshold, low, high in ((0.12, 0.0, 0.1), (0.12, 0.2, 1.0), (0.4, 0.1, 0.2)):
        place = someone(campaign, low, high)
        for change in nearest(campaign, place, threshold):
            assert (change.probability >= threshold) != (campaign.probability[place] >= threshold)
            assert 1 <= len(change.steps) <= 2
            assert change.distance > 0


def test_the_nearest_change_is_the_smallest_one(campaign: Any) -> None:
    values = campaign.evidence.rows["recency"].to_numpy()
    close = np.flatnonzero(
        (values >= 31) & (values < 40) & (campaign.probability > 0.06) & (campaign.probability < 0.12)
    )
    change = nearest(campaign, int(close[0]), 0.12)[0]
    assert change.steps[0].name == "recency"
    assert change.distance < 0.15


def test_ages_and_dates_cannot_be_changed(campaign: Any) -> None:
    assert fixed(campaign["birth_year"], ())
    assert fixed(campaign["joined"], ())
    assert not fixed(campaign["kids"], ())
    assert fixed(campaign["kids"], ("kids",))


def test_what_nobody_can_change_comes_last_and_is_told(campaign: Any) -> None:
    def score(features: Any) -> Any:
        return (amounts(features["days_since_joined"]) > 300) * 0.5

    world = replace(campaign, evidence=replace(campaign.evidence, score=score))
    place = int(np.flatnonzero(score(campaign.evidence.features) == 0)[0])
    change = nearest(world, place, 0.2)[0]
    assert not change.possible
    assert "nobody can change" in str(change.words)


def test_two_columns_are_changed_where_one_is_not_enough(campaign: Any) -> None:
    def score(features: Any) -> Any:
        return 0.3 * (amounts(features["recency"]) < 30) + 0.3 * amounts(features["member"])

    world = replace(campaign, evidence=replace(campaign.evidence, score=score))
    place = int(np.flatnonzero(score(campaign.evidence.features) == 0)[0])
    change = nearest(world, place, 0.5)[0]
    assert {step.name for step in change.steps} == {"recency", "member"}
    assert change.probability == pytest.approx(0.6)


def test_where_nothing_crosses_nothing_is_proposed(campaign: Any) -> None:
    assert nearest(campaign, 0, 0.999) == ()
