"""What stands before every request: who asks, and whether they may."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from campanile.web import login, problems, reader
from campanile.web.headers import is_static
from campanile.web.sessions import Session, Sessions
from campanile.web.visit import Forbidden, Visit, visiting
from campanile.words import say
from campanile.workspace import Workspace
from campanile.workspace.accounts import LOCAL, NOBODY, Visitor, local
from campanile.workspace.errors import CampanileError
from campanile.workspace.hosts import is_loopback
from campanile.workspace.keys import Key

_OPEN = ("/login", "/healthz", "/openapi.json")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@dataclass(frozen=True)
class _Entry:
    """Who asks, and with what they came in."""

    visitor: Visitor
    session: Session | None = None
    key: Key | None = None


class Guard:
    """Finds out who asks, refuses what they may not, and answers in their language.

    ``loopback`` says that only this machine can reach the application: there the one-time link lets in, and
    only this machine's names are answered to, so that no page elsewhere can speak under a name of its own.
    """

    def __init__(
        self, app: ASGIApp, workspace: Workspace, sessions: Sessions, *, loopback: bool, open_to_all: bool
    ) -> None:
        self.app = app
        self.workspace = workspace
        self.sessions = sessions
        self.loopback = loopback
        self.open_to_all = open_to_all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = HTTPConnection(scope)
        here = Visit(
            self.workspace, NOBODY, reader.language(asked), reader.theme(asked) or "light",
            asked.client.host if asked.client else "",
        )  # fmt: skip
        with visiting(here):
            try:
                entry = self._entry(asked)
                refusal = None if self.open_to_all else self._refusal(asked, entry)
            except CampanileError as error:
                entry, refusal = _Entry(NOBODY), problems.of(error, scope["path"])
        scope["who"] = entry.key.id if entry.key is not None else entry.visitor.name  # for the log
        with visiting(replace(here, visitor=entry.visitor)):
            await (refusal or self.app)(scope, receive, self._kept(asked, entry, send))
        if entry.key is not None and self.workspace.accounts.keys.use_is_old(entry.key):
            # The answer is given already: a catalog that is busy or full spoils nothing.
            with contextlib.suppress(CampanileError):
                await asyncio.to_thread(self.workspace.accounts.keys.used, entry.key)

    def _entry(self, asked: HTTPConnection) -> _Entry:
        if self.open_to_all:
            return _Entry(local())
        path = asked.scope["path"]
        if _is_open(path) and path != "/login":
            return _Entry(NOBODY)
        entry = self._by_key(asked) or self._by_session(asked)
        # On this machine alone is a link enough; elsewhere it takes an account.
        return entry if self.loopback or entry.visitor.name != LOCAL else _Entry(NOBODY)

    def _by_key(self, asked: HTTPConnection) -> _Entry | None:
        scheme, _, text = asked.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        found = self.workspace.accounts.by_key(text.strip())
        return _Entry(found[0], key=found[1]) if found else _Entry(NOBODY)

    def _by_session(self, asked: HTTPConnection) -> _Entry:
        found = self.sessions.read(asked.cookies)
        return _Entry(found[1], session=found[0]) if found else _Entry(NOBODY)

    def _refusal(self, asked: HTTPConnection, entry: _Entry) -> Response | None:
        path = asked.scope["path"]
        public = _is_open(path) or (path == "/metrics" and self._from_here(asked))
        if self.loopback and not is_loopback(_host(asked)):
            what = say("This address answers to the names of its own machine only.")
            remedy = say("Open it as http://127.0.0.1, with the port that was printed at the start.")
            return problems.problem("forbidden", what, remedy, instance=path)
        if not public and entry.visitor == NOBODY:
            return self._unknown(asked, path)
        if (entry.session or path == "/login") and _changes(asked) and not _same_origin(asked):
            what = say(
                "This was sent by a page of another site, or by a program that does not say where it comes from."
            )
            remedy = say("Programs use a key (campanile users key), or send the header Origin.")
            return problems.problem("forbidden", what, remedy, instance=path)
        if not public and not path.startswith("/api/") and not entry.visitor.may("read"):
            what = say("{name} may not do this: it needs the right {right:quoted}.", name=entry.visitor.name,
                       right="read")  # fmt: skip
            return problems.of(Forbidden(what), path)
        return None

    def _unknown(self, asked: HTTPConnection, path: str) -> Response:
        challenge = {"WWW-Authenticate": 'Bearer realm="campanile"'}
        if asked.scope["method"] == "GET" and "text/html" in asked.headers.get("accept", ""):
            query = asked.url.query
            answer = login.page(asked, login.safe(f"{path}?{query}" if query else path), loopback=self.loopback,
                                status=401)  # fmt: skip
            answer.headers.update(challenge)
            return answer
        return problems.problem(
            "unauthorized", say("Nobody is signed in, and there is no key that is valid."),
            say("Sign in at /login, or send a key: Authorization: Bearer cmp_…"), instance=path, headers=challenge,
        )  # fmt: skip

    def _from_here(self, asked: HTTPConnection) -> bool:
        forwarded = any(name in asked.headers for name in _FORWARDED)
        return self.loopback and not forwarded and asked.client is not None and is_loopback(asked.client.host)

    def _kept(self, asked: HTTPConnection, entry: _Entry, send: Send) -> Send:
        https = asked.scope["scheme"] == "https"
        renewed = self.sessions.renew(entry.session, https=https) if entry.session else None
        # An answer that sets or clears the session itself, as at signing out, has the last word: it comes after.
        cookies = [(b"set-cookie", cookie.encode()) for cookie in (renewed, reader.language_cookie(asked)) if cookie]

        async def kept(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*cookies, *message.get("headers", [])]
            await send(message)

        return kept if cookies else send


def _is_open(path: str) -> bool:
    return path in _OPEN or is_static(path)


def _changes(asked: HTTPConnection) -> bool:
    return asked.scope["method"] not in _SAFE_METHODS


def _same_origin(asked: HTTPConnection) -> bool:
    site = asked.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    try:
        origin = urlsplit(asked.headers.get("origin", "")).netloc
    except ValueError:
        return False
    return bool(origin) and origin.lower() == asked.headers.get("host", "").lower()


def _host(asked: HTTPConnection) -> str:
    try:
        return urlsplit("//" + asked.headers.get("host", "")).hostname or ""
    except ValueError:
        return ""
