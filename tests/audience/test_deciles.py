"""Predicted against actual, by tenth."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.audience.deciles import deciles


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.1, 0.1, 0.3, 0.7]), min_size=1, max_size=80), st.randoms(use_true_random=False))
def test_tenths_add_up_and_do_not_depend_on_the_order_of_rows(levels, random):
    probability = np.array(levels)
    responded = (np.arange(len(levels)) % 3 == 0).astype(float)
    told = deciles(probability, responded)
    assert sum(one.customers for one in told) == len(levels)
    assert sum(one.actual for one in told) == responded.sum()
    order = list(range(len(levels)))
    random.shuffle(order)
    again = deciles(probability[order], responded[order])
    assert [(one.number, one.customers, one.actual) for one in again] == [
        (one.number, one.customers, one.actual) for one in told
    ]


def test_a_calibrated_model_is_inside_and_an_overconfident_one_is_not():
    random = np.random.default_rng(2)
    truth = random.beta(1, 5, 5_000)
    responded = (random.random(5_000) < truth).astype(float)
    assert sum(not one.inside for one in deciles(truth, responded)) <= 1
    assert sum(not one.inside for one in deciles(np.clip(2 * truth, 0, 1), responded)) >= 5
