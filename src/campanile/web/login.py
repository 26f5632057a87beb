"""Signing in and out: the page, the password, the one-time link."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from campanile.web import reader
from campanile.web.sessions import Sessions
from campanile.web.visit import visit
from campanile.words import LANGUAGES, Sentence, palette, say
from campanile.workspace.accounts import LOCAL, NOBODY, Accounts
from campanile.workspace.audit import Actor
from campanile.workspace.errors import CampanileError
from campanile.workspace.logins import Throttled, WrongPassword

_LONGEST_FORM_BYTES = 8192
_LONGEST_NEXT = 2000
_NAMES = {"en": "English", "pl": "Polski", "es": "Español"}
_DARK = "--ink: #eceae6; --accent: #e58f66; --on-accent: #191816; --border: #8b8781; --paper: #191816; --quiet: #a9a39b; --wash: #22201d; color-scheme: dark;"  # noqa: E501


def router(accounts: Accounts, sessions: Sessions, *, loopback: bool) -> APIRouter:
    """Return the routes; ``loopback`` says that only this machine can reach them: there, links let in."""
    routes = APIRouter(include_in_schema=False)
    # A password takes a processor and 64 MB on purpose: one at a time, and none can be tried beside another's check.
    turn = asyncio.Semaphore(1)

    def entered(request: Request, name: str, stamp: str, target: str) -> Response:
        answer = RedirectResponse(target, 303)
        answer.headers.append("set-cookie", sessions.begin(name, stamp, https=request.url.scheme == "https"))
        return answer

    @routes.get("/login")
    async def ask(request: Request) -> Response:
        target, token = safe(request.query_params.get("next", "")), request.query_params.get("token")
        if token and _foreseen(request):
            return Response(status_code=204)  # a browser that looks ahead must not use the link up
        link = Actor(LOCAL, "link", visit().address)
        if token and loopback and await asyncio.to_thread(accounts.tokens.spend, token, link):
            return entered(request, LOCAL, accounts.local_stamp, target)
        if visit().visitor != NOBODY:
            return RedirectResponse(target, 303)
        fault = say("This link was used before, or its time is over.") if token else None
        return page(request, target, loopback=loopback, fault=fault, status=401 if token else 200)

    @routes.post("/login")
    async def enter(request: Request) -> Response:
        form = await _form(request)
        if form is None:
            return Response(status_code=413)
        name, target = form.get("name", ""), safe(form.get("next", ""))
        try:
            async with turn:
                account = await asyncio.to_thread(accounts.enter, name, form.get("password", ""), visit().address)
        except WrongPassword as error:
            return page(request, target, loopback=loopback, fault=error, status=401, name=name)
        except Throttled as error:
            answer = page(request, target, loopback=loopback, fault=error, status=429, name=name)
            answer.headers["Retry-After"] = str(error.wait_s)
            return answer
        return entered(request, account.name, account.stamp, target)

    @routes.post("/logout")
    async def leave(request: Request) -> Response:
        if found := sessions.read(request.cookies):
            await asyncio.to_thread(sessions.end, found[0], visit().actor)
        answer = RedirectResponse("/login", 303)
        answer.headers.append("set-cookie", sessions.cleared())
        return answer

    return routes


def page(asked: HTTPConnection, target: str, *, loopback: bool, fault: Sentence | CampanileError | None = None,
         status: int = 200, name: str = "") -> HTMLResponse:  # fmt: skip
    """Return the page that asks who is there, and then leads to ``target``."""
    accounts = visit().workspace.accounts
    shown = _template().render(
        language=visit().language, theme=reader.theme(asked), fonts=palette.FONTS, dark=_DARK, say=_words(),
        fault=str(fault) if fault else "", name=name, next=target, local=loopback,
        form=not loopback or any(not one.closed for one in accounts.users()),
        languages=[(code, f"/login?lang={code}&next={quote(target, safe='')}", _NAMES[code]) for code in LANGUAGES],
    )  # fmt: skip
    return HTMLResponse(shown, status)


def safe(target: str) -> str:
    """Return where to go next: a path of this site, else the first page."""
    ours = target.startswith("/") and not target.startswith("//") and "\\" not in target
    if not ours or not target.isprintable() or len(target) > _LONGEST_NEXT:
        return "/"
    return "/" if target.partition("#")[0].partition("?")[0] in ("/login", "/logout") else target


def _words() -> Mapping[str, Any]:
    return {
        "title": say("Sign in"), "name": say("Name"), "password": say("Password"), "enter": say("Open Campanile"),
        "languages": say("Languages"), "ask": say("No account yet? Ask an administrator."),
        "local": say("Open the link that was printed when Campanile started. For a fresh one, run:"),
    }  # fmt: skip


def _foreseen(request: Request) -> bool:
    said = (request.headers.get(name, "") for name in ("sec-purpose", "purpose", "x-moz"))
    return any("prefetch" in one or "preview" in one for one in said)


async def _form(request: Request) -> dict[str, str] | None:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST_FORM_BYTES:
            return None
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=8))
    except ValueError:
        return {}


@lru_cache(maxsize=1)
def _template() -> Template:
    loader = PackageLoader("campanile.web", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("login.html")
