"""The application is started, watched over and ended by one command; its jobs are seen by another."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from campanile.workspace import Workspace
from campanile.workspace.jobs import Outcome
from tests.processes import offspring, parents, until


def health(url: str) -> dict[str, str]:
    """Ask how the application is; nothing where it does not answer in time."""
    try:
        with urllib.request.urlopen(f"{url.partition('/login')[0]}/healthz", timeout=10) as answer:  # noqa: S310
            return json.load(answer)
    except OSError:
        return {}


@contextmanager
def served(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen, dict[str, Any]]]:
    """Serve a workspace at a free port, and wait until it answers."""
    command = [sys.executable, "-m", "campanile", "serve", "--workspace", str(folder), "--port", "0", "--json",
               "--no-browser", *options]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_serve_answers_does_jobs_and_ends_with_no_process_left(trained, tmp_path):
    from campanile.flows import submit

    shutil.copytree(trained, tmp_path / "workspace")
    with served(tmp_path / "workspace") as (process, ready):
        assert ready["pid"] == process.pid
        assert ready["url"].startswith("http://127.0.0.1:")
        assert "/login?token=" in ready["url"]
        until(lambda: health(ready["url"]) == {"status": "ok", "worker": "alive"})
        here = Workspace.open(tmp_path / "workspace")
        job = submit(here, "quality", {"table": "customers"}, who="ann")
        assert until(lambda: here.jobs.job(job.id).ended)
        assert here.jobs.job(job.id).state == "done"
        here.close()
        everyone = offspring(process.pid)
        assert len(everyone) >= 3
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert time.monotonic() - begun < 15
    assert not set(everyone) & set(parents())


@pytest.mark.slow
def test_a_web_process_killed_in_the_middle_of_an_upload_leaves_nothing_and_loses_nothing(trained, tmp_path):
    shutil.copytree(trained, tmp_path / "workspace")
    here = Workspace.open(tmp_path / "workspace")
    _, key = here.accounts.make_key("local", ["read", "write"])
    before = here.read("customers")
    uploads = tmp_path / "workspace" / "uploads"
    with served(tmp_path / "workspace") as (_, ready):
        address = ready["url"].partition("/login")[0].removeprefix("http://")
        sending = http.client.HTTPConnection(address, timeout=30)
        sending.putrequest("POST", "/api/v1/uploads?name=more.csv")
        for name, value in (("Authorization", f"Bearer {key}"), ("Content-Length", str(50_000_000))):
            sending.putheader(name, value)
        sending.endheaders()
        sending.send(b"customer_id,age\n" + b"1,40\n" * 1_000_000)
        until(lambda: [part for part in uploads.glob("*/content.part") if part.stat().st_size > 1_000_000])
        os.kill(_listening(ready["url"]), signal.SIGKILL)
        sending.close()
        until(lambda: health(ready["url"]).get("worker") == "alive")
        assert list(uploads.glob("*/*")) == []
        again = http.client.HTTPConnection(address, timeout=30)
        again.request("POST", "/api/v1/uploads?name=more.csv", b"customer_id,age\n1,40\n",
                      {"Authorization": f"Bearer {key}"})  # fmt: skip
        assert again.getresponse().status == 201
    assert here.read("customers").equals(before)
    here.close()


def _listening(url: str) -> int:
    """Return the process that answers at an address."""
    import psutil

    port = int(url.partition("/login")[0].rpartition(":")[2])
    answers = [
        at.pid for at in psutil.net_connections("tcp")
        if at.laddr and at.laddr.port == port and at.status == psutil.CONN_ESTABLISHED and at.pid != os.getpid()
    ]  # fmt: skip
    return int(answers[0])


@pytest.mark.slow
def test_dead_processes_are_replaced_and_none_outlives_the_one_that_watches(tmp_path):
    with served(tmp_path / "workspace", "--workers", "2") as (process, ready):
        first = [pid for pid, parent in parents().items() if parent == process.pid and _spawned(pid)]
        assert len(first) == 3
        for pid in first:
            os.kill(pid, signal.SIGKILL)
        until(lambda: len(set(_children(process.pid)) - set(first)) == 3)
        until(lambda: health(ready["url"]).get("worker") == "alive")
        everyone = offspring(process.pid)
        process.kill()
        process.wait(30)
        until(lambda: not set(everyone) & set(parents()), seconds=20)


def _children(pid: int) -> list[int]:
    return [child for child, parent in parents().items() if parent == pid and _spawned(child)]


def _spawned(pid: int) -> bool:
    """Tell whether a process is one of ours: not the keeper of multiprocessing's own resources."""
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_a_port_that_is_in_use_is_told_before_anything_begins(campanile):
    from campanile.web.listening import listen

    with listen("127.0.0.1", 0) as taken:
        said = campanile("serve", "--port", taken.getsockname()[1], "--no-browser")
    assert said.code == 2
    assert "in use" in said.err
    assert "--port" in said.err
    assert said.out == ""


def test_an_address_that_others_reach_needs_an_account(campanile):
    said = campanile("serve", "--host", "0.0.0.0", "--port", "0", "--no-browser")  # noqa: S104
    assert said.code == 2
    assert "campanile users add" in said.err


@pytest.mark.parametrize("options", [("--port", "70000"), ("--workers", "0"), ("--host", "no such host")])
def test_what_cannot_be_served_is_told(campanile, options):
    said = campanile("serve", *options, "--no-browser")
    assert said.code == 2
    assert said.out == ""


@pytest.fixture
def jobs(tmp_path):
    opened = Workspace.open(tmp_path / "workspace")
    yield opened.jobs
    opened.close()


def test_jobs_says_where_jobs_come_from_while_there_are_none(campanile):
    assert "campanile serve" in campanile("jobs").out


def test_jobs_lists_the_newest_first(campanile, jobs):
    made = [jobs.add(verb, {}, who="ann", heavy=False) for verb in ("load", "train")]
    said = campanile("jobs")
    assert said.code == 0, said.err
    assert said.out.index("train") < said.out.index("load")
    assert "waiting" in said.out
    assert made[0].id[:8] in said.out
    listed = campanile("jobs", "--json", "--limit", 1).json["jobs"]
    assert [one["job"] for one in listed] == [made[1].id]


def test_a_job_is_shown_with_what_it_answered(campanile, jobs):
    from campanile.words import say

    job = jobs.add("quality", {"table": "customers"}, who="ann", heavy=False)
    with jobs.at_work(job.id):
        jobs.finish(job.id, Outcome({"rows": 3}, (say("table"),)))
    said = campanile("jobs", job.id[:6], "--watch", "--json").json
    assert (said["state"], said["outcome"]) == ("done", {"data": {"rows": 3}, "words": ["table"], "made": []})
    assert "done" in campanile("jobs", job.id).out


def test_a_job_is_stopped_and_asked_for_again(campanile, jobs):
    job = jobs.add("quality", {"table": "customers"}, who="ann", heavy=False)
    assert campanile("jobs", "--stop", job.id[:8], "--json").json["state"] == "stopped"
    again = campanile("jobs", "--retry", job.id, "--json").json
    assert again["job"] != job.id
    assert (again["state"], again["spec"]["table"]) == ("queued", "customers")


@pytest.mark.parametrize("options", [("nobody",), ("--stop", "nobody"), ("--watch",), ("a", "--stop", "b")])
def test_a_job_that_cannot_be_meant_is_told(campanile, options):
    said = campanile("jobs", *options)
    assert said.code == 2
    assert said.err
