"""A campaign's workspace with a worker at it, and what tests of work need to wait and to look at processes."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.processes import until


def ended(workspace, job) -> Any:
    """Wait until a job has ended, and return it."""
    return until(lambda: (now := workspace.jobs.job(job.id)).ended and now)


def lives(pid: int) -> bool:
    """Tell whether a process lives: a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def worker(folder: Path, **environment: str) -> Iterator[subprocess.Popen]:
    """Let a worker work on the jobs of a workspace."""
    command = [sys.executable, "-m", "campanile.flows.worker", "--workspace", str(folder)]
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@pytest.fixture(scope="module")
def campaign(tmp_path_factory) -> Iterator[Any]:
    """A workspace in which a made-up campaign was loaded as table 'customers'."""
    from campanile import sources
    from campanile.flows import sample_campaign
    from campanile.workspace import Workspace

    folder = tmp_path_factory.mktemp("campaign")
    file = sample_campaign(folder / "campaign.csv", rows=700, seed=3)
    opened = Workspace.open(folder / "workspace")
    sources.load(opened, sources.LoadSpec(path=file, table="customers"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def worked(campaign) -> Iterator[Any]:
    """The campaign's workspace, with a worker."""
    with worker(campaign.path):
        yield campaign


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> Path:
    """A music service whose study was run until its models were trained: its folder."""
    from campanile.words import speaking
    from campanile.workspace import Workspace
    from tests.flows.eventscores import run_quickly
    from tests.flows.eventworlds import music_world

    folder = tmp_path_factory.mktemp("trained")
    file = music_world(folder)
    workspace = Workspace.open(folder / "workspace")
    with speaking("en"):
        run_quickly(workspace, file)
    workspace.close()
    return folder


@pytest.fixture
def service(trained, tmp_path) -> Iterator[Any]:
    """A copy of it: workspace and the study's file."""
    from campanile.workspace import Workspace
    from tests.flows.eventscores import run_quickly

    folder = tmp_path / "service"
    shutil.copytree(trained, folder)
    workspace = Workspace.open(folder / "workspace")
    # The files lie elsewhere now, and are taken note of before anything is counted.
    run_quickly(workspace, folder / "study.toml", until="load")
    yield workspace, folder / "study.toml"
    workspace.close()
