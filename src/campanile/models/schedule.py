"""Many fits side by side, in an order that is always the same, until all are done or someone says stop."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from campanile.words import Sentence

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Progress(Protocol):
    """Called with the share done, what is being done, and the lines known so far (None: as before)."""

    def __call__(self, share: float, doing: Sentence, found: Sequence[Sentence] | None = None, /) -> None:
        """Tell how far the training is."""
        ...


@dataclass(frozen=True)
class Done(Generic[Key, Made]):
    """What was finished, by the task's key, with the seconds that each took; ``stopped`` after Ctrl-C."""

    made: dict[Key, Made]
    seconds: dict[Key, float]
    stopped: bool


def cores(asked: int) -> int:
    """Return how many fits run side by side: as many as asked, or one for each core."""
    return asked or max(
        1, min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    )


def run_all(
    tasks: Mapping[Key, Callable[[], Made]],
    jobs: int,
    tick: Callable[[Key, Made], None] | None = None,
    hurry: Callable[[], None] | None = None,
) -> Done[Key, Made]:
    """Run ``tasks`` in ``jobs`` threads, calling ``tick`` with its key and result as each ends.

    Ctrl-C calls ``hurry``, cancels those not begun, waits for those running and returns what is done. An error of a
    task is raised after the others were cancelled. The heavy arithmetic lets go of Python's lock, and
    each fit has its own seed: the number of threads changes no result.
    """
    made: dict[Key, Made] = {}
    seconds: dict[Key, float] = {}

    def timed(key: Key, task: Callable[[], Made]) -> Made:
        begun = time.monotonic()
        result = task()
        seconds[key] = time.monotonic() - begun
        return result

    with ThreadPoolExecutor(jobs) as pool:
        waiting: dict[Future[Made], Key] = {pool.submit(timed, key, task): key for key, task in tasks.items()}
        try:
            while waiting:
                # A timeout lets Ctrl-C through on every platform.
                for future in wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED).done:
                    key = waiting.pop(future)
                    made[key] = future.result()
                    if tick:
                        tick(key, made[key])
        except KeyboardInterrupt:
            if hurry:
                hurry()
            pool.shutdown(wait=True, cancel_futures=True)
            ended = {key: future for future, key in waiting.items() if future.done() and not future.cancelled()}
            made |= {key: future.result() for key, future in ended.items() if future.exception() is None}
            return Done(made, seconds, stopped=True)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return Done(made, seconds, stopped=False)
