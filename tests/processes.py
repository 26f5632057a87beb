"""What tests know of processes: who descends from whom, and how to wait for something to come true."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until ``condition`` gives something true, and return it."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "waited too long"
        threading.Event().wait(0.05)
    return found


def parents() -> dict[int, int]:
    """Return the parent of each process that lives; a zombie does not."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = entry.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            found[int(entry.parent.name)] = int(parent)
    return found


def offspring(pid: int) -> list[int]:
    """Return the processes that descend from ``pid``, the eldest first."""
    known, found = parents(), [pid]
    for one in found:
        found += sorted(child for child, parent in known.items() if parent == one)
    return found[1:]
