"""Why, whom, and the page that tells it: explanations, reasons, audiences and reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pyarrow as pa
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from campanile.audience import Audience, AudienceSpec
from campanile.explain import ExplainSpec, Explanation, ReasonsSpec
from campanile.tables.export import csv_pieces, to_parquet
from campanile.web.api.jobs import JOB, accepted
from campanile.web.api.kept import UNCHANGED, Kept, download, json_pieces, lines, result, unchanging
from campanile.web.api.models import there
from campanile.web.api.paging import Cursor, Limit, Page
from campanile.web.api.route import Route, asks
from campanile.web.api.tables import Version
from campanile.web.visit import visit

router = APIRouter(route_class=Route)

Form = Literal["csv", "json", "parquet"]
Most = Annotated[int | None, Query(ge=1, le=10**9, description="Only so many, the first.")]
OfModel = Annotated[str | None, Query(max_length=200, description="Only those about the model of that name.")]
_MEDIA: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8", "json": "application/json", "parquet": "application/vnd.apache.parquet",
}  # fmt: skip
_READS = asks("read", "not-found")
_READS["responses"] |= UNCHANGED


@router.post("/explanations", tags=["why"], summary="Explain a model", **JOB,
             **asks("write", "not-found", writes=True, body=True))  # fmt: skip
def explain(body: ExplainSpec) -> Response:
    """Ask for influential features, curves, zones of interest and target groups in words."""
    there(body.model, body.version)
    return accepted("explain", body)


@router.get("/explanations", tags=["why"], response_model=Page[Kept], summary="List explanations", **asks("read"))
def explanations(model: OfModel = None, limit: Limit = 100, cursor: Cursor = None) -> Any:
    """Return explanations, the newest first; an explanation has its model's name and a version of its own."""
    return lines("explanation", model, limit, cursor, "model_version")


@router.get("/explanations/{model}/{version}", tags=["why"], response_model=dict[str, Any],
            summary="See an explanation", **_READS)  # fmt: skip
def explanation(request: Request, model: str, version: Version) -> Response:
    """Return an explanation by its model's name and its own version."""
    artifact = visit().workspace.artifact("explanation", model, version)
    return unchanging(
        request, artifact,
        lambda: {**result(visit().workspace, artifact.id, Explanation).to_dict(), "id": artifact.id},
    )  # fmt: skip


@router.post("/reasons", tags=["why"], summary="Explain one customer", **JOB,
             **asks("write", "not-found", writes=True, body=True))  # fmt: skip
def reasons(body: ReasonsSpec) -> Response:
    """Ask why a model answers as it does for one customer, and what would change the answer."""
    there(body.model, body.version)
    if body.table is not None:
        visit().workspace.table(body.table)
    return accepted("reasons", body)


@router.post("/audiences", tags=["audience"], summary="Select an audience", **JOB,
             **asks("write", "not-found", writes=True, body=True))  # fmt: skip
def select(body: AudienceSpec) -> Response:
    """Ask whom to contact, what that is expected to bring, and who they are."""
    there(body.model, body.version)
    if body.table is not None:
        visit().workspace.table(body.table, body.table_version)
    return accepted("audience", body)


@router.get("/audiences", tags=["audience"], response_model=Page[Kept], summary="List audiences", **asks("read"))
def audiences(model: OfModel = None, limit: Limit = 100, cursor: Cursor = None) -> Any:
    """Return audiences, the newest first; an audience has its model's name and a version of its own."""
    return lines("audience", model, limit, cursor)


@router.get("/audiences/{model}/{version}", tags=["audience"], response_model=dict[str, Any],
            summary="See an audience", **_READS)  # fmt: skip
def audience(request: Request, model: str, version: Version) -> Response:
    """Return an audience by its model's name and its own version."""
    artifact = visit().workspace.artifact("audience", model, version)

    def tell() -> dict[str, Any]:
        told = result(visit().workspace, artifact.id, Audience).to_dict()
        return {**told, "version": artifact.version, "id": artifact.id}

    return unchanging(request, artifact, tell)


LISTS = asks("read", "not-found")
LISTS["responses"] |= {
    200: {
        "description": "The list, the likeliest customer first.",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "array", "items": {"type": "object"}}},
            _MEDIA["parquet"]: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.get("/audiences/{model}/{version}/list", tags=["audience"], response_class=Response,
            summary="Download the list", **LISTS)  # fmt: skip
def customers(model: str, version: Version, format: Form = "csv", customers: Most = None) -> Response:
    """Return every customer once, with probability, rank, segment and whether to contact."""
    workspace = visit().workspace
    return listed(workspace.frame(workspace.artifact("audience", model, version), "list"), f"{model}-{version}", format,
                  customers)  # fmt: skip


def listed(rows: pa.Table, name: str, format: Form, customers: int | None) -> Response:
    """Return a list as a file of that form; ``customers`` None: whole."""
    shown = rows.slice(0, customers) if customers is not None else rows
    pieces: dict[Form, Iterator[bytes]] = {
        "csv": csv_pieces(shown), "json": json_pieces(shown), "parquet": (to_parquet(one) for one in (shown,)),
    }  # fmt: skip
    return download(pieces[format], _MEDIA[format], f"{name}.{format}")
