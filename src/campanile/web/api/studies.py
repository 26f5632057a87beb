"""Studies of events that were run here, and scores of them as events arrive."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import Field, field_validator
from starlette.responses import Response

from campanile.flows.arrivals import DeliverySpec
from campanile.flows.events import STUDY, EngineName, kept_study
from campanile.flows.eventscores import ScoreStudySpec
from campanile.web.api.jobs import JOB, accepted
from campanile.web.api.kept import Kept, lines
from campanile.web.api.models import there
from campanile.web.api.paging import Cursor, Limit, Page
from campanile.web.api.route import Route, asks
from campanile.web.visit import visit
from campanile.words import say
from campanile.workspace.spec import Spec

router = APIRouter(tags=["studies"], route_class=Route)


class EventsBody(Spec):
    """New rows for a table of the study: a file that was brought."""

    table: str = Field(max_length=100)
    upload: str = Field(description="The id of an upload.", max_length=64)


class ScoringBody(Spec):
    """Score every entity of a study to whom its target has not happened, after new events have come in.

    All of it is kept, or nothing. The scores become ``table`` (default: ``<study>_scores``).
    """

    study: str = Field(max_length=200)
    events: tuple[EventsBody, ...] = Field((), max_length=100)
    at: date | None = Field(None, description="As of which day; null: the day after the last event.")
    model: str | None = Field(None, description="A model's name; null: the study's.")
    version: int | None = Field(None, ge=1, le=2**31)
    table: str | None = None
    to: str | None = Field(None, description="Write them back as well: ${CAMPANILE_…}, a variable of the server that "
                                             "holds a file or the address of a database.")  # fmt: skip
    into: str | None = Field(None, max_length=63, description="The database's table; null: that of the address.")
    engine: EngineName = "duckdb"

    @field_validator("to")
    @classmethod
    def _variable(cls, said: str | None) -> str | None:
        # Whoever may ask by the API may not write where they like on the server.
        if said is not None and not re.fullmatch(r"\$\{CAMPANILE_[A-Z0-9_]{1,80}\}", said):
            raise ValueError(say("'to' must name a variable of the server: {form}.", form="${CAMPANILE_…}"))
        return said


@router.get("/studies", response_model=Page[Kept], summary="List studies of events", **asks("read"))
def studies(limit: Limit = 100, cursor: Cursor = None) -> Any:
    """Return what was declared by studies of events that were run here, the newest first."""
    return lines(STUDY, None, limit, cursor)


@router.post("/scorings", summary="Score a study's entities as events arrive", **JOB,
             **asks("write", "not-found", writes=True, body=True))  # fmt: skip
def score(body: ScoringBody) -> Response:
    """Take new events in and score by the study's model; `GET /tables/<study>_scores/rows` reads the scores."""
    workspace = visit().workspace
    kept_study(workspace, body.study)
    for one in body.events:
        workspace.uploads.upload(one.upload)
    there(body.model, body.version)
    return accepted("score", _spec(body))


def _spec(body: ScoringBody) -> ScoreStudySpec:
    events = tuple(DeliverySpec(table=one.table, upload=one.upload) for one in body.events)
    return ScoreStudySpec(**{**body.model_dump(exclude={"events"}), "events": events})
