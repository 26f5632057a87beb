"""Every customer scored once: from a table in, batch by batch, to a table of probabilities."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from campanile.features.plan import FeaturePlan
from campanile.models.model import Floats, Model, numbers
from campanile.models.registry import load, parsed
from campanile.models.result import Scored
from campanile.models.spec import ScoreSpec
from campanile.tables import dictionary_of
from campanile.workspace.place import Workspace


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
    """Score a kept table with a kept model and keep the scores as a table (default name: ``<table>_scores``)."""
    begun = time.monotonic()
    table, model = workspace.table(spec.table), load(workspace, spec.model, spec.version)
    key = table.meta.get("key")
    with workspace.run("predict", spec) as run:
        run.read(table)
        run.read(model.artifact)
        columns = list(dict.fromkeys([*([key] if key else []), *model.plan.sources]))
        there = set(dictionary_of(table).names)
        rows = workspace.read(table, [name for name in columns if name in there])
        scores = predict(model, rows, key=key, batch_rows=spec.batch_rows)
        name = spec.out or f"{spec.table}_scores"
        meta = {
            "model": model.name,
            "model_version": model.version,
            "scored": table.name,
            "scored_version": table.version,
        }
        with workspace.lock_table(name):
            draft = run.save_table(name, scores, key=key, meta=meta)
    expected = float(scores["probability"].to_numpy().sum())
    made = run.artifact(draft)
    return Scored(
        name, made.version, scores.num_rows, model.name, model.version, expected, round(time.monotonic() - begun, 3)
    )


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
