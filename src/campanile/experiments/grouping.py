"""The group of a key: by its hash alone, the same in every process and engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.experiments.declaration import OF
from campanile.experiments.result import Arm, Experiment
from campanile.experiments.spec import OUTSIDE
from campanile.workspace.buckets import bucket_expression, buckets

if TYPE_CHECKING:
    import ibis

_LAYER, _HOLDOUT = "campanile layer", "campanile holdout"


def groups(experiment: Experiment, keys: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return the group of each key by its hash alone, in their order: an arm, "outside" or "holdout"."""
    names = pa.array([*(arm.name for arm in experiment.arms), *OUTSIDE])
    places = _places(experiment, experiment.arms, keys)
    if experiment.layer is not None:
        slot = buckets(_LAYER, experiment.layer, keys, OF)
        places = np.where((slot >= experiment.low) & (slot < experiment.high), places, len(names) - 2)
    if experiment.holdout:
        held = buckets(_HOLDOUT, "holdout", keys, OF) < round(OF * experiment.holdout / 100)
        places = np.where(held, len(names) - 1, places)
    return names.take(pa.array(places))


def by_hash(experiment: Experiment, arms: tuple[Arm, ...], keys: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return the arm of each key where everybody is in the experiment and ``arms`` are its shares."""
    return pa.array([arm.name for arm in arms]).take(pa.array(_places(experiment, arms, keys)))


def expression(experiment: Experiment, column: ibis.Value) -> Any:
    """Return the group as an expression over a column of keys, for every engine; the same as ``groups``."""
    import ibis

    edges = edges_of(experiment.arms)
    bucket = bucket_expression(experiment.salt, experiment.name, column, OF)
    arms = [(bucket < int(edge), arm.name) for arm, edge in zip(experiment.arms[:-1], edges[:-1], strict=True)]
    cases = []
    if experiment.holdout:
        held = bucket_expression(_HOLDOUT, "holdout", column, OF) < round(OF * experiment.holdout / 100)
        cases.append((held, OUTSIDE[1]))
    if experiment.layer is not None:
        slot = bucket_expression(_LAYER, experiment.layer, column, OF)
        cases.append(((slot < experiment.low) | (slot >= experiment.high), OUTSIDE[0]))
    return ibis.cases(*cases, *arms, else_=experiment.arms[-1].name)


def edges_of(arms: tuple[Arm, ...]) -> NDArray[np.int64]:
    """Return where each arm's buckets end. Treatments have the lowest: a share that grows puts nobody out."""
    return np.asarray(np.cumsum([round(OF * arm.percent / 100) for arm in arms]), dtype=np.int64)


def _places(experiment: Experiment, arms: tuple[Arm, ...], keys: pa.Array | pa.ChunkedArray) -> NDArray[np.int64]:
    places = np.searchsorted(edges_of(arms), buckets(experiment.salt, experiment.name, keys, OF), side="right")
    return np.asarray(np.minimum(places, len(arms) - 1), dtype=np.int64)
