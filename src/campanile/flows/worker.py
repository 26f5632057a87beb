"""The worker: takes jobs from the queue, gives each a fresh process, passes stops on and keeps limits."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from multiprocessing import forkserver
from multiprocessing.connection import wait
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from filelock import FileLock, Timeout
from huey.consumer import Consumer

from campanile.flows.queue import Lane, open_lane, put, waiting
from campanile.flows.work import WORK
from campanile.flows.workplace import attend
from campanile.words import say
from campanile.workspace.errors import Busy
from campanile.workspace.jobs import Job, Trouble
from campanile.workspace.place import Workspace
from campanile.workspace.settings import Settings

PRELOAD = (
    "campanile.flows.workplace", "campanile.sources.loading", "campanile.quality.inspection",
    "campanile.models.training", "campanile.models.methods", "campanile.explain.explanation",
    "campanile.audience.selection",
)  # fmt: skip
"""What jobs need: imported once, so that a process forked for a job starts at once. None of it computes or opens
anything when it is imported (the allocators' own threads mind forks, DuckDB's waits in an engine that nobody uses)."""

_LOOK_SECONDS = 0.2
_LOST_SECONDS = 5.0
_LEAVE_SECONDS = 5.0


def work(folder: str | Path) -> None:
    """Work on the jobs of a workspace until SIGTERM, Ctrl-C or the end of the process that started this one."""
    # Arrow's own pool reserves memory ahead, past which a limit would not count what a job takes.
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", CAMPANILE_THREADS="1",
                      ARROW_DEFAULT_MEMORY_POOL="system")  # fmt: skip
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    threading.Thread(target=_end_with_parent, args=(ending,), daemon=True).start()
    with closing(Workspace.open(folder)) as workspace:
        Worker(workspace, ending).run()


def alive(workspace: Workspace) -> bool:
    """Tell whether a worker takes care of the workspace's jobs."""
    try:
        with _post(workspace, wait_seconds=0):
            return False
    except Timeout:
        return True


class Worker:
    """Works on jobs until ``ending`` is set."""

    def __init__(self, workspace: Workspace, ending: threading.Event) -> None:
        self._workspace = workspace
        self._ending = ending
        self._at_hand: set[str] = set()
        self._processes = multiprocessing.get_context("forkserver")

    def run(self) -> None:
        """Work; another worker of the same workspace is let finish first."""
        self._processes.set_forkserver_preload(list(PRELOAD))
        forkserver.ensure_running()
        while not self._ending.is_set():
            with suppress(Timeout), _post(self._workspace, wait_seconds=_LOOK_SECONDS):
                self._work()

    def _work(self) -> None:
        settings = Settings()
        lanes = (self._lane("light", settings.light_jobs), self._lane("heavy", settings.heavy_jobs or _cores()))
        for lane in lanes:
            lane.start()
        while not self._ending.is_set():
            # A catalog that is busy just now must not end the jobs at work.
            with suppress(Busy, sqlite3.OperationalError):
                self._find_lost()
            self._ending.wait(_LOST_SECONDS)
        for lane in lanes:
            lane.stop(graceful=True)
            lane.huey.storage.close()

    def _lane(self, name: Lane, workers: int) -> Consumer:
        return _Lane(
            open_lane(self._workspace, name, self._attend), workers=workers, periodic=False, initial_delay=0.05,
            max_delay=0.3, scheduler_interval=60, check_worker_health=False,
        )  # fmt: skip

    def _find_lost(self) -> None:
        """Put jobs that wait in the catalog alone back in the queue: a process died between the two."""
        before = datetime.now(UTC) - timedelta(seconds=_LOST_SECONDS)
        old = [job for job in self._workspace.jobs.jobs(states=("queued",), limit=1000) if job.created_at < before]
        if old:
            known = waiting(self._workspace) | self._at_hand
            for job in reversed(old):
                if job.id not in known:
                    put(self._workspace, job)

    def _attend(self, job_id: str) -> None:
        """Give a job its process and see it through."""
        job = self._workspace.jobs.job(job_id)
        if job.state != "queued" or self._ending.is_set():
            return
        self._at_hand.add(job_id)
        process = self._processes.Process(target=attend, args=(str(self._workspace.path), job_id), daemon=True)
        try:
            process.start()
            self._watch(process, job)
            # Whoever looks finds a job that was cut off; one that did not even begin is not found by looking.
            if self._workspace.jobs.job(job_id).state == "queued" and not self._ending.is_set():
                self._workspace.jobs.fail(job_id, "interrupted")
        finally:
            if process.is_alive():
                process.kill()
            self._at_hand.discard(job_id)

    def _watch(self, process: ForkServerProcess, job: Job) -> None:
        """Pass on the wish to stop, once, and end what does not follow it in time or takes too long."""
        work, jobs = WORK[job.verb], self._workspace.jobs
        most = end = time.monotonic() + 3600 * work.hours
        asked = leaving = False
        while process.exitcode is None:
            process.join(_LOOK_SECONDS)
            now = time.monotonic()
            if not asked and jobs.job_held(job.id).stopping:
                asked, end = True, min(end, now + work.grace_seconds)
                _interrupt(process)
            if not leaving and self._ending.is_set():
                leaving, end = True, min(end, now + _LEAVE_SECONDS)
                if not asked:
                    _interrupt(process)
            if now > most:
                jobs.blame(job.id, _too_long(work.hours))
            if now > end:
                process.kill()


class _Lane(Consumer):  # type: ignore[misc]
    def _set_signal_handlers(self) -> None:
        """Leave signals to the process: two lanes share it."""


@contextmanager
def _post(workspace: Workspace, wait_seconds: float) -> Iterator[None]:
    """Hold the one post of a worker that a workspace has; raises Timeout where another holds it."""
    with FileLock(workspace.path / "worker.lock", timeout=wait_seconds):
        yield


def _interrupt(process: ForkServerProcess) -> None:
    with suppress(ProcessLookupError):
        os.kill(process.pid or 0, signal.SIGINT)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _end_with_parent(ending: threading.Event) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        ending.set()


def _too_long(hours: float) -> Trouble:
    return Trouble(
        say("It took longer than {hours:number} hours, the most that such work may take.", hours=hours),
        say("Give it less to do, then try again."), "TimeoutError", ours=False,
    )  # fmt: skip


if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", required=True)
    work(parser.parse_args().workspace)
