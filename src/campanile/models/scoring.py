"""Every customer scored once: from a table in, batch by batch, to a table of probabilities."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from campanile.features.plan import FeaturePlan
from campanile.models.model import Floats, Model, numbers
from campanile.models.registry import load, parsed
from campanile.models.result import Scored
from campanile.models.rollouts.scoring import Scorer
from campanile.models.rollouts.standing import artifact, find
from campanile.models.spec import ScoreSpec
from campanile.tables import dictionary_of
from campanile.tables.scores import described
from campanile.workspace.catalog import Artifact
from campanile.workspace.place import Workspace
from campanile.workspace.runs import Run

_Made = tuple[pa.Table, str | None, dict[str, Any]]


def predict(model: Model, rows: pa.Table, *, key: str | None = None, batch_rows: int = 65_536) -> pa.Table:
    """Return a row of scores for each of ``rows``, in their order.

    Columns: ``key`` where it is given, ``probability`` (of a response), and ``p_<class>`` where there are more
    than two classes. Raises DataError for missing columns.
    """
    batches = list(score(model, rows, key=key, batch_rows=batch_rows))
    return pa.Table.from_batches(batches) if batches else _named(model, rows, model.predict(rows), _kept(key))


def score(
    model: Model, rows: pa.Table, *, key: str | None = None, batch_rows: int = 65_536
) -> Iterator[pa.RecordBatch]:
    """Yield the scores of ``rows`` in batches of at most ``batch_rows``: memory does not grow with the table."""
    for start in range(0, rows.num_rows, batch_rows):
        piece = rows.slice(start, batch_rows)
        yield from _named(model, piece, model.predict(piece), _kept(key)).combine_chunks().to_batches()


def score_table(workspace: Workspace, spec: ScoreSpec) -> Scored:
    """Score a kept table with a kept model, or by a rollout, and keep the scores (default name: ``<table>_scores``)."""
    begun = time.monotonic()
    table, name = workspace.table(spec.table), spec.out or f"{spec.table}_scores"
    with workspace.run("predict", spec) as run:
        run.read(table)
        scores, key, meta = (_by_model if spec.rollout is None else _by_rollout)(workspace, run, spec, table)
        shape = described(scores.schema, key)
        meta |= {"scored": table.name, "scored_version": table.version, "dictionary": shape.to_dict(), "refused": 0}
        with workspace.lock_table(name):
            draft = run.save_table(name, scores, key=key, meta=meta)
    expected, made = float(scores["probability"].to_numpy().sum()), run.artifact(draft)
    return Scored(
        name, made.version, scores.num_rows, meta["model"], meta["model_version"], expected,
        round(time.monotonic() - begun, 3), spec.rollout,
    )  # fmt: skip


def _by_model(workspace: Workspace, run: Run, spec: ScoreSpec, table: Artifact) -> _Made:
    model, key = load(workspace, spec.model, spec.version), table.meta.get("key")
    run.read(model.artifact)
    rows = _rows(workspace, table, [*([key] if key else []), *model.plan.sources])
    scores = predict(model, rows, key=key, batch_rows=spec.batch_rows)
    return scores, key, {"model": model.name, "model_version": model.version}


def _by_rollout(workspace: Workspace, run: Run, spec: ScoreSpec, table: Artifact) -> _Made:
    scorer = Scorer(workspace, find(workspace, spec.rollout))
    run.read(artifact(workspace, scorer.rollout))
    for model in scorer.models:
        run.read(model.artifact)
    scores = scorer.score(_rows(workspace, table, scorer.sources), spec.batch_rows)
    champion, key = scorer.models[0], scorer.rollout.key
    named = {"model": champion.name, "model_version": champion.version}
    return scores, key if table.meta.get("key") == key else None, {**named, "rollout": scorer.rollout.name}


def _rows(workspace: Workspace, table: Artifact, columns: Sequence[str]) -> pa.Table:
    there = set(dictionary_of(table).names)
    return workspace.read(table, [name for name in dict.fromkeys(columns) if name in there])


@dataclass(frozen=True)
class Shipped:
    """A model as bytes and plain data, called where the rows are: it is parsed there, by the same list as everywhere.

    ``keep`` are columns of the rows that stand before their scores.
    """

    name: str
    content: bytes
    plan: str
    classes: tuple[str, ...]
    positive: int
    keep: tuple[str, ...]

    def schema(self, rows: pa.Schema) -> pa.Schema:
        """Return the columns of the scores of such ``rows``."""
        kept = [rows.field(name) for name in self.keep]
        return pa.schema([*kept, *((name, pa.float64()) for name in _columns(self))])

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the scores of batches of rows."""
        plan, pipeline = FeaturePlan.from_dict(json.loads(self.plan)), parsed(self.content, self.name)
        for batch in batches:
            if batch.num_rows:
                rows = pa.Table.from_batches([batch])
                p = np.asarray(pipeline.predict_proba(numbers(plan, rows)))
                yield from _named(self, rows, p, self.keep).combine_chunks().to_batches()


def ship(workspace: Workspace, model: Model, keep: Sequence[str]) -> Shipped:
    """Return a model in a form that can be sent to an engine's workers. Raises Tampered."""
    content, plan = (workspace.file(model.artifact, name) for name in ("model.skops", "plan.json"))
    return Shipped(model.name, content, plan.decode(), model.classes, model.positive, tuple(keep))


def _kept(key: str | None) -> tuple[str, ...]:
    return () if key is None else (key,)


def _columns(model: Model | Shipped) -> dict[str, int]:
    """Return the columns of scores, and the class of each."""
    each = {f"p_{label}": index for index, label in enumerate(model.classes)} if len(model.classes) > 2 else {}
    return {"probability": model.positive, **each}


def _named(model: Model | Shipped, rows: pa.Table, p: Floats, keep: Sequence[str]) -> pa.Table:
    scores = {name: pa.array(p[:, index]) for name, index in _columns(model).items()}
    return pa.table({**{name: rows[name] for name in keep}, **scores})
