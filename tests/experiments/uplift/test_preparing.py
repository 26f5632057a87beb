"""A trial of a table: who is judged together, and by which parts."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from campanile.experiments.uplift.crossfit import folds_of
from campanile.experiments.uplift.gates import guessed
from campanile.experiments.uplift.preparing import Prepared, prepare
from campanile.experiments.uplift.spec import UpliftSpec
from campanile.sources import read

Write = Callable[[pa.Table], Path]


def coarse(seed: int, rows: int = 3000) -> pa.Table:
    """Return a sound trial whose customers are told by few values, so that many are alike."""
    random = np.random.default_rng(seed)
    mailed, member = random.random(rows) < 0.5, random.random(rows) < 0.3
    return pa.table({
        "age": random.normal(50, 12, rows).round().astype(int), "member": member, "bought": random.poisson(2, rows),
        "got": np.where(mailed, "mail", "nothing"), "visit": random.random(rows) < 0.2 + 0.05 * mailed,
    })  # fmt: skip


def prepared(file: Path, **said: object) -> Prepared:
    found = read(file)
    spec = UpliftSpec(source=str(file), treatment="got", control="nothing", outcome="visit", **said)
    return prepare(found.table, found.dictionary, spec)


def test_where_customers_are_alike_no_part_repeats_what_chance_made_of_the_others(file: Write) -> None:
    chances = []
    for seed in range(12):
        found = prepared(file(coarse(seed)))
        assert all(gate.passed for gate in found.gates)
        assert found.copies == 0  # none are judged together where nearly all are alike
        trial = found.trial
        chances.append(guessed(trial.X, trial.treated, trial.e, folds_of(trial, 5), seed))
    # Of a sound trial they are spread evenly from 0 to 1.
    assert np.mean(chances) == pytest.approx(0.5, abs=0.25)


def test_rows_that_were_alike_before_are_judged_together_and_each_has_a_print_of_its_own(file: Write) -> None:
    rows = coarse(1, 1000)
    # Amounts to the cent tell most customers apart; twenty of them are alike before, in either arm.
    amounts = np.random.default_rng(2).gamma(2, 60, 1000).round(2)
    amounts[:20] = 7.77
    same = {"age": np.r_[np.full(20, 40), rows["age"].to_numpy()[20:]], "spent": amounts}
    same |= {name: np.r_[np.full(20, 1), rows[name].cast(pa.int64()).to_numpy()[20:]] for name in ("member", "bought")}
    trial = prepared(file(pa.table({**same, "got": rows["got"], "visit": rows["visit"]}))).trial
    assert len(np.unique(trial.groups[:20])) == 1
    assert len(np.unique(folds_of(trial, 5)[:20])) == 1
    assert len(np.unique(trial.prints)) == len(trial)


def test_where_nothing_is_left_but_a_column_in_doubt_the_trial_is_stopped_and_not_broken(file: Write) -> None:
    random = np.random.default_rng(0)
    mailed = random.random(3000) < 0.5
    older = (random.normal(50, 10, 3000) + 5 * mailed).round(1)
    got = np.where(mailed, "mail", "nothing")
    found = prepared(file(pa.table({"age": older, "got": got, "visit": random.random(3000) < 0.2})))
    assert found.before.unlike == ("age",)
    assert [gate.gate for gate in found.gates if not gate.passed] == ["assignment"]
