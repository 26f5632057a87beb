"""Files that people bring: streamed to disk, never held in memory, never named by anybody but us."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from campanile.web.api.route import Route, asks
from campanile.web.problems import Refused
from campanile.web.visit import visit
from campanile.words import say
from campanile.workspace import Settings
from campanile.workspace.uploads import Arriving, Upload

_PIECE_BYTES = 1024 * 1024

router = APIRouter(tags=["data"], route_class=Route)


class UploadShape(BaseModel):
    """A file that was brought: give its ``id`` to an inspection or an import."""

    id: str
    name: str
    bytes: int = Field(ge=0)
    sha256: str
    created_at: datetime


_BODY = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
_BRINGS = asks("write", "unreadable", "wrong-type", writes=True)
_BRINGS["openapi_extra"] = {**_BRINGS["openapi_extra"], "requestBody": _BODY}


@router.post("/uploads", status_code=201, response_model=UploadShape, summary="Bring a file", **_BRINGS)
async def bring(
    request: Request,
    name: Annotated[str, Query(min_length=1, max_length=255, description="The file's own name.",
                               examples=["customers.csv"])],
) -> Response:  # fmt: skip
    """Send the file's bytes themselves as the body. It is kept for two days."""
    _check(request)
    here = visit()
    taking = here.workspace.uploads.arriving(name, here.visitor.name)
    upload_id, arriving = await run_in_threadpool(taking.__enter__)
    try:
        await _take(request, arriving)
    except BaseException as error:
        # Not in another thread: where the server is being stopped, none would be waited for.
        taking.__exit__(*sys.exc_info())
        if isinstance(error, ClientDisconnect):
            raise Refused("unreadable", say("The connection ended before the file had arrived.")) from None
        raise
    await run_in_threadpool(taking.__exit__, None, None, None)
    done = shape(here.workspace.uploads.upload(upload_id)).model_dump(mode="json")
    await run_in_threadpool(here.note, "upload", f"{upload_id} {done['name']}")
    return JSONResponse(done, 201, headers={"Location": f"/api/v1/uploads/{upload_id}"})


@router.get("/uploads/{id}", response_model=UploadShape, summary="See an upload", **asks("read", "not-found"))
def see(id: str) -> UploadShape:
    """Return what is known of an upload."""
    return shape(visit().workspace.uploads.upload(id))


@router.delete("/uploads/{id}", status_code=204, response_class=Response, summary="Remove an upload",
               **asks("write", "not-found", writes=True))  # fmt: skip
def remove(id: str) -> Response:
    """Remove an upload; tables that were made from it stay."""
    here = visit()
    here.workspace.uploads.remove(id)
    here.note("upload.remove", id)
    return Response(status_code=204)


def shape(upload: Upload) -> UploadShape:
    """Return an upload as the API tells it."""
    return UploadShape(id=upload.id, name=upload.name, bytes=upload.bytes, sha256=upload.sha256,
                       created_at=upload.created_at)  # fmt: skip


def _check(request: Request) -> None:
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise Refused(
            "wrong-type",
            say("A file is brought as the body itself, not as a form."),
            say("Send its bytes with the header Content-Type: application/octet-stream."),
        )
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > _limit():
        raise _too_large()


async def _take(request: Request, arriving: Arriving) -> None:
    """Write what comes, a large piece at a time, in another thread than the one that answers others."""
    waiting, limit = bytearray(), _limit()
    async for piece in request.stream():
        waiting += piece
        if arriving.bytes + len(waiting) > limit:
            raise _too_large()
        if len(waiting) >= _PIECE_BYTES:
            await run_in_threadpool(arriving.write, bytes(waiting))
            waiting.clear()
    await run_in_threadpool(arriving.write, bytes(waiting))


def _limit() -> int:
    return int(Settings().upload_limit)


def _too_large() -> Refused:
    return Refused(
        "too-large",
        say("The file is larger than the {most:number} MB that are accepted.", most=_limit() / 2**20),
        say("Leave columns out, pack it with gzip, or raise CAMPANILE_UPLOAD_LIMIT."),
    )
