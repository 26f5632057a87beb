"""The answers as one page."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response

from campanile.flows.paper import WriteReportSpec
from campanile.web import reports as shelf
from campanile.web.api.jobs import JOB, accepted
from campanile.web.api.kept import Kept, lines
from campanile.web.api.models import there
from campanile.web.api.paging import Cursor, Limit, Page
from campanile.web.api.route import Route, asks
from campanile.web.api.tables import Version
from campanile.web.visit import visit

router = APIRouter(tags=["reports"], route_class=Route)


@router.post("/reports", summary="Write a report", **JOB, **asks("write", "not-found", writes=True, body=True))
def write(body: WriteReportSpec) -> Response:
    """Ask for the newest answers about a model as one self-contained page."""
    there(body.model, body.version)
    return accepted("report", body)


@router.get("/reports", response_model=Page[Kept], summary="List reports", **asks("read"))
def reports(
    model: Annotated[str | None, Query(max_length=200, description="Only those about the model of that name.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Any:
    """Return reports, the newest first; a report has its model's name and a version of its own."""
    return lines("report", model, limit, cursor, "language", "model_version")


@router.get("/reports/{model}/{version}", response_class=HTMLResponse, summary="Read a report",
            **asks("read", "not-found"))  # fmt: skip
def report(request: Request, model: str, version: Version, download: bool = False) -> Response:
    """Return a report as it was written, with its own content policy."""
    return shelf.report(visit().workspace.artifact("report", model, version).id, request, download)
