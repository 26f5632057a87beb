"""A random forest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from campanile.models.method import Method, Settings
from campanile.words import say


def settings(rows: int) -> Settings:
    """Return settings that are good without a search."""
    return {"n_estimators": 300, "max_features": "sqrt", "min_samples_leaf": 4 if rows < 10_000 else 10}


def make(settings: Settings, levels: Sequence[int], seed: int) -> Any:
    """Return the encoder and the forest as one pipeline."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import Pipeline

    from campanile.features.encoding import Design

    forest = RandomForestClassifier(**settings, random_state=seed, n_jobs=1)
    return Pipeline([("design", Design(levels=list(levels))), ("classifier", forest)])


METHOD = Method(say("Random forest"), make, settings, inner={"n_estimators": 60}, inner_folds=3, most_rows=30_000)
