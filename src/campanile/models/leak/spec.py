"""What is looked at: the same features of one target in two panels, one of them cut short where the event happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from campanile.words import Sentence

Every = Literal["day", "week", "month"]


@dataclass(frozen=True)
class Side:
    """A panel: its rows, and the columns of whose row it is and of what happened (true, false, or missing)."""

    rows: pa.Table
    entity: str
    outcome: str


@dataclass(frozen=True)
class Scanned:
    """``cut`` is the panel of periods that end at the event, ``honest`` that of cut-offs before it.

    ``days`` names how long one was there, in ``cut`` and in ``honest``; ``labels`` are the features that both have.
    ``one_in`` says of how many entities one was looked at in ``cut``.
    """

    target: Sentence
    every: Every
    cut: Side
    honest: Side
    days: tuple[str, str]
    labels: Mapping[str, Sentence]
    one_in: int = 1
    resamples: int = 500
    seed: int = 0
