"""What if: searches over levers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from campanile.simulate import SimulateSpec, Simulation
from campanile.web.api.jobs import JOB, accepted
from campanile.web.api.kept import UNCHANGED, Kept, lines, result, unchanging
from campanile.web.api.models import there
from campanile.web.api.paging import Cursor, Limit, Page
from campanile.web.api.route import Route, asks
from campanile.web.api.tables import Version
from campanile.web.visit import visit

router = APIRouter(route_class=Route)

OfModel = Annotated[str | None, Query(max_length=200, description="Only those about the model of that name.")]
_READS = asks("read", "not-found")
_READS["responses"] |= UNCHANGED


@router.post("/simulations", tags=["simulate"], summary="Search over levers", **JOB,
             **asks("write", "not-found", writes=True, body=True))  # fmt: skip
def simulate(body: SimulateSpec) -> Response:
    """Ask which change of levers is expected to raise the response, of whom, and at which cost."""
    there(body.model, body.version)
    if body.table is not None:
        visit().workspace.table(body.table)
    return accepted("simulate", body)


@router.get("/simulations", tags=["simulate"], response_model=Page[Kept], summary="List searches", **asks("read"))
def simulations(model: OfModel = None, limit: Limit = 100, cursor: Cursor = None) -> Any:
    """Return searches, the newest first; a search has its model's name and a version of its own."""
    return lines("simulation", model, limit, cursor, "model_version")


@router.get("/simulations/{model}/{version}", tags=["simulate"], response_model=dict[str, Any],
            summary="See a search", **_READS)  # fmt: skip
def simulation(request: Request, model: str, version: Version) -> Response:
    """Return a search by its model's name and its own version."""
    artifact = visit().workspace.artifact("simulation", model, version)

    def tell() -> dict[str, Any]:
        told = result(visit().workspace, artifact.id, Simulation).to_dict()
        return {**told, "version": artifact.version, "id": artifact.id}

    return unchanging(request, artifact, tell)
