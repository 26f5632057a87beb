"""Who is answered by which version: as declared, for ever, and nobody is moved without need."""

import os
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from campanile.models import promote, retire
from campanile.models.rollouts import RolloutSpec, declare, find, rollouts
from campanile.models.rollouts.rollout import Arm, Rollout, allotted
from campanile.models.rollouts.spec import BUCKETS
from campanile.workspace.errors import DataError, NotFound, SpecError
from tests.models.rollouts.conftest import MODEL, declared, spec

GOLDEN = [1, 2, 1, 1, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1]
NAMES = [("m", version) for version in range(1, 5)]
SIZES = st.lists(st.integers(0, 2500), min_size=4, max_size=4)


def owners(ranges):
    found = np.full(BUCKETS, -1)
    for place, name in enumerate(NAMES):
        for start, end in ranges.get(name, ()):
            assert (found[start:end] == -1).all()
            found[start:end] = place
    return found


@given(history=st.lists(SIZES, min_size=1, max_size=6))
def test_each_share_is_met_and_nobody_is_moved_but_from_and_to_the_champion(history):
    held = {}
    for sizes in history:
        before, held = owners(held), allotted(dict(zip(NAMES, sizes, strict=True)), held)
        after = owners(held)
        assert np.bincount(after + 1, minlength=5)[1:].tolist() == sizes
        moved = before != after
        if (after[before == -1] == -1).any():  # the champion has customers left that it could give
            assert ((before[moved] == -1) | (after[moved] == -1)).all()
        for place, size in enumerate(sizes):
            was = int((before == place).sum())
            assert int((moved & ((before == place) | (after == place))).sum()) == abs(size - was)


@given(sizes=SIZES, more=st.integers(0, 3))
def test_a_share_that_grows_moves_customers_from_the_champion_alone(sizes, more):
    grown = list(sizes)
    grown[more] = min(grown[more] + 777, 2500)
    first = allotted(dict(zip(NAMES, sizes, strict=True)), {})
    before, after = owners(first), owners(allotted(dict(zip(NAMES, grown, strict=True)), first))
    moved = before != after
    assert set(before[moved]) <= {-1}
    assert set(after[moved]) <= {more}


def rollout(share=0.2):
    end = round(share * BUCKETS)
    arms = Arm("m", 1, "champion", ((end, BUCKETS),)), Arm("m", 2, "challenger", ((0, end),)), Arm("m", 3, "shadow")
    return Rollout("spring", 1, "spring", "bought", "ID", True, arms)


def test_customers_are_shared_out_as_declared():
    places = rollout().places(pa.array(range(100_000)))
    assert stats.chisquare(np.bincount(places, minlength=2), [80_000, 20_000]).pvalue > 0.001


def test_shares_are_independent_of_an_experiment_of_the_same_name_and_salt():
    from campanile.workspace.buckets import buckets

    keys = pa.array(range(100_000))
    table = np.histogram2d(rollout(0.5).places(keys), buckets("spring", "spring", keys, 2), bins=2)[0]
    assert stats.chi2_contingency(table).pvalue > 0.001


@given(key=st.integers(-(2**63), 2**63 - 1) | st.text(min_size=1))
def test_one_customer_is_dealt_as_many_are(key):
    here = rollout()
    assert here.arms[here.places(pa.array([key]))[0]] == here.arm(key) == here.arm(str(key))


def test_another_process_deals_the_same_whatever_its_hash_seed():
    code = (
        "from campanile.models.rollouts.rollout import Arm, Rollout;"
        "arms = Arm('m', 1, 'champion', ((2000, 10000),)), Arm('m', 2, 'challenger', ((0, 2000),));"
        "here = Rollout('spring', 1, 'spring', 'bought', 'ID', True, arms);"
        "print(''.join(str(here.arm(key).version) for key in range(300)))"
    )
    expected = "".join(str(rollout().arm(key).version) for key in range(300))
    for seed in ("1", "2"):
        here = {**os.environ, "PYTHONHASHSEED": seed}
        found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=here)
        assert found.stdout.strip() == expected


def test_who_answers_whom_never_changes():
    # Golden: which version a customer keeps depends on these.
    assert [rollout().arm(key).version for key in (*range(1, 17), "ann", "żółć")] == GOLDEN


def test_a_rollout_is_found_as_it_was_declared_and_grows_without_moving_anybody(home):
    first = declared(home, shares={2: 10})
    grown = declared(home, shares={2: 30, 3: 20})
    assert find(home, "spring") == grown
    assert find(home, "spring", 1) == first
    assert [one.name for one in rollouts(home)] == ["spring"]
    keys = pa.array(range(20_000))
    before, after = first.places(keys), grown.places(keys)
    assert (after[before == 1] == 1).all()
    assert np.bincount(after) / 20_000 == pytest.approx([0.5, 0.3, 0.2], abs=0.01)


def test_the_same_declaration_again_is_no_new_one(home):
    assert declared(home, shares={2: 10}) == declared(home, shares={2: 10})
    assert len(home.artifacts("rollout")) == 1


def test_lineage_leads_from_a_rollout_to_its_models(home):
    declared(home, shares={2: 10})
    link = home.lineage(home.artifact("rollout", "spring"))
    assert {(one.artifact.kind, one.artifact.version) for one in link.parents} == {("model", 1), ("model", 2)}


def test_all_faults_of_a_spec_are_told_at_once():
    with pytest.raises(SpecError) as refused:
        spec(name="a b", shares={1: 70, 2: 0, 3: 40.001})
    told = [str(fault) for fault in refused.value.faults]
    assert told == [
        "'a b' cannot name a rollout: use letters, digits, '_' and '-'.",
        "response-logistic v1 is named twice.",
        "response-logistic v2 needs a share of the customers, or to be a shadow.",
        "The share 40.001 of response-logistic v3 is finer than a hundredth of a percent.",
        "The shares of the challengers come to 110.001 percent, more than 100.",
    ]
    assert len(refused.value.places) == len(told)


def test_a_shadow_has_no_share():
    with pytest.raises(SpecError, match="cannot be a shadow and answer"):
        RolloutSpec(name="x", champion={"model": "m", "version": 1},
                    challengers=[{"model": "m", "version": 2, "share": 5, "shadow": True}])  # fmt: skip


def test_models_that_cannot_answer_are_refused_all_at_once(home):
    retire(home, MODEL, 2)
    with pytest.raises(SpecError) as refused:
        declare(home, spec(shares={2: 10, 9: 10}))
    told = str(refused.value)
    assert "response-logistic v2 is retired" in told
    assert "v9" in told
    assert home.artifacts("rollout") == ()


def test_a_model_of_another_target_cannot_answer_beside(home):
    from campanile.models import TrainSpec, train

    name = train(home, TrainSpec(**{**_asked(), "target": "kids", "positive": "2"}, methods=("logistic",))).best
    with pytest.raises(SpecError, match="predicts 'kids', not 'Response'"):
        declare(home, RolloutSpec(name="x", champion={"model": MODEL, "version": 1},
                                  challengers=[{"model": name, "version": 1, "share": 5}]))  # fmt: skip


def test_a_model_that_answers_is_not_retired(home):
    declared(home, shares={2: 10})
    with pytest.raises(DataError, match="answers in the rollout 'spring'"):
        retire(home, MODEL, 2)
    declared(home)
    retire(home, MODEL, 2)
    promote(home, MODEL, 2)


def test_an_unknown_rollout_is_not_found(home):
    with pytest.raises(NotFound, match="no rollout yet"):
        find(home, "spring")
    declared(home)
    with pytest.raises(NotFound, match="Did you mean 'spring'"):
        find(home, "sprin")


def _asked():
    from tests.models.rollouts.conftest import ASKED

    return ASKED
