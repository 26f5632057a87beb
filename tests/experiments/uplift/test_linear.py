"""How strongly a line is drawn to the average."""

import numpy as np
import pytest

from campanile.experiments.uplift.learners import LEARNERS
from campanile.experiments.uplift.linear import likeliest
from campanile.experiments.uplift.material import Material


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
