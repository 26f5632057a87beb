"""A study drafted from files: it reads back as it was drafted, passes its check and runs, on made-up and real data."""

import tomllib
from datetime import datetime

import pyarrow.parquet as pq
import pytest

from campanile.flows import NewStudySpec, check_study, new_study, read_study, run_events
from campanile.sources.worlds import MusicSpec, ShopSpec, music, shop
from campanile.workspace.errors import DataError, SourceError

NOW = datetime(2026, 1, 1)


def drafted(folder, *files, name="drafted"):
    return new_study(NewStudySpec(files=files, out=folder / "study.toml", name=name), NOW)


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """The files of a made-up music service, dirty and with late arrivals."""
    world = music(tmp_path_factory.mktemp("service"), MusicSpec(
        users=200, months=4, tracks=200, events_per_user_month=20, base_rate=0.1, seed=1, late=True))  # fmt: skip
    return tuple(world.files.values())


@pytest.fixture(scope="module")
def clicks(tmp_path_factory):
    """The files of a made-up web shop."""
    return tuple(shop(tmp_path_factory.mktemp("clicks"), ShopSpec(users=120, seed=1)).files.values())


def test_a_music_service_is_drafted_with_its_joins_times_and_purchase(service, tmp_path):
    said = drafted(tmp_path, *service).draft.said
    assert said["study"]["entity"] == "users"
    assert set(said["study"]["joins"]) == {
        "sessions.track_id = tracks.id", "tracks.id_artist = artists.id", "sessions.track_id = track_storage.track_id",
    }  # fmt: skip
    assert said["study"]["attributes"] == ["city"]
    assert said["calendar"] == {"every": "month"}
    events = said["tables"]["sessions"]
    assert (events["entity"], events["time"], events["arrived"]) == ("user_id", "timestamp", "arrived")
    assert said["targets"] == {
        "buy_premium": {"table": "sessions", "event": "event_type = 'BUY_PREMIUM'", "within_days": 30}
    }


def test_a_shop_in_four_files_is_two_tables_and_its_test_users_are_to_be_predicted(clicks, tmp_path):
    said = drafted(tmp_path, *clicks).draft.said
    assert list(said["tables"]) == ["users", "sessions"]
    assert [len(table["source"]) for table in said["tables"].values()] == [2, 2]
    assert said["tables"]["sessions"]["columns"] == {
        "ip_address": {"semantic": "personal"}, "search_query": {"semantic": "text"},
    }  # fmt: skip
    assert said["predictions"] == {"file": "predictions.json", "key": "test_id"}
    assert said["targets"] == {"marketing_target": {"column": "marketing_target"}}


def test_the_file_says_what_was_drafted_and_passes_its_check(service, clicks, workspace, tmp_path):
    for number, files in enumerate((service, clicks)):
        done = drafted(tmp_path / str(number), *files)
        assert tomllib.loads(done.file.read_text()) == done.draft.said
        told = [str(line) for line in check_study(workspace, read_study(done.file)).words()]
        assert told[-1] == "The study can run."


def test_every_decision_has_its_reason_in_the_file(clicks, tmp_path):
    done = drafted(tmp_path, *clicks)
    text = " ".join(done.file.read_text().replace("#", " ").split())
    for one in done.draft.decisions:
        assert " ".join(str(one.reason).split()) in text


def test_a_drafted_study_of_parquet_files_runs_to_its_features(service, workspace, tmp_path):
    done = run_events(workspace, read_study(drafted(tmp_path, *service).file), until="features")
    assert done.rows > 200
    assert "sessions_count" in done.features
    assert "sessions_event_type_advertisement_share" in done.features
    assert not [name for name in done.features if "user" in name or "track_id" in name]


def test_a_drafted_study_of_dirty_text_files_runs_to_its_features(clicks, workspace, tmp_path):
    done = run_events(workspace, read_study(drafted(tmp_path, *clicks).file), until="features")
    assert done.rows == 120
    assert not [name for name in done.features if "ip_address" in name or "search_query" in name]


@pytest.mark.parametrize(("column", "value", "event"), [
    ("kind", "it's over", "kind = 'it''s over'"), ("case", "cancel", "\"case\" = 'cancel'"),
    ("event type", "buy", "\"event type\" = 'buy'"), ("event_code", "9", "event_code = 9"),
    ("cancelled", "yes", "cancelled"),
])  # fmt: skip
def test_the_condition_of_an_event_target_is_said_so_that_the_study_runs(workspace, tmp_path, column, value, event):
    usual = {"9": ("1", "2"), "yes": ("no", "no")}.get(value, ("look", "ask"))
    what = [usual[at % 3 > 0] for at in range(400)]
    for at in range(400):
        if at % 40 < 12 and at // 40 >= 4:
            what[at] = value if at // 40 == 4 else usual[1]
    (tmp_path / "users.csv").write_text("user_id\n" + "\n".join(f"u{at}" for at in range(40)) + "\n")
    (tmp_path / "events.csv").write_text(f"user_id,time,{column}\n" + "".join(
        f"u{at % 40},2025-{1 + at // 80:02d}-{1 + at % 80 // 3:02d} 10:00:00,{what[at]}\n"
        for at in range(400)))  # fmt: skip
    done = drafted(tmp_path, tmp_path / "users.csv", tmp_path / "events.csv")
    assert [one["event"] for one in done.draft.said["targets"].values()] == [event]
    assert run_events(workspace, read_study(done.file), until="features").rows > 40


def test_times_that_a_parquet_file_keeps_as_text_are_none(tmp_path):
    import pyarrow as pa

    times = [f"2024-01-{1 + at % 28:02d}" for at in range(90)]
    pq.write_table(pa.table({"user_id": [f"u{at % 30}" for at in range(90)], "day": times}), tmp_path / "e.parquet")
    (tmp_path / "users.csv").write_text("user_id\n" + "\n".join(f"u{at}" for at in range(30)) + "\n")
    with pytest.raises(DataError, match="no events"):
        drafted(tmp_path, tmp_path / "users.csv", tmp_path / "e.parquet")


def test_a_file_that_is_there_is_written_over_only_when_asked(clicks, tmp_path):
    file = tmp_path / "study.toml"
    file.write_text("mine")
    with pytest.raises(SourceError, match="already; nothing was written"):
        drafted(tmp_path, *clicks)
    assert file.read_text() == "mine"
    new_study(NewStudySpec(files=clicks, out=file, force=True), NOW)
    assert "[study]" in file.read_text()


def test_a_draft_that_is_stopped_while_it_is_written_leaves_nothing(clicks, tmp_path, monkeypatch):
    def stopped(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("campanile.workspace.store.os.fsync", stopped)
    with pytest.raises(KeyboardInterrupt):
        drafted(tmp_path, *clicks)
    assert list(tmp_path.iterdir()) == []


def test_sources_beneath_the_study_are_named_from_there(clicks, tmp_path):
    (tmp_path / "data").mkdir()
    for file in clicks:
        (tmp_path / "data" / file.name).write_bytes(file.read_bytes())
    said = drafted(tmp_path, *(tmp_path / "data" / file.name for file in clicks)).draft.said
    assert said["tables"]["users"]["source"] == ["data/user_train.csv", "data/user_test.csv"]


def test_of_a_large_file_the_beginning_is_read_and_that_is_told(clicks, tmp_path, monkeypatch):
    monkeypatch.setattr("campanile.flows.eventdraft._HEAD_BYTES", 60_000)
    told = [str(line) for line in drafted(tmp_path, *clicks).words()]
    assert told[0].startswith("Of 'session_train.csv' only the beginning was read: ")


REAL = {
    "clickstream": ["clickstream/user_train.csv", "clickstream/session_train.csv"],
    "clickstream whole": [
        f"clickstream/{kind}_{part}.csv" for kind in ("user", "session") for part in ("train", "test")
    ],
    "premium": [f"premium/v2/{name}" for name in (
        "users.jsonl", "sessions.jsonl", "tracks.jsonl.gz", "artists.jsonl", "track_storage.jsonl.gz")],
}  # fmt: skip


@pytest.mark.real
@pytest.mark.parametrize(("kind", "entity", "target", "joins"), [
    ("clickstream", "users", "marketing_target", 0), ("clickstream whole", "users", "marketing_target", 0),
    ("premium", "users", "buy_premium", 3),
])  # fmt: skip
def test_real_data_is_drafted_and_passes_its_check(real_data, workspace, tmp_path, kind, entity, target, joins):
    done = drafted(tmp_path, *(real_data / file for file in REAL[kind]))
    assert done.draft.said["study"]["entity"] == entity
    assert list(done.draft.said["targets"]) == [target]
    assert len(done.draft.said["study"].get("joins", ())) == joins
    assert ("predictions" in done.draft.said) == (kind == "clickstream whole")
    assert check_study(workspace, read_study(done.file)).targets == (target,)


@pytest.mark.slow
@pytest.mark.real
@pytest.mark.parametrize("kind", list(REAL))
def test_a_study_drafted_from_real_data_runs_to_its_report(real_data, workspace, tmp_path, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    done = drafted(tmp_path, *(real_data / file for file in REAL[kind]))
    found = run_events(workspace, read_study(done.file, quick=True), report=tmp_path / "report.html")
    assert found.report is not None
    assert found.report.is_file()
    assert (found.predictions is not None) == (kind == "clickstream whole")
