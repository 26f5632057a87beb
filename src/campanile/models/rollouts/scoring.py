"""Tables scored under a rollout: each customer by the version that answers it, all of it logged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.models.model import Model
from campanile.models.registry import load
from campanile.models.rollouts.files import append
from campanile.models.rollouts.log import noted, now, table
from campanile.models.rollouts.rollout import Arm, Rollout
from campanile.words import say
from campanile.workspace.errors import DataError
from campanile.workspace.place import Workspace

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scorer:
    """The versions of a rollout, loaded."""

    workspace: Workspace
    rollout: Rollout

    @cached_property
    def models(self) -> tuple[Model, ...]:
        """The models of the arms, in their order."""
        return tuple(load(self.workspace, *arm.named) for arm in self.rollout.arms)

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns that rows must have, the key first."""
        return tuple(dict.fromkeys([self.rollout.key, *(name for one in self.models for name in one.plan.sources)]))

    def score(self, rows: pa.Table, batch_rows: int = 65_536) -> pa.Table:
        """Return key, probability, p_<class> where there are more than two, model and version, and log the answers.

        Raises DataError where a row has no key.
        """
        if self.rollout.key not in rows.column_names:
            raise DataError(say("The customers have no column {key:quoted}, by which the rollout {name:quoted} deals"
                                " them.", key=self.rollout.key, name=self.rollout.name))  # fmt: skip
        starts = range(0, max(rows.num_rows, 1), batch_rows)
        return pa.concat_tables([self._batch(rows.slice(start, batch_rows)) for start in starts])

    def _batch(self, rows: pa.Table) -> pa.Table:
        keys = rows[self.rollout.key]
        places, micros = self.rollout.places(keys), now()
        p = np.full((rows.num_rows, len(self.models[0].classes)), np.nan)
        for place, (arm, model) in enumerate(zip(self.rollout.arms, self.models, strict=True)):
            chosen = np.arange(len(p)) if arm.role == "shadow" else np.flatnonzero(places == place)
            if len(chosen):
                scores = self._logged(arm, model, rows.take(pa.array(chosen)), micros)
                if arm.role != "shadow":
                    p[chosen] = scores
        return pa.table(dict(self._columns(keys, places, p)))

    def _logged(self, arm: Arm, model: Model, rows: pa.Table, micros: int) -> Floats:
        matrix = model.numbers(rows)
        p: Floats = np.asarray(model.pipeline.predict_proba(matrix))
        keys = rows[self.rollout.key].to_pylist()
        append(self.workspace, self.rollout.name, arm.named,
               table([noted(self.rollout, arm, model, keys, p, matrix, micros)]))  # fmt: skip
        return p

    def _columns(self, keys: pa.ChunkedArray, places: NDArray[np.int64], p: Floats) -> Iterator[tuple[str, pa.Array]]:
        first = self.models[0]
        yield self.rollout.key, keys.combine_chunks()
        yield "probability", pa.array(p[:, first.positive])
        if len(first.classes) > 2:
            yield from ((f"p_{label}", pa.array(p[:, at])) for at, label in enumerate(first.classes))
        yield "model", pa.array([arm.model for arm in self.rollout.arms], pa.string()).take(pa.array(places))
        yield "version", pa.array([arm.version for arm in self.rollout.arms], pa.int64()).take(pa.array(places))
