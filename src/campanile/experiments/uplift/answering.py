"""Whom does it persuade: read the trial, pass the gates, score every customer unseen, test, keep scores and answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from campanile.estimates import Ordered, orderer, places
from campanile.experiments.uplift import lists, sentences
from campanile.experiments.uplift.crossfit import Crossed, crossed
from campanile.experiments.uplift.keeping import FILE, Scale, Scorer, scorer
from campanile.experiments.uplift.learners import LEARNERS
from campanile.experiments.uplift.learning import learn
from campanile.experiments.uplift.preparing import Prepared, prepare
from campanile.experiments.uplift.result import Uplift
from campanile.experiments.uplift.sourcing import Source, source_of
from campanile.experiments.uplift.spec import UpliftSpec
from campanile.experiments.uplift.trial import Floats
from campanile.tables import uplift
from campanile.words import say
from campanile.workspace.errors import not_found
from campanile.workspace.progress import Progress, quiet

if TYPE_CHECKING:
    from campanile.workspace import Artifact, Run, Workspace

KIND = "uplift"
_THIRTY = 29


def measure(workspace: Workspace, spec: UpliftSpec, progress: Progress = quiet) -> Uplift:
    """Answer whom an arm persuades and keep the answer with the scores of all customers of the trial.

    Raises NotFound for unknown tables, columns and learners, SpecError where control or arm are not named, DataError
    for data from which nothing can be told: an empty arm, an outcome that is the same for all.
    """
    if spec.learner is not None and spec.learner not in LEARNERS:
        raise not_found(say("learner"), spec.learner, LEARNERS)
    with workspace.run(KIND, spec, seed=spec.seed) as run:
        source = source_of(workspace, run, spec.source, spec.key)
        found = prepare(source.rows, source.dictionary, spec)
        answer = _gated(found, spec, source.name)
        files = {}
        if not answer.failed:
            told = _crossed(found, spec, progress)
            name = spec.out or f"{source.name}_uplift"
            answer, kept = _answered(answer, found, told, spec)
            answer = replace(answer, scores=name)
            files = {} if kept is None else {FILE: kept.to_bytes()}
            with workspace.lock_table(name):
                _save_scores(run, name, source, _scores(source, found, told), answer)
        draft = run.save_result(KIND, source.name, answer, files=files, meta=source.like(found.before.plan.sources))
    return _versioned(workspace, answer, run.artifact(draft))


def _crossed(found: Prepared, spec: UpliftSpec, progress: Progress) -> Crossed:
    what, doing = say("Uplift"), say("Learning the effect without each part of the customers")
    return crossed(found.trial, spec.folds, spec.learner, lambda share: progress(what, share, doing))


def _save_scores(run: Run, name: str, source: Source, scores: pa.Table, answer: Uplift) -> None:
    shape = uplift.described(scores.schema, source.key)
    run.save_table(name, scores, key=source.key, meta={**meta_of(answer), "dictionary": shape.to_dict(), "refused": 0})


def read(workspace: Workspace, name: str | None = None, version: int | None = None) -> Uplift:
    """Return a kept answer: by default the newest. ``name`` is that of its table."""
    artifact = workspace.artifact(KIND, name, version)
    kept: Uplift = workspace.result(artifact, Uplift)
    return _versioned(workspace, kept, artifact)


def _versioned(workspace: Workspace, answer: Uplift, artifact: Artifact) -> Uplift:
    """Tell the versions, which are known once the run has ended."""
    made = (one for one in workspace.artifacts("table", answer.scores) if one.run_id == artifact.run_id)
    scores = next(made, None) if answer.scores else None
    return replace(answer, version=artifact.version, scores_version=scores.version if scores else None)


def _gated(found: Prepared, spec: UpliftSpec, source: str) -> Uplift:
    trial = found.trial
    means = [float(np.average(found.raw[side], weights=trial.weight[side])) for side in _arms(trial.treated)]
    answer = Uplift(
        words=say(""), source=source, treatment=spec.treatment, control=found.control, arm=found.arm,
        outcome=spec.outcome, proportion=trial.proportion, customers_control=int((1 - trial.treated).sum()),
        customers_treatment=int(trial.treated.sum()), mean_control=means[1], mean_treatment=means[0],
        gates=found.gates, kept_out=found.before.excluded, targetable=False, level=spec.level, currency=spec.currency,
        notes=sentences.of_the_data(
            found.dropped, found.copies, float(np.abs(found.raw).max() / np.abs(found.raw).sum())
        ),
    )  # fmt: skip
    return replace(answer, words=sentences.blocked(answer.failed)) if answer.failed else answer


def _arms(treated: Floats) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], ...]:
    return treated > 0, treated <= 0


def _answered(answer: Uplift, found: Prepared, told: Crossed, spec: UpliftSpec) -> tuple[Uplift, Scorer | None]:
    trial = found.trial
    judge = orderer(
        trial.treated, found.raw, trial.weight, trial.groups, resamples=spec.resamples, seed=spec.seed
    )  # fmt: skip
    by_uplift: Ordered = judge(places(told.effect, told.fold, trial.prints))
    by_response: Ordered = judge(places(told.response, told.fold, trial.prints))
    scale, learned = calibration(told), learn(trial, spec.learner)
    percent = lists.depth(spec, scale.of(told.effect))
    money = lists.Money(spec.value, spec.contact_cost)
    chosen, versus = lists.compared(by_uplift, by_response, len(trial), percent, money)
    whole = replace(
        answer, targetable=told.p < spec.level, p=told.p,
        average_effect=by_uplift.told(by_uplift.average),
        uplift_at_30=by_uplift.told(by_uplift.uplift[:, _THIRTY]),
        qini=by_uplift.told(by_uplift.qini),
        learners=tuple(learned.weights.items()),
        curve=lists.curve(by_uplift), lists=chosen, versus=versus,
    )  # fmt: skip
    measured = lists.measured(by_uplift, scale.of(told.effect))
    kept = scorer(found.before.plan, trial.X, learned, scale, measured)
    notes = (*answer.notes, *sentences.notes(whole), *(() if kept else (sentences.not_kept(),)))
    return replace(whole, words=sentences.answer(whole), notes=notes), kept


def calibration(told: Crossed) -> Scale:
    """Return what draws predicted effects to their average as far as they turned out too bold on customers unseen."""
    centred = told.effect - told.effect.mean()
    spread = float(centred @ centred)
    slope = float(np.clip(centred @ told.noisy / spread, 0.0, 1.0)) if spread > 0 else 0.0
    return Scale(float(told.noisy.mean()), slope, float(told.effect.mean()))


def _scores(source: Source, found: Prepared, told: Crossed) -> pa.Table:
    trial = found.trial
    return pa.table({
        **source.named(found.row), uplift.UPLIFT: calibration(told).of(told.effect), uplift.RESPONSE: told.response,
        uplift.FOLD: told.fold, uplift.TREATED: trial.treated.astype(np.int64), uplift.OUTCOME: found.raw,
        uplift.WEIGHT: trial.weight, uplift.GROUP: trial.groups,
    })  # fmt: skip


def meta_of(answer: Uplift) -> dict[str, object]:
    """Return what a table of uplift scores tells of the trial that they come from."""
    return {
        "scores": uplift.KIND, "arm": answer.arm, "control": answer.control,
        "target": answer.outcome, "targetable": answer.targetable, "proportion": answer.proportion,
    }  # fmt: skip
