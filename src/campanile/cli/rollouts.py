"""Commands for several versions in production: rollout set, list, compare, drift, tidy."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from campanile.cli.data import given
from campanile.cli.door import Shown, Visit, argument, command, option
from campanile.cli.grids import columns
from campanile.words import Sentence, plural, say
from campanile.workspace.errors import SpecError

_NAME = say("The rollout's name.")
_CHALLENGER = say("A version that answers so many percent of the customers; give it again for more.")
_SHADOW = say("A version that scores everybody for the log alone; give it again for more.")
_SALT = say("What decides, with the key, who is answered by whom (default: the name).")
_OUTCOMES = say("The table and its column that say what happened.")
_TIME = say("The column that says when it happened.")
_WITHIN = say("An outcome counts up to so many days after the answer.")
_DECLARATION = say("Compare under an earlier declaration (default: the last).")


def add_to(app: typer.Typer) -> None:
    """Hang this file's commands on ``app``, under "rollout"."""
    told = str(say("Let several versions of a model answer side by side, and see how each does."))
    group = typer.Typer(help=told, no_args_is_help=True, rich_markup_mode=None)
    command(group, "set", say("Say which versions answer whom, from now on."))(declare)
    command(group, "list", say("List the rollouts."))(listed)
    command(group, "compare", say("Compare the versions on what happened."))(compare)
    command(group, "drift", say("See what has moved against the training."))(drift)
    command(group, "tidy", say("Join the small files of the log; drop old days."))(tidy)
    app.add_typer(group, name="rollout")


def declare(
    visit: Visit,
    name: Annotated[str, argument(_NAME)],
    champion: Annotated[str, option("--champion", say("The version that answers all others."), "MODEL@VERSION")],
    challenger: Annotated[list[str] | None, option("--challenger", _CHALLENGER, "MODEL@VERSION=PERCENT")] = None,
    shadow: Annotated[list[str] | None, option("--shadow", _SHADOW, "MODEL@VERSION")] = None,
    salt: Annotated[str | None, option("--salt", _SALT)] = None,
) -> Shown:
    """Declare a rollout."""
    from campanile.models import rollouts

    beside = [{**_version(text.rpartition("=")[0] or text), "share": _percent(text)} for text in challenger or ()]
    beside += [{**_version(text), "shadow": True} for text in shadow or ()]
    spec = rollouts.RolloutSpec(name=name, champion=_version(champion), challengers=tuple(beside), salt=salt)
    made = rollouts.declare(visit.workspace, spec)
    return Shown(made.to_dict(), made.words())


def listed(visit: Visit) -> Shown:
    """List the rollouts."""
    from campanile.models import rollouts

    found = [one.to_dict() for one in rollouts.rollouts(visit.workspace)]
    heads = {"name": say("rollout"), "version": say("model"), "role": say("role"), "share": say("percent")}
    rows = [
        {"name": one["name"], **arm, "version": f"{arm['model']} v{arm['version']}"}
        for one in found
        for arm in one["versions"]
    ]
    empty = say("No rollout yet. Declare one: campanile rollout set NAME --champion MODEL@VERSION")
    return Shown({"rollouts": found}, (columns(heads, rows) if rows else empty,))


def compare(
    visit: Visit,
    name: Annotated[str, argument(_NAME)],
    outcomes: Annotated[str, option("--outcomes", _OUTCOMES, "TABLE.COLUMN")],
    time: Annotated[str | None, option("--time", _TIME, "COLUMN")] = None,
    within: Annotated[int | None, option("--within", _WITHIN, "DAYS")] = None,
    until: Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help=str(say(
        "The last day on which outcomes were gathered (default: that of the last one)."
    )))] = None,
    every: Annotated[bool, option("--every-answer", say("Judge all answers, not each customer's first."))] = False,
    declaration: Annotated[int | None, option("--declaration", _DECLARATION)] = None,
) -> Shown:  # fmt: skip
    """Compare the versions on what happened."""
    from campanile.models import rollouts

    table, dot, column = outcomes.rpartition(".")
    if not dot:
        raise SpecError([say("Name the outcomes as TABLE.COLUMN, not {text:quoted}.", text=outcomes)])
    asked = given(
        rollout=name, table=table, outcome=column, time=time, within_days=within, until=until.date() if until else None,
        answers="all" if every else None, declaration=declaration, seed=visit.seed,
    )  # fmt: skip
    done = rollouts.compare(visit.workspace, rollouts.CompareSpec(**asked))
    rows = [_judged(one) for one in done.versions]
    return Shown(done.to_dict(), (columns(_HEADS, rows), *done.words()))


def drift(
    visit: Visit,
    name: Annotated[str, argument(_NAME)],
    days: Annotated[int | None, option("--days", say("How many days back to look (default: 30)."))] = None,
) -> Shown:
    """See what has moved."""
    from campanile.models import rollouts
    from campanile.models.rollouts.section import STATES

    done = rollouts.drift(visit.workspace, rollouts.DriftSpec(**given(rollout=name, days=days)))
    heads = {"version": say("model"), "name": say("feature"), "index": say("stability index"),
             "chance": say("by chance at most"), "state": say("verdict")}  # fmt: skip
    rows = [
        {"version": f"{one.model} v{one.version}", "name": str(shift.label), "index": round(shift.index, 3),
         "chance": round(shift.chance, 3), "state": STATES[shift.state]}
        for one in done.versions
        for shift in (one.score, *one.features[:8])
    ]  # fmt: skip
    return Shown(done.to_dict(), (columns(heads, rows), *done.words()))


def tidy(
    visit: Visit,
    name: Annotated[str, argument(_NAME)],
    keep_days: Annotated[
        int | None, option("--keep-days", say("Drop answers of earlier days (default: none)."))
    ] = None,
) -> Shown:
    """Join the small files of the log."""
    from campanile.models import rollouts

    rollout = rollouts.find(visit.workspace, name)
    gone = rollouts.tidy(visit.workspace, rollout.name, keep_days=keep_days)
    words = plural("{n:number} file of the log is gone.", "{n:number} files of the log are gone.", gone)
    return Shown({"rollout": rollout.name, "files": gone}, (words,))


def _judged(one: Any) -> dict[str, Any]:
    told = {key: str(one.metrics[key].told()) if key in one.metrics else "–" for key in ("roc_auc", "log_loss")}
    return {
        "version": f"{one.model} v{one.version}", "role": one.role, "judged": one.judged, "responses": one.responses,
        "expected": round(one.expected, 1), **told,
    }  # fmt: skip


def _version(text: str) -> dict[str, Any]:
    model, at, version = text.rpartition("@")
    if not at or not model or not version.isdecimal():
        raise SpecError([_unclear(text)])
    return {"model": model, "version": int(version)}


def _percent(text: str) -> float:
    try:
        return float(text.rpartition("=")[2].removesuffix("%"))
    except ValueError:
        raise SpecError([_unclear(text)]) from None


def _unclear(text: str) -> Sentence:
    return say("{text:quoted} names no version: write MODEL@VERSION, a challenger as MODEL@VERSION=PERCENT.", text=text)


_HEADS = {
    "version": say("model"), "role": say("role"), "judged": say("answers judged"), "responses": say("responses"),
    "expected": say("expected"), "roc_auc": say("ROC-AUC"), "log_loss": say("log loss"),
}  # fmt: skip
