"""One line for each request on standard error: as JSON where CAMPANILE_LOG says so, else only what went wrong.

A line holds no more than who asked for which route and how it ended: no query, body, cookie or key.
"""

from __future__ import annotations

import re
import sys
import time
import uuid
from typing import Any, TextIO

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from campanile.web.metrics import known, template

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Logged:
    """Gives each request an id, which its answer names as X-Request-ID, and writes its line.

    Who asked is what the guard left in the scope as "who".
    """

    def __init__(self, app: ASGIApp, *, json: bool, file: TextIO | None = None) -> None:
        self.app = app
        self.json = json
        self._log = logger(json=json, file=file or sys.stderr)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, status, name = time.perf_counter(), 500, _id(scope)

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (b"x-request-id", name.encode())]
            await send(message)

        try:
            await self.app(scope, receive, named)
        finally:
            if self.json or status >= 500:
                told = self._log.warning if status >= 500 else self._log.info
                told(
                    "request", id=name, method=known(scope["method"]), route=template(scope), status=status,
                    ms=round(1000 * (time.perf_counter() - begun), 2), who=scope.get("who", ""),
                )  # fmt: skip


def logger(*, json: bool, file: TextIO) -> Any:
    """Return a log of JSON lines, or of lines for people."""
    form = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=file.isatty())
    return structlog.wrap_logger(
        structlog.PrintLogger(file),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper("iso", key="at" if json else "timestamp"),
            form,
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
    )


def _id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
