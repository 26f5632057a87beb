"""Any two kept models side by side, on the same customers where there are such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.estimates.estimate import Estimate
from campanile.models.metrics import Judged, estimated, resampled, weighted
from campanile.models.registry import find
from campanile.tables import dictionary_of
from campanile.words import Sentence, say
from campanile.workspace.catalog import Artifact
from campanile.workspace.place import Workspace

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_RESAMPLES = 200
_MOST_CELLS = 1_000_000
_LEAST_ROWS = 30


@dataclass(frozen=True)
class Beside:
    """Two models by their metrics; ``rows`` customers were predicted by both without having been seen.

    ``difference`` is the second less the first, its interval by resampling the same customers for both. Where there are
    no such customers (``rows`` 0) each has the figures of its own training, and no difference can be told.
    """

    first: str
    first_version: int
    second: str
    second_version: int
    rows: int
    figures: dict[str, tuple[Estimate, Estimate]]
    difference: dict[str, Estimate]
    verdict: Sentence

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {
            "first": self.first, "first_version": self.first_version, "second": self.second,
            "second_version": self.second_version, "rows": self.rows, "verdict": str(self.verdict),
            "figures": {name: [one.to_dict() for one in pair] for name, pair in self.figures.items()},
            "difference": {name: one.to_dict() for name, one in self.difference.items()},
        }  # fmt: skip


def compare(workspace: Workspace, first: tuple[str, int], second: tuple[str, int]) -> Beside:
    """Set two kept models, each by name and version, side by side. Raises NotFound."""
    models = find(workspace, *first), find(workspace, *second)
    if not _same_question(*models):
        return _apart(*models, say("The two predict different things; their figures cannot be set against each other."))
    oofs = [workspace.frame(one, "oof") for one in models]
    places = _common(workspace, models, oofs)
    if len(places[0]) < _LEAST_ROWS:
        return _apart(*models, say("The two were judged on different customers: a difference may be the customers'."))
    return _together(models, [oof.take(pa.array(rows)) for oof, rows in zip(oofs, places, strict=True)])


def _same_question(first: Artifact, second: Artifact) -> bool:
    return all(first.meta[name] == second.meta[name] for name in ("target", "classes", "positive"))


def _common(
    workspace: Workspace, models: tuple[Artifact, Artifact], oofs: Sequence[pa.Table]
) -> tuple[Rows, Rows]:  # fmt: skip
    """Return the places in both out-of-fold tables of the customers that both have, with the same outcome."""
    tables = [workspace.table(one.meta["table"], one.meta["table_version"]) for one in models]
    if tables[0].id == tables[1].id:
        names = [oof["row"].to_numpy() for oof in oofs]
    elif tables[0].name == tables[1].name and all(dictionary_of(table).key for table in tables):
        names = [_keys(workspace, table, oof) for table, oof in zip(tables, oofs, strict=True)]
    else:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    _, here, there = np.intersect1d(*names, return_indices=True)
    same = oofs[0]["actual"].to_numpy()[here] == oofs[1]["actual"].to_numpy()[there]
    return here[same], there[same]


def _keys(workspace: Workspace, table: Artifact, oof: pa.Table) -> NDArray[np.str_]:
    key = str(dictionary_of(table).key)
    names = workspace.read(table, [key])[key].cast(pa.string()).take(oof["row"])
    return np.asarray(names.to_numpy(zero_copy_only=False), dtype=str)


def _together(models: tuple[Artifact, Artifact], oofs: Sequence[pa.Table]) -> Beside:
    costs = [(one.meta.get("contact_cost"), one.meta.get("sale_value")) for one in models]
    cost = costs[0] if costs[0] == costs[1] else (None, None)
    judged = [_judged(oof, one, cost) for oof, one in zip(oofs, models, strict=True)]
    resamples = min(_RESAMPLES, _MOST_CELLS // len(judged[0].y))
    draws = resampled(judged[0].groups, resamples, models[0].meta["card"]["seed"])
    whole = [{name: float(one[0]) for name, one in weighted(seen, np.ones((1, len(seen.y)))).items()}
             for seen in judged]  # fmt: skip
    pieces = [[weighted(seen, piece) for piece in draws] for seen in judged]
    drawn = [{name: np.concatenate([piece[name] for piece in side]) for name in whole[0]} for side in pieces]
    figures, difference = {}, {}
    for name in whole[0]:
        pair = tuple(estimated(whole[side][name], drawn[side][name]) for side in (0, 1))
        apart = estimated(whole[1][name] - whole[0][name], drawn[1][name] - drawn[0][name])
        if np.isfinite([pair[0].low, pair[1].low, apart.low]).all():
            figures[name], difference[name] = (pair[0], pair[1]), apart
    rows = len(judged[0].y)
    return Beside(
        *_named(models), rows, figures, difference, _verdict(models, difference["log_loss"], rows)
    )  # fmt: skip


def _judged(oof: pa.Table, model: Artifact, costs: tuple[float | None, float | None]) -> Judged:
    p = np.stack([oof[f"p_{k}"].to_numpy() for k in range(len(model.meta["classes"]))], axis=1)
    return Judged(p, oof["actual"].to_numpy(), oof["group"].to_numpy(), int(model.meta["positive"]), *costs)


def _apart(first: Artifact, second: Artifact, verdict: Sentence) -> Beside:
    ours, theirs = (
        {name: Estimate(**one) for name, one in model.meta["card"]["metrics"].items()} for model in (first, second)
    )
    figures = {name: (ours[name], theirs[name]) for name in ours if name in theirs}
    return Beside(*_named((first, second)), 0, figures, {}, verdict)


def _named(models: tuple[Artifact, Artifact]) -> tuple[str, int, str, int]:
    first, second = models
    return first.name, first.version, second.name, second.version


def _verdict(models: tuple[Artifact, Artifact], loss: Estimate, rows: int) -> Sentence:
    first, second = (say("{name} v{version}", name=one.name, version=one.version) for one in models)
    if loss.excludes(0):
        better, worse = (second, first) if loss.estimate < 0 else (first, second)
        return say(
            "{better} predicts better than {worse} on the same {rows:number} customers, whom neither had seen.",
            better=better, worse=worse, rows=rows,
        )  # fmt: skip
    return say(
        "{first} and {second} predict alike on the same {rows:number} customers, whom neither had seen.",
        first=first, second=second, rows=rows,
    )  # fmt: skip
