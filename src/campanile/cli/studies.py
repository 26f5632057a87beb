"""Commands for whole chains: profile, study, demo."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from campanile.cli.data import given
from campanile.cli.door import Shown, Visit, argument, command, option
from campanile.words import Sentence, say


class Until(StrEnum):
    """The steps of a study of events, in order."""

    load = "load"
    quality = "quality"
    features = "features"
    train = "train"
    predict = "predict"
    explain = "explain"
    report = "report"


class EngineName(StrEnum):
    """What can compute features."""

    duckdb = "duckdb"
    spark = "spark"


_COST = say("What one contact costs.")
_VALUE = say("What one response is worth.")
_REPORT = say("Where to write the report (default: report.html).")
_MINUTES = say("How long to search for better settings (default: 1).")
_ENGINE = say("What computes the features.")
_MASTER = say("Spark's master, such as local[*] or spark://host:7077.")
_STUDY = say("The study file (TOML).")
_EVENTS = say("New rows for a table of the study; they are kept. May be given several times.")
_AT = say("The day as of which to score (default: the day after the last event).")
_TO = say("Write the scores to a file (.csv, .parquet) or a database; {form} names a variable that says where.",
          form="${CAMPANILE_…}")  # fmt: skip
_QUICK = say("Do not search; fit the fastest methods only.")


def add_to(app: typer.Typer) -> None:
    """Hang this file's commands on ``app``."""
    command(app, "demo", say("Make a sample campaign whose truth is known, and profile it."))(demo)
    command(app, "profile", say("From one file to who responds, why, whom to contact, and what it earns."))(profile)
    study = typer.Typer(
        help=str(say("Run what a study file declares: of a campaign, or of events.")), no_args_is_help=True
    )
    command(study, "new", say("Draft a study of events from your own files, each decision with its reason."))(new)
    command(study, "run", say("Run a study to its report."))(run)
    command(study, "check", say("Say what is missing or unclear in a study, before anything runs."))(check)
    command(study, "score", say("Score everybody to whom the target has not happened yet, as events arrive."))(score)
    app.add_typer(study, name="study")


def profile(
    visit: Visit,
    source: Annotated[Path, argument(say("The campaign's file."))],
    target: Annotated[str, option("--target", say("The column that says who responded."))],
    key: Annotated[str | None, option("--key", say("The column that tells rows apart."))] = None,
    positive: Annotated[str | None, option("--positive", say("The target's value that counts as a response."))] = None,
    contact_cost: Annotated[float | None, option("--contact-cost", _COST)] = None,
    sale_value: Annotated[float | None, option("--sale-value", _VALUE)] = None,
    budget: Annotated[float | None, option("--budget", say("What may be spent on contacts."))] = None,
    capacity: Annotated[int | None, option("--capacity", say("How many customers can be contacted."))] = None,
    exclude: Annotated[list[str] | None, option("--exclude", say("A column to keep out of the models."))] = None,
    features: Annotated[int | None, option("--features", say("How many influential features to show."))] = None,
    minutes: Annotated[float | None, option("--minutes", _MINUTES)] = None,
    quick: Annotated[bool, option("--quick", _QUICK)] = False,
    out: Annotated[Path, option("--out", _REPORT)] = Path("report.html"),
) -> Shown:
    """Profile a campaign."""
    from campanile.flows import StudySpec

    spec = StudySpec(**given(
        source=source, target=target, key=key, positive=positive, contact_cost=contact_cost, sale_value=sale_value,
        budget=budget, capacity=capacity, exclude=tuple(exclude) if exclude else None, features=features,
        minutes=minutes, quick=quick or None, seed=visit.seed,
    ))  # fmt: skip
    return _profiled(visit, spec, out)


def new(
    visit: Visit,
    files: Annotated[list[Path], argument(say("The files: of customers, of what they did, of what that was about."))],
    out: Annotated[Path, option("--out", say("Where to write the study (default: study.toml)."))] = Path("study.toml"),
    name: Annotated[str | None, option("--name", say("The study's name (default: the folder's)."))] = None,
    force: Annotated[bool, option("--force", say("Write over a file that is there."))] = False,
) -> Shown:
    """Draft a study."""
    from campanile.flows import NewStudySpec, new_study

    done = new_study(NewStudySpec(files=tuple(files), out=out, name=name, force=force))
    return Shown(done.to_dict(), done.words())


def run(
    visit: Visit,
    study: Annotated[Path, argument(_STUDY)],
    source: Annotated[Path | None, option("--source", say("The campaign's file, in place of the study's."))] = None,
    minutes: Annotated[float | None, option("--minutes", _MINUTES)] = None,
    quick: Annotated[bool, option("--quick", _QUICK)] = False,
    until: Annotated[Until, option("--until", say("The last step to do (studies of events)."))] = Until.report,
    engine: Annotated[EngineName, option("--engine", _ENGINE)] = EngineName.duckdb,
    master: Annotated[str, option("--master", _MASTER)] = "local[*]",
    out: Annotated[Path, option("--out", _REPORT)] = Path("report.html"),
) -> Shown:
    """Run a study."""
    from campanile.flows import EventStudy, read_study

    spec = read_study(study, source=source, minutes=minutes, quick=quick or None, seed=visit.seed or None)
    if not isinstance(spec, EventStudy):
        return _profiled(visit, spec, out)
    from campanile.flows import run_events

    with visit.progress() as progress:
        done = run_events(visit.workspace, spec, engine=engine.value, master=master, until=until.value, report=out,
                          progress=progress)  # fmt: skip
    return Shown(done.to_dict(), done.words())


def score(
    visit: Visit,
    study: Annotated[Path, argument(_STUDY)],
    events: Annotated[list[str] | None, option("--events", _EVENTS, "TABLE=FILE")] = None,
    at: Annotated[datetime | None, typer.Option("--at", help=str(_AT), formats=["%Y-%m-%d"])] = None,
    engine: Annotated[EngineName, option("--engine", _ENGINE)] = EngineName.duckdb,
    master: Annotated[str, option("--master", _MASTER)] = "local[*]",
    model: Annotated[str | None, option("--model", say("A model's name (default: the study's)."))] = None,
    version: Annotated[int | None, option("--version", say("The model's version."))] = None,
    table: Annotated[str | None, option("--table", say("The table that the scores become."))] = None,
    to: Annotated[str | None, option("--to", _TO, "PATH_OR_URL")] = None,
    into: Annotated[str | None, option("--into", say("The database's table that they are written into."))] = None,
) -> Shown:
    """Score the entities of a study."""
    from campanile.flows import EventStudy, ScoreStudySpec, read_study, score_study

    declared = read_study(study)
    if not isinstance(declared, EventStudy):
        from campanile.workspace.errors import DataError

        raise DataError(say("{file:quoted} is a study of a campaign, not of events.", file=study.name),
                        say("Score a file with its model: {command}", command="campanile predict"))  # fmt: skip
    spec = ScoreStudySpec(**given(
        study=declared.name, events=_deliveries(events or ()), at=at.date() if at else None, engine=engine.value,
        master=master, model=model, version=version, table=table, to=to, into=into,
    ))  # fmt: skip
    with visit.progress() as progress:
        done = score_study(visit.workspace, spec, declared, progress=progress)
    return Shown(done.to_dict(), done.words())


def _deliveries(said: Sequence[str]) -> tuple[dict[str, Any], ...]:
    from campanile.workspace.errors import SpecError

    wrong = [one for one in said if not all(one.partition("="))]
    if wrong:
        raise SpecError([say("{text:quoted} is not of the form TABLE=FILE.", text=one) for one in wrong])
    return tuple({"table": one.partition("=")[0], "path": one.partition("=")[2]} for one in said)


def check(visit: Visit, study: Annotated[Path, argument(_STUDY)]) -> Shown:
    """Check a study."""
    from campanile.flows import check_study, read_study

    done = check_study(visit.workspace, read_study(study))
    return Shown(done.to_dict(), done.words())


def demo(
    visit: Visit,
    rows: Annotated[int, option("--rows", say("How many customers to make."))] = 2240,
    quick: Annotated[bool, option("--quick", _QUICK)] = False,
    out: Annotated[Path, option("--out", _REPORT)] = Path("report.html"),
) -> Shown:
    """Make a sample campaign and profile it."""
    from campanile import flows

    with visit.progress() as progress:
        shown = flows.demo(visit.workspace, rows=rows, seed=visit.seed, quick=quick, report=out, progress=progress)
    path = shlex.quote(str(visit.workspace.path))
    then = say("Next: look at it in your browser: campanile serve --workspace {path}", path=path)
    return Shown(shown.to_dict(), (*shown.words(), _where(shown.profile.report), then))


def _profiled(visit: Visit, spec: object, out: Path) -> Shown:
    from campanile import flows

    with visit.progress() as progress:
        found = flows.profile(visit.workspace, spec, report=out, progress=progress)
    return Shown(found.to_dict(), (*found.words(), _where(found.report)))


def _where(report: Path) -> Sentence:
    return say("The report: {path}", path=str(report))
