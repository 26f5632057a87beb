"""The made-up campaign is what it says: its truth can be found in it."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from campanile.sources import read
from campanile.sources.worlds import Hand, campaign, write
from campanile.sources.worlds.truth import expected_auc
from campanile.tables import Semantic


@pytest.fixture(scope="module")
def world():
    return campaign(rows=40_000, seed=11)


def test_the_same_seed_makes_the_same_world_and_another_seed_another():
    assert campaign(rows=100, seed=2).table.equals(campaign(rows=100, seed=2).table)
    assert not campaign(rows=100, seed=2).table.equals(campaign(rows=100, seed=3).table)


def test_about_fifteen_of_a_hundred_respond(world):
    assert world.base_rate == pytest.approx(0.15, abs=0.001)
    assert world.table.column("response").to_numpy().mean() == pytest.approx(0.15, abs=0.01)


def test_probabilities_are_true(world):
    response = world.table.column("response").to_numpy()
    for low, high in ((0, 0.1), (0.1, 0.3), (0.3, 0.6), (0.6, 1)):
        inside = (world.probability >= low) & (world.probability < high)
        assert response[inside].mean() == pytest.approx(world.probability[inside].mean(), abs=0.03)


def test_no_score_is_better_than_the_ceiling(world):
    response = world.table.column("response").to_numpy()
    assert roc_auc_score(response, world.probability) == pytest.approx(world.ceiling_auc, abs=0.01)
    assert 0.88 < world.ceiling_auc < 0.94


def test_the_expected_auc_counts_ties_by_half():
    assert expected_auc(np.array([0.3, 0.3, 0.3])) == pytest.approx(0.5)


def test_there_are_five_drivers_of_five_shapes_in_order_of_influence(world):
    assert {driver.shape for driver in world.drivers} == {"falling", "threshold", "bump", "category", "count"}
    influences = [driver.influence for driver in world.drivers]
    assert influences == sorted(influences, reverse=True)
    assert len(world.noise) >= 12


def test_inside_its_zones_the_response_is_above_base_and_outside_below(world):
    for driver in world.drivers:
        if driver.shape not in ("falling", "threshold", "bump"):
            continue
        (zone,) = driver.zones
        column = world.table.column(driver.name)
        known = column.is_valid().to_numpy()
        values = column.fill_null(0).to_numpy()
        inside = (values >= zone.low) & (values <= zone.high) & known
        assert world.probability[inside].mean() > world.base_rate > world.probability[~inside & known].mean()


def test_the_segment_is_what_its_rule_selects(world):
    inside = np.ones(world.table.num_rows, dtype=bool)
    for name, zone in world.segment.rule.items():
        values = world.table.column(name).to_numpy()
        inside &= (values >= zone.low) & (values <= zone.high)
    assert inside.sum() == world.segment.size
    assert world.table.column("response").to_numpy()[inside].mean() == pytest.approx(world.segment.response, abs=0.03)
    assert world.segment.lift > 2.5


def test_the_importer_sees_what_each_column_is(tmp_path):
    world = campaign(rows=400, seed=5)
    dictionary = read(write(world, tmp_path / "c.csv", "excel_us")).dictionary
    assert dictionary["customer_id"].semantic is Semantic.IDENTIFIER
    assert dictionary["signup_date"].semantic is Semantic.DATE
    assert {column.name for column in dictionary.of(Semantic.CONSTANT)} == {"contact_cost_eur", "sale_value_eur"}
    assert {column.name for column in dictionary.of(Semantic.MONEY)} == {
        name
        for name in world.table.column_names
        if name.endswith("_eur") and name not in ("contact_cost_eur", "sale_value_eur")
    }


def test_broken_rows_are_refused_when_read(tmp_path):
    path = write(campaign(rows=200, seed=1), tmp_path / "c.csv", Hand(broken_rows=4), seed=9)
    assert read(path).refused.num_rows == 4
