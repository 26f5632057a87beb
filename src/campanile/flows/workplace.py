"""The workplace of one job: a process of its own, with limits, that tells how far it is and how it ended."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from pathlib import Path
from queue import SimpleQueue
from types import FrameType

from campanile.flows.work import Note, perform
from campanile.words import Sentence, say, speaking
from campanile.workspace import faults
from campanile.workspace.errors import CampanileError
from campanile.workspace.jobs import Job, Jobs, State, Trouble
from campanile.workspace.place import Workspace
from campanile.workspace.settings import Settings

_NOTE_SECONDS = 0.25
_NICENESS = 10

Told = tuple[float, Sentence | None, Sequence[Sentence] | None]


class Stop:
    """A wish to stop, which arrives as the signal of Ctrl-C: raised once, and only within ``heard``."""

    def __init__(self) -> None:
        self.asked = False
        self._at_work = False
        signal.signal(signal.SIGINT, self._arrived)

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Let the wish interrupt the block, also one that came before it."""
        self._at_work = True
        try:
            if self.asked:
                raise KeyboardInterrupt
            yield
        finally:
            self._at_work = False

    def _arrived(self, _signal: int, _frame: FrameType | None) -> None:
        first, self.asked = not self.asked, True
        if first and self._at_work:
            raise KeyboardInterrupt


def attend(folder: str, job_id: str) -> None:
    """Do one job: the whole life of its process."""
    stop = Stop()
    threading.Thread(target=_die_with_parent, daemon=True).start()
    os.nice(_NICENESS)
    workspace = Workspace.open(folder)
    try:
        with workspace.jobs.at_work(job_id) as job:
            if job is not None:
                _do(workspace, job, stop)
    finally:
        workspace.close()


def _do(workspace: Workspace, job: Job, stop: Stop) -> None:
    jobs = workspace.jobs
    try:
        with speaking(job.language), telling(jobs, job.id) as note, stop.heard():
            _limit_memory(Settings().job_memory)
            outcome = perform(workspace, job, note)
    except KeyboardInterrupt:
        jobs.fail(job.id, _stopped(jobs, job))
    except Exception as error:
        _limit_memory(None)
        if stop.asked and not isinstance(error, CampanileError):
            jobs.fail(job.id, _stopped(jobs, job))
        else:
            jobs.fail(job.id, "failed", _trouble(workspace, error))
    else:
        jobs.finish(job.id, outcome)


def _stopped(jobs: Jobs, job: Job) -> State:
    """Return the state of a job that was ended: by somebody's wish, or with the worker."""
    return "stopped" if jobs.job_held(job.id).stopping else "interrupted"


def _trouble(workspace: Workspace, error: Exception) -> Trouble:
    if isinstance(error, CampanileError):
        return Trouble.of(error)
    if isinstance(error, MemoryError) or any(sign in str(error).lower() for sign in _OUT_OF_MEMORY):
        return Trouble(
            say("It needed more than {limit:number} GB of memory, the most that a job may have.",
                limit=Settings().job_memory / 1e9),
            say("Give it fewer rows or columns, or allow more with CAMPANILE_JOB_MEMORY."),
            "MemoryError", ours=False,
        )  # fmt: skip
    told = Trouble.of(error)
    where = str(faults.keep(workspace.path, error) or "-")
    return Trouble(told.what, say("What we need to mend it is in {where:quoted}.", where=where), told.kind, told.ours)


_OUT_OF_MEMORY = ("bad_alloc", "out of memory", "cannot allocate memory")


@contextmanager
def telling(jobs: Jobs, job_id: str) -> Iterator[Note]:
    """Pass notes on to the catalog, a few in a second, from a thread: work does not wait for the disk."""
    mail: SimpleQueue[Told | None] = SimpleQueue()
    over = threading.Event()

    def note(share: float, doing: Sentence | None, found: Sequence[Sentence] | None = None, /) -> None:
        mail.put((share, doing, found))

    def pass_on() -> None:
        ended = False
        while not ended:
            arrived = [mail.get()]
            while not mail.empty():
                arrived.append(mail.get())
            notes = [one for one in arrived if one is not None]
            ended = len(notes) < len(arrived)
            if notes:
                share, doing, _ = notes[-1]
                found = next((lines for *_, lines in reversed(notes) if lines is not None), None)
                with suppress(CampanileError):
                    jobs.note(job_id, share, doing, found)
                over.wait(_NOTE_SECONDS)

    teller = threading.Thread(target=pass_on, daemon=True)
    teller.start()
    try:
        yield note
    finally:
        over.set()
        mail.put(None)
        teller.join()


def _limit_memory(most: int | None) -> None:
    """Let the process have that much memory beside what it began with; the system enforces it on Linux alone."""
    if sys.platform == "linux":
        import resource

        status = Path("/proc/self/status").read_text()
        begun = next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmData:"))
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (hard if most is None else begun + most, hard))


def _die_with_parent() -> None:
    """End this process at once when the worker's ends: a job without a worker would have no limits."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGKILL)
