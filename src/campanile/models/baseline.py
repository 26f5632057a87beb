"""The base rate for everyone: what every other method must beat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from campanile.models.method import Method, Settings
from campanile.words import say


def make(settings: Settings, levels: Sequence[int], seed: int) -> Any:
    """Return a pipeline that answers with the share of each class."""
    from sklearn.dummy import DummyClassifier
    from sklearn.pipeline import Pipeline

    return Pipeline([("classifier", DummyClassifier(strategy="prior"))])


METHOD = Method(say("Base rate"), make, quick={}, weighted=False, calibrated=False)
