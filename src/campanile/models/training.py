"""From a table to kept models: prepare, fit on folds, judge beside the baseline, save, choose."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.models import exposure, naive, registry, renewal
from campanile.models.crossfit import Fitted, crossfit
from campanile.models.decision import decision
from campanile.models.judging import calibrated, chosen, figures, gain, limits, losses, verdict
from campanile.models.methods import METHODS
from campanile.models.metrics import resampled
from campanile.models.model import Model
from campanile.models.preparation import Prepared, prepare
from campanile.models.rarity import sparse
from campanile.models.result import Comparison, Trained, Training
from campanile.models.schedule import Progress
from campanile.models.spec import TrainSpec
from campanile.models.standing import Standing
from campanile.tables import dictionary_of, response_of, with_response
from campanile.words import Sentence, plural, say
from campanile.workspace.catalog import Artifact
from campanile.workspace.place import Workspace

Floats = NDArray[np.float64]


def train(workspace: Workspace, spec: TrainSpec, progress: Progress | None = None) -> Training:
    """Train, judge and keep models that predict ``spec.target``.

    ``progress`` is told the share done and what is being done. All figures are of customers that the
    model had not seen. Ctrl-C keeps what is finished. Raises NotFound for an unknown table or column, DataError
    where there is nothing to learn from.
    """
    begun = time.monotonic()
    tell = Standing(progress or (lambda share, doing, found=None: None), spec)
    table = workspace.table(spec.table)
    kept = renewal.previous(workspace, spec) if spec.again else ()
    spec = renewal.again(spec, kept) if kept else spec
    olds = [registry.load(workspace, one.name, one.version) for one in kept if one.meta["method"] != "baseline"]
    # Versions are given as the run ends: until then they are kept for it, so that what is saved can name them.
    with ExitStack() as until_published, workspace.run("train", spec, seed=spec.seed) as run:
        run.read(table)
        tell(0.0, say("Preparing {table:quoted}", table=spec.table))
        prepared = prepare(workspace.read(table), dictionary_of(table), spec)
        watched = exposure.column_of(prepared, spec)
        fitted, interrupted = crossfit(
            prepared.problem, prepared.split, spec, begun, tell, lambda one: tell.add(prepared, one)
        )
        tell(1.0, say("Judging and saving"))
        draws = resampled(prepared.problem.groups[prepared.split.judged], spec.resamples, spec.seed)
        unnumbered = judged(prepared, fitted, draws, spec)
        number = until_published.enter_context(workspace.numbering("model"))
        models = tuple(replace(model, version=number(model.name)) for model in unnumbered)
        for model, one in zip(models, fitted, strict=True):
            registry.save(run, model.name, one.response, one.folds, prepared.plan, _oof(prepared, one),
                          _meta(prepared, table, model, models, spec))  # fmt: skip
        best = chosen(models[1:] or models)
        compared = _compared(workspace, olds, prepared, models, fitted, spec)
        training = _training(prepared, table, models, best, compared, spec, interrupted=interrupted)
        training = _questioned(training, prepared, fitted, watched, draws, spec)
        training = replace(training, seconds=round(time.monotonic() - begun, 2))
        run.save_result("training", spec.stem, training, meta={"best": best.name, "target": spec.target})
    return training


def judged(
    prepared: Prepared, fitted: Sequence[Fitted], draws: Sequence[Floats], spec: TrainSpec
) -> tuple[Trained, ...]:
    """Judge each method's out-of-fold predictions; the baseline comes first."""
    base = losses(prepared.judge(fitted[0].p, spec))
    return tuple(_trained(prepared, one, base, draws, spec) for one in fitted)


def _trained(prepared: Prepared, one: Fitted, base: Floats, draws: Sequence[Floats], spec: TrainSpec) -> Trained:
    seen = prepared.judge(one.p, spec)
    metrics = figures(seen, draws)
    beats = one.method != "baseline" and gain(base, losses(seen), draws).low > 0
    positives = int((seen.y == seen.positive).sum())
    most = min(METHODS[part].most_rows for part in METHODS[one.method].parts or (one.method,))
    return Trained(
        f"{spec.stem}-{one.method}", 0, one.method, METHODS[one.method].label, metrics, calibrated(seen), one.settings,
        one.tuned, beats, one.inner_loss if np.isfinite(one.inner_loss) else None, round(one.seconds, 2),
        limits(positives, len(prepared.row), most, copies=prepared.copies),
    )  # fmt: skip


def _oof(prepared: Prepared, one: Fitted) -> pa.Table:
    problem, target, split = prepared.problem, prepared.target, prepared.split
    columns = {
        "row": prepared.row, "fold": split.fold, "group": problem.groups, "actual": problem.y,
        "probability": one.p[:, target.positive], **{f"p_{k}": one.p[:, k] for k in range(problem.classes)},
    }  # fmt: skip
    return pa.table({name: values[split.judged] for name, values in columns.items()})


def _meta(
    prepared: Prepared, table: Artifact, model: Trained, models: Sequence[Trained], spec: TrainSpec
) -> Mapping[str, Any]:
    """Return what is kept beside a model's files; ``card`` is for people."""
    target = prepared.target
    return {
        "method": model.method, "target": spec.target, "classes": list(target.classes), "positive": target.positive,
        "decision": decision(prepared.problem.y, prepared.problem.classes).tolist(),
        "table": table.name, "table_version": table.version,
        "contact_cost": spec.contact_cost, "sale_value": spec.sale_value,
        "panel": spec.model_dump(include=set(renewal.PANEL)),
        "card": {
            "data": {"table": table.name, "version": table.version, "hash": table.hash, "rows": len(prepared.row),
                     "positives": prepared.positives, "copies": prepared.copies,
                     "judged_rows": int(prepared.split.judged.sum()), "judged_positives": model.calibration.actual},
            "features": list(prepared.plan.names),
            "left_out": {one.column: one.reason.to_dict() for one in prepared.plan.left_out},
            "metrics": {name: one.to_dict() for name, one in model.metrics.items()},
            "baseline": {name: one.to_dict() for name, one in models[0].metrics.items()},
            "settings": model.settings, "tuned": model.tuned, "beats_baseline": model.beats_baseline,
            "seed": spec.seed, "folds": prepared.split.folds,
            "limits": [limit.to_dict() for limit in model.limits],
        },
    }  # fmt: skip


def _training(
    prepared: Prepared, table: Artifact, models: tuple[Trained, ...], best: Trained,
    compared: tuple[Comparison, ...], spec: TrainSpec, *, interrupted: bool,
) -> Training:  # fmt: skip
    positives, rows = models[0].calibration.actual, int(prepared.split.judged.sum())
    everyone = None
    if spec.sale_value is not None and spec.contact_cost is not None:
        everyone = spec.sale_value * positives - spec.contact_cost * rows
    return Training(
        table.name, table.version, spec.target, prepared.target.classes,
        prepared.target.classes[prepared.target.positive], len(prepared.row), prepared.positives, prepared.copies,
        len(prepared.plan), best.name, models, verdict(best, models[0]),
        _notes(prepared, table, interrupted=interrupted), everyone, compared, interrupted, 0.0, rows, positives,
        prepared.split.cutoff,
        response=response_of(dictionary_of(table)[spec.target], prepared.target.classes, prepared.target.positive),
    )  # fmt: skip


def _questioned(
    training: Training, prepared: Prepared, fitted: Sequence[Fitted], watched: str | None, draws: Sequence[Floats],
    spec: TrainSpec,
) -> Training:  # fmt: skip
    """Set beside the figures what may make them look better than they are: few responders, leaks, exposure."""
    best = training[training.best]
    p = next(one.p for one in fitted if one.method == best.method)
    auc = best.metrics.get("roc_auc") if prepared.problem.classes == 2 else None
    few = sparse(prepared.judge(p, spec), auc)
    judgement = verdict(best, training.models[0], few)
    training = replace(training, verdict=with_response(judgement, training.response), sparse=few is not None)
    notes = list(training.notes)
    claim = None if training.interrupted else naive.claimed(prepared, fitted, draws, spec)
    if claim is not None:
        notes.append(claim.told)
    alone = exposure.alone(prepared, watched, draws) if watched is not None else None
    told = exposure.told(alone, watched, best) if watched is not None and alone is not None else None
    if told is not None:
        notes.append(told)
    return replace(training, notes=tuple(notes), naive=claim.metrics if claim is not None else None, exposure=alone)


def _notes(prepared: Prepared, table: Artifact, *, interrupted: bool) -> tuple[Sentence, ...]:
    notes = [*prepared.notes]
    unknown = table.meta["rows"] - len(prepared.row)
    if unknown:
        notes.append(
            plural(
                "{n:number} row has no outcome yet and was not learned from.",
                "{n:number} rows have no outcome yet and were not learned from.",
                unknown,
            )
        )
    if interrupted:
        notes.append(say("Stopped early: the models are those that were finished by then."))
    return tuple(notes)


def _compared(
    workspace: Workspace, olds: Sequence[Model], prepared: Prepared, models: Sequence[Trained],
    fitted: Sequence[Fitted], spec: TrainSpec,
) -> tuple[Comparison, ...]:  # fmt: skip
    new = {model.name: (model, one) for model, one in zip(models, fitted, strict=True)}
    compared = (renewal.compare(workspace, old, prepared, *new[old.name], spec) for old in olds if old.name in new)
    return tuple(one for one in compared if one is not None)
