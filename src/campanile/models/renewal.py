"""Further training on new rows, and the older version beside the newer on customers that neither had seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate
from campanile.models.crossfit import Fitted
from campanile.models.folds import content
from campanile.models.judging import figures, gain, losses
from campanile.models.metrics import Judged, resampled
from campanile.models.model import Model
from campanile.models.preparation import Prepared
from campanile.models.result import Comparison, Trained
from campanile.models.spec import TrainSpec
from campanile.tables import Dictionary, dictionary_of
from campanile.words import Sentence, say
from campanile.workspace.catalog import Artifact
from campanile.workspace.errors import NotFound
from campanile.workspace.place import Workspace

_LEAST_ROWS = 30
_LEAST_POSITIVES = 5

PANEL = ("entity", "time", "horizon_days", "exposure")
"""What a training was told of a table with a row for each entity and cut-off."""


def previous(workspace: Workspace, spec: TrainSpec) -> tuple[Artifact, ...]:
    """Return the newest kept model of each method for this target. Raises NotFound where there is none."""
    newest: dict[str, Artifact] = {}
    for artifact in workspace.artifacts("model"):
        if artifact.meta["target"] == spec.target and artifact.name == f"{spec.stem}-{artifact.meta['method']}":
            newest[artifact.name] = artifact
    if not newest:
        raise NotFound(
            say("There is no model for {target:quoted} to continue from.", target=spec.target),
            say("Train one first, without --continue."),
        )
    return tuple(newest.values())


def again(spec: TrainSpec, kept: Sequence[Artifact]) -> TrainSpec:
    """Return the spec for the methods that are kept, with the costs and columns that they were trained with."""
    old = kept[-1].meta
    update: dict[str, object] = {"methods": spec.methods or tuple(one.meta["method"] for one in kept)}
    if spec.contact_cost is None:
        update |= {"contact_cost": old.get("contact_cost"), "sale_value": old.get("sale_value")}
    if all(getattr(spec, name) is None for name in PANEL):
        update |= old.get("panel", {})
    if spec.positive is None:
        update["positive"] = old["classes"][old["positive"]]
    return spec.model_copy(update=update)


def compare(
    workspace: Workspace, old: Model, prepared: Prepared, model: Trained, fitted: Fitted, spec: TrainSpec
) -> Comparison | None:
    """Judge both versions on the rows added since, where these are enough, else on the rows both have in common.

    On added rows the older model predicts as it is and the newer out of fold; on common rows both out
    of fold. An added row that is a copy of an old one, or of an entity that had rows, is left out: the older model
    has seen it. Only rows that the split judges are taken. None where too few rows of either kind are there to judge
    by.
    """
    table = workspace.read(old.table)
    columns = [name for name in prepared.rows.column_names if name in table.column_names]
    here, learned, there = (
        _marks(rows.select(columns), dictionary_of(old.table), spec)
        for rows in (prepared.rows, table.filter(table[old.target].is_valid()), table.take(old.oof["row"]))
    )
    added = prepared.split.judged & ~np.isin(here.entity, learned.entity) & ~np.isin(here.print, learned.print)
    added &= set(old.plan.sources) <= set(prepared.rows.column_names)
    response = prepared.problem.y == prepared.target.positive
    on_new = added.sum() >= _LEAST_ROWS and _LEAST_POSITIVES <= response[added].sum() <= added.sum() - _LEAST_POSITIVES
    if on_new:
        rows = np.flatnonzero(added)
        p = old.predict(prepared.rows.take(pa.array(rows)))
    else:
        _, rows, place = np.intersect1d(here.row, there.row, return_indices=True)
        kept = prepared.split.judged[rows]
        rows, place = rows[kept], place[kept]
        if len(rows) < _LEAST_ROWS:
            return None
        p = np.stack([old.oof[f"p_{k}"].to_numpy()[place] for k in range(len(old.classes))], axis=1)
    before = _judged(prepared, rows, _in_order(p, old.classes, prepared.target.classes), spec)
    after = _judged(prepared, rows, fitted.p[rows], spec)
    draws = resampled(before.groups, spec.resamples, spec.seed)
    better = gain(losses(before), losses(after), draws)
    return Comparison(
        model.name, old.version, model.version, len(rows), int(response[rows].sum()), bool(on_new),
        figures(before, draws), figures(after, draws), better,
        _verdict(model, old.version, better, len(rows)),
    )  # fmt: skip


@dataclass(frozen=True)
class _Marks:
    """What names each row, what names whose it is, and the print of its content; (rows,)."""

    row: NDArray[np.generic]
    entity: NDArray[np.generic]
    print: NDArray[np.uint64]


def _marks(rows: pa.Table, dictionary: Dictionary, spec: TrainSpec) -> _Marks:
    prints = content(rows.select([name for name in rows.column_names if name != spec.entity]), dictionary, spec.target)
    if spec.entity is not None and spec.entity in rows.column_names:
        entities = _texts(rows[spec.entity])
        # The content tells an entity's rows apart, their time among it.
        return _Marks(np.char.add(np.char.add(entities, "\n"), prints.astype(str)), entities, prints)
    if dictionary.key is None or dictionary.key not in rows.column_names:
        return _Marks(prints, prints, prints)
    names = _texts(rows[dictionary.key])
    return _Marks(names, names, prints)


def _texts(column: pa.ChunkedArray) -> NDArray[np.str_]:
    return np.asarray(column.cast(pa.string()).to_numpy(zero_copy_only=False), dtype=str)


def _judged(prepared: Prepared, rows: NDArray[np.int64], p: NDArray[np.float64], spec: TrainSpec) -> Judged:
    problem = prepared.problem
    return Judged(
        p, problem.y[rows], problem.groups[rows], prepared.target.positive, spec.contact_cost, spec.sale_value
    )


def _in_order(p: NDArray[np.float64], old: Sequence[str], new: Sequence[str]) -> NDArray[np.float64]:
    """Return the columns of ``p`` in the order of the new classes; a class that was unknown has probability 0."""
    ordered = np.zeros((len(p), len(new)))
    for index, label in enumerate(old):
        if label in new:
            ordered[:, new.index(label)] = p[:, index]
    return ordered


def _verdict(model: Trained, old_version: int, better: Estimate, rows: int) -> Sentence:
    if better.low > 0:
        return say(
            "{name:quoted}: version {new} predicts better than version {old} on the same {rows:number} customers.",
            name=model.name, new=model.version, old=old_version, rows=rows,
        )  # fmt: skip
    if better.high < 0:
        return say(
            "{name:quoted}: version {new} predicts worse than version {old} on the same {rows:number} customers."
            " Keep the older one.",
            name=model.name, new=model.version, old=old_version, rows=rows,
        )  # fmt: skip
    return say(
        "{name:quoted}: versions {old} and {new} predict alike on the same {rows:number} customers.",
        name=model.name, new=model.version, old=old_version, rows=rows,
    )  # fmt: skip
