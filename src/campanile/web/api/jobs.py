"""Jobs: work that was asked for, how far it is, and what came out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from campanile.web.api.paging import Cursor, Limit, Page, decoded, encoded, unknown
from campanile.web.api.route import Route, asks
from campanile.web.asking import asked, stopped
from campanile.web.visit import visit
from campanile.words import say
from campanile.words.strict import finite
from campanile.workspace.errors import Busy
from campanile.workspace.jobs import Job, State
from campanile.workspace.jobs import Trouble as Known
from campanile.workspace.spec import Spec

LONGEST_WAIT_SECONDS = 30
_LOOK_SECONDS = 0.2

router = APIRouter(tags=["jobs"], route_class=Route)


class Made(BaseModel):
    """Something that a job published."""

    kind: str
    name: str
    version: int
    id: str


class Trouble(BaseModel):
    """Why a job failed; ``ours`` where the person who asked cannot mend it."""

    detail: str
    remedy: str | None
    kind: str
    ours: bool


class JobShape(BaseModel):
    """A piece of work; ``data`` is its answer, and told of a single job only."""

    id: str
    verb: str = Field(examples=["train"])
    state: State
    stopping: bool
    share: float = Field(ge=0, le=1)
    doing: str | None
    found: list[str] = Field(description="What is known already while it runs.")
    who: str
    asked: dict[str, Any] = Field(description="What was asked for.")
    words: list[str] = Field(description="The answer in words, the most important first.")
    made: list[Made]
    data: dict[str, Any] | None
    error: Trouble | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


JOB: Mapping[str, Any] = {
    "status_code": 202, "response_model": JobShape,
    "response_description": "The work was asked for; `Location` tells where to see how far it is.",
}  # fmt: skip


def accepted(verb: str, spec: Spec | Mapping[str, Any]) -> Response:
    """Ask for work and answer with the job."""
    return _accepted(asked(verb, spec))


@router.get("/jobs", response_model=Page[JobShape], summary="List jobs, the newest first", **asks("read"))
def jobs(
    state: Annotated[list[State] | None, Query(max_length=6)] = None,
    verb: Annotated[str | None, Query(max_length=40)] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Any:
    """Return jobs without their data."""
    found = visit().workspace.jobs.jobs(states=state, verb=verb, limit=limit, before=_before(cursor))
    following = encoded(found[-1].created_at.isoformat()) if len(found) == limit else None
    return Page(items=[shape(job, whole=False) for job in found], next=following)


@router.get("/jobs/{id}", response_model=JobShape, summary="See how far a job is", **asks("read", "not-found"))
async def job(
    id: str, wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT_SECONDS, description="Wait so many seconds for "
                                          "its end.")] = 0,
) -> Response:  # fmt: skip
    """Return a job, at once or when it has ended."""
    kept, until = visit().workspace.jobs, time.monotonic() + wait
    found = await run_in_threadpool(kept.job, id)
    while not found.ended and time.monotonic() < until:
        await asyncio.sleep(_LOOK_SECONDS)
        found = await run_in_threadpool(kept.job, id)
    return JSONResponse(shape(found).model_dump(mode="json"), headers={"Cache-Control": "no-store"})


@router.post("/jobs/{id}/stop", response_model=JobShape, summary="Ask a job to stop",
             **asks("write", "not-found", writes=True))  # fmt: skip
def stop(id: str) -> JobShape:
    """Stop a waiting job at once, a running one as soon as it can; what it finished before is kept."""
    return shape(stopped(id))


@router.post("/jobs/{id}/retry", summary="Ask for the same once more", **JOB,
             **asks("write", "not-found", writes=True))  # fmt: skip
def retry(id: str) -> Response:
    """Ask again for what a job was asked that has ended."""
    old = visit().workspace.jobs.job(id)
    if not old.ended:
        raise Busy(say("Job {id:quoted} has not ended yet.", id=id), say("Try again when it has finished."))
    return accepted(old.verb, old.spec)


def shape(job: Job, *, whole: bool = True) -> JobShape:
    """Return a job as the API tells it: nothing of where things lie, no text of refused rows."""
    done, error = job.outcome, job.error
    return JobShape(
        id=job.id, verb=job.verb, state=job.state, stopping=job.stopping, share=min(max(job.share, 0.0), 1.0),
        doing=str(job.doing) if job.doing is not None else None,
        found=[str(line) for line in job.found], who=job.who, asked=public(job.spec),
        words=[str(line) for line in done.words] if done else [],
        made=[Made(**vars(one)) for one in done.made] if done else [],
        data=without_rows(finite(dict(done.data))) if done and whole else None,
        error=_trouble(error) if error else None,
        created_at=job.created_at, started_at=job.started_at, finished_at=job.finished_at,
    )  # fmt: skip


def _trouble(error: Known) -> Trouble:
    # The remedy for a fault of ours names a file of the machine.
    remedy = str(error.remedy) if error.remedy and not error.ours else None
    return Trouble(detail=str(error.what), remedy=remedy, kind=error.kind, ours=error.ours)


def public(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was asked without the places of files on this machine."""
    return {name: value for name, value in finite(spec).items() if name not in ("path", "source", "out")}


def without_rows(data: dict[str, Any]) -> dict[str, Any]:
    """Leave the text of refused rows out: it may hold personal data."""
    refusals = data.get("refusals")
    if not isinstance(refusals, list):
        return data
    return {**data, "refusals": [{name: part for name, part in one.items() if name != "raw"} for one in refusals]}


def _accepted(job: Job) -> Response:
    headers = {"Location": f"/api/v1/jobs/{job.id}", "Cache-Control": "no-store"}
    return JSONResponse(shape(job).model_dump(mode="json"), 202, headers=headers)


def _before(cursor: str | None) -> datetime | None:
    if cursor is None:
        return None
    try:
        before = datetime.fromisoformat(decoded(cursor))
    except ValueError:
        raise unknown(cursor) from None
    if before.tzinfo is None:
        raise unknown(cursor)
    return before
