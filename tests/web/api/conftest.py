"""The API as programs meet it, with its jobs done at once in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from campanile.flows.work import perform
from campanile.web.app import create_app
from campanile.workspace import Workspace
from campanile.workspace.errors import CampanileError
from campanile.workspace.jobs import Trouble

Drain = Callable[[Workspace], None]


def do_jobs(workspace: Workspace) -> None:
    """Do what waits in a workspace, the oldest first."""
    for waiting in reversed(workspace.jobs.jobs(states=["queued"], limit=1000)):
        with workspace.jobs.at_work(waiting.id) as job:
            assert job is not None
            try:
                workspace.jobs.finish(job.id, perform(workspace, job, lambda *_: None))
            except CampanileError as error:
                workspace.jobs.fail(job.id, "failed", Trouble.of(error))


class Program:
    """A program that uses the API of one workspace."""

    def __init__(self, workspace: Workspace, client: TestClient) -> None:
        self.workspace = workspace
        self.client = client

    def get(self, path: str, **parts: Any) -> Any:
        return self.client.get("/api/v1" + path, **parts)

    def post(self, path: str, **parts: Any) -> Any:
        return self.client.post("/api/v1" + path, **parts)

    def put(self, path: str, **parts: Any) -> Any:
        return self.client.put("/api/v1" + path, **parts)

    def delete(self, path: str, **parts: Any) -> Any:
        return self.client.delete("/api/v1" + path, **parts)

    def bring(self, content: bytes, name: str = "customers.csv") -> str:
        answer = self.post("/uploads", params={"name": name}, content=content)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def ask(self, path: str, body: Any = None) -> Any:
        """Ask for work, let it be done, and return the job as it is then."""
        answer = self.post(path, **({"json": body} if body is not None else {}))
        assert answer.status_code == 202, answer.text
        do_jobs(self.workspace)
        return self.client.get(answer.headers["Location"]).json()


def program(workspace: Workspace) -> Program:
    return Program(workspace, TestClient(create_app(workspace, open_to_all=True), raise_server_exceptions=False))


@pytest.fixture
def api(workspace: Workspace) -> Iterator[Program]:
    """The API of an empty workspace."""
    made = program(workspace)
    with made.client:
        yield made


@pytest.fixture
def campaign(sample: Workspace) -> Iterator[Program]:
    """The API of a workspace with the sample campaign."""
    made = program(sample)
    with made.client:
        yield made
