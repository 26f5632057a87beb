"""The cut: it earns the most, and never spends more than it may."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.audience.cut import affordable, choose, earned, expectation, ranks
from campanile.audience.result import Economics

probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=80).map(np.array)
money = st.floats(0.01, 1000)


@settings(max_examples=100, deadline=None)
@given(probabilities, money, money)
def test_no_other_cut_is_expected_to_earn_more(probability, cost, value):
    cut = choose(probability, contact_cost=cost, sale_value=value)
    by_depth = np.concatenate([[0.0], np.cumsum(value * -np.sort(-probability) - cost)])
    assert by_depth[cut.customers] >= by_depth.max() - 1e-7 * (1 + value * len(probability))


@settings(max_examples=100, deadline=None)
@given(probabilities, money, money, st.floats(0, 5000))
def test_the_budget_is_never_exceeded(probability, cost, value, budget):
    cut = choose(probability, contact_cost=cost, sale_value=value, budget=budget)
    assert cut.customers * cost <= budget
    without_value = choose(probability, contact_cost=cost, budget=budget)
    assert without_value.customers * cost <= budget


@settings(max_examples=100, deadline=None)
@given(probabilities, st.integers(0, 100))
def test_the_capacity_is_respected_and_used(probability, capacity):
    assert choose(probability, capacity=capacity).customers == min(capacity, len(probability))
    assert choose(probability, contact_cost=1, sale_value=4, capacity=capacity).customers <= capacity


@settings(max_examples=60, deadline=None)
@given(probabilities)
def test_places_are_given_once_and_the_likeliest_come_first(probability):
    places = ranks(probability)
    assert sorted(places) == list(range(1, len(probability) + 1))
    assert (np.diff(probability[np.argsort(places)]) <= 0).all()


@given(st.floats(0.01, 100), st.integers(0, 10_000))
def test_a_budget_for_just_so_many_contacts_pays_for_them(cost, contacts):
    assert affordable(contacts * cost, cost, 20_000) == contacts


def test_a_contact_without_cost_pays_for_all_who_may_respond():
    cut = choose(np.array([0.0, 0.1, 0.9]), contact_cost=0, sale_value=5, budget=0)
    assert (cut.customers, cut.rule) == (2, "profit")


def test_the_binding_limit_is_told_with_what_lies_beyond_it():
    probability = np.linspace(0, 1, 101)
    cut = choose(probability, contact_cost=3, sale_value=11, budget=100)
    assert (cut.customers, cut.rule, cut.worth) == (33, "budget", 73)
    assert str(cut.words) == (
        "The budget of 100 pays for 33 contacts at 3 each. 40 more customers would be worth a contact."
    )
    assert choose(probability, contact_cost=3, sale_value=11, capacity=72).words != cut.words


def test_nobody_is_contacted_where_no_contact_pays():
    cut = choose(np.array([0.1, 0.2]), contact_cost=5, sale_value=11)
    assert (cut.customers, cut.threshold) == (0, None)


def test_without_money_the_list_holds_those_above_the_average_and_says_so():
    cut = choose(np.array([0.1, 0.2, 0.6]), average=0.15)
    assert (cut.customers, cut.rule) == (2, "above_average")
    assert "no profit can be told" in str(cut.words)


def test_expected_responders_cover_what_happens():
    probability = np.random.default_rng(0).beta(1, 4, 300)
    told = expectation(probability)
    drawn = (np.random.default_rng(1).random((2000, 300)) < probability).sum(axis=1)
    assert np.mean((told.low <= drawn) & (drawn <= told.high)) == pytest.approx(0.95, abs=0.02)
    assert expectation(probability, spread=0.1).high > told.high


def test_profit_is_value_of_responders_less_cost_of_contacts():
    told = earned(expectation(np.array([1.0, 1.0])), 2, Economics(3, 11))
    assert (told.low, told.estimate, told.high) == (16, 16, 16)
