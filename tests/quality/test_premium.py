"""In the music service's deliveries the checks find by themselves what an analyst found by hand."""

import json

import pytest

from campanile.quality import QualitySpec, RepairSpec, check, repair, revert
from campanile.sources import LoadSpec, load
from campanile.tables import Declared
from campanile.workspace import Workspace
from campanile.workspace.engine import query

pytestmark = pytest.mark.real

LOUD = {"loudness": Declared(unit="dB", high=0)}


def brought(folder, workspace):
    for path in sorted(folder.iterdir()):
        load(workspace, LoadSpec(path=path, types=LOUD if path.name.startswith("tracks") else {}))
    names = {one.name for one in workspace.artifacts("table")}
    return {name: check(workspace, QualitySpec(table=name)) for name in names}


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    made = {name: Workspace.open(tmp_path_factory.mktemp(name)) for name in ("dirty", "v2")}
    yield made
    for workspace in made.values():
        workspace.close()


@pytest.fixture(scope="module")
def dirty(real_data, places):
    return brought(real_data / "premium" / "v1_dirty", places["dirty"])


@pytest.fixture(scope="module")
def second(real_data, places):
    return brought(real_data / "premium" / "v2", places["v2"])


def faults(answer):
    """Return what was found, but for the marks of identifiers and personal data."""
    return {
        (f.check, f.column, f.severity): f.count for f in answer.found
        if f.check != "personal" or f.severity == "serious"
    }  # fmt: skip


def told(answer, check_name, column):
    return " ".join(str(f.words) for f in answer.found if (f.check, f.column) == (check_name, column))


def by_hand(real_data, file, sql):
    """Count in the file itself, by the engine's own reader of JSON."""
    path = str(real_data / "premium" / file)
    rows = query(f"SELECT {sql} FROM read_json(?, format = 'newline_delimited', sample_size = -1)", values=[path])
    return tuple(rows.to_pylist()[0].values())


def test_users_of_the_first_delivery(dirty, real_data):
    assert faults(dirty["users"]) == {
        ("missing", "id", "serious"): 45, ("missing", "favourite_genres", "info"): 1,
        ("missing", "premium_user", "info"): 2, ("missing", None, "info"): 2,
        ("constant", "premium_user", "warning"): 48, ("stray", "id", "warning"): 5, ("personal", "id", "serious"): 5,
        ("rare", "city", "info"): 2, ("rare", "favourite_genres", "info"): 39,
    }  # fmt: skip
    assert by_hand(
        real_data, "v1_dirty/users.jsonl",
        "count(*) FILTER (id = -1), count(*) - count(id), count(*) FILTER (premium_user),"
        " count(*) FILTER (NOT premium_user), count(*) - count(favourite_genres)",
    ) == (5, 45, 48, 0, 1)  # fmt: skip
    assert "Premium user is never no" in told(dirty["users"], "constant", "premium_user")
    assert "filled in 5 of 50 rows, while User id names every row" in told(dirty["users"], "stray", "id")


def test_events_of_the_first_delivery(dirty, real_data):
    assert faults(dirty["sessions"]) == {
        ("missing", "user_id", "info"): 183, ("missing", "event_type", "info"): 181,
        ("missing", "track_id", "warning"): 276, ("missing", "track_id", "info"): 77,
        ("missing", None, "info"): 19, ("groups", "user_id", "info"): 173, ("rare", "event_type", "info"): 77,
    }  # fmt: skip
    assert by_hand(
        real_data, "v1_dirty/sessions.jsonl",
        "count(*) - count(user_id), count(*) - count(event_type), count(*) FILTER (coalesce(track_id, '') = ''),"
        " count(*) FILTER (event_type = 'BUY_PREMIUM'), count(*) FILTER (event_type = 'ADVERTISEMENT')",
    ) == (183, 181, 276, 49, 28)  # fmt: skip
    assert "BUY_PREMIUM (49) and ADVERTISEMENT (28)" in told(dirty["sessions"], "rare", "event_type")
    covered = next(f for f in dirty["sessions"].findings if f.check == "history")
    assert (covered.passed, covered.count) == (True, 366)
    assert all(f.passed for f in dirty["sessions"].findings if f.check == "references")


def test_artists_of_the_first_delivery(dirty, real_data):
    assert faults(dirty["artists"]) == {
        ("missing", "genres", "info"): 1352, ("personal", "id", "serious"): 1371, ("rare", "genres", "info"): 3499,
    }  # fmt: skip
    assert by_hand(
        real_data, "v1_dirty/artists.jsonl.gz", "count(*) - count(genres), count(*) FILTER (id::VARCHAR = '-1')"
    ) == (1352, 1371)


def test_events_of_the_second_delivery(second):
    assert faults(second["sessions"]) == {
        ("missing", "track_id", "info"): 2525, ("rare", "event_type", "info"): 28,
        ("history", "timestamp", "warning"): 87,
    }  # fmt: skip
    words = told(second["sessions"], "history", "timestamp")
    assert "87 days only, from 1 January 2023 to 28 March 2023: 2 whole months" in words
    assert "the 30 days that follow a month is known for 1 month" in words
    assert "no place there. Elsewhere, 0 are missing." in told(second["sessions"], "missing", "track_id")


def test_tracks_of_the_second_delivery(second, real_data):
    assert faults(second["tracks"]) == {
        ("missing", "name", "info"): 1, ("duplicates", None, "warning"): 3, ("impossible", "loudness", "warning"): 13,
        ("placeholders", "tempo", "warning"): 6, ("zeros", None, "warning"): 6,
        ("units", "release_date", "warning"): 5049, ("references", "id", "warning"): 16648,
    }  # fmt: skip
    four = "danceability = 0 AND valence = 0 AND speechiness = 0 AND tempo = 0"
    assert by_hand(
        real_data, "v2/tracks.jsonl.gz",
        f"count(*) FILTER (loudness > 0), count(*) FILTER (tempo = 0), count(*) FILTER ({four}),"
        f" count(*) FILTER ({four} AND energy = 0 AND acousticness = 0 AND liveness = 0),"
        " count(*) FILTER (length(release_date::VARCHAR) = 4), count(*) FILTER (length(release_date::VARCHAR) = 7),"
        " count(*) FILTER (length(release_date::VARCHAR) = 10)",
    ) == (13, 6, 6, 1, 4951, 98, 16559)  # fmt: skip
    tracks = second["tracks"]
    assert "13 values are impossible: above 0 dB, the declared most" in told(tracks, "impossible", "loudness")
    assert "16,559 to the day, 98 to the month and 4,951 to the year" in told(tracks, "units", "release_date")
    assert "16,648 of 21,608 rows (77%) never occur in table sessions" in told(tracks, "references", "id")


def test_the_tables_of_the_second_delivery_know_each_other(second, real_data):
    path = real_data / "premium" / "v2"
    never = query(
        "SELECT count(*) AS n FROM read_json(?, format = 'newline_delimited') WHERE id NOT IN"
        " (SELECT track_id FROM read_json(?, format = 'newline_delimited') WHERE track_id <> '')",
        values=[str(path / "tracks.jsonl.gz"), str(path / "sessions.jsonl")],
    )
    assert never["n"].to_pylist() == [16648]
    for name in ("sessions", "users", "artists", "track_storage"):
        assert all(f.passed for f in second[name].findings if f.check == "references"), name


def test_the_other_tables_of_the_second_delivery(second):
    assert faults(second["users"]) == {("rare", "city", "info"): 7, ("rare", "favourite_genres", "info"): 38}
    assert faults(second["artists"]) == {("rare", "genres", "info"): 2713}
    assert faults(second["track_storage"]) == {("rare", "storage_class", "info"): 2}


@pytest.mark.parametrize(("file", "column", "least", "rare"), [
    ("v1_dirty/users.jsonl", "favourite_genres", 5, 39), ("v1_dirty/artists.jsonl.gz", "genres", 50, 3499),
    ("v2/users.jsonl", "favourite_genres", 5, 38), ("v2/artists.jsonl", "genres", 50, 2713),
])  # fmt: skip
def test_genres_are_rare_by_the_rows_that_name_them(real_data, file, column, least, rare):
    counted = query(
        "SELECT count(*) FILTER (rows < ?) AS rare FROM (SELECT genre, count(DISTINCT line) AS rows FROM (SELECT"
        f" row_number() OVER () AS line, unnest({column}) AS genre FROM read_json(?, format = 'newline_delimited',"
        " sample_size = -1)) GROUP BY genre)",
        values=[least, str(real_data / "premium" / file)],
    )
    assert counted["rare"].to_pylist() == [rare]


def test_users_of_events_are_filled_in_from_their_sessions_and_taken_back(dirty, places, real_data):
    workspace = places["dirty"]
    before = workspace.table("sessions")
    done = repair(workspace, RepairSpec(table="sessions"))
    assert [(step.repair, step.column, step.values) for step in done.steps] == [("fill_from_group", "user_id", 173)]
    rows = workspace.read("sessions")
    assert rows["user_id"].null_count == 10
    changes = workspace.frame(workspace.artifact("repair", "sessions"), "changes").to_pylist()
    lines = (real_data / "premium" / "v1_dirty" / "sessions.jsonl").read_text().splitlines()
    whose = {}
    for line in map(json.loads, lines):
        if line["user_id"] is not None:
            whose.setdefault(line["session_id"], set()).add(line["user_id"])
    for change in changes:
        row = rows.slice(change["row"] - 1, 1).to_pylist()[0]
        assert (change["before"], change["after"]) == (None, str(row["user_id"]))
        assert whose[row["session_id"]] == {row["user_id"]}
    revert(workspace, "sessions", before.version)
    assert workspace.table("sessions").hash == before.hash
