"""Sums tell what the users' values tell, and the differences are those of the libraries that offer the method."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campanile.experiments.comparison import fixed, sequential
from campanile.experiments.moments import Form, Moments, difference
from campanile.experiments.sequences import always_valid_p

tea = pytest.importorskip("tea_tasting")
COLUMNS = ("value", "per", "before", "before_per")
FORMS = {
    "mean": Form(), "ratio": Form(per=1), "mean after": Form(before=1),
    "ratio after": Form(per=1, before=2, before_per=3),
    "ratio after a mean": Form(per=1, before=2),
}  # fmt: skip


def moments(values, centre=None):
    """Return the moments of (users, parts)."""
    centre = np.zeros(values.shape[1]) if centre is None else np.asarray(centre, dtype=float)
    off = values - centre
    return Moments(
        np.asarray(float(len(values))), off.sum(axis=0), off.T @ off, np.asarray((off[:, 0] ** 3).sum()), centre
    )


def world(form, seed=0, users=900):
    """Return the parts of two groups' users."""
    random = np.random.default_rng(seed)
    level = random.gamma(3, 2, 2 * users)
    every = {
        "value": level * random.gamma(2, 1, 2 * users), "per": 1 + random.poisson(level),
        "before": level + random.normal(0, 1, 2 * users), "before_per": 1 + random.poisson(level),
    }  # fmt: skip
    used = {0: "value", form.per: "per", form.before: "before", form.before_per: "before_per"}
    names = [used[at] for at in range(form.parts)]
    table = np.column_stack([every[name] for name in names])
    table[users:, 0] *= 1.07
    return names, table[:users], table[users:]


@pytest.mark.parametrize("kind", FORMS)
def test_one_look_is_that_of_tea_tasting(kind):
    form = FORMS[kind]
    names, control, treatment = world(form)
    ours = difference(moments(control, control.mean(axis=0)), moments(treatment, control.mean(axis=0)), form)
    whole = np.vstack([control, treatment])
    table = {name: whole[:, at] for at, name in enumerate(names)} | {
        "variant": [0] * len(control) + [1] * len(treatment)
    }
    import pandas as pd

    metric = tea.RatioOfMeans("value", *(name if name in names else None for name in COLUMNS[1:]))
    theirs = tea.Experiment(metric=metric).analyze(pd.DataFrame(table))["metric"]
    interval = fixed(ours, 0.05)
    assert float(ours.control) == pytest.approx(theirs.control, rel=1e-9)
    assert float(ours.treatment) == pytest.approx(theirs.treatment, rel=1e-9)
    assert interval.estimate == pytest.approx(theirs.effect_size, rel=1e-6)
    assert interval.low == pytest.approx(theirs.effect_size_ci_lower, rel=1e-6)
    assert interval.high == pytest.approx(theirs.effect_size_ci_upper, rel=1e-6)
    assert float(ours.effect / ours.error) == pytest.approx(theirs.statistic, rel=1e-6)


# Told by GrowthBook's gbstats 0.8.0 for the sums below: effect, interval and p at every look, interval of one look.
GBSTATS = {
    ("mean", 5000.0): (0.15715652979314587, -0.031346791830331955, 0.3456598514166237, 0.18594323535944973,
                       0.03591386827801131, 0.27839919130828045),
    ("mean", 20000.0): (0.15715652979314587, -0.035968041383723615, 0.35028110097001536, 0.17523612467687963,
                        0.03591386827801131, 0.27839919130828045),
    ("ratio", 5000.0): (0.033684169824452825, -0.005331761991812539, 0.07270010164071819, 0.14972592507288499,
                        0.008589661157885838, 0.05877867849101981),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "planned"), GBSTATS)
def test_intervals_of_every_look_are_those_of_gbstats(kind, planned):
    k = FORMS[kind].parts
    sums = ([9123.0, 20100.0][:k], [9410.0, 19300.0][:k])
    products = [[51234.0, 52110.0], [52110.0, 131000.0]], [[53377.0, 51980.0], [51980.0, 125500.0]]
    control, treatment = (
        Moments(np.asarray(n), np.array(s), np.array(p)[:k, :k], np.asarray(0.0), np.zeros(k))
        for n, s, p in zip((4100.0, 3950.0), sums, products, strict=True)
    )
    found = difference(control, treatment, FORMS[kind])
    always, once = sequential(found, 0.05, planned), fixed(found, 0.05)
    p = float(always_valid_p(found.effect, found.error, found.users, planned, 0.05))
    assert (always.estimate, always.low, always.high, p, once.low, once.high) == pytest.approx(
        GBSTATS[kind, planned], abs=1e-6
    )


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 1000), shift=st.floats(-1e4, 1e4), kind=st.sampled_from(sorted(FORMS)))
def test_the_centre_makes_no_difference(seed, shift, kind):
    form = FORMS[kind]
    _, control, treatment = world(form, seed, 60)
    plain = difference(moments(control), moments(treatment), form)
    moved = [moments(one, np.full(form.parts, np.round(shift))) for one in (control, treatment)]
    assert float(difference(*moved, form).effect) == pytest.approx(float(plain.effect), rel=1e-4, abs=1e-6)


def test_large_values_lose_no_digits_about_their_middle():
    random = np.random.default_rng(1)
    control, treatment = (1e9 + random.normal(m, 1, (500, 1)) for m in (0, 0.3))
    found = difference(moments(control, [1e9]), moments(treatment, [1e9]), Form())
    assert float(found.error) == pytest.approx(
        np.sqrt(control.var(ddof=1) / 500 + treatment.var(ddof=1) / 500), rel=1e-6
    )


@given(parts=st.lists(st.integers(2, 30), min_size=1, max_size=5), seed=st.integers(0, 99))
def test_months_add_up_to_the_running_total(parts, seed):
    random = np.random.default_rng(seed)
    values = [random.normal(size=(n, 2)) for n in parts]
    rows = [moments(one) for one in values]
    stacked = Moments(
        *(np.stack([getattr(one, name) for one in rows]) for name in ("n", "sums", "products", "cubes")), np.zeros(2)
    )
    last, whole = stacked.running()[len(parts) - 1], moments(np.vstack(values))
    for name in ("n", "sums", "products", "cubes"):
        np.testing.assert_allclose(getattr(last, name), getattr(whole, name), atol=1e-9)
        np.testing.assert_allclose(getattr(stacked.total(), name), getattr(whole, name), atol=1e-9)


def test_skewness_is_that_of_the_values():
    from scipy.stats import skew

    values = np.random.default_rng(2).gamma(0.3, 1, (4000, 1))
    assert float(moments(values, [0.3]).skewness) == pytest.approx(skew(values[:, 0]), rel=1e-9)
    assert float(moments(np.ones((5, 1))).skewness) == 0


def test_what_was_before_takes_out_what_it_knows_and_moves_nothing():
    form = FORMS["mean after"]
    _, control, treatment = world(form, users=4000)
    with_it = difference(moments(control), moments(treatment), form)
    without = difference(moments(control[:, :1]), moments(treatment[:, :1]), Form())
    assert float(with_it.error) < 0.95 * float(without.error)
    assert float(with_it.kept) == pytest.approx((float(with_it.error) / float(without.error)) ** 2)
    assert abs(float(with_it.effect - without.effect)) < 4 * float(without.error)


def test_a_before_that_tells_nothing_changes_nothing():
    _, control, treatment = world(Form())
    flat = [np.column_stack([one, np.ones(len(one))]) for one in (control, treatment)]
    found = difference(moments(flat[0]), moments(flat[1]), FORMS["mean after"])
    plain = difference(moments(control), moments(treatment), Form())
    assert float(found.effect) == pytest.approx(float(plain.effect))
    assert float(found.error) == pytest.approx(float(plain.error))
