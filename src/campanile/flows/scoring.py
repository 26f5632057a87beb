"""Scores for the customers of a file or of a kept table, as a file or as a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from campanile.tables.export import WRITERS
from campanile.words import Sentence, Told, plural, say
from campanile.workspace.errors import SourceError
from campanile.workspace.store import write_file

if TYPE_CHECKING:
    from campanile.models import ScoreSpec
    from campanile.models.model import Model
    from campanile.workspace import Workspace


@dataclass(frozen=True)
class Predictions(Told):
    """Scores in the order of the customers; ``scores`` holds the key, the probability and the prediction."""

    model: str
    version: int
    target: str
    scores: pa.Table
    refused: int
    out: Path | None
    notes: tuple[Sentence, ...] = ()
    rollout: str | None = None

    @property
    def expected(self) -> float:
        """How many responders these customers are expected to hold."""
        return float(sum(self.scores["probability"].to_pylist()))

    def words(self) -> tuple[Sentence, ...]:
        """Say how many were scored, and where the scores are."""
        scored = plural(
            "{n:number} customer was scored by {model:quoted} v{version}; expected responses: {expected:number}.",
            "{n:number} customers were scored by {model:quoted} v{version}; expected responses: {expected:number}.",
            n=self.scores.num_rows, model=self.model, version=self.version, expected=round(self.expected),
        )  # fmt: skip
        if self.rollout is not None:
            scored = plural(
                "{n:number} customer was scored under {rollout:quoted}; expected responses: {expected:number}.",
                "{n:number} customers were scored under {rollout:quoted}; expected responses: {expected:number}.",
                n=self.scores.num_rows, rollout=self.rollout, expected=round(self.expected),
            )  # fmt: skip
        where = (say("The scores: {path}", path=str(self.out)),) if self.out else ()
        return (scored, *where, *self.notes)

    def to_dict(self) -> dict[str, Any]:
        """Return what is written as JSON; without a file, all scores."""
        shown = {} if self.out else {"predictions": self.scores.to_pylist()}
        return {
            "model": self.model, "version": self.version, "target": self.target, "rows": self.scores.num_rows,
            "rollout": self.rollout, "expected": self.expected, "refused": self.refused,
            "out": str(self.out) if self.out else None, **shown,
        }  # fmt: skip


def score(
    workspace: Workspace, source: str, *, model: str | None = None, version: int | None = None,
    rollout: str | None = None, out: Path | None = None,
) -> Predictions:  # fmt: skip
    """Score the customers of ``source``, a file or the name of a kept table, with a kept model or by a rollout.

    ``out`` ends in .json, .jsonl, .csv or .parquet. Raises SourceError for a file that is not there or an
    ending that is none of these, DataError for missing columns.
    """
    from campanile import models

    write = _writer(out)
    if rollout is not None:
        done = _rolled(workspace, source, models.ScoreSpec(table=source, model=model, version=version, rollout=rollout),
                       out)  # fmt: skip
    else:
        chosen = models.load(workspace, model, version)
        rows, key, refused, notes = _rows(workspace, source, chosen)
        scores = models.predict(chosen, rows, key=key)
        told = scores.append_column("prediction", likeliest(chosen, scores))
        done = Predictions(chosen.name, chosen.version, chosen.target, told, refused, out, notes)
    if out is not None:
        write_file(out, write(done))
    return done


def _rolled(workspace: Workspace, source: str, asked: ScoreSpec, out: Path | None) -> Predictions:
    from campanile.models import rollouts

    scorer = rollouts.Scorer(workspace, rollouts.find(workspace, asked.rollout))
    champion = scorer.models[0]
    rows, _, refused, notes = _rows(workspace, source, champion)
    scores = scorer.score(rows)
    classes = likeliest(champion, scores)
    for model in scorer.models[1:]:
        its = pc.and_(pc.equal(scores["model"], model.name), pc.equal(scores["version"], model.version))
        classes = pc.if_else(its.combine_chunks(), likeliest(model, scores), classes)
    told = scores.append_column("prediction", classes)
    return Predictions(champion.name, champion.version, champion.target, told, refused, out, notes, asked.rollout)


def likeliest(model: Model, scores: pa.Table) -> pa.Array:
    """Return the class that is predicted for each customer."""
    if len(model.classes) == 2:
        responds = scores["probability"].to_numpy()[:, None]
        p = np.where(np.arange(2) == model.positive, responds, 1 - responds)
    else:
        p = np.column_stack([scores[f"p_{label}"].to_numpy() for label in model.classes])
    return pa.array(model.classes, pa.string()).take(pa.array(model.called(p)))


def _rows(workspace: Workspace, source: str, model: Model) -> tuple[pa.Table, str | None, int, tuple[Sentence, ...]]:
    """Return the customers, their key, how many rows were refused, and what there is to say."""
    if any(kept.name == source for kept in workspace.artifacts("table")):
        table = workspace.table(source)
        return workspace.read(table), table.meta.get("key"), 0, ()
    from campanile.sources import read_like

    reading = read_like(source, model.table)
    key = model.table.meta.get("key")
    named = key if key in reading.table.column_names else None
    return reading.table, named, reading.refused.num_rows, reading.words()[1:]


def _writer(out: Path | None) -> Callable[[Predictions], bytes]:
    """Return what writes predictions in the form that the file's ending says, before any work is done."""
    if out is None:
        return _json
    if out.suffix.lower() not in _FORMS:
        raise SourceError(
            say("Scores cannot be written as {suffix:quoted}.", suffix=out.suffix or out.name),
            say("Use a name that ends in {endings:list or}.", endings=tuple(_FORMS)),
        )
    return _FORMS[out.suffix.lower()]


def _json(done: Predictions) -> bytes:
    shown = {**done.to_dict(), "predictions": done.scores.to_pylist()}
    return (json.dumps(shown, ensure_ascii=False, default=str, indent=1) + "\n").encode()


def _table_form(write: Callable[[pa.Table], bytes]) -> Callable[[Predictions], bytes]:
    return lambda done: write(done.scores)


_FORMS: Mapping[str, Callable[[Predictions], bytes]] = {
    ".json": _json,
    **{ending: _table_form(write) for ending, write in WRITERS.items()},
}
