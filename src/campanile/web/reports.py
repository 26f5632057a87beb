"""Reports that were kept, served as they were written and kept apart from the application."""

from __future__ import annotations

import html
import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from campanile.web import problems
from campanile.web.visit import visit
from campanile.words import say
from campanile.workspace import Artifact, Workspace
from campanile.workspace.errors import CampanileError, NotFound

router = APIRouter()

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
# A report runs its own script in an origin of nobody's: it can read no page of ours and send nothing.
_APART = "sandbox allow-scripts allow-downloads; frame-ancestors 'self'"


@router.get("/reports/{id}", include_in_schema=False)
def report(id: str, request: Request, download: bool = False) -> Response:
    """Return a report's page, to be shown or with ``download`` to be kept."""
    here = visit()
    try:
        here.need("read")
        artifact = kept(here.workspace, id)
    except CampanileError as error:
        return problems.of(error, request.url.path)
    page = here.workspace.file(artifact, "report.html").decode()
    own = _POLICY.search(page)
    policy = html.unescape(own[1]) if own else "default-src 'none'"
    headers = {"Content-Security-Policy": f"{policy}; {_APART}"}
    if download:
        headers["Content-Disposition"] = f'attachment; filename="{file_name(artifact)}"'
    return HTMLResponse(page, headers=headers)


def kept(workspace: Workspace, id: str) -> Artifact:
    """Return a report by its id. Raises NotFound."""
    found = next((one for one in workspace.artifacts("report") if one.id == id), None)
    if found is None:
        raise NotFound(say("There is no report {id:quoted}.", id=id), say("Choose one of those on the page Report."))
    return found


def file_name(artifact: Artifact) -> str:
    """Return what a report is called where it is kept as a file."""
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", artifact.name)
    return f"{name}-{artifact.version}-{artifact.created_at:%Y-%m-%d}.html"
