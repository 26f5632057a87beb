"""Commands of the web application: serve, jobs."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from campanile.cli.door import Shown, Visit, argument, command, option, tell
from campanile.cli.grids import columns
from campanile.words import Sentence, say

if TYPE_CHECKING:
    from campanile.web import Address
    from campanile.workspace.jobs import Job

_HOST = say("The address to listen at (default: 127.0.0.1, which only this machine reaches).")
_PORT = say("The port (default: 8700; 0 takes a free one).")
_WORKERS = say("How many web processes answer (default: 1).")
_SHORT = 8
_LOOK_SECONDS = 0.25


def add_to(app: typer.Typer) -> None:
    """Hang this file's commands on ``app``."""
    command(app, "serve", say("Open the web application: all of this in a browser."))(serve)
    command(app, "jobs", say("The work that the web application was given: see it, follow it, stop it."))(jobs)


def serve(
    visit: Visit,
    host: Annotated[str, option("--host", _HOST)] = "127.0.0.1",
    port: Annotated[int, option("--port", _PORT)] = 8700,
    workers: Annotated[int, option("--workers", _WORKERS)] = 1,
    no_browser: Annotated[bool, option("--no-browser", say("Do not open a browser."))] = False,
) -> Shown:
    """Serve the web application until it is stopped."""
    from campanile import web

    def ready(address: Address) -> None:
        link = address.link or address.url
        if visit.as_json:
            sys.stdout.write(json.dumps({"url": link, "pid": os.getpid()}) + "\n")
        else:
            tell(*_welcome(visit, address), error=False)
            sys.stdout.write(f"\n    {link}\n\n")
            tell(say("Stop it with Ctrl-C."), error=False)
        sys.stdout.flush()
        if address.link and not no_browser and not os.environ.get("CI"):
            import webbrowser

            webbrowser.open(link)

    web.serve(visit.workspace, web.ServeSpec(host=host, port=port, workers=workers), ready)
    return Shown(None, (say("Campanile has ended. Work that was not finished can be tried again."),))


def jobs(
    visit: Visit,
    job: Annotated[str | None, argument(say("A job's id, or the beginning of it."))] = None,
    stop: Annotated[str | None, option("--stop", say("Stop this job."), "ID")] = None,
    retry: Annotated[str | None, option("--retry", say("Ask again for what this job was asked."), "ID")] = None,
    watch: Annotated[bool, option("--watch", say("Follow the job until it ends."))] = False,
    limit: Annotated[int, option("--limit", say("How many of the newest to list (default: 20)."))] = 20,
) -> Shown:
    """List jobs, or show, stop, follow or repeat one."""
    from campanile import flows
    from campanile.workspace.errors import BadInput

    known = visit.workspace.jobs
    if sum(given is not None for given in (job, stop, retry)) > 1:
        raise BadInput(say("Name one job: to see it, to stop it or to repeat it."))
    if retry is not None:
        chosen = flows.again(visit.workspace, known.named(retry).id, who="local")
    elif stop is not None:
        chosen = known.stop(known.named(stop).id)
    elif job is not None:
        chosen = known.named(job)
    elif watch:
        raise BadInput(say("Name the job to follow."), say("See them all: campanile jobs"))
    else:
        return _listed(known.jobs(limit=limit))
    return _detail(_followed(visit, chosen) if watch else chosen)


def _welcome(visit: Visit, address: Address) -> tuple[Sentence, ...]:
    where = say("Campanile serves the workspace {path}", path=str(visit.workspace.path))
    if address.link is None:
        return where, say("Sign in with your account at:")
    return where, say("Open this link in a browser on this machine; it lets in once:")


def _followed(visit: Visit, job: Job) -> Job:
    """Show how far a job is until it ends; Ctrl-C leaves it at work."""
    known = visit.workspace.jobs
    try:
        with visit.progress() as progress:
            while not job.ended:
                progress(say("Job {id}: {verb}", id=job.id[:_SHORT], verb=job.verb), job.share, job.doing, job.found)
                time.sleep(_LOOK_SECONDS)
                job = known.job(job.id)
    except KeyboardInterrupt:
        tell(say("The job goes on. Stop it with: campanile jobs --stop {id}", id=job.id[:_SHORT]))
    return job


def _listed(found: tuple[Job, ...]) -> Shown:
    if not found:
        return Shown({"jobs": []}, (say("There are no jobs yet. The web application makes them: campanile serve"),))
    heads = {
        "job": say("job"), "verb": say("work"), "state": say("state"), "share": say("done"), "who": say("asked by"),
        "when": say("when"),
    }  # fmt: skip
    rows = [
        {
            "job": job.id[:_SHORT], "verb": job.verb, "state": job.standing,
            "share": say("{share:percent}", share=job.share), "who": job.who,
            "when": say("{day:date} {time}", day=job.created_at, time=f"{job.created_at.astimezone():%H:%M}"),
        }
        for job in found
    ]  # fmt: skip
    return Shown({"jobs": [_shape(job) for job in found]}, (columns(heads, rows),))


def _detail(job: Job) -> Shown:
    from campanile.workspace.jobs import INTERRUPTED

    told: list[Any] = [
        say("Job {id}: {verb}, {state} ({share:percent} done), asked by {who}",
            id=job.id[:_SHORT], verb=job.verb, state=job.standing, share=job.share, who=job.who)
    ]  # fmt: skip
    if job.doing is not None:
        told.append(job.doing)
    told += job.found
    if job.outcome is not None:
        told += job.outcome.words
        told += [say("Made: {kind} {name} v{version}", kind=made.kind, name=made.name, version=made.version)
                 for made in job.outcome.made]  # fmt: skip
    if job.error is not None:
        told += [job.error.what, *([job.error.remedy] if job.error.remedy else [])]
    if job.state == "interrupted":
        told += [INTERRUPTED, say("Try again: campanile jobs --retry {id}", id=job.id[:_SHORT])]
    return Shown(_shape(job), tuple(told))


def _shape(job: Job) -> dict[str, Any]:
    outcome, error = job.outcome, job.error
    return {
        "job": job.id, "verb": job.verb, "spec": job.spec, "state": job.state, "stopping": job.stopping,
        "share": job.share, "doing": job.doing, "found": job.found, "who": job.who,
        "created_at": job.created_at.isoformat(),
        "started_at": job.started_at.isoformat() if job.started_at else None,
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
        "outcome": outcome and {"data": outcome.data, "words": outcome.words,
                                "made": [vars(made) for made in outcome.made]},
        "error": error and {"what": error.what, "remedy": error.remedy, "kind": error.kind, "ours": error.ours},
    }  # fmt: skip
