"""From any number back to the file it came from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from campanile.web.api.jobs import public
from campanile.web.api.route import Route, asks
from campanile.web.visit import visit
from campanile.words import say
from campanile.workspace.errors import NotFound
from campanile.workspace.place import Link

router = APIRouter(tags=["lineage"], route_class=Route)


class RunShape(BaseModel):
    """The piece of work that made something."""

    verb: str
    asked: dict[str, Any]
    seed: int | None
    code_version: str
    started_at: datetime
    finished_at: datetime | None


class LinkShape(BaseModel):
    """Something that is kept, the run that made it, and what that run read."""

    id: str
    kind: str
    name: str
    version: int
    hash: str
    created_at: datetime
    run: RunShape
    parents: list[LinkShape]


@router.get("/lineage/{id}", response_model=LinkShape, summary="Trace something back", **asks("read", "not-found"))
def lineage(id: str) -> LinkShape:
    """Return the path from a kept thing back to the files it came from, with their fingerprints."""
    workspace = visit().workspace
    found = next((artifact for artifact in workspace.artifacts() if artifact.id == id), None)
    if found is None:
        raise NotFound(say("Nothing is kept under the id {id:quoted}.", id=id))
    return _shape(workspace.lineage(found))


def _shape(link: Link) -> LinkShape:
    made, run = link.artifact, link.run
    return LinkShape(
        id=made.id, kind=made.kind, name=made.name, version=made.version, hash=made.hash, created_at=made.created_at,
        run=RunShape(verb=run.verb, asked=public(run.spec), seed=run.seed, code_version=run.code_version,
                     started_at=run.started_at, finished_at=run.finished_at),
        parents=[_shape(parent) for parent in link.parents],
    )  # fmt: skip
