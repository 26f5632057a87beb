"""Scores as events arrive: those of the panel, of whoever is still open, and of each event once."""

import json
import shutil
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from campanile import models
from campanile.words import speaking
from campanile.workspace import Workspace
from campanile.workspace.errors import BadInput, DataError, NotFound, SourceError, SpecError
from tests.workspace.conftest import needs_spark

from .eventscores import advertised, events, everything, run_quickly, score, scores_of
from .eventworlds import MUSIC, run, shop, trained_shop, written

LAST = date(2023, 5, 1)
"""The day after the last event of the music service."""


def test_scores_are_the_models_answer_to_the_panel_of_the_run(service):
    workspace, _ = service
    done = score(service, at=date(2023, 4, 1))
    model = models.load(workspace, done.model)
    panel = workspace.read(workspace.table("listeners_features"))
    rows = panel.filter(pc.equal(panel["cutoff"], pa.scalar(date(2023, 4, 1))))
    told = models.predict(model, rows, key="user_id").to_pylist()
    assert scores_of(workspace, done) == pytest.approx({row["user_id"]: row["probability"] for row in told}, rel=1e-9)
    assert len(told) == done.rows > 100


def test_the_table_tells_its_columns_its_model_and_where_it_comes_from(service):
    from campanile.tables import dictionary_of

    workspace, _ = service
    done = score(service)
    table = workspace.table("listeners_scores")
    assert workspace.read(table).column_names == ["user_id", "cutoff", "probability"]
    assert dictionary_of(table).key == "user_id"
    assert (table.meta["model"], table.meta["model_version"], table.meta["cutoff"]) == (done.model, 1, str(LAST))
    lineage = str(workspace.lineage(table))
    assert "sessions.parquet" in lineage
    assert done.model in lineage


def test_whoever_bought_is_left_out_and_everybody_is_accounted_for(service):
    workspace, file = service
    done = score(service)
    bought = pq.read_table(file.parent / "sessions.parquet")
    bought = set(bought.filter(pc.equal(bought["event_type"], "BUY_PREMIUM"))["user_id"].to_pylist())
    scored = scores_of(workspace, done)
    assert bought
    assert not bought & set(scored)
    assert done.left_out.happened == len(bought)
    assert done.rows + done.left_out.happened + done.left_out.without_events == 300
    assert done.expected == pytest.approx(sum(scored.values()))


def test_the_cut_off_of_old_data_is_the_day_after_it_and_that_is_said(service):
    done = score(service)
    assert done.cutoff == LAST
    assert "the scores are as of the day after, 1 May 2023, not of today" in " ".join(map(str, done.words()))
    assert not score(service, at=LAST).notes


def test_before_their_first_event_users_are_not_scored_but_counted(service):
    done = score(service, at=date(2023, 2, 1))
    assert done.left_out.without_events > 10
    assert "there was no event of theirs before that day" in " ".join(map(str, done.words()))


def test_what_lies_after_the_cut_off_changes_nothing(service, tmp_path):
    workspace, _ = service
    before = scores_of(workspace, score(service, at=date(2023, 4, 1)))
    later = events(tmp_path / "later.jsonl", *(advertised(user) for user in before))
    assert scores_of(workspace, score(service, at=date(2023, 4, 1), events=(later,))) == before


def test_new_events_of_one_user_change_that_users_score_alone(service, tmp_path):
    workspace, _ = service
    before = scores_of(workspace, score(service))
    user = min(before)
    day = events(tmp_path / "day2.jsonl", *(advertised(user, minute) for minute in range(30)))
    done = score(service, events=(day,))
    after = scores_of(workspace, done)
    assert done.delivered[0].rows == 30
    assert {one for one in before if before[one] != after[one]} == {user}


def test_the_same_file_twice_is_counted_once_under_whatever_name(service, tmp_path):
    workspace, file = service
    user = min(scores_of(workspace, score(service)))
    day = events(tmp_path / "day2.jsonl", *(advertised(user, minute) for minute in range(30)))
    first = scores_of(workspace, score(service, events=(day,)))
    shutil.copy(tmp_path / "day2.jsonl", tmp_path / "again.jsonl")
    done = score(service, events=({"table": "sessions", "path": str(tmp_path / "again.jsonl")},))
    assert scores_of(workspace, done) == first
    assert "'again.jsonl' was delivered before: its rows are not counted twice." in map(str, done.words())
    assert len(workspace.artifacts("arrival")) == 1
    own = score(service, events=({"table": "sessions", "path": str(file.parent / "sessions.parquet")},))
    assert own.delivered[0].known


def test_a_purchase_that_arrives_takes_its_user_out(service, tmp_path):
    workspace, _ = service
    before = score(service)
    user = min(scores_of(workspace, before))
    done = score(service, events=(events(tmp_path / "buys.jsonl", {**advertised(user), "event_type": "BUY_PREMIUM"}),))
    assert user not in scores_of(workspace, done)
    assert done.left_out.happened == before.left_out.happened + 1


def test_a_new_user_is_scored_once_there_is_an_event(service, tmp_path):
    workspace, file = service
    user = {**pq.read_table(file.parent / "users.parquet").slice(0, 1).to_pylist()[0], "user_id": 999_999}
    (tmp_path / "users.jsonl").write_text(json.dumps(user, default=str) + "\n")
    users = {"table": "users", "path": str(tmp_path / "users.jsonl")}
    done = score(service, events=(users, events(tmp_path / "day2.jsonl", advertised(999_999))))
    assert 999_999 in scores_of(workspace, done)


def test_parquet_arrives_too_and_what_arrived_is_there_for_the_next_run(service, tmp_path):
    workspace, file = service
    whole = pq.read_table(file.parent / "sessions.parquet")
    more = whole.slice(0, 3).set_column(0, "timestamp", pa.array(["2023-04-30T23:00:00Z"] * 3))
    pq.write_table(more, tmp_path / "more.parquet")
    done = score(service, events=({"table": "sessions", "path": str(tmp_path / "more.parquet")},))
    assert done.delivered[0].rows == 3
    before = workspace.read(workspace.table("listeners_features"))
    again = run_quickly(workspace, file, until="features")
    assert again.seconds_by_step["features"] > 0
    after = workspace.read(workspace.table("listeners_features"))
    assert not after.equals(before)
    assert "arrival" in str(workspace.lineage(workspace.table("listeners_features")))
    assert run_quickly(workspace, file, until="features").seconds_by_step["features"] == 0.0


def test_a_file_that_the_study_names_by_now_is_not_counted_as_an_arrival_too(service, tmp_path):
    workspace, file = service
    user = min(scores_of(workspace, score(service)))
    day = events(file.parent / "day2.jsonl", *(advertised(user, minute) for minute in range(30)))
    first = scores_of(workspace, score(service, events=(day,)))
    named = MUSIC.replace('source = "sessions.parquet"', 'source = ["sessions.parquet", "day2.jsonl"]')
    written(file.parent, named)
    assert scores_of(workspace, score(service)) == first


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """A shop whose study was run until its models were trained: its folder."""
    file = trained_shop(tmp_path_factory.mktemp("learned") / "shop")
    workspace = Workspace.open(file.parent / "workspace")
    with speaking("en"):
        run_quickly(workspace, file)
    workspace.close()
    return file.parent


@pytest.fixture
def shopping(learned, tmp_path):
    """A copy of it: workspace and the study's file."""
    shutil.copytree(learned, tmp_path / "shop")
    workspace = Workspace.open(tmp_path / "shop" / "workspace")
    yield workspace, tmp_path / "shop" / "study.toml"
    workspace.close()


def test_a_study_without_calendar_scores_the_rows_without_an_outcome(shopping):
    workspace, _ = shopping
    done = score(shopping)
    assert (done.rows, done.left_out.happened, done.left_out.without_events) == (15, 45, 0)
    assert "'Loyal' is known already" in " ".join(map(str, done.words()))
    panel = workspace.read(workspace.table("shop_features"))
    rows = panel.filter(pc.is_null(panel["loyal"]))
    told = models.predict(models.load(workspace, done.model), rows, key="id").to_pylist()
    made = workspace.read(workspace.table("shop_scores")).to_pylist()
    assert [(row["id"], row["probability"]) for row in made] == [(row["id"], row["probability"]) for row in told]
    earlier = score(shopping, at=date(2024, 1, 3))
    assert earlier.cutoff == date(2024, 1, 3)
    assert earlier.rows == 15


def test_whoever_gets_scores_is_told_that_their_model_claims_nothing(shopping):
    assert "too few for a claim: with 15 responders" in " ".join(map(str, score(shopping).words()))


def test_where_the_files_are_gone_what_was_loaded_of_them_is_used(shopping):
    workspace, file = shopping
    first = score(shopping)
    (file.parent / "visits.csv").unlink()
    done = score(shopping)
    before = workspace.read(workspace.table("shop_scores", first.version))
    assert workspace.read(workspace.table("shop_scores", done.version)).equals(before)
    assert "what was last loaded of them is used" in " ".join(map(str, done.words()))


def test_the_chosen_model_scores_if_it_is_the_studys(service):
    workspace, _ = service
    best = score(service).model
    other = next(one for one in models.models(workspace) if one.name not in (best, "listeners-baseline"))
    models.promote(workspace, other.name)
    assert score(service).model == other.name
    assert score(service, model=best, version=1).model == best


def test_without_a_model_it_is_said_how_one_is_trained(workspace, tmp_path):
    file = shop(tmp_path / "shop")
    run(workspace, file)
    with pytest.raises(NotFound, match="No model was trained for the study 'shop' yet") as refused:
        score((workspace, file))
    assert "campanile study run" in str(refused.value)


@pytest.mark.parametrize(("said", "error", "words"), [
    ({"at": date(2024, 1, 1)}, DataError, "events end on 30 April 2023"),
    ({"at": date(2000, 1, 1)}, DataError, "Nobody was there"),
    ({"model": "listeners-logistik"}, NotFound, "Did you mean 'listeners-logistic'"),
    ({"table": "listeners_features"}, DataError, "holds no scores"),
    ({"table": "../x"}, SpecError, "cannot name a table"),
    ({"to": "scores.doc"}, SourceError, "'.doc'"),
    ({"into": "scores"}, SpecError, "names a table of the database"),
    ({"version": 1}, SpecError, "needs the name of its model"),
    ({"events": ({"table": "session", "path": "x"},)}, NotFound, "Did you mean 'sessions'"),
    ({"events": ({"table": "sessions", "path": "nothing.jsonl"},)}, SourceError, "no file 'nothing.jsonl'"),
    ({"events": ({"table": "sessions"},)}, SpecError, "as a file or as an upload"),
    ({"events": ({"table": "sessions", "upload": "0" * 32},)}, NotFound, "There is no upload"),
])  # fmt: skip
def test_what_cannot_be_is_told_and_changes_nothing(service, said, error, words):
    before = everything(service[0])
    with pytest.raises(error, match=words):
        score(service, **said)
    assert everything(service[0]) == before


@pytest.mark.parametrize(("content", "words"), [
    ('{"user": 101, "timestamp": "2023-04-30T10:00:00Z", "event_type": "PLAY", "track_id": null}\n',
     r"lacks a column of 'sessions' that the study needs: 'user_id'.*Perhaps 'user' should be called 'user_id'"),
    ('{"a": 1}\n', "lacks columns of 'sessions' that the study needs"),
    ('{"user_id": "nobody", "timestamp": "soon", "event_type": "PLAY", "track_id": null}\n', "day2.jsonl"),
    ("", "day2.jsonl"), ("no json\n", "day2.jsonl"),
])  # fmt: skip
def test_events_that_do_not_fit_the_table_are_refused_whole(service, tmp_path, content, words):
    before = everything(service[0])
    (tmp_path / "good.jsonl").write_text('{"a": 1}\n')
    (tmp_path / "day2.jsonl").write_text(content)
    good = events(tmp_path / "good.jsonl", advertised(101))
    with pytest.raises(BadInput, match=words):
        score(service, events=(good, {"table": "sessions", "path": str(tmp_path / "day2.jsonl")}))
    assert everything(service[0]) == before


def test_a_broken_parquet_file_is_refused(service, tmp_path):
    (tmp_path / "more.parquet").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(SourceError, match="must be a Parquet file"):
        score(service, events=({"table": "sessions", "path": str(tmp_path / "more.parquet")},))
    strange = pa.table({"timestamp": ["soon"], "user_id": [1], "track_id": ["x"], "event_type": ["PLAY"]})
    pq.write_table(strange, tmp_path / "strange.parquet")
    with pytest.raises(DataError, match="does not fit table 'sessions'"):
        score(service, events=({"table": "sessions", "path": str(tmp_path / "strange.parquet")},))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_spark_scores_the_same_in_its_workers(service, tmp_path):
    needs_spark()
    workspace, _ = service
    day = events(tmp_path / "day2.jsonl", *(advertised(user) for user in (101, 103)))
    duck = score(service, events=(day,))
    spark = score(service, engine="spark", master="local[2]")
    assert (spark.rows, spark.left_out, spark.cutoff) == (duck.rows, duck.left_out, duck.cutoff)
    assert scores_of(workspace, spark) == pytest.approx(scores_of(workspace, duck), rel=1e-9)
    assert list(scores_of(workspace, spark)) == list(scores_of(workspace, duck))
