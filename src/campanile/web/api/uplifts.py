"""Whom does it persuade? Uplift as it was measured, and the verb that measures it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from campanile.audience.spec import PersuadeSpec
from campanile.experiments.uplift import UpliftSpec, read
from campanile.web.api.answers import LISTS, Form, Most, listed
from campanile.web.api.jobs import JOB, accepted
from campanile.web.api.kept import UNCHANGED, Kept, lines, unchanging
from campanile.web.api.paging import Cursor, Limit, Page
from campanile.web.api.route import Route, asks
from campanile.web.api.tables import Version
from campanile.web.visit import visit

router = APIRouter(tags=["experiments"], route_class=Route)

OfTable = Annotated[str | None, Query(max_length=200, description="Only those measured on the table of that name.")]
_READS = asks("read", "not-found")
_READS["responses"] |= UNCHANGED


@router.post("/uplifts", summary="Find whom a treatment persuades", **JOB,
             **asks("write", "not-found", writes=True, body=True))  # fmt: skip
def measure(body: UpliftSpec) -> Response:
    """Ask in whom the treatment changes the outcome. ``source`` is a table; the scores become the table ``out``."""
    # Whoever asks by the API names a table: a file of the server is not theirs to read.
    visit().workspace.table(body.source)
    return accepted("uplift", body)


@router.get("/uplifts", response_model=Page[Kept], summary="List measured uplift", **asks("read"))
def uplifts(table: OfTable = None, limit: Limit = 100, cursor: Cursor = None) -> Any:
    """Return answers, the newest first; an answer has its table's name and a version of its own."""
    return lines("uplift", table, limit, cursor)


@router.get("/uplifts/{table}/{version}", response_model=dict[str, Any], summary="See whom a treatment persuades",
            **_READS)  # fmt: skip
def uplift(request: Request, table: str, version: Version) -> Response:
    """Return an answer by its table's name and its own version."""
    artifact = visit().workspace.artifact("uplift", table, version)

    return unchanging(
        request, artifact, lambda: {**read(visit().workspace, table, version).to_dict(), "id": artifact.id}
    )


@router.post("/uplift-lists", summary="Cut a list by predicted effect", **JOB,
             **asks("write", "not-found", writes=True, body=True))  # fmt: skip
def cut(body: PersuadeSpec) -> Response:
    """Ask for a list by the table of scores that uplift made, beside one of the same size by who responds."""
    visit().workspace.table(body.scores, body.version)
    return accepted("persuade", body)


@router.get("/uplift-lists/{scores}/{version}/list", response_class=Response, summary="Download a list by effect",
            **LISTS)  # fmt: skip
def customers(scores: str, version: Version, format: Form = "csv", customers: Most = None) -> Response:
    """Return every customer of the trial once, the highest predicted effect first, and whether to contact."""
    workspace = visit().workspace
    return listed(workspace.frame(workspace.artifact("persuaded", scores, version), "list"), f"{scores}-{version}",
                  format, customers)  # fmt: skip
