"""Features follow levers as declared, or as they go together among customers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campanile.simulate.bench import bench_of
from campanile.simulate.checking import bound
from campanile.simulate.following import local_regression
from tests.simulate import conftest as made


def moved(rows, steps, **levers):
    model, spec = made.Known(rows), made.spec_of(levers=levers, sample=rows.num_rows)
    told = bound(spec.levers, model.plan, "buys", made.DICTIONARY, rows)
    ground = bench_of(model, made.everybody(model, rows), rows, told, spec, model.refits).ground
    return ground, ground.moved(np.array([steps]))


def test_by_a_slope_it_moves_so_much_for_each_unit(rows):
    ground, after = moved(rows, [5], popular={"direction": "up", "follows": {"energy": 0.01}})
    shift = after.values["popular"][0] - ground.own["popular"]
    own = ground.own["energy"]
    expected = np.clip(own + 0.01 * shift, own.min(), own.max())
    assert after.values["energy"][0] == pytest.approx(expected)


def test_the_model_sees_what_follows(rows):
    ground, after = moved(rows, [5], popular={"direction": "up", "follows": {"energy": 0.01}})
    at = ground.plan.names.index("energy")
    assert after.features[0][:, at] == pytest.approx(after.values["energy"][0])
    others = [place for place, name in enumerate(ground.plan.names) if name not in ("energy", "popular")]
    np.testing.assert_array_equal(after.features[0][:, others], ground.features[:, others])


def test_by_an_elasticity_it_changes_in_percent(rows):
    import pyarrow as pa

    above = rows.set_column(
        rows.column_names.index("favourite"), "favourite", pa.array(rows["favourite"].to_numpy() + 1)
    )
    ground, after = moved(above, [4], favourite={"direction": "up", "follows": {"popular": {"elasticity": 0.5}}})
    factor = (after.values["favourite"][0] / ground.own["favourite"]) ** 0.5
    high = max(ground.own["popular"].max(), 0)
    assert after.values["popular"][0] == pytest.approx(np.minimum(ground.own["popular"] * factor, high))


def test_two_that_move_one_add_up_or_the_largest_counts(rows):
    both = {
        name: {"direction": "up", "follows": {"energy": slope}, "together": None}
        for name, slope in (("popular", 0.002), ("favourite", -0.01))
    }  # fmt: skip
    for rule, combine in (("sum", lambda one, other: one + other),
                          ("largest", lambda one, other: np.where(abs(one) >= abs(other), one, other))):  # fmt: skip
        levers = {name: {**lever, "together": rule} for name, lever in both.items()}
        ground, after = moved(rows, [5, 3], **levers)
        shifts = [slope * (after.values[name][0] - ground.own[name])
                  for name, slope in (("popular", 0.002), ("favourite", -0.01))]  # fmt: skip
        own = ground.own["energy"]
        assert after.values["energy"][0] == pytest.approx(np.clip(own + combine(*shifts), own.min(), own.max()))


def test_what_is_estimated_recovers_how_they_go_together():
    rows = made.world(4000, seed=1)
    ground, after = moved(rows, [10], popular={"direction": "up", "high": 80, "follows": {"energy": "estimated"}})
    inner = (ground.own["popular"] > 30) & (ground.own["popular"] < 55)
    shift = (after.values["energy"][0] - ground.own["energy"])[inner]
    assert shift.mean() == pytest.approx(0.1, abs=0.02)  # a hundredth for each point of popularity


@given(st.floats(-3, 3), st.floats(-100, 100), st.integers(0, 5))
def test_a_local_regression_of_a_line_is_that_line(slope, level, seed):
    lever = np.random.default_rng(seed).normal(size=200)
    curve = local_regression(lever, level + slope * lever)
    assert curve(lever) == pytest.approx(level + slope * lever, abs=1e-6)


def test_who_has_no_value_is_neither_moved_nor_paid_for(rows):
    import pyarrow as pa

    popular = rows["popular"].to_pylist()
    popular[0] = None
    holed = rows.set_column(rows.column_names.index("popular"), "popular", pa.array(popular))
    ground, after = moved(holed, [5], popular={"direction": "up", "cost": 1, "follows": {"energy": 0.01}})
    assert np.isnan(after.values["popular"][0, 0])
    assert after.values["energy"][0, 0] == ground.own["energy"][0]
    paid = np.nansum(after.values["popular"][0] - ground.own["popular"]) / holed.num_rows
    assert after.cost[0] == pytest.approx(paid)
