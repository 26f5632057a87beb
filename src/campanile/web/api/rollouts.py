"""Which version answers whom? Rollouts, how their versions do on what happened, and what has moved."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from campanile.models import rollouts as room
from campanile.models.rollouts.spec import Challenger, Champion
from campanile.web.api.jobs import JOB, accepted
from campanile.web.api.kept import UNCHANGED, result, unchanging
from campanile.web.api.paging import Cursor, Limit, Page, page
from campanile.web.api.route import Route, asks
from campanile.web.asking import declared
from campanile.web.visit import visit
from campanile.workspace.spec import Spec

router = APIRouter(tags=["rollouts"], route_class=Route)


class VersionShape(BaseModel):
    """A model version in a rollout; ``share`` is the percent of the customers that it answers."""

    model: str
    version: int
    role: Literal["champion", "challenger", "shadow"]
    share: float = Field(ge=0, le=100)


class RolloutShape(BaseModel):
    """A rollout as it was last declared, the champion first; ``key`` is the column that names customers."""

    name: str
    declaration: int = Field(ge=1)
    salt: str
    target: str
    key: str
    versions: list[VersionShape]


class RolloutBody(Spec):
    """The versions of a rollout: the champion answers all whom no challenger answers, a shadow nobody."""

    champion: Champion
    challengers: tuple[Challenger, ...] = Field(default=(), max_length=20)
    salt: str | None = Field(default=None, max_length=200, description="Default: the rollout's name.")


_READS = asks("read", "not-found")
_READS["responses"] |= UNCHANGED


@router.get("/rollouts", response_model=Page[RolloutShape], summary="List rollouts", **asks("read"))
def rollouts(limit: Limit = 100, cursor: Cursor = None) -> Any:
    """Return every rollout as it was last declared, the newest first."""
    shown, following = page(room.rollouts(visit().workspace), lambda one: one.name, limit, cursor)
    return Page(items=[RolloutShape(**one.to_dict()) for one in shown], next=following)


@router.get("/rollouts/{name}", response_model=RolloutShape, summary="See a rollout", **asks("read", "not-found"))
def rollout(name: str) -> Any:
    """Return a rollout as it was last declared."""
    return RolloutShape(**room.find(visit().workspace, name).to_dict())


@router.put("/rollouts/{name}", response_model=RolloutShape, summary="Say which versions answer whom",
            **asks("write", "not-found", writes=True, body=True))  # fmt: skip
def declare(name: str, body: RolloutBody) -> Any:
    """Declare a rollout; a share that grows takes customers from the champion alone."""
    return RolloutShape(**declared(room.RolloutSpec(name=name, **dict(body))).to_dict())


@router.post("/comparisons", summary="Compare the versions of a rollout on what happened", **JOB,
             **asks("write", "not-found", writes=True, body=True))  # fmt: skip
def compare(body: room.CompareSpec) -> Response:
    """Join the logged answers with a table of outcomes, by the customers' key."""
    room.find(visit().workspace, body.rollout, body.declaration)
    visit().workspace.table(body.table)
    return accepted("compare", body)


@router.get("/rollouts/{name}/comparison", response_model=dict[str, Any], summary="See the last comparison", **_READS)
def comparison(request: Request, name: str) -> Response:
    """Return how the versions of a rollout did, when it was last looked at."""
    artifact = visit().workspace.artifact("comparison", name)
    return unchanging(
        request, artifact,
        lambda: {**result(visit().workspace, artifact.id, room.Comparison).to_dict(), "id": artifact.id},
    )  # fmt: skip


@router.post("/drifts", summary="See what has moved against the training", **JOB,
             **asks("write", "not-found", writes=True, body=True))  # fmt: skip
def watch(body: room.DriftSpec) -> Response:
    """Hold scores and features of the logged answers against those of each version's training."""
    room.find(visit().workspace, body.rollout)
    return accepted("drift", body)


@router.get("/rollouts/{name}/drift", response_model=dict[str, Any], summary="See what had moved", **_READS)
def drift(request: Request, name: str) -> Response:
    """Return what had moved, when it was last looked at."""
    artifact = visit().workspace.artifact("drift", name)
    return unchanging(
        request, artifact, lambda: {**result(visit().workspace, artifact.id, room.Drift).to_dict(), "id": artifact.id}
    )
