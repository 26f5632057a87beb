"""What each answer tells the browser: what a page may load, who may show it, what may be kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

_STATIC = ("/assets/", "/_dash-component-suites/")
_PAGE = (
    "default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# A report carries its own policy inside, with its script's hash. Here it is kept apart from the application.
_REPORT = "sandbox allow-scripts allow-popups allow-downloads; frame-ancestors 'self'"
_OTHER = "default-src 'none'; frame-ancestors 'none'"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def is_static(path: str) -> bool:
    """Tell whether a path is that of a file of ours: the same for everybody, with nothing of the workspace in it."""
    return path.startswith(_STATIC) or path == "/_favicon.ico"


class Headers:
    """Adds headers to every answer; those that an answer has already stay.

    ``script_hashes`` gives the hashes of the scripts that stand in the pages themselves; it is asked once, at
    the first page.
    """

    def __init__(self, app: ASGIApp, script_hashes: Callable[[], Sequence[str]]) -> None:
        self.app = app
        self._script_hashes = script_hashes
        self._page_policy = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dressed(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = list(message.get("headers", []))
                self._dress(MutableHeaders(scope=message), scope)
            await send(message)

        await self.app(scope, receive, dressed)

    def _dress(self, headers: MutableHeaders, scope: Scope) -> None:
        for name, value in _ALWAYS.items():
            headers.setdefault(name, value)
        headers.setdefault("Content-Security-Policy", self._policy(headers.get("content-type", ""), scope["path"]))
        if not is_static(scope["path"]):
            headers.setdefault("Cache-Control", "no-store")
        if scope["scheme"] == "https":
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")

    def _policy(self, content_type: str, path: str) -> str:
        if not content_type.startswith("text/html"):
            return _OTHER
        if path.startswith("/reports/"):
            return _REPORT
        if not self._page_policy:
            self._page_policy = _PAGE.format(hashes=" ".join(self._script_hashes()))
        return self._page_policy
