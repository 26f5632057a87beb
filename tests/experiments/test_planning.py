"""A plan says how many users find what, and they do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from campanile.experiments import DesignSpec, design, sections
from campanile.experiments.planning import plan, smallest_lift, users_for
from campanile.workspace.errors import DataError, SpecError


def spec(**more):
    return DesignSpec(**{"name": "offer", "metrics": ("share",), "baseline": 0.02, "lift": 0.2, **more})


def test_users_for_a_mean_are_those_of_tea_tasting():
    tea = pytest.importorskip("tea_tasting")
    from tea_tasting.aggr import Aggregates

    asked = spec(baseline=5.0, spread=8.0, lift=0.1, share=30)
    theirs = tea.Mean("v", rel_effect_size=0.1, ratio=3 / 7, use_t=False).solve_power_from_aggregates(
        Aggregates(count_=2, mean_={"v": 5.0}, var_={"v": 64.0}, cov_={}), "n_obs"
    )
    assert users_for(asked, "mean", 5.0, 64.0) == theirs[0].n_obs


@pytest.mark.parametrize("share", [50, 20])
def test_a_share_is_found_as_often_as_promised(share):
    asked = spec(share=share)
    users = users_for(asked, "proportion", 0.02, 0.02 * 0.98)
    random, tests = np.random.default_rng(0), 4000
    n = [round(users * (100 - share) / 100), round(users * share / 100)]
    p = [random.binomial(size, rate, tests) / size for size, rate in zip(n, (0.02, 0.024), strict=True)]
    error = np.sqrt(sum(one * (1 - one) / size for one, size in zip(p, n, strict=True)))
    hits = (np.abs(p[1] - p[0]) > stats.norm.isf(0.025) * error).mean()
    assert hits == pytest.approx(0.8, abs=0.02)


@settings(deadline=None, max_examples=15)
@given(lift=st.floats(0.05, 0.5), baseline=st.floats(0.01, 0.4))
def test_the_smallest_lift_that_users_find_is_the_one_that_takes_so_many(lift, baseline):
    asked = spec(baseline=baseline, lift=lift)
    users = users_for(asked, "proportion", baseline, baseline * (1 - baseline))
    assert smallest_lift(asked, "proportion", baseline, baseline * (1 - baseline), users) == pytest.approx(
        lift, rel=0.01
    )


def test_looking_every_month_has_its_price_and_months_are_told(workspace):
    told = design(workspace, spec(monthly=20_000))
    assert told.users_sequential > told.users_fixed
    assert told.users_sequential == pytest.approx(told.users_fixed * told.price, rel=1e-3)
    assert told.months_sequential == -(-told.users_sequential // 20_000)
    assert told.smallest_sequential > told.smallest_fixed
    assert "would do if only the end were looked at" in str(told.words)
    assert f"{told.months_sequential} months, or {told.months_fixed} for one look at the end" in str(told.words)
    assert sections(told)[0].anchor == "design"


def test_what_was_before_makes_the_test_smaller(workspace, keep):
    random = np.random.default_rng(0)
    before = random.gamma(2, 5, 3000)
    keep("users", key="user_id", user_id=range(3000), after=before + random.normal(0, 3, 3000), before=before)
    plain = design(workspace, DesignSpec(name="a", metrics=("after:mean",), table="users"))
    known = design(workspace, DesignSpec(name="b", metrics=("after~before:mean",), table="users"))
    assert known.kept == pytest.approx(9 / 59, rel=0.1)
    assert known.users_fixed == pytest.approx(plain.users_fixed * known.kept, rel=0.02)


def test_a_ratio_is_planned_by_the_delta_method(workspace, keep):
    random = np.random.default_rng(1)
    visits = random.poisson(4, 5000) + 1
    clicks = random.binomial(visits, 0.3)
    keep("users", key="user_id", user_id=range(5000), visits=visits, clicks=clicks)
    told = design(workspace, DesignSpec(name="a", metrics=("rate=clicks/visits",), table="users"))
    assert told.baseline == pytest.approx(clicks.sum() / visits.sum())
    left = (clicks - told.baseline * visits) / visits.mean()
    assert told.spread == pytest.approx(left.std(ddof=1), rel=1e-3)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"lift": 0}, "cannot be found"), ({"metrics": ()}, "one metric"), ({"baseline": None}, "--baseline"),
        ({"baseline": 0.9, "lift": 0.5}, "between 0 and 1"), ({"metrics": ("m:mean",)}, "--spread"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_refused_in_words(workspace, more, said):
    with pytest.raises(SpecError, match=said):
        design(workspace, spec(**more))


def test_a_metric_that_is_the_same_for_everybody_cannot_be_planned(workspace, keep):
    keep("users", key="user_id", user_id=range(100), x=np.ones(100))
    with pytest.raises(DataError, match="same for everybody"):
        design(workspace, DesignSpec(name="a", metrics=("x:mean",), table="users"))


def test_a_plan_of_several_looks_is_a_plan_of_one_with_a_price():
    one, many = (plan(spec(months=months), spec().metrics[0], "proportion", 0.02, 0.0196) for months in (1, 12))
    assert one.users_fixed == many.users_fixed
    assert one.price != many.price


def test_the_price_of_looking_is_told_at_most_and_on_average(workspace):
    told = design(workspace, spec())
    assert told.users_fixed < told.users_expected < told.users_sequential
    assert "more users than one look at the end" in str(told.notes[0])
