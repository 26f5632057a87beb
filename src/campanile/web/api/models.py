"""Who will respond? Trainings, models and their roles."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from campanile.models import Training, TrainSpec
from campanile.web.api.jobs import JOB, accepted
from campanile.web.api.kept import UNCHANGED, Kept, lines, result, unchanging
from campanile.web.api.paging import Cursor, Limit, Page, page
from campanile.web.api.route import Route, asks
from campanile.web.api.tables import Version
from campanile.web.asking import given_role
from campanile.web.visit import visit
from campanile.words import say
from campanile.words.strict import finite
from campanile.workspace.errors import NotFound
from campanile.workspace.spec import Spec

router = APIRouter(tags=["models"], route_class=Route)


class EstimateShape(BaseModel):
    """A figure with its interval, at ``level``."""

    estimate: float | None
    low: float | None
    high: float | None
    level: float | None = None


class ModelShape(BaseModel):
    """A model that is kept; its metrics are of customers that it had not seen."""

    name: str
    version: int
    method: str
    target: str
    table: str
    table_version: int
    role: Literal["chosen", "live", "retired", ""]
    metrics: dict[str, EstimateShape]


class ModelCard(ModelShape):
    """A model with what is known of it: its classes, settings and limits."""

    id: str
    card: dict[str, Any]


class RoleBody(Spec):
    """The role to give: analysis rests on the one that is chosen; live ones serve beside it; retired ones rest."""

    role: Literal["chosen", "live", "retired"]


_READS = asks("read", "not-found")
_READS["responses"] |= UNCHANGED


@router.post("/trainings", summary="Train models", **JOB, **asks("write", "not-found", writes=True, body=True))
def train(body: TrainSpec) -> Response:
    """Train classifiers side by side; the job tells which are done and how good they are."""
    visit().workspace.table(body.table)
    return accepted("train", body)


@router.get("/trainings", response_model=Page[Kept], summary="List trainings", **asks("read"))
def trainings(limit: Limit = 100, cursor: Cursor = None) -> Any:
    """Return trainings, the newest first."""
    return lines("training", None, limit, cursor, "best", "target")


@router.get("/trainings/{name}/{version}", response_model=dict[str, Any], summary="See a training", **_READS)
def training(request: Request, name: str, version: Version) -> Response:
    """Return the models of one training side by side."""
    artifact = visit().workspace.artifact("training", name, version)
    return unchanging(
        request, artifact,
        lambda: {**result(visit().workspace, artifact.id, Training).to_dict(), "id": artifact.id},
    )  # fmt: skip


@router.get("/models", response_model=Page[ModelShape], summary="List models", **asks("read"))
def models(limit: Limit = 100, cursor: Cursor = None) -> Any:
    """Return every model that is kept, the newest first."""
    from campanile.models import models as kept

    shown, following = page(kept(visit().workspace)[::-1], lambda one: f"{one.name} {one.version}", limit, cursor)
    return Page(items=[ModelShape(**finite(one.to_dict())) for one in shown], next=following)


@router.get("/models/{name}/versions/{version}", response_model=ModelCard, summary="See a model",
            **asks("read", "not-found"))  # fmt: skip
def model(name: str, version: Version) -> Any:
    """Return a model by name and version."""
    artifact = visit().workspace.artifact("model", name, version)
    return ModelCard(**_told(name, version), id=artifact.id, card=finite(artifact.meta["card"]))


@router.put("/models/{name}/versions/{version}/role", response_model=ModelShape, summary="Give a model a role",
            **asks("write", "not-found", writes=True, body=True))  # fmt: skip
def give_role(name: str, version: Version, body: RoleBody) -> Any:
    """Choose a model, let it serve beside others, or retire it; nothing of it is deleted."""
    given_role(name, version, body.role)
    return _told(name, version)


def there(name: str | None, version: int | None) -> None:
    """Raise NotFound where a model is named that is not there, before a job fails for it."""
    workspace = visit().workspace
    if name is not None:
        workspace.artifact("model", name, version)
    elif not workspace.artifacts("model"):
        raise NotFound(say("There is no model yet."), say("Train one first."))


def _told(name: str, version: int) -> dict[str, Any]:
    from campanile.models import models as kept

    found = next(one for one in kept(visit().workspace) if (one.name, one.version) == (name, version))
    return dict(finite(found.to_dict()))
