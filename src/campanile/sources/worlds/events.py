"""A made-up world of events: its files, and what is true in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from campanile.sources.worlds.truth import Driver


@dataclass(frozen=True)
class EventWorld:
    """Files of events and their truth.

    ``files`` maps a table's name to its file. ``truth`` is a Parquet file with one row for each customer (and cut-off)
    and what was true of them. ``dirt``, where the world was made dirty, says which cell of which table is dirty, how,
    and what stood there.

    ``drivers`` come in order of influence (the standard deviation of their part in the log-odds); their ``columns``
    name columns of ``truth``, their shape tells the sign. ``base_rate`` is the mean true probability of ``target``,
    ``ceiling_auc`` the AUC that perfect knowledge of the probabilities is expected to reach, ``class_shares`` the mean
    true probability of each class. ``target`` comes true within ``horizon_days`` of the cut-off (0: there is none).
    """

    folder: Path
    files: dict[str, Path]
    truth: Path
    dirt: Path | None
    target: str
    horizon_days: int
    users: int
    events: int
    drivers: tuple[Driver, ...]
    base_rate: float
    ceiling_auc: float
    class_shares: dict[str, float]
