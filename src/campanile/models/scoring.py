"""Every customer scored once: from a table in, batch by batch, to a table of probabilities."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pyarrow as pa
from numpy.typing import NDArray

from campanile.models.model import Model
from campanile.models.registry import load
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
    return pa.Table.from_batches(batches) if batches else _named(model, rows.slice(0, 0), model.predict(rows), key)


def score(
    model: Model, rows: pa.Table, *, key: str | None = None, batch_rows: int = 65_536
) -> Iterator[pa.RecordBatch]:
    """Yield the scores of ``rows`` in batches of at most ``batch_rows``: memory does not grow with the table."""
    for start in range(0, rows.num_rows, batch_rows):
        piece = rows.slice(start, batch_rows)
        yield from _named(model, piece, model.predict(piece), key).combine_chunks().to_batches()


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


def _named(model: Model, rows: pa.Table, p: NDArray, key: str | None) -> pa.Table:  # type: ignore[type-arg]
    columns = {key: rows[key]} if key else {}
    columns["probability"] = pa.array(p[:, model.positive])
    if len(model.classes) > 2:
        columns |= {f"p_{label}": pa.array(p[:, index]) for index, label in enumerate(model.classes)}
    return pa.table(columns)
