"""A campaign's workspace with a worker at it, and what tests of work need to wait and to look at processes."""

import os
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
