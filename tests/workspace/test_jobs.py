"""Jobs tell the truth about work that other processes do, also when those die."""

import os
import signal
import subprocess
import sys

import pytest

from campanile.words import say, speaking
from campanile.workspace.errors import BadInput, DataError, NotFound
from campanile.workspace.jobs import Made, Outcome, Trouble

DIES = """
import os, signal, sys
from campanile.workspace import Workspace
import campanile.workspace.jobs as jobs
workspace = Workspace.open(sys.argv[1])
with workspace.jobs.at_work(sys.argv[2]):
    exec(sys.argv[3])
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def asked(workspace):
    return workspace.jobs.add("quality", {"table": "customers"}, who="ann", heavy=False)


def die(workspace, job, before: str = "pass") -> None:
    """Let a process take the job and die over it."""
    done = subprocess.run([sys.executable, "-c", DIES, str(workspace.path), job.id, before], check=False)
    assert done.returncode == -signal.SIGKILL


def test_a_new_job_waits(asked):
    assert (asked.state, asked.share, asked.found, asked.ended) == ("queued", 0.0, (), False)


def test_a_job_at_work_tells_how_far_it_is(workspace, asked):
    with workspace.jobs.at_work(asked.id) as job:
        assert job.state == "running"
        workspace.jobs.note(
            asked.id, 0.5, say("Checking {table:quoted}", table="t"), [say("AUC {auc:number}", auc=0.8)]
        )
        workspace.jobs.note(asked.id, 0.6, None)
        seen = workspace.jobs.job(asked.id)
        workspace.jobs.finish(asked.id, Outcome({}))
    assert (seen.state, seen.share, seen.doing) == ("running", 0.6, None)
    assert [str(line) for line in seen.found] == ["AUC 0.8"]


def test_an_outcome_comes_back_as_it_was_in_the_reader_s_language(workspace, asked):
    kept = Outcome({"rows": 3}, (say("table"),), (Made("table", "t", 2, "abc"), Made("model", "m", 1, "def")))
    with workspace.jobs.at_work(asked.id):
        assert workspace.jobs.finish(asked.id, kept)
    job = workspace.jobs.job(asked.id)
    assert (job.state, job.share, job.outcome) == ("done", 1.0, kept)
    assert job.outcome.newest("table").version == 2
    assert job.outcome.newest("report") is None
    with speaking("pl"):
        assert str(job.outcome.words[0]) == "tabela"


def test_a_failure_keeps_what_happened_and_what_to_do(workspace, asked):
    trouble = Trouble.of(DataError(say("The target is constant."), say("Choose another.")))
    with workspace.jobs.at_work(asked.id):
        workspace.jobs.fail(asked.id, "failed", trouble)
    assert workspace.jobs.job(asked.id).error == trouble
    assert not trouble.ours


def test_of_an_unforeseen_error_only_its_kind_is_told():
    trouble = Trouble.of(KeyError("secret"))
    assert trouble.ours
    assert "KeyError" in str(trouble.what)
    assert "secret" not in str(trouble.what)


def test_what_has_ended_stays_as_it_ended(workspace, asked):
    with workspace.jobs.at_work(asked.id):
        workspace.jobs.finish(asked.id, Outcome({}))
    assert not workspace.jobs.fail(asked.id, "failed")
    assert workspace.jobs.stop(asked.id).state == "done"
    with workspace.jobs.at_work(asked.id) as again:
        assert again is None


def test_a_waiting_job_is_stopped_at_once_and_is_never_begun(workspace, asked):
    assert workspace.jobs.stop(asked.id).state == "stopped"
    with workspace.jobs.at_work(asked.id) as begun:
        assert begun is None


def test_a_running_job_is_asked_to_stop(workspace, asked):
    with workspace.jobs.at_work(asked.id):
        job = workspace.jobs.stop(asked.id)
        assert (job.state, job.stopping, str(job.standing)) == ("running", True, "stopping")
        workspace.jobs.fail(asked.id, "stopped")


@pytest.mark.parametrize(
    ("before", "state"),
    [
        ("pass", "interrupted"),
        ("workspace.jobs.stop(sys.argv[2])", "stopped"),
        ("workspace.jobs.blame(sys.argv[2], jobs.Trouble.of(ValueError()))", "failed"),
        ("workspace.jobs.finish(sys.argv[2], jobs.Outcome({}))", "done"),
    ],
)  # fmt: skip
def test_a_killed_process_is_seen_by_whoever_looks_with_what_is_known_of_its_end(workspace, asked, before, state):
    die(workspace, asked, before)
    assert [job.state for job in workspace.jobs.jobs(states=("running",))] == []
    job = workspace.jobs.job(asked.id)
    assert job.state == state
    assert (job.error is not None) == (state == "failed")


def test_only_a_dead_job_is_called_interrupted(workspace, asked):
    with workspace.jobs.at_work(asked.id):
        assert all(workspace.jobs.job(asked.id).state == "running" for _ in range(20))
        workspace.jobs.finish(asked.id, Outcome({}))


def test_jobs_are_listed_the_newest_first_by_state_verb_and_page(workspace):
    made = [workspace.jobs.add(verb, {}, who="ann", heavy=False) for verb in ("load", "train", "load", "train")]
    workspace.jobs.stop(made[0].id)
    newest_first = [job.id for job in reversed(made)]
    assert [job.id for job in workspace.jobs.jobs()] == newest_first
    assert [job.id for job in workspace.jobs.jobs(verb="load")] == newest_first[1::2]
    assert [job.id for job in workspace.jobs.jobs(states=("stopped",))] == [made[0].id]
    page = workspace.jobs.jobs(limit=2)
    assert [job.id for job in workspace.jobs.jobs(before=page[-1].created_at)] == newest_first[2:]


def test_a_job_is_found_by_the_beginning_of_its_id(workspace, asked):
    assert workspace.jobs.named(asked.id[:8]).id == asked.id
    with pytest.raises(NotFound, match="'%'"):
        workspace.jobs.named("%")
    workspace.jobs.add("load", {}, who="ann", heavy=False)
    with pytest.raises(BadInput, match="Several jobs"):
        workspace.jobs.named("")


def test_an_unknown_job_is_named(workspace):
    with pytest.raises(NotFound, match="'nobody'"):
        workspace.jobs.job("nobody")


def test_the_process_that_looks_does_not_take_the_job_from_the_one_that_lives(workspace, asked):
    alive = subprocess.Popen(
        [sys.executable, "-c", DIES, str(workspace.path), asked.id, "print('at work', flush=True); input()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert alive.stdout.readline() == b"at work\n"
    assert workspace.jobs.job(asked.id).state == "running"
    os.kill(alive.pid, signal.SIGKILL)
    alive.communicate()
    assert workspace.jobs.job(asked.id).state == "interrupted"
    assert not list((workspace.path / "jobs").iterdir())
