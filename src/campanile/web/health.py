"""Whether the application answers, and whether somebody does the jobs that it takes: for whoever watches over it."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from campanile.flows.worker import alive

router = APIRouter()


class Health(BaseModel):
    """The application answers; jobs wait while the worker is away."""

    status: Literal["ok"]
    worker: Literal["alive", "away"]


@router.get("/healthz", tags=["health"])
def health(request: Request) -> Health:
    """Tell whether the application and its worker are there."""
    return Health(status="ok", worker="alive" if alive(request.app.state.workspace) else "away")
