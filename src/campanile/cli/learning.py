"""Commands for models: train, models, predict."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from campanile.cli.data import given
from campanile.cli.door import Shown, Visit, argument, command, option
from campanile.cli.grids import columns
from campanile.words import say
from campanile.workspace.errors import BadInput

MODEL = say("The model's name (default: the one chosen).")
VERSION = say("Its version (default: the newest).")
_CONTINUE = say("Fit the kept methods again on all rows, and compare old and new.")
_ROLLOUT = say("In place of a model: each customer by the version that it keeps in this rollout.")
_UPLIFT = say("In place of a model: by what this trial taught whom a contact persuades.")
_METHODS = say("A method to train (default: all).")


def add_to(app: typer.Typer) -> None:
    """Hang this file's commands on ``app``."""
    command(app, "train", say("Train and compare models of who responds."))(train)
    command(app, "models", say("List the models; choose, promote or retire one."))(models)
    command(app, "predict", say("Score the customers of a file or a table."))(predict)


def train(
    visit: Visit,
    table: Annotated[str, argument(say("The table's name."))] = "customers",
    target: Annotated[str | None, option("--target", say("The column that says who responded."))] = None,
    positive: Annotated[str | None, option("--positive", say("The target's value that counts as a response."))] = None,
    contact_cost: Annotated[float | None, option("--contact-cost", say("What one contact costs."))] = None,
    sale_value: Annotated[float | None, option("--sale-value", say("What one response is worth."))] = None,
    exclude: Annotated[list[str] | None, option("--exclude", say("A column to keep out of the models."))] = None,
    method: Annotated[list[str] | None, option("--method", _METHODS)] = None,
    minutes: Annotated[float | None, option("--minutes", say("How long to search for better settings."))] = None,
    quick: Annotated[bool, option("--quick", say("Do not search; fit the fastest methods only."))] = False,
    again: Annotated[bool, option("--continue", _CONTINUE)] = False,
) -> Shown:
    """Train models."""
    from campanile import models as room
    from campanile.flows import learn

    asked = given(
        table=table, target=target or (_last_target(visit) if again else None), positive=positive,
        contact_cost=contact_cost, sale_value=sale_value, exclude=tuple(exclude) if exclude else None,
        methods=tuple(method) if method else None, minutes=minutes, quick=quick or None, again=again or None,
        seed=visit.seed,
    )  # fmt: skip
    with visit.progress() as progress:
        done = learn(visit.workspace, room.TrainSpec(**asked), progress=progress)
    rows = [_row(one.name, one.version, one.metrics) for one in done.models]
    return Shown(done.to_dict(), (columns(_HEADS, rows), *done.words()))


def models(
    visit: Visit,
    choose: Annotated[str | None, option("--choose", say("Rest the analysis on this model."), "NAME")] = None,
    promote: Annotated[str | None, option("--promote", say("Let this model serve beside others."), "NAME")] = None,
    retire: Annotated[str | None, option("--retire", say("Take this model out of use."), "NAME")] = None,
    version: Annotated[int | None, option("--version", VERSION)] = None,
) -> Shown:
    """List the models and change their roles."""
    from campanile import models as room

    if choose is not None:
        room.promote(visit.workspace, choose, version)
    if promote is not None:
        room.promote(visit.workspace, promote, version, role="live")
    if retire is not None:
        room.retire(visit.workspace, retire, version)
    kept = room.models(visit.workspace)
    if not kept:
        return Shown({"models": []}, (say("No model yet. Train one: campanile train customers --target Response"),))
    rows = [{**_row(one.name, one.version, one.metrics), "role": one.role} for one in kept]
    return Shown({"models": [one.to_dict() for one in kept]}, (columns({**_HEADS, "role": say("role")}, rows),))


def predict(
    visit: Visit,
    source: Annotated[str, argument(say("A file, or the name of a table."))],
    model: Annotated[str | None, option("--model", MODEL)] = None,
    version: Annotated[int | None, option("--version", VERSION)] = None,
    rollout: Annotated[str | None, option("--rollout", _ROLLOUT)] = None,
    out: Annotated[Path | None, option("--out", say("Where to write: .json, .jsonl, .csv or .parquet."))] = None,
    uplift: Annotated[str | None, option("--uplift", _UPLIFT, "NAME[@VERSION]")] = None,
    key: Annotated[str | None, option("--key", say("The column that tells customers apart (with --uplift)."))] = None,
    table: Annotated[str | None, option("--as", say("The name of the table of scores (with --uplift)."))] = None,
) -> Shown:
    """Score customers."""
    if uplift is not None:
        return _by_uplift(visit, given(source=source, key=key, out=table), uplift, (model, version, rollout, out))
    if (key, table) != (None, None):
        raise BadInput(say("--key and --as go with --uplift: the scores of a model are written with --out."))
    from campanile.flows import score

    done = score(visit.workspace, source, model=model, version=version, rollout=rollout, out=out)
    return Shown(done.to_dict(), done.words())


def _by_uplift(visit: Visit, asked: dict[str, Any], trial: str, others: tuple[Any, ...]) -> Shown:
    from campanile.experiments.uplift import PredictSpec
    from campanile.experiments.uplift import predict as predict_effects

    if others != (None,) * len(others):
        raise BadInput(
            say("--uplift stands in place of --model, --version and --rollout, and its scores are a table."),
            say("Name the table with --as, and cut a file of it: campanile audience --uplift TABLE --out FILE"),
        )
    name, at, number = trial.rpartition("@")
    named = {"uplift": name, "version": int(number)} if at and number.isdecimal() else {"uplift": trial}
    told = predict_effects(visit.workspace, PredictSpec(**asked, **named))
    kept = say("The scores: table {name:quoted} v{version}.", name=told.scores, version=told.scores_version)
    return Shown(told.to_dict(), (told.words, *told.notes, kept))


def _last_target(visit: Visit) -> str | None:
    trainings = visit.workspace.artifacts("training")
    return trainings[-1].meta["target"] if trainings else None


def _row(name: str, version: int, metrics: Any) -> dict[str, Any]:
    auc = metrics["roc_auc"].told() if "roc_auc" in metrics else "–"
    rest = {short: round(metrics[short].estimate, 4) for short in _SHORT if short in metrics}
    return {"model": f"{name} v{version}", "roc_auc": auc, **dict.fromkeys(_SHORT, "–"), **rest}


_SHORT = ("pr_auc", "log_loss", "profit")
_HEADS = {
    "model": say("model"),
    "roc_auc": say("ROC-AUC"),
    "pr_auc": say("PR-AUC"),
    "log_loss": say("log loss"),
    "profit": say("profit"),
}
