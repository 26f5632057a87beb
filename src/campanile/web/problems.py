"""Problems: what the API says when it cannot do what it was asked (RFC 9457, application/problem+json).

The words are those of the error tree, in the visitor's language, as on the command line and the pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from campanile.web.visit import Forbidden, visit
from campanile.words import Sentence, say
from campanile.workspace import faults
from campanile.workspace.errors import BadInput, Busy, CampanileError, Incompatible, NotFound, SpecError, StorageError
from campanile.workspace.spec import fault_words

MEDIA_TYPE = "application/problem+json"


class Fault(BaseModel):
    """One of the faults of what was asked: ``pointer`` into the body, or the ``parameter`` of the address."""

    detail: str
    pointer: str | None = Field(None, examples=["#/minutes"])
    parameter: str | None = Field(None, examples=["limit"])


class Problem(BaseModel):
    """Why a request could not be answered, and what to do."""

    type: str = Field(examples=["/problems/not-found"])
    title: str = Field(examples=["There is no such thing"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no table 'custmers'."])
    remedy: str | None = Field(None, examples=["Did you mean 'customers'? There are: customers."])
    instance: str | None = Field(None, examples=["/api/v1/tables/custmers"])
    faults: list[Fault] = Field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    """A kind of problem: the last part of its type, its status and title."""

    name: str
    status: int
    title: Sentence


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("unreadable", 400, say("The request cannot be read")),
        Kind("unauthorized", 401, say("Who asks is not known")),
        Kind("forbidden", 403, say("This is not allowed")),
        Kind("not-found", 404, say("There is no such thing")),
        Kind("method-not-allowed", 405, say("This cannot be done here")),
        Kind("conflict", 409, say("Not as things stand")),
        Kind("too-large", 413, say("This is too large")),
        Kind("wrong-type", 415, say("This is of the wrong type")),
        Kind("invalid", 422, say("What was asked for cannot be")),
        Kind("too-many", 429, say("Too many requests")),
        Kind("fault", 500, say("This is a fault of Campanile's")),
        Kind("unavailable", 503, say("Not now")),
        Kind("no-room", 507, say("The disk refused it")),
    )
}
_BY_STATUS = {kind.status: kind for kind in KINDS.values()}
_BY_ERROR: tuple[tuple[type[CampanileError], str], ...] = (
    (Forbidden, "forbidden"), (NotFound, "not-found"), (Busy, "conflict"), (Incompatible, "conflict"),
    (StorageError, "no-room"), (BadInput, "invalid"),
)  # fmt: skip


class Refused(BadInput):
    """A request that is refused for what HTTP says of it; ``kind`` is one of ``KINDS``."""

    def __init__(self, kind: str, what: Sentence, remedy: Sentence | None = None) -> None:
        super().__init__(what, remedy)
        self.kind = kind


def problem(
    kind: str, detail: Sentence, remedy: Sentence | None = None, *, instance: str | None = None,
    found: Sequence[Fault] = (), headers: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """Return a problem in the language in force."""
    known = KINDS[kind]
    told = Problem(
        type=f"/problems/{known.name}", title=str(known.title), status=known.status, detail=str(detail),
        remedy=str(remedy) if remedy else None, instance=instance, faults=list(found),
    )  # fmt: skip
    return JSONResponse(
        told.model_dump(), known.status, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store", **(headers or {})}
    )


def of(error: CampanileError, instance: str | None = None) -> Response:
    """Return the problem that an error of the tree is; of a fault of ours nothing is told but that it is one."""
    if isinstance(error, Refused):
        return problem(error.kind, error.what, error.remedy, instance=instance)
    kind = next((kind for shape, kind in _BY_ERROR if isinstance(error, shape)), None)
    if kind is None:
        return _fault(error, instance)
    found = _faults(error) if isinstance(error, SpecError) else ()
    return problem(kind, error.what, error.remedy, instance=instance, found=found)


def add_to(app: FastAPI) -> None:
    """Let ``app`` tell errors as problems under /api, and as it did before elsewhere."""
    app.add_exception_handler(CampanileError, _campanile)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(_Faults)


class _Faults:
    """Tells what nobody expected as a fault of ours, without its insides."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not _of_api(scope["path"]):
            await self.app(scope, receive, send)
            return
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception as error:
            if begun:
                raise
            await _fault(error, scope["path"])(scope, receive, send)


def _fault(error: Exception, instance: str | None) -> Response:
    faults.keep(visit().workspace.path, error)
    return problem(
        "fault", say("Something went wrong that should not have."),
        say("What we need to mend it is kept in the workspace's folder of faults."), instance=instance,
    )  # fmt: skip


async def _campanile(request: Request, error: Exception) -> Response:
    if not isinstance(error, CampanileError) or not _of_api(request.url.path):
        raise error
    return of(error, request.url.path)


async def _validation(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    told = [(_words(fault), fault["loc"]) for fault in error.errors()]
    found = [_placed(words, place) for words, place in told]
    detail = told[0][0] if len(told) == 1 else say("{faults}", faults=" ".join(str(words) for words, _ in told))
    return problem("invalid", detail, instance=request.url.path, found=found)


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    path = request.url.path
    if not _of_api(path):
        return await http_exception_handler(request, error)
    kind = _BY_STATUS.get(error.status_code, KINDS["invalid"])
    words = _HTTP.get(kind.name, kind.title)
    detail = replace(words, values={"path": path, "method": request.method})
    return problem(kind.name, detail, instance=path, headers=dict(error.headers or {}))


_HTTP: Mapping[str, Sentence] = {
    "unreadable": say("The body of the request cannot be read."),
    "not-found": say("There is nothing at {path:quoted}.", path=""),
    "method-not-allowed": say("{method} cannot be done with {path:quoted}.", method="", path=""),
    "too-large": say("The body of the request is too large."),
}


def _words(fault: Mapping[str, Any]) -> Sentence:
    if fault["type"] == "json_invalid":
        return say("The body is not JSON: {reason}.", reason=str(fault.get("ctx", {}).get("error", "")))
    return fault_words({**fault, "loc": fault["loc"][1:] or fault["loc"]}, set())


def _placed(words: Sentence, place: Sequence[str | int]) -> Fault:
    if place and place[0] in ("query", "path", "header", "cookie"):
        return Fault(detail=str(words), parameter=".".join(map(str, place[1:])))
    return Fault(detail=str(words), pointer=_pointer(place[1:]))


def _faults(error: SpecError) -> list[Fault]:
    places = error.places or ((),) * len(error.faults)
    return [
        Fault(detail=str(fault), pointer=_pointer(place) if place else None)
        for fault, place in zip(error.faults, places, strict=True)
    ]


def _pointer(place: Sequence[str | int]) -> str:
    """Return a place as a JSON pointer (RFC 6901)."""
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)


def _of_api(path: str) -> bool:
    return path == "/api" or path.startswith("/api/")
