"""Answers that never change: told once, and not again to those who have them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote

import pyarrow as pa
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from campanile.web.api.paging import Page, page
from campanile.web.visit import visit
from campanile.words import current
from campanile.words.strict import finite
from campanile.workspace import Artifact, Workspace

Result = TypeVar("Result")

UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "It is as it was when the visitor had it."}}


class Kept(BaseModel):
    """One kept thing; ``about`` is what else the catalog knows of it."""

    id: str
    kind: str
    name: str
    version: int = Field(ge=1)
    created_at: datetime
    about: dict[str, Any] = Field(default_factory=dict)


def line(artifact: Artifact, *about: str) -> Kept:
    """Return an artifact as a line of a list."""
    told = finite({name: artifact.meta[name] for name in about if name in artifact.meta})
    return Kept(id=artifact.id, kind=artifact.kind, name=artifact.name, version=artifact.version,
                created_at=artifact.created_at, about=told)  # fmt: skip


def lines(kind: str, name: str | None, limit: int, cursor: str | None, *about: str) -> Page[Kept]:
    """Return what is kept of a kind, the newest first."""
    kept = visit().workspace.artifacts(kind, name)[::-1]
    shown, following = page(kept, lambda artifact: artifact.id, limit, cursor)
    return Page(items=[line(artifact, *about) for artifact in shown], next=following)


def unchanging(request: Request, artifact: Artifact, tell: Callable[[], Any]) -> Response:
    """Tell what is kept in ``artifact``, or only that the visitor has it already."""
    tag = f'"{artifact.id}-{current()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Language, Cookie"}
    if tag in [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return JSONResponse(finite(tell()), headers=headers)


@lru_cache(maxsize=32)
def result(workspace: Workspace, artifact_id: str, shape: type[Result]) -> Result:
    """Return a kept result; it is read once."""
    artifact = next(one for one in workspace.artifacts() if one.id == artifact_id)
    kept: Result = workspace.result(artifact, shape)
    return kept


def download(pieces: Iterator[bytes], media_type: str, name: str) -> Response:
    """Return a file to be saved, as it is written."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}", "Cache-Control": "no-store",
    }  # fmt: skip
    return StreamingResponse(pieces, media_type=media_type, headers=headers)


def json_pieces(table: pa.Table, rows: int = 10_000) -> Iterator[bytes]:
    """Write rows as one JSON array, piece by piece."""
    from campanile.tables.export import plain_rows

    yield b"["
    for place in range(0, table.num_rows, rows):
        text = ",".join(json.dumps(finite(row), ensure_ascii=False) for row in plain_rows(table.slice(place, rows)))
        yield (("," if place else "") + text).encode()
    yield b"]"
