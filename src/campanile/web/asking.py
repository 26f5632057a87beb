"""What a visitor asks to be done, from a page or by the API: checked for the right, submitted, and logged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from campanile.flows.work import submit
from campanile.web.visit import visit
from campanile.workspace.jobs import Job
from campanile.workspace.spec import Spec

if TYPE_CHECKING:
    from campanile.models.rollouts.rollout import Rollout
    from campanile.models.rollouts.spec import RolloutSpec


def asked(verb: str, spec: Spec | Mapping[str, Any]) -> Job:
    """Submit work for the visitor. Raises Forbidden, and what ``flows.submit`` raises."""
    here = visit()
    here.need("write")
    job: Job = submit(here.workspace, verb, spec, who=here.visitor.name)
    here.note(verb, _subject(job))
    return job


def stopped(job_id: str) -> Job:
    """Ask for a job's end. Raises Forbidden, NotFound."""
    here = visit()
    here.need("write")
    job: Job = here.workspace.jobs.stop(job_id)
    here.note("stop", job.id)
    return job


def given_role(name: str, version: int, role: str) -> None:
    """Give a model the role chosen, live or retired. Raises Forbidden, NotFound."""
    from campanile.models import promote, retire

    here = visit()
    here.need("write")
    if role == "retired":
        retire(here.workspace, name, version)
    else:
        promote(here.workspace, name, version, role=role)
    here.note("role", f"{name} v{version} {role}")


def declared(spec: RolloutSpec) -> Rollout:
    """Let versions of a model answer as ``spec`` says. Raises Forbidden, SpecError."""
    from campanile.models import rollouts

    here = visit()
    here.need("write")
    made: Rollout = rollouts.declare(here.workspace, spec)
    here.note("rollout", f"{made.name} {made.declaration}")
    return made


def _subject(job: Job) -> str:
    """Return what a job is about, for the log."""
    names = ("table", "called", "study", "model", "rollout", "name")
    return next((str(job.spec[name]) for name in names if job.spec.get(name)), "")
