"""How every operation of the API is asked for: by right, in JSON, and under a key that makes it safe to repeat."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from campanile.web.problems import KINDS, MEDIA_TYPE, Refused
from campanile.web.visit import visit
from campanile.words import say
from campanile.workspace.accounts import Right
from campanile.workspace.once import Answer

MOST_BODY_BYTES = 2 * 1024 * 1024
LONGEST_KEY = 200

_ALWAYS = ("unauthorized", "forbidden", "invalid", "too-many", "fault", "unavailable")
_WRITING = ("conflict", "too-large", "no-room")
_KEPT_HEADERS = ("location", "content-type")

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def asks(right: Right, *problems: str, writes: bool = False, body: bool = False) -> dict[str, Any]:
    """Return what an operation declares: the right it needs, and the problems it may answer with.

    ``writes`` lets the request be repeated safely under an Idempotency-Key; ``body`` that it has one in JSON.
    """

    async def check() -> None:
        visit().need(right)

    named = [*_ALWAYS, *problems, *(_WRITING if writes else ()), *(("unreadable", "wrong-type") if body else ())]
    kinds = sorted({KINDS[name].status: KINDS[name] for name in named}.items())
    return {
        "dependencies": [Depends(check)],
        "responses": {
            status: {
                "description": str(kind.title),
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
            for status, kind in kinds
        },
        "openapi_extra": {"x-right": right, **({"parameters": [_KEY]} if writes else {})},
    }


_KEY = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "The same request under the same key is done once and gets the same answer for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
}  # fmt: skip


class Strict(Request):
    """A request whose body is bounded, and whose JSON is JSON: no NaN, no Infinity."""

    _body: bytes

    async def body(self) -> bytes:
        """Return the bytes. Raises Refused where there are too many."""
        if not hasattr(self, "_body"):
            come = bytearray()
            async for piece in self.stream():
                come += piece
                if len(come) > MOST_BODY_BYTES:
                    raise Refused("too-large", say("The body of the request is too large."))
            self._body = bytes(come)
        return self._body

    async def json(self) -> Any:
        """Return the body."""
        return json.loads(await self.body(), parse_constant=_no_constant)


class Route(APIRoute):
    """An operation that is done once under a key, and takes nothing but JSON for JSON."""

    def get_route_handler(self) -> Handler:
        """Return what answers a request."""
        handle = super().get_route_handler()
        takes_json = self.body_field is not None
        keyed = _KEY in (self.openapi_extra or {}).get("parameters", ())

        async def answer(request: Request) -> Response:
            strict = Strict(request.scope, request.receive)
            if takes_json and not _is_json(strict):
                raise Refused("wrong-type", say("The body of the request must be JSON."), _SAY_SO)
            # Read here, for FastAPI would tell a body that is too large as one that cannot be read.
            body = await strict.body() if takes_json else b""
            key = strict.headers.get("idempotency-key")
            if key is None or not keyed:
                return await handle(strict)
            _check(key)
            return await _once(strict, handle, key, body)

        return answer


_SAY_SO = say("Send it with the header Content-Type: application/json.")


async def _once(request: Request, handle: Handler, key: str, body: bytes) -> Response:
    here = visit()
    store, who = here.workspace.once, f"{here.visitor.via}:{here.visitor.name}"
    given = await run_in_threadpool(store.claim, who, key, _fingerprint(request, body))
    if given is not None:
        return _again(given)
    try:
        response = await handle(request)
        if response.status_code < 400:
            content = bytes(response.body).decode()
            kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
            answer = Answer(response.status_code, {"text": content, "headers": kept})
            await run_in_threadpool(store.keep, who, key, answer)
            return response
    except BaseException:
        store.forget(who, key)
        raise
    await run_in_threadpool(store.forget, who, key)
    return response


def _again(given: Answer) -> Response:
    headers = {**given.content["headers"], "Idempotent-Replay": "true"}
    return Response(given.content["text"].encode(), given.status, headers=headers)


def _fingerprint(request: Request, body: bytes) -> str:
    """Return what tells requests apart; a file that is streamed is told by its name and length alone."""
    length = request.headers.get("content-length", "0") if not body else ""
    return fingerprint_of(request.method, request.url.path, request.url.query, length, body)


def fingerprint_of(method: str, path: str, query: str, length: str, body: bytes) -> str:
    """Return what tells requests under one key apart."""
    return hashlib.sha256("\n".join((method, path, query, length)).encode() + b"\n" + body).hexdigest()


def _check(key: str) -> None:
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise Refused(
            "invalid",
            say("An idempotency key has between 1 and {most:number} printable characters.", most=LONGEST_KEY),
        )


def _is_json(request: Request) -> bool:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media == "application/json" or (media.startswith("application/") and media.endswith("+json"))


def _no_constant(name: str) -> Any:
    raise json.JSONDecodeError(f"{name} is no number", name, 0)
