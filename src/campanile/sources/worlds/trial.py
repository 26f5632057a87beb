"""A made-up test: users who join month by month, of whom it is known what the offer truly does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_REGIONS = ("north", "south", "west")


@dataclass(frozen=True)
class Trial:
    """Users with what becomes of each without the offer and with it; the truth is the share that it wins.

    ``users`` has user_id, joined (UTC), region and hours_before (hours in the month before); ``bought`` and ``hours``
    are (users, 2): without the offer, with it. ``base_rate`` buys anyway, ``added_rate`` only with the offer; hours
    are the same on both sides.
    """

    users: pa.Table
    months: tuple[str, ...]
    bought: NDArray[np.bool_]
    hours: NDArray[np.float64]
    base_rate: float
    added_rate: float

    def joined_by(self, month: str) -> pa.Table:
        """Return the users who joined by the end of a month: the first ones."""
        return self.users.filter(self._joined(month))

    def until(self, month: str, treated: NDArray[np.bool_]) -> pa.Table:
        """Return the users who joined by the end of a month, and what became of them in their groups.

        ``treated`` tells of these users, the first ones, or of all.
        """
        there = self.joined_by(month)
        rows = np.arange(there.num_rows)
        side = treated[rows].astype(np.int64)
        whole = there.append_column("bought", pa.array(self.bought[rows, side]))
        return whole.append_column("hours", pa.array(self.hours[rows, side]))

    def _joined(self, month: str) -> pa.Array:
        joined = self.users.column("joined").to_numpy().astype("datetime64[M]").astype(str)
        return pa.array(joined <= month)


def trial(
    users: int = 12_000, months: int = 6, seed: int = 0, base_rate: float = 0.1, added_rate: float = 0.03
) -> Trial:
    """Make up the users of a test from January 2026 on, as many in each month."""
    random = np.random.default_rng(seed)
    starts = [datetime(2026 + at // 12, at % 12 + 1, 1, tzinfo=UTC) for at in range(months)]
    month = np.sort(np.arange(users) % months)
    joined = np.array([np.datetime64(one.replace(tzinfo=None), "us") for one in starts])[month]
    joined += random.integers(0, 28 * 24 * 60, users).astype("timedelta64[m]")
    before = random.gamma(2, 5, users)
    draw = random.random(users)
    hours = np.maximum(0.0, 0.8 * before + random.normal(3, 2.5, users))
    table = pa.table({
        "user_id": pa.array([f"u{n:06d}" for n in range(users)]), "joined": pa.array(joined, pa.timestamp("us", "UTC")),
        "region": pa.array(np.array(_REGIONS)[random.integers(0, len(_REGIONS), users)]), "hours_before": before,
    })  # fmt: skip
    return Trial(
        table, tuple(f"{one:%Y-%m}" for one in starts),
        np.column_stack([draw < base_rate, draw < base_rate + added_rate]), np.column_stack([hours, hours]),
        base_rate, added_rate,
    )  # fmt: skip
