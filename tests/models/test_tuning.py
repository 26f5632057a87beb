"""The search replaces settings only by clearly better ones, within its time."""

import time
from dataclasses import replace

import numpy as np

from campanile.models import logistic
from campanile.models.fitting import fit_part
from campanile.models.methods import METHODS
from campanile.models.tuning import tune

from .test_methods import problem

ROWS = np.arange(240)


def test_bad_settings_are_replaced_by_better_ones():
    given, method = problem(), METHODS["logistic"]
    start = fit_part(given, method, {"C": 1e-4, "pairs": 0.0}, ROWS)
    found = tune(given, method, ROWS, start, time.monotonic() + 2, lambda: False)
    assert found.settings["C"] > 0.01
    assert sorted(found.seen_by_none) == ROWS.tolist()


def test_settings_no_better_by_more_than_chance_are_left():
    given = problem()
    method = replace(METHODS["logistic"], space=lambda trial: {"C": trial.suggest_float("C", 0.18, 0.2), "pairs": 0.07})
    start = fit_part(given, method, logistic.settings(240), ROWS)
    assert tune(given, method, ROWS, start, time.monotonic() + 1, lambda: False) is start


def test_a_stop_and_the_end_of_time_are_heeded():
    given, method = problem(), METHODS["boosting"]
    start = fit_part(given, method, {"rounds": 10}, ROWS)
    begun = time.monotonic()
    assert tune(given, method, ROWS, start, begun + 60, lambda: True) is start
    assert tune(given, method, ROWS, start, begun, lambda: False) is start
    assert time.monotonic() - begun < 2
