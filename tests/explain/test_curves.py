from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.explain.curves import accumulated, curves
from campanile.explain.evidence import Question, answers, as_stored
from campanile.explain.subjects import amounts


def drawn(world: Any, name: str, **changes: Any) -> Any:
    return curves(replace(world.evidence, **changes), [world[name]], sample=3000, seed=0)[0]


def test_local_effects_recover_an_additive_function(campaign: Any) -> None:
    def score(features: Any) -> Any:
        return 0.1 + 0.005 * amounts(features["recency"]) + 0.1 * amounts(features["kids"])

    evidence = replace(
        campaign.evidence, score=score, scorers=(score,) * 5, probability=score(campaign.evidence.features)
    )
    curve = curves(evidence, [campaign["recency"]], sample=3000, seed=0)[0]
    places = np.array([point.value for point in curve.points])
    effects = np.array([point.effect.estimate for point in curve.points])
    assert effects - effects[0] == pytest.approx(0.005 * (places - places[0]))
    depends = np.array([point.dependence for point in curve.points])
    assert depends - depends[0] == pytest.approx(0.005 * (places - places[0]))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=2, max_size=10), st.integers(0, 1000))
def test_the_average_of_a_curve_is_the_average_of_its_customers(steps: list[float], seed: int) -> None:
    random = np.random.default_rng(seed)
    counts = random.integers(1, 50, len(steps) + 1).astype(float)
    position = np.repeat(np.arange(len(steps)), 3)
    curve = accumulated(np.repeat(steps, 3), position, counts, 0.3)
    assert np.average(curve, weights=counts) == pytest.approx(0.3)
    assert np.diff(curve) == pytest.approx(steps)


def test_a_curve_is_drawn_only_where_there_are_customers(campaign: Any) -> None:
    curve = drawn(campaign, "spent_meat")
    low, high = np.quantile(campaign.evidence.amounts(campaign["spent_meat"]), [0.01, 0.99])
    assert curve.points[0].value >= low - 1
    assert curve.points[-1].value <= high
    assert {point.value for point in curve.points} <= set(campaign.evidence.rows["spent_meat"].to_pylist())


def test_the_curve_follows_the_truth(campaign: Any) -> None:
    curve = drawn(campaign, "spent_meat")
    inside = [point.effect.estimate for point in curve.points if 430 <= point.value < 870]
    outside = [point.effect.estimate for point in curve.points if point.value < 390]
    assert min(inside) > 1.8 * max(outside)


def test_observed_bins_count_each_drawn_customer_once(campaign: Any) -> None:
    curve = drawn(campaign, "recency")
    values = campaign.evidence.amounts(campaign["recency"])
    within = (values >= curve.points[0].value) & (values <= curve.points[-1].value)
    assert sum(part.customers for part in curve.bins) == within.sum()
    assert sum(part.customers for part in curve.density) == within.sum()
    assert all(part.observed.low <= part.observed.estimate <= part.observed.high for part in curve.bins)


def test_levels_are_told_each_and_dependence_is_the_average_answer(campaign: Any) -> None:
    curve = drawn(campaign, "education")
    assert str(curve.points[-1].label) == "PhD"
    assert curve.points[-1].effect.estimate > curve.points[0].effect.estimate + 0.03
    few, subject = campaign.evidence.sample(600, 1), campaign["education"]
    stored = as_stored(campaign.evidence, subject, ["PhD"] * len(few))
    assert curve.points[-1].dependence == pytest.approx(
        answers(campaign.evidence, [Question(subject, few, stored)])[0].mean()
    )


def test_a_flag_goes_from_no_to_yes(campaign: Any) -> None:
    assert [str(point.label) for point in drawn(campaign, "member").points] == ["no", "yes"]


def test_dates_and_ages_have_curves(campaign: Any) -> None:
    assert "2012" in str(drawn(campaign, "joined").points[0].label)
    assert str(campaign["birth_year"].label) == "Age"
    assert 14 <= drawn(campaign, "birth_year").points[0].value <= 20


def test_folds_that_disagree_widen_the_band(campaign: Any) -> None:
    def scorer(k: int) -> Callable[[Any], Any]:
        return lambda features: np.clip(campaign.evidence.score(features) * (0.8 + 0.1 * k), 0, 1)

    alike, apart = drawn(campaign, "recency"), drawn(campaign, "recency", scorers=tuple(scorer(k) for k in range(5)))

    def width(curve: Any) -> float:
        return float(np.mean([point.effect.high - point.effect.low for point in curve.points]))

    assert width(apart) > width(alike)


def test_all_curves_are_asked_in_few_model_calls(campaign: Any) -> None:
    calls = []

    def score(features: Any) -> Any:
        calls.append(features.num_rows)
        return campaign.evidence.score(features)

    evidence = replace(campaign.evidence, scorers=(score,) * 5)
    curves(evidence, evidence.subjects, sample=1000, seed=0)
    assert len(calls) <= 5


def test_questions_in_parts_are_answered_as_in_one(campaign: Any) -> None:
    evidence, subject = campaign.evidence, campaign["total_spent"]
    questions = [
        Question(one, np.arange(50), evidence.column(one).take(np.arange(50, 100)).combine_chunks())
        for one in (subject, campaign["spent_meat"], campaign["education"])
    ]
    for whole, part in zip(answers(evidence, questions), answers(evidence, questions, most=60), strict=True):
        assert np.array_equal(whole, part)


def test_the_order_of_rows_changes_no_observed_bin(campaign: Any, shuffled: Callable[..., Any]) -> None:
    first = drawn(campaign, "spent_meat").bins
    second = curves(shuffled(campaign, 1), [campaign["spent_meat"]], sample=3000, seed=0)[0].bins
    assert [(part.low, part.high, part.customers, part.observed) for part in first] == [
        (part.low, part.high, part.customers, part.observed) for part in second
    ]


def test_a_column_that_is_wholly_unknown_has_no_curve(campaign: Any) -> None:
    import pyarrow as pa

    place = campaign.evidence.rows.schema.get_field_index("recency")
    rows = campaign.evidence.rows.set_column(place, "recency", pa.nulls(3000, pa.int64()))
    curve = drawn(campaign, "recency", rows=rows)
    assert curve.points == curve.bins == curve.density == ()
