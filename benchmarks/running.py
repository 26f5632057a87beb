"""Both sides run as a user would run them: as a process, timed from start to end, with its peak memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CAMPANILE = Path(sys.executable).with_name("campanile")
PEERS = HERE / ".peers" / "bin" / "python"
FEATURETOOLS = HERE / ".featuretools" / "bin" / "python"
DICE = HERE / ".dice" / "bin" / "python"


@dataclass(frozen=True)
class Ran:
    """A process that has ended: wall time, peak memory, processor time, and the JSON object that it printed."""

    seconds: float
    peak_mb: float
    busy: float
    said: dict[str, Any]


class Failed(Exception):
    """A process ended with an error; the message holds the end of what it said."""


def process(command: list[str], **environment: str) -> Ran:
    """Run a command to its end. Raises Failed."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=err, env=os.environ | environment)
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise Failed(f"{' '.join(command[:4])} … ended with {child.returncode}: {_tail(err) or _tail(out)}")
        per_mb = 1024 if sys.platform != "darwin" else 1024**2
        busy = used.ru_utime + used.ru_stime
        return Ran(seconds, used.ru_maxrss / per_mb, busy, last_object(_text(out)))


def campanile(*arguments: object, workspace: Path) -> Ran:
    """Run one command of ours with --json in ``workspace``."""
    said = [str(argument) for argument in arguments]
    return process([str(CAMPANILE), *said, "--json", "--workspace", str(workspace), "--lang", "en"])


def peer(script: str, *arguments: object, own: bool = False, python: Path = PEERS) -> Ran | None:
    """Run one of peers/ in the peers' environment, or that of ``python``; None, said aloud, where there is none.

    ``own`` is for what needs nothing but pandas, scikit-learn and xgboost: it runs with the very
    versions that Campanile uses.
    """
    python = Path(sys.executable) if own else python
    if not python.exists():
        print(f"  skipped: peers/{script} (benchmarks/peers.sh makes its environment)", flush=True)
        return None
    try:
        return process([str(python), str(HERE / "peers" / script), *map(str, arguments)], PYTHONWARNINGS="ignore")
    except Failed as failed:
        print(f"  skipped: peers/{script}: {failed}", flush=True)
        return None


@contextmanager
def one_core() -> Iterator[None]:
    """Hold this process and its children to one core, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder for workspaces and made-up files."""
    with tempfile.TemporaryDirectory(prefix="campanile-benchmark-") as path:
        yield Path(path)


def real(*parts: str) -> Path | None:
    """Return a file of the real data sets, or None where CAMPANILE_DATA does not name their folder."""
    root = os.environ.get("CAMPANILE_DATA")
    path = Path(root, *parts) if root else None
    return path if path and path.exists() else None


def last_object(text: str) -> dict[str, Any]:
    """Return the last JSON object that a process printed on a line of its own; libraries print too."""
    for line in reversed(text.strip().splitlines()):
        if line.startswith("{"):
            return dict(json.loads(line))
    return {}


def _text(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode("utf-8", "replace"))


def _tail(file: Any) -> str:
    return _text(file).strip()[-600:]
