"""A scoring that ends in the middle, by an error or a kill, leaves everything as it was."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from campanile.workspace import Workspace
from campanile.workspace.engines import open_engine
from campanile.workspace.errors import EngineError

from .eventscores import advertised, events, everything, score


class Failing:
    """An engine that ends in the middle of its work: after some scores were made."""

    def __init__(self, engine, end):
        self._engine = engine
        self._end = end

    def __getattr__(self, name):
        return getattr(self._engine, name)

    def mapped(self, expression, function, schema, folder):
        def ending(batches):
            for made in function(batches):
                yield made.slice(0, 10)
                self._end()

        return self._engine.mapped(expression, ending, schema, folder)


@contextmanager
def failing(end):
    with open_engine("duckdb") as engine:
        yield Failing(engine, end)


def raising(error):
    def end():
        raise error

    return end


@pytest.mark.parametrize("error", [EngineError("gone"), KeyboardInterrupt(), MemoryError()])
def test_an_engine_that_fails_leaves_everything_as_it_was(service, tmp_path, error):
    workspace, _ = service
    score(service, to=str(tmp_path / "scores.csv"))
    before, content = everything(workspace), (tmp_path / "scores.csv").read_bytes()
    day = events(tmp_path / "day2.jsonl", advertised(101))
    with pytest.raises(type(error)):
        score(service, events=(day,), to=str(tmp_path / "scores.csv"), opened=lambda: failing(raising(error)))
    assert everything(workspace) == before
    assert (tmp_path / "scores.csv").read_bytes() == content
    known = {path.name for path in (workspace.path / "artifacts").iterdir()}
    assert known == {one.location.split("/")[-1] for one in workspace.artifacts() if "artifacts/" in one.location}
    assert score(service, events=(day,)).delivered[0].rows == 1


KILLED = """
import os, signal, sys
from campanile.flows import ScoreStudySpec, read_study, score_study
from campanile.workspace import Workspace
from tests.flows.test_scoring_ends import failing
study = read_study(sys.argv[2])
spec = ScoreStudySpec(study=study.name, events=({"table": "sessions", "path": sys.argv[3]},))
score_study(Workspace.open(sys.argv[1]), spec, study, opened=lambda: failing(lambda: os.kill(os.getpid(), 9)))
"""


def test_a_kill_in_the_middle_leaves_everything_as_it_was(service, tmp_path):
    workspace, file = service
    before = everything(workspace)
    events(tmp_path / "day2.jsonl", advertised(101))
    command = [sys.executable, "-c", KILLED, str(workspace.path), str(file), str(tmp_path / "day2.jsonl")]
    places = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, check=False, timeout=120, env=places)
    assert done.returncode == -signal.SIGKILL
    again = Workspace.open(workspace.path)
    assert [one.verb for one in again.interrupted] == ["score"]
    assert everything(again) == before
    again.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_kill_at_any_commit_point_leaves_what_was_or_all_that_is_new(service, tmp_path):
    workspace, file = service
    out, day = tmp_path / "scores.csv", tmp_path / "day2.jsonl"
    events(day, advertised(101))
    workspace.close()
    asked = [str(one) for one in (workspace.path, file, day, out)]
    command = [sys.executable, "-m", "tests.flows.sudden_scoring", *asked]
    places = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=places)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 4, "the fuse met too few commit points"
    again = Workspace.open(workspace.path)
    assert len(out.read_text().splitlines()) == 1 + again.table("listeners_scores").meta["rows"]
    again.close()
