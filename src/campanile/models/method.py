"""What a method of classification is to the training: how to make it, with which settings, and its limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from campanile.words import Sentence

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Method:
    """``make(settings, levels, seed)`` returns an unfitted pipeline that takes a feature matrix.

    ``settings(rows)`` are good fixed ones for so many training rows; ``inner`` overlays them for the
    ``inner_folds`` (at most), which only calibrate; ``quick`` overlays them in quick training (None: left out), which
    leaves a method out where there are more than ``quick_rows``.
    No more than ``most_rows`` are learned from. ``space(trial)`` proposes settings to try. A method
    with ``parts`` blends these other methods. ``keeps`` names the pipeline's parameter for the columns that a choice
    of features must keep.
    """

    label: Sentence
    make: Callable[[Settings, Sequence[int], int], Any]
    settings: Callable[[int], Settings] = field(default=lambda rows: {})
    inner: Settings = field(default_factory=dict)
    inner_folds: int = 5
    quick: Settings | None = None
    quick_rows: int = 1_000_000_000
    most_rows: int = 1_000_000
    weighted: bool = True
    calibrated: bool = True
    space: Callable[[Any], Settings] | None = None
    parts: tuple[str, ...] = ()
    keeps: str | None = None

    def is_quick(self, rows: int) -> bool:
        """Tell whether quick training of so many rows has time for it."""
        return self.quick is not None and rows <= self.quick_rows
