"""What needs attention: findings, work that fell, models that know less than the data, forecasts that do not add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from campanile.web.pages import data_versions as versions
from campanile.web.visit import Visit
from campanile.words import Sentence, say
from campanile.workspace.errors import NotFound

if TYPE_CHECKING:
    from campanile.models import Training
    from campanile.workspace import Artifact, Workspace
    from campanile.workspace.jobs import Job

Result = TypeVar("Result")

_MOST = 6


@dataclass(frozen=True)
class Matter:
    """One thing to look at: what it is, and where it is dealt with."""

    words: Sentence
    href: str
    button: Sentence


def matters(here: Visit) -> list[Matter]:
    """Return what needs attention, the most pressing first."""
    tables = versions.kept(here)
    newest = {name: kept[-1] for name, kept in tables.items()}
    return [*_serious(here, newest.values()), *_models(here, newest)][:_MOST]


def fallen(here: Visit) -> list[Job]:
    """Return the newest job of each verb where it came to nothing."""
    newest: dict[str, Job] = {}
    for job in here.workspace.jobs.jobs(limit=50):
        newest.setdefault(job.verb, job)
    return [job for job in newest.values() if job.state in ("failed", "interrupted")]


def job_of(here: Visit, asked: Mapping[str, str]) -> Job | None:
    """Return the job that an address names, None where it names none that is kept."""
    try:
        found: Job | None = here.workspace.jobs.job(asked["job"]) if asked.get("job") else None
    except NotFound:
        return None
    return found


def _serious(here: Visit, tables: Iterable[Artifact]) -> Iterable[Matter]:
    from campanile.quality import Quality

    for table in tables:
        for checked in reversed(here.workspace.artifacts("quality", table.name)):
            if checked.meta.get("table_version") != table.version:
                continue
            quality = result(here.workspace, checked.kind, checked.id, Quality)
            for finding in quality.found:
                if finding.severity == "serious":
                    yield Matter(finding.words, f"/quality?table={table.name}", say("Look at it"))
            break


def _models(here: Visit, newest: dict[str, Artifact]) -> Iterable[Matter]:
    training = newest_training(here)
    if training is None:
        return
    table = newest.get(training.table)
    if table is not None and table.version > training.table_version:
        yield Matter(
            say("The models know {table} v{known}; v{newest} is newer.", table=table.name, known=training.table_version,
                newest=table.version),
            f"/models?table={table.name}", say("Train again"),
        )  # fmt: skip
    best = training[training.best].calibration
    if best.expected.excludes(best.actual):
        yield Matter(
            say("The chosen model expects {expected} responders, and {actual:number} came: its probabilities do not add"
                " up.", expected=best.expected.told(), actual=best.actual),
            "/models", say("Look at its calibration"),
        )  # fmt: skip


def newest_training(here: Visit) -> Training | None:
    """Return the newest training."""
    from campanile.models import Training

    kept = here.workspace.artifacts("training")
    return result(here.workspace, "training", kept[-1].id, Training) if kept else None


def result(workspace: Workspace, kind: str, artifact_id: str, shape: type[Result]) -> Result:
    """Return a kept result; it never changes, and is read once."""
    found: Result = _result(workspace, kind, artifact_id, cast(Any, shape))
    return found


@lru_cache(maxsize=32)
def _result(workspace: Workspace, kind: str, artifact_id: str, shape: Any) -> Any:
    kept = next(one for one in workspace.artifacts(kind) if one.id == artifact_id)
    return workspace.result(kept, shape)
