"""How learners are weighed, and how strongly a line is drawn to the average."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campanile.experiments.uplift.learners import LEARNERS, TOGETHER
from campanile.experiments.uplift.learning import learn, nearest, weighed
from campanile.experiments.uplift.linear import likeliest
from campanile.experiments.uplift.material import Material


@given(st.integers(0, 10_000), st.integers(2, 5), st.floats(0.001, 100))
def test_weights_are_never_below_0_and_follow_their_learner_and_the_unit_does_not_matter(seed, learners, unit):
    random = np.random.default_rng(seed)
    predicted, noisy = random.normal(size=(300, learners)), random.normal(size=300)
    prior = random.dirichlet(np.ones(learners))
    weights = nearest(predicted, noisy, prior)
    assert (weights >= 0).all()
    order = random.permutation(learners)
    assert nearest(predicted[:, order], noisy, prior[order]) == pytest.approx(weights[order], abs=1e-6)
    assert nearest(unit * predicted, unit * noisy, prior) == pytest.approx(weights, abs=1e-6)


def test_where_the_rows_tell_little_all_have_the_weights_they_had_before():
    random = np.random.default_rng(1)
    faint = 0.001 * random.normal(size=(500, 4))
    before = np.array([0.1, 0.2, 0.3, 0.4])
    assert nearest(faint, random.normal(size=500), before) == pytest.approx(before, abs=0.01)
    assert nearest(faint, np.zeros(500), before) == pytest.approx(before)


def test_who_tells_of_rows_not_seen_weighs_more():
    random = np.random.default_rng(2)
    truth, other = random.normal(size=(2, 4000))
    right, wrong = nearest(np.column_stack([truth, other]), truth + random.normal(size=4000), np.full(2, 0.5))
    assert right > 0.9
    assert wrong < 0.1


def test_a_learner_that_sees_what_the_others_do_not_is_found(trial):
    # The effect grows along a column: lines tell it better than trees of few rows.
    weights = weighed(trial(3000, slope=0.12))
    assert tuple(weights) == tuple(TOGETHER)
    assert weights["two_model"] + weights["linear"] > weights["doubly_robust"] + weights["x"]


def test_together_it_is_no_worse_than_most_of_its_parts(trial):
    fresh = trial(4000, seed=9).X
    along = {
        name: np.corrcoef(learn(trial(4000, slope=0.1), name).effect(fresh), fresh[:, 2])[0, 1]
        for name in (None, *TOGETHER)
    }
    assert sum(along[None] >= along[name] for name in TOGETHER) >= 2


def test_a_line_is_flat_where_effects_are_alike_and_steep_where_they_are_not(trial):
    flat, steep = (LEARNERS["linear"].fit(Material.of(trial(6000, slope=slope, seed=3))) for slope in (0.0, 0.1))
    assert np.abs(flat.slopes).max() < 0.02
    assert steep.slopes[2] == pytest.approx(0.1, abs=0.025)


def test_the_likeliest_strength_grows_with_the_noise():
    random = np.random.default_rng(4)
    Z = random.normal(size=(2000, 6))
    told = Z @ random.normal(size=6)
    penalties = [likeliest(Z, told + noise * random.normal(size=2000)) for noise in (0.5, 5.0, 500.0)]
    assert penalties == sorted(penalties)
    assert penalties[0] < penalties[2] / 100
    assert np.isfinite(likeliest(np.zeros((50, 2)), random.normal(size=50)))


def test_of_many_rows_some_are_enough_and_copies_stay_together(trial, monkeypatch):
    from campanile.experiments.uplift import learning

    monkeypatch.setattr(learning, "_MOST_ROWS", 900)
    made = replace(trial(3000, slope=0.12), groups=np.repeat(np.arange(1000), 3))
    kept, part = learning._parts(made)
    assert 700 < len(kept) < 1100
    assert all(len(np.unique(part[kept.groups == group])) == 1 for group in np.unique(kept.groups))
    assert all((kept.groups == group).sum() == 3 for group in np.unique(kept.groups))
    assert set(part.tolist()) == {0, 1, 2}
    assert sum(weighed(made).values()) > 0.5
