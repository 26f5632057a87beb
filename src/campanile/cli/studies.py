"""Commands for whole chains: profile, study, demo."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from campanile.cli.data import given
from campanile.cli.door import Shown, Visit, argument, command, option
from campanile.words import Sentence, say

_COST = say("What one contact costs.")
_VALUE = say("What one response is worth.")
_REPORT = say("Where to write the report (default: report.html).")
_MINUTES = say("How long to search for better settings (default: 1).")
_QUICK = say("Do not search; fit the fastest methods only.")


def add_to(app: typer.Typer) -> None:
    """Hang this file's commands on ``app``."""
    command(app, "demo", say("Make a sample campaign whose truth is known, and profile it."))(demo)
    command(app, "profile", say("From one file to who responds, why, whom to contact, and what it earns."))(profile)
    study = typer.Typer(help=str(say("Profile a campaign as a study file declares.")), no_args_is_help=True)
    command(study, "run", say("Run a study to its report."))(run)
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


def run(
    visit: Visit,
    study: Annotated[Path, argument(say("The study file (TOML)."))],
    source: Annotated[Path | None, option("--source", say("The campaign's file, in place of the study's."))] = None,
    minutes: Annotated[float | None, option("--minutes", _MINUTES)] = None,
    quick: Annotated[bool, option("--quick", _QUICK)] = False,
    out: Annotated[Path, option("--out", _REPORT)] = Path("report.html"),
) -> Shown:
    """Run a study."""
    from campanile.flows import read_study

    spec = read_study(study, source=source, minutes=minutes, quick=quick or None, seed=visit.seed or None)
    return _profiled(visit, spec, out)


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
