"""The queue on disk between those who ask for work and the worker: huey's, in two lanes."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from typing import Any, Literal

from huey import SqliteHuey
from huey.registry import Message

from campanile.workspace.jobs import Job
from campanile.workspace.place import Workspace

Lane = Literal["light", "heavy"]
LANES: tuple[Lane, ...] = ("light", "heavy")

_TASK = f"{__name__}.job"


class Letter:
    """What the queue carries, as JSON: a job's id and spec. Never anything that could be code."""

    def serialize(self, message: Message) -> bytes:
        """Write a message; raises TypeError or ValueError for what JSON cannot hold."""
        job_id, spec = message.args
        return json.dumps({"job": job_id, "spec": spec}, allow_nan=False).encode()

    def deserialize(self, data: bytes) -> Message:
        """Read a message; raises ValueError for anything else."""
        letter = json.loads(bytes(data))
        match letter:
            case {"job": str(job_id), "spec": dict(spec)} if len(letter) == 2:
                return Message(job_id, _TASK, args=(job_id, spec))
        raise ValueError("this is no message of the queue")


def put(workspace: Workspace, job: Job) -> None:
    """Put a job in the queue, in the lane of its weight."""
    huey = open_lane(workspace, "heavy" if job.heavy else "light")
    with closing(huey.storage):
        huey.storage.enqueue(huey.serializer.serialize(Message(job.id, _TASK, args=(job.id, job.spec))))


def waiting(workspace: Workspace) -> set[str]:
    """Return the ids of the jobs in the queue."""
    found: set[str] = set()
    for name in LANES:
        huey = open_lane(workspace, name)
        with closing(huey.storage):
            found |= {huey.serializer.deserialize(item).id for item in huey.storage.enqueued_items()}
    return found


def open_lane(workspace: Workspace, name: Lane, do: Callable[[str], None] | None = None) -> SqliteHuey:
    """Open a lane; ``do`` is called with the id of each job that is taken from it. Close its ``storage``."""
    huey = SqliteHuey(
        name, filename=str(workspace.path / "queue.db"), results=False, serializer=Letter(), fsync=True,
        strict_fifo=True, timeout=30,
    )  # fmt: skip

    def job(job_id: str, _spec: dict[str, Any]) -> None:
        if do is not None:
            do(job_id)

    huey.task()(job)
    return huey
