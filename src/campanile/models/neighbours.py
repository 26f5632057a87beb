"""The share of responders among the nearest customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from campanile.models.method import Method, Settings
from campanile.words import say


def settings(rows: int) -> Settings:
    """Return a number of neighbours that grows with the root of the rows."""
    return {"n_neighbors": max(3, min(200, round(1.2 * rows**0.5), rows // 3))}


def make(settings: Settings, levels: Sequence[int], seed: int) -> Any:
    """Return the encoder and the neighbours as one pipeline."""
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import Pipeline

    from campanile.features.encoding import Design

    nearest = KNeighborsClassifier(**settings, algorithm="brute", n_jobs=1)
    return Pipeline([("design", Design(levels=list(levels))), ("classifier", nearest)])


METHOD = Method(say("Nearest neighbours"), make, settings, most_rows=20_000, weighted=False)
