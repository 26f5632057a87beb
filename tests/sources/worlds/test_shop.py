"""The made-up web shop is what it says: shaped like the real one, and its truth can be found in its sessions."""

import csv

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import roc_auc_score

from campanile.sources import read
from campanile.sources.worlds import ShopSpec, shop

SPEC = ShopSpec(users=15_000, seed=4, written=("parquet", "csv"))
SMALL = ShopSpec(users=300, seed=2)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return shop(tmp_path_factory.mktemp("shop"), SPEC)


@pytest.fixture(scope="module")
def truth(world):
    return pq.read_table(world.truth)


def probabilities(truth):
    return np.column_stack([truth[f"probability_{name}"].to_numpy() for name in (1, 2, 3)])


def test_the_same_seed_makes_the_same_bytes_and_another_seed_another_world(tmp_path):
    one, two = shop(tmp_path / "one", SMALL), shop(tmp_path / "two", SMALL)
    other = shop(tmp_path / "other", SMALL.model_copy(update={"seed": 3}))
    for name, path in one.files.items():
        assert path.read_bytes() == two.files[name].read_bytes()
        assert path.read_bytes() != other.files[name].read_bytes()


def test_the_size_of_row_groups_changes_no_content(tmp_path):
    asked = SMALL.model_copy(update={"written": ("parquet",)})
    large, small = shop(tmp_path / "a", asked), shop(tmp_path / "b", asked.model_copy(update={"rows_per_group": 64}))
    for name, path in large.files.items():
        assert pq.read_table(path).equals(pq.read_table(small.files[name]))
    groups = pq.ParquetFile(small.files["session_train"]).metadata
    assert max(groups.row_group(place).num_rows for place in range(groups.num_row_groups)) == 64


def test_delimited_files_hold_what_the_parquet_files_hold(world):
    for name, path in world.files.items():
        separator = ";" if name.startswith("user") else ","
        options = pa.csv.ParseOptions(delimiter=separator)
        told, kept = pa.csv.read_csv(path.with_suffix(".csv"), parse_options=options), pq.read_table(path)
        assert told.column_names == kept.column_names
        for column in told.column_names:
            expected = kept[column].cast(pa.timestamp("s")) if column == "timestamp" else kept[column]
            assert told[column].to_pylist() == expected.to_pylist(), (name, column)


def test_traits_are_what_the_sessions_add_up_to(world):
    with duckdb.connect() as con:
        paths = [str(world.files[name]) for name in ("session_train", "session_test")]
        con.execute(f"create view sessions as select * from read_parquet({paths})")
        unlike = con.execute(
            f"""select count(*) from read_parquet('{world.truth}') t join (
                  select user_id, count(*) as n, avg(session_duration) as d, avg(page_views) as p
                  from sessions group by 1) s using (user_id)
                where n <> number_of_sessions or d <> mean_session_duration or p <> mean_page_views"""
        ).fetchall()[0][0]
    assert unlike == 0


def test_users_to_be_predicted_are_others_than_those_to_learn_from(world, truth):
    train, test = (pq.read_table(world.files[f"user_{part}"]) for part in ("train", "test"))
    assert test["test_id"].to_pylist() == list(range(1, test.num_rows + 1))
    assert test.num_rows / SPEC.users == pytest.approx(SPEC.test_share, abs=0.02)
    told = truth.filter(truth["test"])["user_id"].to_pylist()
    assert test["user_id"].to_pylist() == told
    assert set(train["user_id"].to_pylist()).isdisjoint(told)
    assert train.num_rows + test.num_rows == SPEC.users
    for part, users in (("train", train), ("test", test)):
        sessions = pq.read_table(world.files[f"session_{part}"])
        assert set(sessions["user_id"].to_pylist()) == set(users["user_id"].to_pylist())


def test_classes_have_the_shares_of_the_real_shop(world, truth):
    target = truth["marketing_target"].to_numpy()
    for name, share in ((1, 0.76), (2, 0.15), (3, 0.09)):
        assert world.class_shares[str(name)] == pytest.approx(share, abs=0.01)
        assert (target == name).mean() == pytest.approx(share, abs=0.015)
    assert world.base_rate == pytest.approx(0.24, abs=0.01)


def test_probabilities_are_true_and_add_up_to_one(truth):
    target, p = truth["marketing_target"].to_numpy(), probabilities(truth)
    np.testing.assert_allclose(p.sum(axis=1), 1)
    for place in range(3):
        for low, high in ((0, 0.1), (0.1, 0.4), (0.4, 0.8), (0.8, 1)):
            inside = (p[:, place] >= low) & (p[:, place] < high)
            spread = np.sqrt((p[:, place] * (1 - p[:, place]))[inside].sum())
            assert abs((target[inside] == place + 1).sum() - p[inside, place].sum()) <= 4 * spread


def test_the_true_probability_reaches_the_ceiling(world, truth):
    offered = truth["marketing_target"].to_numpy() > 1
    assert roc_auc_score(offered, 1 - probabilities(truth)[:, 0]) == pytest.approx(world.ceiling_auc, abs=0.015)
    assert 0.7 < world.ceiling_auc < 0.9


def test_inside_their_zones_more_want_another_offer(world, truth):
    offered = truth["marketing_target"].to_numpy() > 1
    assert [driver.influence for driver in world.drivers] == sorted((d.influence for d in world.drivers), reverse=True)
    for driver in world.drivers:
        (zone,) = driver.zones
        if zone.levels:
            inside = np.isin([str(value).lower() for value in truth[driver.name].to_pylist()], zone.levels)
        else:
            values = truth[driver.name].to_numpy()
            inside = (values >= zone.low) & (values <= zone.high)
        assert offered[inside].mean() > offered[~inside].mean(), driver.name


def test_dirt_is_where_it_is_said_to_be_and_nowhere_else(tmp_path):
    asked = SMALL.model_copy(update={"written": ("parquet",)})
    clean, dirty = shop(tmp_path / "a", asked), shop(tmp_path / "b", asked.model_copy(update={"dirt": True}))
    places = pq.read_table(dirty.dirt).to_pylist()
    assert {row["table"] for row in places} == set(clean.files)
    for name, path in clean.files.items():
        before, after = pq.read_table(path), pq.read_table(dirty.files[name])
        for column in before.column_names:
            pairs = zip(after[column].to_pylist(), before[column].to_pylist(), strict=True)
            unlike = {row for row, (now, was) in enumerate(pairs) if now != was}
            assert unlike == {row["row"] for row in places if (row["table"], row["column"]) == (name, column)}


def test_sessions_arrive_after_they_begin(tmp_path):
    world = shop(tmp_path, SMALL.model_copy(update={"late": True, "written": ("parquet",)}))
    sessions = pq.read_table(world.files["session_train"])
    assert pc.all(pc.greater_equal(sessions["arrived"], sessions["timestamp"])).as_py()


def test_a_shop_without_test_users_has_no_files_for_them(tmp_path):
    world = shop(tmp_path, SMALL.model_copy(update={"test_share": 0.0}))
    assert list(world.files) == ["user_train", "session_train"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["session_train.csv", "truth.parquet", "user_train.csv"]


@pytest.mark.real
def test_files_have_the_header_and_the_types_of_the_real_ones(real_data, tmp_path):
    world = shop(tmp_path, ShopSpec(users=1_000, seed=1))
    for name, path in world.files.items():
        real = real_data / "clickstream" / f"{name}.csv"
        with real.open() as one, path.open() as two:
            separator = ";" if name.startswith("user") else ","
            assert next(csv.reader(one, delimiter=separator)) == next(csv.reader(two, delimiter=separator))
        theirs, ours = read(real), read(path)
        assert ours.table.schema.types == theirs.table.schema.types
        assert [column.semantic for column in ours.dictionary] == [column.semantic for column in theirs.dictionary]
