"""Jobs: work that is asked for now and done by another process, with what is known of it meanwhile.

A job at work holds an operating-system lock for as long as its process lives, so a killed one is seen as such.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from filelock import FileLock, Timeout

from campanile.words import Sentence, current, say
from campanile.workspace.catalog import Catalog, as_json, metadata
from campanile.workspace.errors import BadInput, CampanileError, NotFound

State = Literal["queued", "running", "done", "failed", "stopped", "interrupted"]
ENDED: tuple[State, ...] = ("done", "failed", "stopped", "interrupted")

_jobs = sa.Table(
    "jobs", metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("verb", sa.String, nullable=False),
    sa.Column("spec", sa.JSON, nullable=False),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("heavy", sa.Boolean, nullable=False),
    sa.Column("who", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("wish", sa.String),
    sa.Column("share", sa.Float, nullable=False),
    sa.Column("doing", sa.JSON),
    sa.Column("found", sa.JSON, nullable=False),
    sa.Column("answer", sa.JSON),
    sa.Column("error", sa.JSON),
    sa.Column("created_at", sa.String, nullable=False, index=True),
    sa.Column("started_at", sa.String),
    sa.Column("finished_at", sa.String),
)  # fmt: skip

STATES: Mapping[State, Sentence] = {
    "queued": say("waiting"), "running": say("running"), "done": say("done"), "failed": say("failed"),
    "stopped": say("stopped"), "interrupted": say("interrupted"),
}  # fmt: skip
INTERRUPTED = say("Its process ended suddenly. Nothing of it was kept, nothing else was lost.")


@dataclass(frozen=True)
class Made:
    """An artifact that a job published."""

    kind: str
    name: str
    version: int
    id: str


@dataclass(frozen=True)
class Outcome:
    """What a job answers: an object for programs, sentences for people, and what it published."""

    data: Mapping[str, Any]
    words: tuple[Sentence, ...] = ()
    made: tuple[Made, ...] = ()

    def newest(self, kind: str) -> Made | None:
        """Return the last artifact of that kind among those made."""
        return next((one for one in reversed(self.made) if one.kind == kind), None)


@dataclass(frozen=True)
class Trouble:
    """Why a job failed: the error's own sentences; ``ours`` where the user cannot mend it."""

    what: Sentence
    remedy: Sentence | None
    kind: str
    ours: bool

    @classmethod
    def of(cls, error: Exception) -> Trouble:
        """Describe an error; of one that is not told in our words only its kind is kept."""
        kind = type(error).__name__
        if isinstance(error, CampanileError):
            return cls(error.what, error.remedy, kind, not isinstance(error, BadInput))
        return cls(say("This is a fault of Campanile's: {kind}.", kind=kind), None, kind, True)


@dataclass(frozen=True)
class Job:
    """One piece of work asked for: how far it is and, in the end, its outcome. Times are UTC.

    ``share`` is between 0 and 1; ``found`` tells what is known already while it runs, such as the models
    finished so far. ``stopping`` tells that somebody asked it to stop.
    """

    id: str
    verb: str
    spec: dict[str, Any]
    language: str
    heavy: bool
    who: str
    state: State
    stopping: bool
    share: float
    doing: Sentence | None
    found: tuple[Sentence, ...]
    outcome: Outcome | None
    error: Trouble | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED

    @property
    def standing(self) -> Sentence:
        """The state in words."""
        return say("stopping") if self.stopping and not self.ended else STATES[self.state]


class Jobs:
    """The jobs of a workspace: ``workspace.jobs``."""

    def __init__(self, catalog: Catalog, folder: Path) -> None:
        self._catalog = catalog
        self._folder = folder / "jobs"

    def add(self, verb: str, spec: Mapping[str, Any], *, who: str, heavy: bool) -> Job:
        """Note what is asked for; ``flows.submit`` also puts it in the queue."""
        self._folder.mkdir(exist_ok=True)
        now = datetime.now(UTC)
        values = {
            "id": uuid.uuid4().hex, "verb": verb, "spec": as_json(dict(spec)), "language": current(), "heavy": heavy,
            "who": who, "state": "queued", "share": 0.0, "found": [], "created_at": now.isoformat(),
        }  # fmt: skip
        with self._catalog.writing() as connection:
            connection.execute(_jobs.insert().values(**values))
        return self.job(str(values["id"]))

    def job(self, job_id: str) -> Job:
        """Return one job as it stands. Raises NotFound."""
        with self._catalog.reading() as connection:
            row = connection.execute(sa.select(_jobs).where(_jobs.c.id == job_id)).one_or_none()
        if row is None:
            raise NotFound(say("There is no job {id:quoted}.", id=job_id))
        return self._seen(_job(row))

    def named(self, start: str) -> Job:
        """Return the job whose id begins so. Raises NotFound, and BadInput where several do."""
        known = sa.select(_jobs.c.id).where(_jobs.c.id.startswith(start, autoescape=True)).limit(2)
        with self._catalog.reading() as connection:
            found = connection.scalars(known).all()
        if len(found) > 1:
            raise BadInput(say("Several jobs begin with {id:quoted}.", id=start), say("Give more of the id."))
        return self.job(found[0] if found else start)

    def jobs(self, *, states: Sequence[State] | None = None, verb: str | None = None, limit: int = 100,
             before: datetime | None = None) -> tuple[Job, ...]:  # fmt: skip
        """Return jobs, the newest first; ``before`` is the time of the last one seen, for the next page."""
        wanted = sa.select(_jobs).order_by(_jobs.c.created_at.desc(), _jobs.c.id).limit(limit)
        if verb is not None:
            wanted = wanted.where(_jobs.c.verb == verb)
        if before is not None:
            wanted = wanted.where(_jobs.c.created_at < before.isoformat())
        if states is not None:
            wanted = wanted.where(_jobs.c.state.in_(states))
        with self._catalog.reading() as connection:
            rows = connection.execute(wanted).all()
        seen = tuple(self._seen(_job(row)) for row in rows)
        return seen if states is None else tuple(job for job in seen if job.state in states)

    @contextmanager
    def at_work(self, job_id: str) -> Iterator[Job | None]:
        """Hold the job while it is worked on; None where it is no longer waiting to be done."""
        with self._held(job_id):
            begun = self._change(job_id, "queued", state="running", started_at=_now())
            yield self.job_held(job_id) if begun else None

    def job_held(self, job_id: str) -> Job:
        """Return a job without looking whether its process lives: for that process itself."""
        with self._catalog.reading() as connection:
            return _job(connection.execute(sa.select(_jobs).where(_jobs.c.id == job_id)).one())

    def note(self, job_id: str, share: float, doing: Sentence | None, found: Sequence[Sentence] | None = None) -> None:
        """Tell how far a running job is; ``found`` replaces what was known so far."""
        values: dict[str, Any] = {"share": share, "doing": doing.to_dict() if doing is not None else None}
        if found is not None:
            values["found"] = [line.to_dict() for line in found]
        self._change(job_id, "running", **values)

    def blame(self, job_id: str, trouble: Trouble) -> None:
        """Note why a running job is about to be ended, so that whoever finds it dead can tell."""
        self._change(job_id, "running", error=_packed(trouble))

    def finish(self, job_id: str, outcome: Outcome) -> bool:
        """End a job well."""
        kept = {
            "data": as_json(dict(outcome.data)), "words": [words.to_dict() for words in outcome.words],
            "made": [vars(one) for one in outcome.made],
        }  # fmt: skip
        return self._change(job_id, "running", state="done", share=1.0, doing=None, answer=kept, finished_at=_now())

    def fail(self, job_id: str, state: State, trouble: Trouble | None = None) -> bool:
        """End a job that came to nothing: failed, stopped or interrupted."""
        ended: dict[str, Any] = {"state": state, "doing": None, "finished_at": _now()}
        if trouble is not None:
            ended["error"] = _packed(trouble)
        return self._change(job_id, "queued", **ended) or self._change(job_id, "running", **ended)

    def stop(self, job_id: str) -> Job:
        """Ask for a stop: a waiting job is stopped at once, a running one by its worker."""
        if not self._change(job_id, "queued", state="stopped", finished_at=_now()):
            self._change(job_id, "running", wish="stop")
        return self.job(job_id)

    def _seen(self, job: Job) -> Job:
        """Return the job with the truth about its process: who can take the lock has found it dead."""
        if job.state != "running":
            return job
        try:
            with self._held(job.id, wait=0):
                # It may have ended, or been asked to, between the look at the catalog and the look at the lock.
                last = self.job_held(job.id)
                self.fail(job.id, "failed" if last.error else "stopped" if last.stopping else "interrupted")
        except Timeout:
            return job
        return self.job_held(job.id)

    @contextmanager
    def _held(self, job_id: str, wait: float = -1) -> Iterator[None]:
        """Hold the job's lock; a job is worked on once, so its file has done its duty afterwards."""
        self._folder.mkdir(exist_ok=True)
        path = self._folder / f"{job_id}.lock"
        with FileLock(path, timeout=wait):
            try:
                yield
            finally:
                path.unlink(missing_ok=True)

    def _change(self, job_id: str, from_state: State, **values: Any) -> bool:
        with self._catalog.writing() as connection:
            same = (_jobs.c.id == job_id) & (_jobs.c.state == from_state)
            return connection.execute(_jobs.update().where(same).values(**values)).rowcount == 1


def _job(row: Any) -> Job:
    answer, error = row.answer, row.error
    outcome = answer and Outcome(
        answer["data"], tuple(map(Sentence.from_dict, answer["words"])), tuple(Made(**one) for one in answer["made"])
    )
    trouble = error and Trouble(
        Sentence.from_dict(error["what"]), error["remedy"] and Sentence.from_dict(error["remedy"]), error["kind"],
        error["ours"],
    )  # fmt: skip
    return Job(
        row.id, row.verb, row.spec, row.language, row.heavy, row.who, row.state, row.wish == "stop", row.share,
        Sentence.from_dict(row.doing) if row.doing else None, tuple(map(Sentence.from_dict, row.found)), outcome,
        trouble, datetime.fromisoformat(row.created_at), _time(row.started_at), _time(row.finished_at),
    )  # fmt: skip


def _packed(trouble: Trouble) -> dict[str, Any]:
    return {
        "what": trouble.what.to_dict(), "remedy": trouble.remedy and trouble.remedy.to_dict(), "kind": trouble.kind,
        "ours": trouble.ours,
    }  # fmt: skip


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _now() -> str:
    return datetime.now(UTC).isoformat()
