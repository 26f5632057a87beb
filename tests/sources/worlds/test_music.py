"""The made-up music service is what it says: shaped like the real one, and its truth can be found in its events."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import roc_auc_score

from campanile.sources.worlds import MusicSpec, music
from campanile.sources.worlds.music_truth import WEIGHTS
from campanile.workspace.errors import SpecError

SPEC = MusicSpec(users=6_000, months=5, tracks=800, events_per_user_month=25, base_rate=0.05, seed=3)
SMALL = MusicSpec(users=300, months=4, tracks=200, events_per_user_month=30, base_rate=0.1, seed=8)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return music(tmp_path_factory.mktemp("music"), SPEC)


@pytest.fixture(scope="module")
def truth(world):
    return pq.read_table(world.truth)


def ask(world, query):
    """Ask DuckDB; each file is a table under its name."""
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        for name, path in {**world.files, "truth": world.truth}.items():
            con.execute(f"create view {name} as select * from read_parquet('{path}')")
        return con.execute(query).to_arrow_table()


def content(world):
    return {name: pq.read_table(path) for name, path in {**world.files, "truth": world.truth}.items()}


def test_the_same_seed_makes_the_same_bytes_and_another_seed_another_world(tmp_path):
    one, two = music(tmp_path / "one", SMALL), music(tmp_path / "two", SMALL)
    for name, path in one.files.items():
        assert path.read_bytes() == two.files[name].read_bytes()
    assert replace(one, folder=Path(), files={}, truth=Path()) == replace(two, folder=Path(), files={}, truth=Path())
    other = music(tmp_path / "other", SMALL.model_copy(update={"seed": 9}))
    assert not pq.read_table(other.files["sessions"]).equals(pq.read_table(one.files["sessions"]))


def test_the_size_of_row_groups_bounds_what_is_held_and_changes_no_content(tmp_path):
    large = music(tmp_path / "large", SMALL)
    small = music(tmp_path / "small", SMALL.model_copy(update={"rows_per_group": 700}))
    for name, table in content(large).items():
        assert table.equals(content(small)[name]), name
    groups = pq.ParquetFile(small.files["sessions"]).metadata
    sizes = [groups.row_group(place).num_rows for place in range(groups.num_row_groups)]
    assert set(sizes[:-1]) == {700}
    assert 0 < sizes[-1] <= 700


def test_events_are_as_many_as_are_told(world):
    sessions = pq.read_table(world.files["sessions"])
    assert sessions.num_rows == world.events
    months_there = ask(
        world,
        """select sum(least(5, 5 - (epoch(first) - epoch(timestamptz '2023-01-01')) / 86400 / 30.2)) as months
           from (select min(timestamp) as first from sessions group by user_id)""",
    )["months"][0].as_py()
    assert world.events / months_there == pytest.approx(SPEC.events_per_user_month, rel=0.1)


def test_ids_are_whole(world):
    lost = ask(
        world,
        """select (select count(*) from sessions where track_id <> '' and track_id not in (select id from tracks)) as a,
                  (select count(*) from tracks where id_artist not in (select id from artists)) as b,
                  (select count(*) from tracks where id not in (select track_id from track_storage)) as c,
                  (select count(*) from sessions where user_id not in (select user_id from users)) as d,
                  (select count(*) from users where user_id not in (select user_id from sessions)) as e,
                  (select count(*) - count(distinct id) from tracks) as f,
                  (select count(*) from (select 1 from sessions group by session_id having count(distinct user_id) > 1))
                    as g""",
    )
    assert lost.to_pylist() == [dict.fromkeys("abcdefg", 0)]


def test_advertisements_and_purchases_have_no_track_and_all_else_has(world):
    counts = ask(world, "select event_type, count_if(track_id = '') as without, count(*) as n from sessions group by 1")
    for row in counts.to_pylist():
        assert row["without"] == (row["n"] if row["event_type"] in ("ADVERTISEMENT", "BUY_PREMIUM") else 0), row


def test_nobody_buys_twice_and_premium_users_are_those_who_bought(world):
    rows = ask(
        world,
        """select premium_user, coalesce(bought, 0) as bought, count(*) as n from users left join
           (select user_id, count(*) as bought from sessions where event_type = 'BUY_PREMIUM' group by 1)
           using (user_id) group by all order by all""",
    ).to_pylist()
    assert [(row["premium_user"], row["bought"]) for row in rows] == [(False, 0), (True, 1)]


def test_there_are_no_advertisements_after_the_purchase_and_there_are_other_events(world):
    rows = ask(
        world,
        """select event_type, count_if(timestamp > bought) as after, count_if(timestamp < bought) as before
           from sessions join (select user_id, timestamp as bought from sessions where event_type = 'BUY_PREMIUM')
           using (user_id) group by 1""",
    ).to_pylist()
    after = {row["event_type"]: row["after"] for row in rows}
    assert after["ADVERTISEMENT"] == 0
    assert after["PLAY"] > 100
    assert next(row["before"] for row in rows if row["event_type"] == "ADVERTISEMENT") > 100


def test_what_is_bought_within_thirty_days_of_a_cutoff_is_what_the_truth_says(world):
    rows = ask(
        world,
        """select truth.bought as said, b.timestamp is not null as happened, count(*) as n from truth left join
           (select * from sessions where event_type = 'BUY_PREMIUM') b
           on b.user_id = truth.user_id and b.timestamp >= cutoff and b.timestamp < cutoff + interval 30 day
           group by all order by all""",
    ).to_pylist()
    assert [(row["said"], row["happened"]) for row in rows] == [(False, False), (True, True)]
    bought = next(row["n"] for row in rows if row["said"])
    assert bought == pc.sum(pq.read_table(world.files["users"])["premium_user"]).as_py()


def test_at_risk_is_who_had_signed_up_and_not_bought_before_the_cutoff(world):
    rows = ask(
        world,
        """with cutoffs as (select distinct cutoff from truth), first as (
             select user_id, min(timestamp) as began, min(timestamp) filter (event_type = 'BUY_PREMIUM') as bought
             from sessions group by 1),
           at_risk as (
             select user_id, cutoff from first, cutoffs where began < cutoff and not coalesce(bought < cutoff, false))
           select (select count(*) from at_risk) as expected, (select count(*) from truth) as told,
                  (select count(*) from at_risk join truth using (user_id, cutoff)) as both""",
    ).to_pylist()[0]
    assert rows["expected"] == rows["told"] == rows["both"] > 10_000


def test_drivers_are_what_the_events_of_the_calendar_month_before_add_up_to(world):
    unlike = ask(
        world,
        """with monthly as (
             select user_id, date_trunc('month', timestamp) + interval 1 month as cutoff,
               count_if(event_type = 'ADVERTISEMENT') as number_of_advertisements,
               count_if(event_type = 'PLAY' and list_has_any(genres, favourite_genres))
                 as number_of_tracks_in_favourite_genre,
               avg(popularity) filter (event_type = 'PLAY') as average_popularity,
               count_if(event_type = 'SKIP') as number_of_skips, count_if(event_type = 'LIKE') as number_of_likes
             from sessions left join tracks on track_id = tracks.id left join artists on id_artist = artists.id
               left join users using (user_id) group by 1, 2)
           select count(*) as n from truth left join monthly using (user_id, cutoff) where not (
             truth.number_of_advertisements = coalesce(monthly.number_of_advertisements, 0)
             and truth.number_of_tracks_in_favourite_genre = coalesce(monthly.number_of_tracks_in_favourite_genre, 0)
             and coalesce(abs(truth.average_popularity - monthly.average_popularity) < 1e-9,
                          truth.average_popularity is null and monthly.average_popularity is null)
             and truth.number_of_skips = coalesce(monthly.number_of_skips, 0)
             and truth.number_of_likes = coalesce(monthly.number_of_likes, 0))""",
    )
    assert unlike["n"][0].as_py() == 0


def test_users_begin_in_different_months(world):
    rows = ask(
        world,
        """select date_trunc('month', first) as month, count(*) as n from
           (select min(timestamp) as first from sessions group by user_id) group by 1 order by 1""",
    )
    counts = rows["n"].to_numpy()
    assert len(counts) == SPEC.months
    assert counts[0] > 2 * counts[1:].max()
    assert counts.min() > 0.05 * SPEC.users


def test_probabilities_are_true(truth):
    bought, probability = truth["bought"].to_numpy(), truth["probability"].to_numpy()
    for low, high in ((0, 0.02), (0.02, 0.08), (0.08, 0.25), (0.25, 1)):
        inside = (probability >= low) & (probability < high)
        expected, spread = probability[inside].sum(), np.sqrt((probability * (1 - probability))[inside].sum())
        assert abs(bought[inside].sum() - expected) < 4 * spread


def test_the_base_rate_is_what_was_asked_for(world, truth):
    assert truth["probability"].to_numpy().mean() == pytest.approx(world.base_rate)
    assert world.base_rate == pytest.approx(SPEC.base_rate, rel=0.15)
    assert truth["bought"].to_numpy().mean() == pytest.approx(world.base_rate, rel=0.15)


def test_no_score_is_better_than_the_ceiling_and_the_true_one_reaches_it(world, truth):
    bought, probability = truth["bought"].to_numpy(), truth["probability"].to_numpy()
    assert roc_auc_score(bought, probability) == pytest.approx(world.ceiling_auc, abs=0.02)
    assert 0.75 < world.ceiling_auc < 0.92
    for name in WEIGHTS:
        alone = roc_auc_score(bought, truth[name].fill_null(40).to_numpy())
        assert 1 - world.ceiling_auc < alone < world.ceiling_auc


def test_a_model_of_the_drivers_finds_their_signs_and_comes_near_the_ceiling(world, truth):
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import scale

    values = np.column_stack([truth[name].to_numpy() for name in WEIGHTS])
    values[:, [0, 1, 3, 4]] = np.log1p(values[:, [0, 1, 3, 4]])
    values = scale(np.where(np.isnan(values), np.nanmean(values, axis=0), values))
    bought = truth["bought"].to_numpy()
    model = LogisticRegression(C=100).fit(values[::2], bought[::2])
    assert roc_auc_score(bought[1::2], model.predict_proba(values[1::2])[:, 1]) > world.ceiling_auc - 0.03
    assert (np.sign(model.coef_[0]) == np.sign(list(WEIGHTS.values()))).all()


def test_drivers_are_told_in_order_with_sign_and_zone(world):
    assert [driver.name for driver in world.drivers] == list(WEIGHTS)
    for driver in world.drivers:
        rising = WEIGHTS[driver.name] > 0
        assert driver.shape == ("rising" if rising else "falling")
        assert driver.influence == pytest.approx(abs(WEIGHTS[driver.name]), abs=0.1)
        (zone,) = driver.zones
        assert (zone.high == driver.high) if rising else (zone.low == driver.low)


def test_catalogues_look_like_real_ones(world):
    tracks = pq.read_table(world.files["tracks"])
    lengths = pc.value_counts(pc.utf8_length(tracks["release_date"])).to_pylist()
    assert {row["values"] for row in lengths} == {4, 7, 10}
    for name in ("danceability", "energy", "acousticness", "instrumentalness", "liveness", "valence", "speechiness"):
        assert 0 <= pc.min(tracks[name]).as_py() < pc.max(tracks[name]).as_py() <= 1, name
    assert pc.max(tracks["loudness"]).as_py() < 0 < pc.min(tracks["tempo"]).as_py()
    storage = pq.read_table(world.files["track_storage"])
    ratio = storage["daily_cost"].to_numpy() / tracks["duration_ms"].to_numpy()
    assert set(np.round(ratio * 1e8).astype(int)) <= {5, 10, 50}


def test_dirt_is_where_it_is_said_to_be_and_nowhere_else(tmp_path):
    asked = SMALL.model_copy(update={"tracks": 3_000})
    clean = content(music(tmp_path / "clean", asked))
    world = music(tmp_path / "dirty", asked.model_copy(update={"dirt": True}))
    places = pq.read_table(world.dirt).to_pylist()
    found = {(row["table"], row["column"], row["row"]) for row in places}
    assert len(found) == len(places) > 500
    assert {(row["column"], row["kind"]) for row in places} >= {
        ("event_type", "null"), ("event_type", "empty"), ("user_id", "null"), ("track_id", "null"),
        ("premium_user", "null"), ("id", "stray"), ("id", "minus one"), ("loudness", "above zero"),
    }  # fmt: skip
    for name, table in content(world).items():
        before = clean[name]
        if name == "users":
            before = before.append_column("id", pa.nulls(before.num_rows, pa.int64()))
        for column in table.column_names:
            pairs = zip(table[column].to_pylist(), before[column].to_pylist(), strict=True)
            unlike = {row for row, (now, was) in enumerate(pairs) if now != was}
            assert unlike == {row for at, of, row in found if (at, of) == (name, column)}, (name, column)


def test_what_stood_in_a_dirty_place_is_kept(tmp_path):
    clean = pq.read_table(music(tmp_path / "clean", SMALL).files["sessions"])
    places = pq.read_table(music(tmp_path / "dirty", SMALL.model_copy(update={"dirt": True})).dirt).to_pylist()
    for row in [row for row in places if row["table"] == "sessions"][::25]:
        assert row["was"] == str(clean[row["column"]][row["row"]].as_py())


def test_events_arrive_after_they_happen_and_some_days_late(tmp_path):
    world = music(tmp_path / "late", SMALL.model_copy(update={"late": True}))
    sessions = pq.read_table(world.files["sessions"])
    delay = pc.subtract(sessions["arrived"], sessions["timestamp"]).cast(pa.int64()).to_numpy() / 60e6
    assert delay.min() >= 0
    assert np.median(delay) < 3
    assert 0.0005 < (delay > 1440).mean() < 0.01
    assert sessions.drop_columns("arrived").equals(pq.read_table(music(tmp_path / "on time", SMALL).files["sessions"]))


def test_a_world_that_cannot_be_finished_leaves_no_file(tmp_path, monkeypatch):
    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr(sys.modules["campanile.sources.worlds.music"], "user_table", full)
    with pytest.raises(OSError, match="disk full"):
        music(tmp_path, SMALL)
    assert list(tmp_path.iterdir()) == []


def test_all_faults_of_a_spec_are_told():
    with pytest.raises(SpecError) as error:
        MusicSpec(users=0, months=1, start=date(2023, 1, 15))
    assert all(name in str(error.value) for name in ("users", "months", "start"))


@pytest.mark.real
def test_tables_have_the_columns_and_types_of_the_real_ones(real_data, world):
    folder = real_data / "premium" / "v2"
    for name, path in world.files.items():
        (file,) = folder.glob(f"{name}.jsonl*")
        with pa.input_stream(file) as stream:
            real = pa.json.read_json(stream, pa.json.ReadOptions(block_size=1 << 24)).schema
        made = pq.read_schema(path)
        assert made.names == real.names
        for field in made:
            if field.name != "timestamp":
                assert field.type == real.field(field.name).type, (name, field.name)


@pytest.mark.real
def test_the_importer_sees_in_events_what_it_sees_in_the_real_ones(real_data, world):
    from campanile.sources import read

    for name, file in (("sessions", "sessions.jsonl"), ("tracks", "tracks.jsonl.gz")):
        real, made = read(real_data / "premium" / "v2" / file).dictionary, read(world.files[name]).dictionary
        assert [(column.name, column.semantic) for column in made] == [
            (column.name, column.semantic) for column in real
        ]


@pytest.mark.slow
def test_ten_times_the_events_need_no_more_memory(tmp_path):
    def peak_mb(users):
        code = (
            "import resource, sys; from campanile.sources.worlds import music, MusicSpec;"
            "music(sys.argv[1], MusicSpec(users=int(sys.argv[2]), tracks=20_000, rows_per_group=200_000));"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / str(users)), str(users)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return float(done.stdout)

    assert peak_mb(20_000) < peak_mb(2_000) + 150
