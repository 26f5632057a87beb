"""One ASGI application: the API, and the pages mounted on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from dash import Dash
from dash.backends._fastapi import reset_current_request, set_current_request
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from campanile import __version__
from campanile.models.rollouts.log import Log
from campanile.models.rollouts.shadows import Shadows
from campanile.models.serving import Serving
from campanile.web import api, frame, health, login, reports
from campanile.web.api import predictions
from campanile.web.api.rolled import Rolled
from campanile.web.guard import Guard
from campanile.web.headers import Headers
from campanile.web.log import Logged
from campanile.web.metrics import Measured, Metrics, metrics
from campanile.web.pages import PAGES
from campanile.web.sessions import Sessions
from campanile.web.visit import visit
from campanile.workspace import Workspace
from campanile.workspace.hosts import is_loopback
from campanile.workspace.settings import Settings

ASSETS = Path(__file__).parent / "assets"


def create_app(workspace: Workspace, *, host: str = "127.0.0.1", open_to_all: bool = False) -> FastAPI:
    """Return the application that serves ``workspace`` at ``host``.

    ``open_to_all`` lets everybody in as an administrator: for tests of pages only.
    """
    told = Metrics(workspace)
    serving, log = Serving(workspace), Log(workspace, lost=told.lost)
    shadows = Shadows(serving, log, told.rolled, told.lost)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        await asyncio.to_thread(shadows.close)
        await asyncio.to_thread(log.close)

    app = FastAPI(title="Campanile", version=__version__, docs_url=None, redoc_url=None, lifespan=life)
    app.state.workspace, app.state.metrics = workspace, told
    app.add_api_route("/metrics", metrics, include_in_schema=False)
    # The first to be looked at: routes are tried in order, and this one is asked for most often and fastest.
    app.include_router(predictions.router(serving, told, Rolled(serving, told, log, shadows)), prefix=api.PREFIX)
    api.add_to(app)
    app.include_router(health.router)
    app.include_router(reports.router)
    pages = _Pages(
        __name__, server=app, backend="fastapi", assets_folder=str(ASSETS), compress=True, title="Campanile",
        update_title="", suppress_callback_exceptions=True, on_error=frame.in_words, add_log_handler=False,
    )  # fmt: skip
    # Dash would answer every unknown address with the first page, and so hide mistakes.
    pages.backend._setup_catchall = lambda: None
    pages.layout = frame.layout
    frame.callbacks(pages)
    for path, page in PAGES.items():
        page.callbacks(pages)
        if path != "/":
            app.add_api_route(path, _index(pages), include_in_schema=False)
    sessions, loopback = Sessions(workspace.accounts), is_loopback(host)
    app.include_router(login.router(workspace.accounts, sessions, loopback=loopback))
    app.add_middleware(Guard, workspace=workspace, sessions=sessions, loopback=loopback, open_to_all=open_to_all)
    app.add_middleware(Headers, script_hashes=pages.csp_hashes)
    app.add_middleware(Measured, metrics=app.state.metrics)
    app.add_middleware(Logged, json=Settings().log == "json")
    return app


class _Pages(Dash):
    """The pages; the document says in which language it is."""

    def _config(self) -> dict[str, Any]:
        """Leave web sockets out: callbacks go by HTTP, past the guard."""
        return {name: value for name, value in super()._config().items() if name != "websocket"}

    def interpolate_index(self, **parts: Any) -> str:
        return _DOCUMENT.format(language=visit().language, theme=visit().theme, **parts)


def _index(pages: Dash) -> Any:
    async def index(request: Request) -> HTMLResponse:
        token = set_current_request(request)
        try:
            pages._setup_server()  # Dash itself does so at requests that it knows
            return HTMLResponse(pages.index())
        finally:
            reset_current_request(token)

    return index


_DOCUMENT = """<!DOCTYPE html>
<html lang="{language}" data-mantine-color-scheme="{theme}">
<head>{metas}<title>{title}</title><link rel="icon" type="image/svg+xml" href="/assets/bell.svg">{css}</head>
<body>{app_entry}<footer>{config}{scripts}{renderer}</footer></body>
</html>"""
