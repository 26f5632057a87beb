"""The application as people meet it: served on a port of its own, and visited with a real browser."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from campanile.workspace import Workspace

_PATIENCE_MS = 45_000


class _Server(uvicorn.Server):
    """A server in a thread that says when it is ready."""

    def __init__(self, workspace: Workspace, *, guarded: bool = False) -> None:
        from campanile.web.app import create_app

        app = create_app(workspace, open_to_all=not guarded)
        super().__init__(uvicorn.Config(app, port=0, log_level="warning"))
        self.ready = threading.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"


@contextmanager
def serving(workspace: Workspace, *, guarded: bool = False) -> Iterator[str]:
    """Serve a workspace while the block lasts, to all or to those who sign in; gives the address."""
    server = _Server(workspace, guarded=guarded)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        assert server.ready.wait(30)
        yield server.address
    finally:
        server.should_exit = True
        thread.join(30)


@pytest.fixture
def serve() -> Iterator[Callable[[Workspace], str]]:
    """Serve a workspace until the test's end: ``serve(workspace)`` returns the address."""
    with ExitStack() as stack:
        yield lambda workspace: stack.enter_context(serving(workspace))


@contextmanager
def working(workspace: Workspace) -> Iterator[None]:
    """Have a worker take care of the workspace's jobs while the block lasts."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "campanile.flows.worker", "--workspace", str(workspace.path)],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    try:
        yield
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(30)


@pytest.fixture
def staffed(serve: Callable[[Workspace], str]) -> Iterator[Callable[[Workspace], str]]:
    """Serve a workspace that has a worker until the test's end: ``staffed(workspace)`` returns the address."""
    with ExitStack() as stack:

        def start(workspace: Workspace) -> str:
            stack.enter_context(working(workspace))
            return serve(workspace)

        yield start


def bring_trial(workspace: Workspace, folder: Path, *, moved: float = 0.25) -> None:
    """Load a made-up trial as the table "trial": a mail moves members by ``moved``, and nobody else."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.csv

    from campanile.sources import LoadSpec, load

    chance = np.random.default_rng(3)
    member, mailed = chance.random(2000) < 0.4, chance.random(2000) < 0.5
    visit = chance.random(2000) < 0.2 + moved * member * mailed
    age, got = chance.normal(50, 12, 2000).round(), np.where(mailed, "mail", "nothing")
    rows = {"age": age, "member": member, "got": got, "visit": visit.astype(int), "spend_eur": visit * age / 10}
    folder.mkdir(parents=True, exist_ok=True)
    pyarrow.csv.write_csv(pa.table(rows), folder / "trial.csv")
    load(workspace, LoadSpec(path=folder / "trial.csv", table="trial"))


def ask_uplift(workspace: Workspace, **more: Any) -> Any:
    """Measure whom the mail of the made-up trial persuades."""
    from campanile.experiments.uplift import UpliftSpec, measure

    asked = {"source": "trial", "treatment": "got", "control": "nothing", "outcome": "visit", "learner": "two_model"}
    return measure(workspace, UpliftSpec(**asked, **more))


@pytest.fixture
def served(serve: Callable[[Workspace], str], workspace: Workspace) -> str:
    """The address of an application with an empty workspace."""
    return serve(workspace)


@pytest.fixture(scope="session")
def _sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from campanile.flows import demo

    folder = tmp_path_factory.mktemp("sample")
    workspace = Workspace.open(folder / "workspace")
    demo(workspace, rows=400, quick=True, report=folder / "report.html")
    workspace.close()
    return folder / "workspace"


@pytest.fixture
def sample(_sample: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with the sample campaign: loaded, checked, trained, explained, its audience selected."""
    shutil.copytree(_sample, tmp_path / "sample")
    workspace = Workspace.open(tmp_path / "sample")
    yield workspace
    workspace.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page in a browser of its own; the test fails where a script of the page failed or its policy was broken."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(_PATIENCE_MS)
    opened, errors = context.new_page(), []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    yield opened
    context.close()
    assert not errors


@pytest.fixture
def guarded(sample: Workspace) -> Iterator[str]:
    """The address of the sample campaign, served to those who sign in."""
    with serving(sample, guarded=True) as address:
        yield address


@pytest.fixture
def door(workspace: Workspace) -> Callable[..., Any]:
    """Come to the application as it is served at ``host``, from ``address``, by the name in ``base``; nobody yet."""
    from starlette.testclient import TestClient

    from campanile.web.app import create_app

    def client(host: str = "127.0.0.1", base: str = "http://127.0.0.1:8700", address: str = "127.0.0.1") -> TestClient:
        app = create_app(workspace, host=host)
        return TestClient(app, base_url=base, client=(address, 50_000), follow_redirects=False)

    return client
