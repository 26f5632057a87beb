"""The application at work: one process that watches over the web processes and the worker."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from pydantic import Field

from campanile.web.listening import answers, listen, url
from campanile.words import say
from campanile.workspace.errors import CampanileError
from campanile.workspace.hosts import check_open, is_loopback
from campanile.workspace.spec import Spec

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

    from campanile.workspace import Workspace

_LOOK_SECONDS = 0.25
_END_SECONDS = 12.0
_LONGEST_BACKOFF_SECONDS = 30.0
_STEADY_SECONDS = 60.0
_KEEP_ALIVE_SECONDS = 75
"""Longer than people think between two clicks: a line that is closed as a request comes is an error to who asked."""

_processes = multiprocessing.get_context("spawn")


class ServeSpec(Spec):
    """Serve at ``host`` and ``port`` (0: one that is free) from as many web processes as ``workers``."""

    host: str = "127.0.0.1"
    port: int = Field(default=8700, ge=0, le=65535)
    workers: int = Field(default=1, ge=1, le=64)


@dataclass(frozen=True)
class Address:
    """Where the application answers; ``link`` lets in once, on this machine's own addresses."""

    url: str
    link: str | None


def serve(workspace: Workspace, spec: ServeSpec, ready: Callable[[Address], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; ``ready`` is called once the application answers.

    Raises BadInput where the address cannot be had, or others could reach it and nobody has an account.
    """
    check_open(workspace, spec.host)
    _share_metrics(workspace.path / "metrics", several=spec.workers > 1)
    with closing(listen(spec.host, spec.port)) as listening:
        folder = str(workspace.path)
        places = [Place("worker", _work, (folder,))]
        places += [Place("web", _answer, (folder, listening)) for _ in range(spec.workers)]
        ending = Ending()
        try:
            ending.listen()
            for place in places:
                place.start()
            _await(listening, places, ending)
            if not ending.asked:
                address = url(listening)
                token = workspace.accounts.link() if is_loopback(listening.getsockname()[0]) else None
                ready(Address(address, f"{address}/login?token={token}" if token else None))
            while not ending.asked:
                time.sleep(_LOOK_SECONDS)
                for place in places:
                    place.keep()
        finally:
            _end(places, ending)


def _share_metrics(folder: Path, *, several: bool) -> None:
    """Let several web processes write their numbers where each can add them up; what earlier ones left goes."""
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
    if several:
        folder.mkdir()
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


class Ending:
    """The wish to end, by SIGTERM or Ctrl-C: ``asked`` counts how often it came."""

    def __init__(self) -> None:
        self.asked = 0

    def listen(self) -> None:
        """From here on, let the wish arrive."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._arrived)

    def _arrived(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked += 1


class Place:
    """A place that is always to be taken by a process."""

    def __init__(self, name: str, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        self.name = name
        self.process: SpawnProcess | None = None
        self._work = work
        self._arguments = arguments
        self._backoff = 0.0
        self._since = 0.0
        self._next = 0.0

    @property
    def alive(self) -> bool:
        """Whether its process lives."""
        return self.process is not None and self.process.is_alive()

    def start(self) -> None:
        """Let a process take the place."""
        self._since, self._next = time.monotonic(), 0.0
        self.process = _processes.Process(target=self._work, args=self._arguments, name=self.name)
        self.process.start()

    def keep(self) -> None:
        """Start a process in place of a dead one: soon, and ever later where they die young."""
        if self.alive:
            return
        now = time.monotonic()
        if not self._next:
            young = now - self._since < _STEADY_SECONDS
            self._backoff = min(max(2 * self._backoff, 0.5), _LONGEST_BACKOFF_SECONDS) if young else 0.5
            self._next = now + self._backoff
        if now >= self._next:
            self.start()


def _await(listening: socket.socket, places: list[Place], ending: Ending) -> None:
    """Wait until the application answers; raises CampanileError where it ends before it does."""
    while not ending.asked and not answers(listening, 5 * _LOOK_SECONDS):
        if not all(place.alive for place in places):
            raise CampanileError(say("The application ended before it answered."))
        time.sleep(_LOOK_SECONDS)


def _end(places: list[Place], ending: Ending) -> None:
    """End all processes: give them time to finish what they answer, unless asked a second time."""
    before, until = ending.asked, time.monotonic() + _END_SECONDS
    begun = [place.process for place in places if place.process is not None]
    for process in begun:
        process.terminate()
    for process in begun:
        while process.is_alive() and ending.asked <= max(before, 1) and time.monotonic() < until:
            process.join(_LOOK_SECONDS)
        if process.is_alive():
            process.kill()
        process.join()


def _work(folder: str) -> None:
    """Be the worker; it ends itself where the process that watches has ended."""
    from campanile.flows.worker import work

    os.setsid()
    work(folder)


def _answer(folder: str, listening: socket.socket) -> None:
    """Be a web process; it too ends with the one that watches, however that ends."""
    os.setsid()
    import uvicorn

    from campanile.web.app import create_app
    from campanile.workspace import Workspace

    with closing(Workspace.open(folder)) as workspace:
        server = uvicorn.Server(uvicorn.Config(
            create_app(workspace, host=listening.getsockname()[0]), log_level="warning", access_log=False,
            server_header=False, timeout_graceful_shutdown=3, timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        ))  # fmt: skip

        def follow() -> None:
            if (parent := multiprocessing.parent_process()) is not None:
                wait([parent.sentinel])
                server.should_exit = True

        threading.Thread(target=follow, daemon=True).start()
        server.run(sockets=[listening])
