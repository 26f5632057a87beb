"""What holds for every learner of effects."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from campanile.experiments.uplift.learners import LEARNERS, TOGETHER
from campanile.experiments.uplift.learning import learn
from campanile.workspace.errors import BadInput


def test_what_needs_a_library_says_how_to_install_it(trial, monkeypatch):
    monkeypatch.setitem(sys.modules, "econml.grf", None)
    with pytest.raises(BadInput, match=r"campanile\[uplift\]"):
        learn(trial(300), "causal_forest")


@pytest.fixture(autouse=True)
def library(request):
    """Learners of a library are tried where it is installed."""
    if "name" in request.fixturenames and LEARNERS[request.getfixturevalue("name")].extra:
        pytest.importorskip("econml", reason="needs pip install 'campanile[uplift]'")


@pytest.mark.parametrize("name", LEARNERS)
def test_it_finds_along_which_column_the_effect_grows(name, trial):
    told = learn(trial(6000, slope=0.12), name)
    fresh = trial(4000, seed=9)
    assert np.corrcoef(told.effect(fresh.X), fresh.X[:, 2])[0, 1] > 0.5


@pytest.mark.parametrize("name", LEARNERS)
def test_it_speaks_in_the_outcomes_unit(name, trial):
    told = learn(trial(6000), name)
    assert told.effect(trial(2000, seed=9).X).mean() == pytest.approx(0.1, abs=0.04)


@pytest.mark.parametrize("name", LEARNERS)
def test_the_same_seed_gives_the_same_effects(name, trial):
    fresh = trial(300, seed=9).X
    assert (learn(trial(800), name).effect(fresh) == learn(trial(800), name).effect(fresh)).all()


@pytest.mark.parametrize("name", LEARNERS)
def test_amounts_and_unequal_arms_are_taken(name, trial):
    money = trial(1500, amounts=True)
    kept = np.flatnonzero((money.treated < 1) | (np.arange(1500) % 4 == 0))
    unequal = money.take(kept)
    unequal = replace(unequal, e=np.full(len(unequal), unequal.treated.mean()))
    assert np.isfinite(learn(unequal, name).effect(unequal.X)).all()


def test_the_noisy_effect_is_right_on_average_even_where_the_outcome_models_are_wrong(trial):
    here = trial(20_000, seed=4)
    wrong = replace(trial(500, seed=5), y=trial(500, seed=5).y * 7)
    assert learn(wrong, "two_model").score(here).mean() == pytest.approx(0.1, abs=0.1)
    right = learn(trial(500, seed=5), "two_model").score(here)
    assert right.mean() == pytest.approx(0.1, abs=3 * right.std() / len(here) ** 0.5)


def test_together_it_is_no_worse_than_most_of_its_parts(trial):
    fresh = trial(4000, seed=9).X
    along = {
        name: np.corrcoef(learn(trial(4000, slope=0.1), name).effect(fresh), fresh[:, 2])[0, 1]
        for name in (None, *TOGETHER)
    }
    assert sum(along[None] >= along[name] for name in TOGETHER) >= 3
