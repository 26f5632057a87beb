"""Jobs that really run: a worker process beside the tests, a fresh process for each job."""

import os
import signal
import time

import pytest

from campanile.flows import submit
from campanile.flows.worker import alive
from campanile.workspace import Workspace
from tests.processes import offspring, until

from .conftest import ended, lives, worker

TRAIN = {"table": "customers", "target": "response", "methods": ["baseline", "logistic"], "resamples": 50}


def test_a_job_ends_with_words_data_and_what_it_made(worked):
    done = ended(worked, submit(worked, "quality", {"table": "customers"}, who="ann"))
    assert done.state == "done", done.error
    assert (done.share, done.doing) == (1.0, None)
    assert done.outcome.words
    assert done.outcome.data["table"] == "customers"
    made = done.outcome.newest("quality")
    assert worked.artifact("quality", "customers").id == made.id
    assert done.created_at <= done.started_at <= done.finished_at


def test_a_training_tells_how_far_it_is_and_which_models_are_ready(worked):
    job = submit(worked, "train", {**TRAIN, "quick": True}, who="ann")
    seen = []

    def look():
        seen.append(worked.jobs.job(job.id))
        return seen[-1].ended

    until(look)
    assert seen[-1].state == "done", seen[-1].error
    shares = [one.share for one in seen]
    assert shares == sorted(shares)
    assert any(0 < share < 1 for share in shares)
    assert any(one.doing for one in seen)
    assert "AUC" in str(seen[-1].found[0])
    assert seen[-1].outcome.newest("model").name == "response-logistic"


def test_a_fault_of_what_was_asked_is_told_in_its_own_words(worked):
    failed = ended(worked, submit(worked, "quality", {"table": "custmers"}, who="ann"))
    assert failed.state == "failed"
    assert "'custmers'" in str(failed.error.what)
    assert "customers" in str(failed.error.remedy)
    assert not failed.error.ours


def test_a_training_that_is_stopped_keeps_the_models_that_were_finished(worked):
    before = len(worked.artifacts("model", "response-logistic"))
    job = submit(worked, "train", {**TRAIN, "minutes": 30}, who="ann")
    until(lambda: worked.jobs.job(job.id).found)
    assert worked.jobs.stop(job.id).stopping
    done = ended(worked, job)
    assert done.state == "done", done.error
    assert any("Stopped early" in str(words) for words in done.outcome.words)
    assert len(worked.artifacts("model", "response-logistic")) == before + 1


def test_a_training_that_is_stopped_before_anything_was_finished_keeps_nothing(worked):
    before = worked.artifacts()
    job = submit(worked, "train", {**TRAIN, "methods": ["forest"], "folds": 20}, who="ann")
    until(lambda: worked.jobs.job(job.id).state == "running")
    worked.jobs.stop(job.id)
    assert ended(worked, job).state == "stopped"
    assert worked.artifacts() == before


def test_one_worker_takes_care_of_a_workspace(worked):
    until(lambda: alive(worked))
    with worker(worked.path) as second:
        done = ended(worked, submit(worked, "quality", {"table": "customers"}, who="ann"))
        assert done.state == "done"
        assert second.poll() is None
    assert alive(worked)


@pytest.mark.slow
def test_a_job_whose_process_is_killed_is_interrupted_and_can_be_done_again(worked):
    before = worked.artifacts()
    job = submit(worked, "train", {**TRAIN, "minutes": 30}, who="ann")
    until(lambda: worked.jobs.job(job.id).share > 0.1)
    os.kill(_processes_of(os.getpid(), job.id)[-1], signal.SIGKILL)
    killed = ended(worked, job)
    assert killed.state == "interrupted"
    assert worked.artifacts() == before
    _nothing_half_done(worked)
    again = ended(worked, submit(worked, "train", {**TRAIN, "quick": True}, who="ann"))
    assert again.state == "done", again.error


@pytest.mark.slow
def test_a_killed_worker_takes_its_jobs_along_and_the_next_one_goes_on(campaign, tmp_path):
    import shutil

    shutil.copytree(campaign.path, tmp_path / "workspace")
    here = Workspace.open(tmp_path / "workspace")
    with worker(here.path, CAMPANILE_HEAVY_JOBS="1") as first:
        running = submit(here, "train", {**TRAIN, "minutes": 30}, who="ann")
        until(lambda: here.jobs.job(running.id).share > 0.1)
        waiting = submit(here, "train", {**TRAIN, "quick": True}, who="ann")
        descendants = offspring(first.pid)
        first.kill()
        until(lambda: not any(map(lives, descendants)), seconds=10)
    assert not alive(here)
    assert here.jobs.job(running.id).state == "interrupted"
    assert here.jobs.job(waiting.id).state == "queued"
    _nothing_half_done(here)
    with worker(here.path):
        assert ended(here, waiting).state == "done"
        again = submit(here, running.verb, {**running.spec, "quick": True}, who="ann")
        assert ended(here, again).state == "done"
    here.close()


@pytest.mark.slow
def test_a_job_that_was_lost_between_catalog_and_queue_is_found(worked):
    job = worked.jobs.add("quality", {"table": "customers"}, who="ann", heavy=False)
    assert ended(worked, job).state == "done"


@pytest.mark.slow
def test_a_worker_that_ends_leaves_no_process_and_no_job_at_work(campaign, tmp_path):
    import shutil

    shutil.copytree(campaign.path, tmp_path / "workspace")
    here = Workspace.open(tmp_path / "workspace")
    with worker(here.path) as process:
        job = submit(here, "train", {**TRAIN, "minutes": 30}, who="ann")
        until(lambda: here.jobs.job(job.id).share > 0.1)
        descendants = offspring(process.pid)
        begun = time.monotonic()
        process.terminate()
        process.wait(30)
    assert time.monotonic() - begun < 10
    until(lambda: not any(map(lives, descendants)), seconds=5)
    assert here.jobs.job(job.id).state in ("interrupted", "done")
    _nothing_half_done(here)
    here.close()


@pytest.mark.slow
def test_a_job_that_needs_too_much_memory_says_so(tmp_path):
    # A workspace of its own: another worker of the same one, without the limit, might take the job.
    here = Workspace.open(tmp_path / "workspace")
    big = tmp_path / "big.csv"
    big.write_text("id,text\n" + "".join(f"{row},{row} {'x' * 180}\n" for row in range(300_000)))
    with worker(here.path, CAMPANILE_JOB_MEMORY="60MB"):
        failed = ended(here, submit(here, "load", {"path": str(big), "table": "big"}, who="ann"))
    assert failed.state == "failed"
    assert "0.06 GB of memory" in str(failed.error.what)
    assert "CAMPANILE_JOB_MEMORY" in str(failed.error.remedy)
    assert not failed.error.ours
    assert not here.artifacts()
    here.close()


def _processes_of(pid: int, job_id: str) -> list[int]:
    """Return those of a process's descendants that hold the job's lock."""
    held = f"jobs/{job_id}.lock"
    return [one for one in offspring(pid) if any(held in file for file in _open_files(one))]


def _open_files(pid: int) -> list[str]:
    try:
        return [os.readlink(f"/proc/{pid}/fd/{number}") for number in os.listdir(f"/proc/{pid}/fd")]
    except OSError:
        return []


def _nothing_half_done(workspace) -> None:
    """Hold a workspace against what was promised: every artifact whole, no lock and no file left behind."""
    opened = Workspace.open(workspace.path)
    kept = {opened.path / one.location for one in opened.artifacts() if one.location.startswith("artifacts/")}
    assert set((opened.path / "artifacts").glob("*")) <= kept
    assert not list((opened.path / "runs").glob("*.lock"))
    assert not list((opened.path / "jobs").glob("*.lock"))
    assert opened.read("customers").num_rows > 600
    opened.close()
