"""Models that answer at once: several versions side by side, the ones asked for most recently kept in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campanile.models.asked import Asked, Customers, Reader
from campanile.models.model import Model
from campanile.models.registry import find, load
from campanile.words import Sentence
from campanile.workspace.catalog import Artifact
from campanile.workspace.fresh import Fresh
from campanile.workspace.place import Workspace

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Answered:
    """Probabilities (customers, classes) of customers, the place of each one's likeliest class, and their keys."""

    probabilities: Floats
    likeliest: NDArray[np.int64]
    keys: tuple[Any, ...] | None
    notes: tuple[Sentence, ...]


@dataclass(frozen=True)
class Served:
    """A model ready to answer: ``read`` customers, ``score`` as many together as there are, ``answer`` each asker."""

    model: Model

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.model)

    def read(self, customers: Customers) -> Asked:
        """Return customers, JSON objects, as the model takes them. Raises SpecError with all faults at once."""
        return self._reader.read(customers)

    def score(self, matrix: Floats) -> Floats:
        """Return calibrated probabilities (rows, classes)."""
        return np.asarray(self.model.pipeline.predict_proba(matrix))

    def answer(self, asked: Asked, probabilities: Floats) -> Answered:
        """Return what to tell who asked."""
        likeliest = self.model.called(probabilities)
        return Answered(probabilities, likeliest, asked.keys, asked.notes)


class Serving:
    """The models of a workspace, at most ``most`` of them in memory."""

    def __init__(self, workspace: Workspace, most: int = 8) -> None:
        self.workspace = workspace
        self.most = most
        self._served: OrderedDict[str, Served] = OrderedDict()
        self._found: Fresh[tuple[str | None, int | None], Artifact] = Fresh(workspace.catalog)
        self._lock = threading.Lock()

    def find(self, name: str | None = None, version: int | None = None) -> Artifact:
        """Return the model of that name and version, by default the chosen one. Raises NotFound.

        Looked up again only after something was committed to the workspace, by whatever process.
        """
        return self._found.get((name, version), lambda: find(self.workspace, name, version))

    def ready(self, artifact: Artifact) -> Served | None:
        """Return a model if it is in memory."""
        with self._lock:
            if artifact.id in self._served:
                self._served.move_to_end(artifact.id)
            return self._served.get(artifact.id)

    def load(self, artifact: Artifact) -> Served:
        """Return a model, read and checked against its hashes where it is not in memory yet; takes up to a second."""
        served = self.ready(artifact)
        if served is not None:
            return served
        fresh = Served(load(self.workspace, artifact.name, artifact.version))
        fresh.score(np.full((1, len(fresh.model.plan)), np.nan))  # what is made at the first use is made now
        with self._lock:
            self._served[artifact.id] = fresh
            while len(self._served) > self.most:
                self._served.popitem(last=False)
        return fresh
