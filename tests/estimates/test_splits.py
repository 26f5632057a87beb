"""A split as declared looks probable, another does not; of too few nothing is said."""

import numpy as np
import pytest

from campanile.estimates.splits import split_p


def test_a_split_as_declared_is_refused_as_often_as_it_should_be():
    draw = np.random.default_rng(0)
    found = [split_p(draw.multinomial(5000, [0.8, 0.2]).tolist(), [0.8, 0.2]) for _ in range(2000)]
    assert np.mean(np.array(found) < 0.05) == pytest.approx(0.05, abs=0.015)


def test_a_split_that_is_off_by_two_points_among_twenty_thousand_is_seen():
    assert split_p([15_600, 4_400], [0.8, 0.2]) < 1e-6


def test_of_few_or_of_one_group_nothing_is_said():
    assert split_p([9, 1], [0.8, 0.2]) is None
    assert split_p([900], [1.0]) is None
