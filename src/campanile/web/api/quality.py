"""Can we trust it? Checks and repairs of a table."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from campanile.quality import Quality, QualitySpec, RepairSpec
from campanile.web.api.jobs import JOB, accepted
from campanile.web.api.kept import UNCHANGED, result, unchanging
from campanile.web.api.route import Route, asks
from campanile.web.visit import visit

router = APIRouter(tags=["quality"], route_class=Route)

_READS = asks("read", "not-found")
_READS["responses"] |= UNCHANGED


@router.post("/quality", summary="Check a table", **JOB, **asks("write", "not-found", writes=True, body=True))
def check(body: QualitySpec) -> Response:
    """Ask whether a table can be trusted."""
    visit().workspace.table(body.table, body.version)
    return accepted("quality", body)


@router.get("/tables/{name}/quality", response_model=dict[str, Any], summary="See what was found last", **_READS)
def found(request: Request, name: str) -> Response:
    """Return what the newest check of a table found, the most serious first."""
    visit().workspace.table(name)
    artifact = visit().workspace.artifact("quality", name)

    def tell() -> dict[str, Any]:
        checked = result(visit().workspace, artifact.id, Quality)
        told = dict(checked.to_dict())
        return {**told, "id": artifact.id, "found": [finding.to_dict() for finding in checked.found]}

    return unchanging(request, artifact, tell)


@router.post("/repairs", summary="Mend a table", **JOB, **asks("write", "not-found", writes=True, body=True))
def mend(body: RepairSpec) -> Response:
    """Mend what can be mended as a new version, or with ``dry_run`` tell what would change."""
    visit().workspace.table(body.table, body.version)
    return accepted("repair", body)
