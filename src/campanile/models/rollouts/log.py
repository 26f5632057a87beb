"""The log of answers: noted in memory within a microsecond or two, written by a thread within a second.

A process that is killed loses what it noted within the last second, at most ``EVERY_SECONDS`` and the time of one
writing; the files that are there stay readable.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.features.plan import FeaturePlan
from campanile.models.model import Model
from campanile.models.rollouts.files import append, tidy
from campanile.models.rollouts.rollout import Arm, Named, Rollout
from campanile.workspace.errors import CampanileError
from campanile.workspace.place import Workspace

Floats = NDArray[np.float64]

EVERY_SECONDS = 1.0
MOST_WAITING = 1_000_000
"""So many answers are held where the disk refuses them; of more the oldest are lost, and counted."""
_TIDY_AFTER = 600


@dataclass(frozen=True)
class Noted:
    """Answers given at one moment by one version: keys, probabilities of a response (n,), features (n, features).

    A shadow that could not score has no probabilities.
    """

    rollout: str
    declaration: int
    arm: Arm
    plan: FeaturePlan
    keys: Sequence[Any]
    micros: int
    probabilities: Floats | None
    matrix: Floats | None


class Log:
    """Notes answers and has them written; ``lost`` is told how many could not be."""

    def __init__(
        self, workspace: Workspace, *, every_seconds: float = EVERY_SECONDS, most_waiting: int = MOST_WAITING,
        lost: Callable[[int], None] = lambda _: None,
    ) -> None:  # fmt: skip
        self.workspace = workspace
        self.every_seconds = every_seconds
        self.most_waiting = most_waiting
        self._lost = lost
        self._waiting: list[Noted] = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._written: defaultdict[str, int] = defaultdict(int)

    def note(self, noted: Noted) -> None:
        """Take answers to be written; returns at once."""
        with self._lock:
            self._waiting.append(noted)
            if self._thread is None or not self._thread.is_alive():
                self._ending.clear()
                self._thread = threading.Thread(target=self._work, name="answers", daemon=True)
                self._thread.start()

    def flush(self) -> None:
        """Write all that was noted. Raises StorageError; what was not written is kept for the next time."""
        with self._writing:
            with self._lock:
                taken, self._waiting = self._waiting, []
            groups: defaultdict[tuple[str, Named], list[Noted]] = defaultdict(list)
            for one in taken:
                groups[one.rollout, one.arm.named].append(one)
            while groups:
                (rollout, named), noted = next(iter(groups.items()))
                try:
                    append(self.workspace, rollout, named, table(noted))
                except BaseException:
                    self._put_back(list(chain.from_iterable(groups.values())))
                    raise
                groups.pop((rollout, named))
                self._written[rollout] += 1

    def close(self) -> None:
        """Write what is left and end the thread."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()
        self.flush()

    def _work(self) -> None:
        while not self._ending.wait(self.every_seconds):
            try:
                self.flush()
                for rollout in [name for name, count in self._written.items() if count >= _TIDY_AFTER]:
                    self._written[rollout] = 0
                    tidy(self.workspace, rollout, wait=False)
            except CampanileError:
                # A full disk: tried again in a while, nobody's answer waits for it.
                continue

    def _put_back(self, noted: list[Noted]) -> None:
        with self._lock:
            kept = [*noted, *self._waiting]
            count = sum(len(one.keys) for one in kept)
            while kept and count > self.most_waiting:
                oldest = len(kept.pop(0).keys)
                count -= oldest
                self._lost(oldest)
            self._waiting = kept


def noted(rollout: Rollout, arm: Arm, model: Model, keys: Sequence[Any], p: Floats | None, matrix: Floats | None,
          micros: int | None = None) -> Noted:  # fmt: skip
    """Return answers to be noted; ``p`` (n, classes) are a model's probabilities of the rows of ``matrix``."""
    response = None if p is None else np.ascontiguousarray(p[:, model.positive])
    micros = now() if micros is None else micros
    return Noted(rollout.name, rollout.declaration, arm, model.plan, keys, micros, response, matrix)


def now() -> int:
    """Return the moment in microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def table(noted: Sequence[Noted]) -> pa.Table:
    """Return the answers of one version as rows: time, key, who answered how, and the features that it saw."""
    counts = [len(one.keys) for one in noted]
    first = noted[0].arm
    rows = sum(counts)
    features = {"features": _features(noted[0].plan, [_matrix(one) for one in noted])} if len(noted[0].plan) else {}
    return pa.table({
        "time": pa.array(np.repeat([one.micros for one in noted], counts), pa.timestamp("us", "UTC")),
        "key": pa.array([str(key) for key in chain.from_iterable(one.keys for one in noted)], pa.string()),
        "model": pa.repeat(pa.scalar(first.model), rows), "version": pa.repeat(pa.scalar(first.version), rows),
        "role": pa.array(np.repeat(np.array([one.arm.role for one in noted], dtype=object), counts), pa.string()),
        "declaration": np.repeat([one.declaration for one in noted], counts),
        "probability": pa.concat_arrays([_probabilities(one) for one in noted]),
        **features,
    })  # fmt: skip


def _probabilities(one: Noted) -> pa.Array:
    if one.probabilities is None:
        return pa.nulls(len(one.keys), pa.float64())
    return pa.array(one.probabilities, pa.float64())


def _matrix(one: Noted) -> Floats:
    return np.full((len(one.keys), len(one.plan)), np.nan) if one.matrix is None else one.matrix


def _features(plan: FeaturePlan, pieces: Sequence[Floats]) -> pa.Array:
    matrix = np.concatenate(pieces)
    columns: list[pa.Array] = []
    for place, feature in enumerate(plan):
        values = pa.array(matrix[:, place], pa.float64(), from_pandas=True)
        if feature.kind == "category":
            values = pa.array(feature.levels, pa.string()).take(values.cast(pa.int64()))
        columns.append(values)
    return pa.StructArray.from_arrays(columns, list(plan.names))
