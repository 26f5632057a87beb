"""The JSON API: the verbs of the command line under /api/v1, one router for each kind of thing."""

from __future__ import annotations

from fastapi import FastAPI

from campanile.web import problems
from campanile.web.api import (
    answers,
    document,
    experiments,
    jobs,
    lineage,
    models,
    people,
    quality,
    reports,
    rollouts,
    studies,
    tables,
    uplifts,
    uploads,
    whatif,
)

PREFIX = "/api/v1"


def add_to(app: FastAPI) -> None:
    """Add the API to ``app``, with its problems and its document; clear uploads that are old."""
    app.state.workspace.uploads.sweep()
    for room in (
        uploads,
        tables,
        quality,
        models,
        rollouts,
        answers,
        whatif,
        experiments,
        uplifts,
        studies,
        reports,
        lineage,
        jobs,
        people,
    ):
        app.include_router(room.router, prefix=PREFIX)
    document.add_to(app)
    problems.add_to(app)
