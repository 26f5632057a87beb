"""Curves by depth: their ends, their order, their intervals."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.audience import gains
from campanile.audience.result import Economics

ECONOMICS = Economics(contact_cost=3.0, sale_value=11.0)


@st.composite
def customers(draw):
    rows = draw(st.integers(2, 60))
    level = st.sampled_from([0.0, 0.05, 0.1, 0.25, 0.5, 0.5, 0.9, 1.0])
    probability = np.array(draw(st.lists(level, min_size=rows, max_size=rows)))
    responded = np.array(draw(st.lists(st.sampled_from([0.0, 1.0]), min_size=rows, max_size=rows)))
    responded[0] = 1.0
    groups = np.array(draw(st.lists(st.integers(0, rows // 2), min_size=rows, max_size=rows)))
    return probability, responded, groups


def tallies(probability, responded, groups, depths=None, **options):
    depths = gains.grid(len(probability)) if depths is None else np.asarray(depths)
    return gains.Ranked.of(probability, responded, groups, resamples=50, **options).tally(depths)


@settings(max_examples=40, deadline=None)
@given(customers())
def test_gains_rise_from_none_to_all(drawn):
    curve = gains.curve(tallies(*drawn), ECONOMICS)
    caught = [one.caught.estimate for one in curve]
    assert caught[0] == 0
    assert caught[-1] == pytest.approx(1)
    assert all(later >= earlier - 1e-12 for earlier, later in itertools.pairwise(caught))
    assert curve[-1].lift.estimate == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(customers(), st.randoms(use_true_random=False))
def test_the_order_of_rows_plays_no_part(drawn, random):
    order = list(range(len(drawn[0])))
    random.shuffle(order)
    straight = tallies(*drawn)
    shuffled = tallies(*(part[order] for part in drawn))
    np.testing.assert_allclose(straight.responders, shuffled.responders, atol=1e-9)
    np.testing.assert_allclose(straight.contacted, shuffled.contacted, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(customers())
def test_every_customer_is_counted_once_at_every_depth(drawn):
    counts = tallies(*drawn)
    np.testing.assert_allclose(counts.contacted[0], counts.depths, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(customers())
def test_the_end_of_the_profit_curve_is_the_profit_of_contacting_everyone(drawn):
    _, responded, _ = drawn
    last = gains.curve(tallies(*drawn), ECONOMICS)[-1]
    assert last.profit.estimate == pytest.approx(11 * responded.sum() - 3 * len(responded))
    assert last.profit.low <= last.profit.estimate <= last.profit.high


def test_customers_with_one_probability_are_shared_out():
    counts = tallies(np.full(10, 0.3), np.array([1.0, 1.0] + [0.0] * 8), np.arange(10), [5])
    assert counts.responders[0, 0] == pytest.approx(1.0)


def test_many_groups_are_dealt_into_blocks_whose_intervals_agree(monkeypatch):
    random = np.random.default_rng(1)
    probability = random.beta(0.5, 3, 3_000)
    responded = (random.random(3_000) < probability).astype(float)
    exact = gains.curve(tallies(probability, responded, np.arange(3_000), [600]), ECONOMICS)[0].profit
    monkeypatch.setattr(gains, "MOST_BLOCKS", 500)
    dealt = gains.curve(tallies(probability, responded, np.arange(3_000), [600]), ECONOMICS)[0].profit
    assert dealt.estimate == exact.estimate
    assert (dealt.high - dealt.low) == pytest.approx(exact.high - exact.low, rel=0.35)


def scored_of(truth, random):
    """Return a model's probabilities: the true ones, blurred."""
    return 1 / (1 + np.exp(-(np.log(truth / (1 - truth)) + random.normal(0, 0.4, len(truth)))))


def test_the_interval_of_profit_covers_the_truth_as_often_as_it_says():
    random = np.random.default_rng(10_000)
    population = random.beta(0.6, 3, 200_000)
    rule = scored_of(population, random) > ECONOMICS.break_even
    expected = 600 * np.mean(rule * (11 * population - 3))
    covered = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        truth = random.beta(0.6, 3, 600)
        scored = scored_of(truth, random)
        responded = (random.random(600) < truth).astype(float)
        depth = np.array([(scored > ECONOMICS.break_even).sum()])
        counts = gains.Ranked.of(scored, responded, np.arange(600), resamples=200, seed=seed).tally(depth)
        profit = gains.curve(counts, ECONOMICS)[0].profit
        covered += profit.low <= expected <= profit.high
    assert covered >= 52
