"""Answers are written within a second, whole or not at all, by any number of processes; tidying loses none."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from campanile.models import load
from campanile.models.rollouts.files import FOLDER, answers, files, tidy
from campanile.models.rollouts.log import Log, noted, table
from campanile.models.rollouts.standing import find
from campanile.workspace import Workspace
from campanile.workspace.errors import StorageError
from tests.models.rollouts.conftest import DAY, MODEL, declared, log
from tests.processes import until

NAMED = (MODEL, 1)
COUNT = "SELECT count(*) AS n, count(DISTINCT key) AS keys FROM answers"


def counted(workspace, named=NAMED, since=None):
    found = answers(workspace, "spring", named, COUNT, since=since)
    return (0, 0) if found is None else tuple(found.to_pylist()[0].values())


def answered(workspace, keys, rollout=None):
    """Return what one version answers to customers of the training table, as it is noted."""
    rollout = rollout or find(workspace, "spring")
    model = load(workspace, *NAMED)
    rows = workspace.read(model.table).slice(0, len(keys))
    matrix = model.numbers(rows)
    return noted(rollout, rollout.arms[0], model, keys, model.pipeline.predict_proba(matrix), matrix)


def test_what_was_noted_is_read_back_with_the_features_that_the_model_saw(home):
    declared(home)
    taken = Log(home, every_seconds=60)
    keys = list(range(1, 51))
    taken.note(answered(home, keys))
    assert counted(home) == (0, 0)
    taken.close()
    rows = answers(home, "spring", NAMED, "SELECT * FROM answers ORDER BY CAST(key AS INT)")
    model = load(home, *NAMED)
    built = model.features(home.read(model.table).slice(0, 50))
    told = pa.Table.from_struct_array(rows["features"].combine_chunks())
    assert np.array_equal(model.matrix(told), model.matrix(built), equal_nan=True)
    assert rows["probability"].to_numpy() == pytest.approx(model.predict(home.read(model.table))[:50, model.positive])
    assert set(rows["role"].to_pylist()) == {"champion"}
    assert abs(rows["time"][0].as_py() - datetime.now(UTC)) < timedelta(minutes=1)


def test_no_personal_column_and_no_other_column_of_the_table_is_logged(home):
    declared(home)
    rows = table([answered(home, [1])])
    assert rows.column_names == [
        "time", "key", "model", "version", "role", "declaration", "probability", "features",
    ]  # fmt: skip
    assert [field.name for field in rows["features"].type] == list(load(home, *NAMED).plan.names)


def test_the_thread_writes_within_a_moment_and_ends_with_the_log(home):
    declared(home)
    taken = Log(home, every_seconds=0.05)
    taken.note(answered(home, [1, 2]))
    until(lambda: counted(home) == (2, 2), 10)
    taken.note(answered(home, [3]))
    taken.close()
    assert counted(home) == (3, 3)
    taken.note(answered(home, [4]))  # it takes more, as an application that is started again
    taken.close()
    assert counted(home) == (4, 4)


def test_what_the_disk_refuses_is_kept_and_written_later_but_no_more_than_there_is_room_for(home, monkeypatch):
    declared(home)
    lost = []
    taken = Log(home, every_seconds=60, most_waiting=5, lost=lost.append)
    full = home.path / FOLDER
    full.write_text("in the way")
    for start in (0, 3, 6):
        taken.note(answered(home, [start, start + 1, start + 2]))
    with pytest.raises(StorageError):
        taken.flush()
    assert lost == [3, 3]
    full.unlink()
    taken.close()
    assert counted(home) == (3, 3)


KILLED = """
import sys, time
from campanile.models.rollouts.log import Log
from campanile.workspace import Workspace
from tests.models.rollouts.test_log import answered
workspace = Workspace.open(sys.argv[1])
taken = Log(workspace, every_seconds=0.02)
one = answered(workspace, [int(sys.argv[2])])
print("ready", flush=True)
while True:
    taken.note(one)
    time.sleep(0.001)
"""


@pytest.mark.slow
def test_files_stay_readable_when_writers_are_killed_and_nothing_is_half_there(home):
    declared(home)
    running = [
        subprocess.Popen([sys.executable, "-c", KILLED, str(home.path), str(key)], stdout=subprocess.PIPE, text=True,
                         env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
        for key in (7, 8)
    ]  # fmt: skip
    for one in running:
        assert one.stdout.readline() == "ready\n"
    until(lambda: counted(home)[1] == 2)
    before = counted(home)[0]
    for one in running:
        os.kill(one.pid, signal.SIGKILL)
        one.wait()
    after, keys = counted(home)
    assert after >= before
    assert keys == 2
    tidy(home, "spring")
    assert counted(home) == (after, 2)
    assert len(files(home, "spring", NAMED)) == 1


def test_tidying_joins_files_and_changes_no_answer_however_often(home):
    rollout = declared(home)
    for key in range(20):
        log(home, rollout, 1, [key, key + 100], [0.1, 0.2], at=DAY + timedelta(days=key % 2))
    assert len(files(home, "spring", NAMED)) == 20
    before = answers(home, "spring", NAMED, "SELECT * FROM answers ORDER BY CAST(key AS INT)")
    assert tidy(home, "spring") == 20
    assert len(files(home, "spring", NAMED)) == 2
    assert tidy(home, "spring") == 0
    assert answers(home, "spring", NAMED, "SELECT * FROM answers ORDER BY CAST(key AS INT)").equals(before)


def test_a_tidying_that_ended_suddenly_counts_nothing_twice_and_is_taken_up_again(home, monkeypatch):
    from campanile.models.rollouts import files as room

    rollout = declared(home)
    for key in range(5):
        log(home, rollout, 1, [key], [0.1])
    write = room.write_file

    def dies_after(*given):
        write(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(room, "write_file", dies_after)
    with pytest.raises(KeyboardInterrupt):
        tidy(home, "spring")
    monkeypatch.setattr(room, "write_file", write)
    assert len(list((home.path / FOLDER).rglob("*.parquet"))) == 6
    assert counted(home) == (5, 5)
    assert tidy(home, "spring") == 5
    assert counted(home) == (5, 5)


def test_days_that_are_old_enough_are_dropped(home):
    rollout = declared(home)
    for days in (0, 10, 40):
        log(home, rollout, 1, [days], [0.1], at=datetime.now(UTC) - timedelta(days=days))
    assert tidy(home, "spring", keep_days=30) == 1
    assert counted(home) == (2, 2)
    assert counted(home, since=(datetime.now(UTC) - timedelta(days=1)).date()) == (1, 1)


def test_a_shadow_that_could_not_score_is_logged_as_such(home):
    rollout = declared(home, shadows=(2,))
    model = load(home, MODEL, 2)
    rows = table([noted(rollout, rollout.arms[1], model, [1, 2], None, None)])
    assert rows["probability"].null_count == 2
    assert rows["role"].to_pylist() == ["shadow", "shadow"]


def test_where_nothing_was_answered_nothing_is_found_or_tidied(workspace: Workspace):
    assert answers(workspace, "spring", NAMED, COUNT) is None
    assert tidy(workspace, "spring") == 0
