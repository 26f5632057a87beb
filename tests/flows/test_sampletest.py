"""The sample test: what is true of it, what is found, and that it is looked at each month."""

import numpy as np
import pytest

from campanile.experiments import ledger
from campanile.flows.sampletest import NAME, SampleTestSpec, sample_test
from campanile.sources.worlds.trial import trial


def test_the_truth_of_the_made_up_users_is_as_it_is_told():
    made = trial(60_000, 3, seed=4)
    without, with_it = made.bought.mean(axis=0)
    assert without == pytest.approx(made.base_rate, abs=0.005)
    assert with_it - without == pytest.approx(made.added_rate, abs=0.003)
    assert not (made.bought[:, 0] & ~made.bought[:, 1]).any()
    assert (made.hours[:, 0] == made.hours[:, 1]).all()


def test_users_are_there_from_the_month_they_join_and_get_what_their_group_gets():
    made = trial(3000, 3, seed=1)
    treated = np.arange(3000) % 2 == 0
    first, whole = (made.until(month, treated) for month in (made.months[0], made.months[-1]))
    assert (first.num_rows, whole.num_rows) == (1000, 3000)
    assert {f"{day:%Y-%m}" for day in first.column("joined").to_pylist()} == {made.months[0]}
    assert whole.slice(0, 1000) == first
    bought = whole.column("bought").to_numpy()
    assert (bought[treated] == made.bought[treated, 1]).all()
    assert (bought[~treated] == made.bought[~treated, 0]).all()


def test_the_sample_is_looked_at_each_month_and_its_intervals_hold_the_truth(workspace):
    told = sample_test(workspace, SampleTestSpec(users=9000, months=3))
    assert [look.month for look in ledger(workspace, NAME)] == ["2026-01", "2026-02", "2026-03"]
    assert told.analysis.failed == ()
    bought, hours = told.analysis.effects
    assert bought.effect.low <= told.trial.added_rate <= bought.effect.high
    assert hours.effect.low <= 0 <= hours.effect.high
    assert hours.kept < 0.7
    assert told.to_dict()["truth"]["added_rate"] == told.trial.added_rate
