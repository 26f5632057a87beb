"""The effect by depth: what holds for every order of customers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campanile.estimates import orderer, places


def made(rows: int, seed: int, slope: float = 0.0):
    random = np.random.default_rng(seed)
    treated = (random.random(rows) < 0.5) * 1.0
    score = random.random(rows)
    y = random.random(rows) < 0.2 + (0.1 + slope * (score - 0.5)) * treated
    weight = treated / 0.5 + (1 - treated) / 0.5
    return treated, y * 1.0, weight, np.arange(rows), score


def judged(score, rows=4000, seed=0, slope=0.0, resamples=100):
    treated, y, weight, groups, own = made(rows, seed, slope)
    order = places(own if score is None else score(own), np.zeros(rows, dtype=np.int64), np.arange(rows, dtype="u8"))
    return orderer(treated, y, weight, groups, resamples=resamples)(order)


def test_on_everybody_it_is_the_difference_of_means_whatever_the_order():
    treated, y, *_ = made(4000, 3)
    plain = y[treated > 0].mean() - y[treated < 1].mean()
    for score in (None, np.negative, np.sin):
        assert judged(score, seed=3).average[0] == pytest.approx(plain, abs=1e-12)


def test_orders_agree_on_everybody_to_the_last_bit_in_every_resample():
    assert (judged(None).average == judged(np.negative).average).all()


def test_the_qini_coefficient_turns_its_sign_with_the_order():
    one, other = judged(None, slope=0.2), judged(np.negative, slope=0.2)
    assert one.qini[0] > 0.005
    assert other.qini[0] < -0.005


def test_an_order_that_says_nothing_has_a_qini_coefficient_around_nought():
    found = [judged(None, seed=seed, resamples=50).told(judged(None, seed=seed, resamples=50).qini)
             for seed in range(40)]  # fmt: skip
    # At 95 per cent 40 intervals miss the truth twice on average; seven or more once in 200 times.
    assert sum(one.excludes(0.0) for one in found) <= 7


def test_the_first_fifth_has_the_effect_that_was_made():
    order = judged(None, rows=40_000, slope=0.2)
    # Scores of the first fifth are .9 on average: .1 + .2 * .4.
    assert order.uplift[0, 19] == pytest.approx(0.18, abs=0.03)


def test_copies_of_one_customer_widen_the_interval():
    treated, y, weight, groups, score = made(2000, 0)
    twice = [np.concatenate([part, part]) for part in (treated, y, weight, groups, score)]
    place = places(twice[4], np.zeros(4000, dtype=np.int64), np.arange(4000, dtype="u8"))
    told = orderer(*twice[:3], twice[3], resamples=300)(place)
    apart = orderer(*twice[:3], np.arange(4000), resamples=300)(place)
    assert told.average.std() > 1.25 * apart.average.std()


@given(st.lists(st.floats(0, 1), min_size=2, max_size=60), st.randoms(use_true_random=False))
def test_places_do_not_depend_on_the_order_of_rows(scores, random):
    fold = np.array([at % 2 for at in range(len(scores))])
    marks = np.arange(len(scores), dtype="u8")
    shuffled = list(range(len(scores)))
    random.shuffle(shuffled)
    at = np.array(shuffled)
    once = places(np.array(scores), fold, marks)
    again = places(np.array(scores)[at], fold[at], marks[at])
    assert (once[at] == again).all()
    assert ((once >= 0) & (once < 1)).all()
