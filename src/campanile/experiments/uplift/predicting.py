"""Customers outside the trial: scored by what the whole trial taught, into a table that lists are cut by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from campanile.experiments.uplift import sentences
from campanile.experiments.uplift.answering import KIND, meta_of, read
from campanile.experiments.uplift.keeping import FILE, Scorer
from campanile.experiments.uplift.result import Predicted, Uplift
from campanile.experiments.uplift.sourcing import Source, source_of
from campanile.experiments.uplift.spec import PredictSpec
from campanile.experiments.uplift.trial import Floats
from campanile.tables import uplift
from campanile.words import say
from campanile.workspace.errors import DataError

if TYPE_CHECKING:
    from campanile.workspace import Artifact, Workspace


def predict(workspace: Workspace, spec: PredictSpec) -> Predicted:
    """Score the customers of a file or a kept table by a trial's answer, and keep the scores as a table.

    Raises NotFound for an unknown answer or table, DataError for missing columns, for an answer that kept nothing to
    score by, and for a name that holds another kind of table.
    """
    trial = workspace.artifact(KIND, spec.uplift, spec.version)
    answer = read(workspace, trial.name, trial.version)
    kept = _kept(workspace, trial, answer)
    with workspace.run("predict", spec) as run:
        run.read(trial)
        source = source_of(workspace, run, spec.source, spec.key, trial)
        if not source.rows.num_rows:
            raise DataError(say("There are no customers in {name:quoted}.", name=source.name),
                            say("Bring a table with a row for each customer."))  # fmt: skip
        name = spec.out or f"{source.name}_uplift_scores"
        effect, response = kept.scores(source.rows)
        scores = _table(source, effect, response)
        told = _told(workspace, trial, answer, source, effect)
        told = replace(told, notes=(*told.notes, *sentences.unseen(kept.unseen(source.rows), source.rows.num_rows)))
        shape = {"dictionary": uplift.described(scores.schema, source.key).to_dict(), "refused": source.refused}
        meta = {**meta_of(answer), uplift.MEASURED: kept.measured.to_dict(), "trial": trial.name,
                "trial_version": trial.version, **shape}  # fmt: skip
        with workspace.lock_table(name):
            _free(workspace, name)
            draft = run.save_table(name, scores, key=source.key, meta=meta)
    return replace(told, scores=name, scores_version=run.artifact(draft).version)


def _kept(workspace: Workspace, trial: Artifact, answer: Uplift) -> Scorer:
    if FILE not in trial.files:
        raise DataError(
            say("The answer {name:quoted} v{version} kept nothing that others could be scored by: {why}.",
                name=trial.name, version=trial.version,
                why=say("its checks did not pass") if answer.failed
                else say("a causal forest cannot be kept, and an earlier Campanile kept nothing")),
            say("Ask again: campanile experiments uplift FILE --treatment COLUMN --control VALUE --outcome COLUMN"),
        )  # fmt: skip
    return Scorer.from_bytes(workspace.file(trial, FILE))


def _table(source: Source, effect: Floats, response: Floats) -> pa.Table:
    named = source.named(np.arange(source.rows.num_rows))
    return pa.table({**named, uplift.UPLIFT: effect, uplift.RESPONSE: response})


def _told(workspace: Workspace, trial: Artifact, answer: Uplift, source: Source, effect: Floats) -> Predicted:
    told = Predicted(
        words=say(""), uplift=trial.name, uplift_version=trial.version, source=source.name, arm=answer.arm,
        control=answer.control, outcome=answer.outcome, proportion=answer.proportion, rows=source.rows.num_rows,
        refused=source.refused, in_trial=_in_trial(workspace, answer, source), targetable=answer.targetable,
        expected=float(effect.sum()), lowest=float(effect.min()), highest=float(effect.max()), notes=source.words,
    )  # fmt: skip
    return replace(told, words=sentences.scored(told), notes=(*sentences.of_others(told), *told.notes))


def _in_trial(workspace: Workspace, answer: Uplift, source: Source) -> int:
    """Return how many of these customers were in the trial, as far as a common key tells."""
    if answer.scores is None or answer.scores_version is None or source.key is None:
        return 0
    scores = workspace.table(answer.scores, answer.scores_version)
    if scores.meta["key"] != source.key:
        return 0
    there = workspace.read(scores, [source.key])[source.key]
    known = pc.is_in(pc.cast(source.rows[source.key], pa.string()), pc.cast(there, pa.string()).combine_chunks())
    return int(pc.sum(known).as_py() or 0)


def _free(workspace: Workspace, name: str) -> None:
    """Scores of others never become a new version of another table, nor of the trial's own scores."""
    before = workspace.artifacts("table", name)
    if before and uplift.MEASURED not in before[-1].meta:
        raise DataError(
            say("The table {name:quoted} is there already and holds something else.", name=name),
            say("Give the scores another name with --as."),
        )
