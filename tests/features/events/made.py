"""Many small worlds of events in one set of tables, each entity's name telling its world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.features.events import PanelSpec

MICROS_A_DAY = 86_400_000_000
START = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
KINDS = np.array(["PLAY", "SKIP", "LIKE", "BUY"])


@dataclass(frozen=True)
class Worlds:
    """Events as arrays: whose, when, when known, of which kind, of which item, and how much (eighths)."""

    entity: NDArray[np.str_]
    time: NDArray[np.int64]
    arrived: NDArray[np.int64]
    kind: NDArray[np.str_]
    item: NDArray[np.int64]
    amount: NDArray[np.float64]

    def table(self) -> pa.Table:
        """Return the events as a table."""
        return pa.table({
            "user_id": self.entity, "ts": self.time.view("datetime64[us]"), "came": self.arrived.view("datetime64[us]"),
            "kind": self.kind, "item": self.item, "amount": self.amount,
        })  # fmt: skip


def worlds(count: int, seed: int, *, late: bool = True) -> Worlds:
    """Make ``count`` worlds of up to four entities and some thirty events over four months; a third arrive late."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 60, count)
    world = np.repeat(np.arange(count), sizes)
    n = len(world)
    entity = np.char.add(np.char.add(world.astype(str), "-"), rng.integers(0, 4, n).astype(str))
    # Whole days are frequent: ends of windows are where mistakes are.
    days = np.where(rng.random(n) < 0.3, rng.integers(0, 120, n), rng.random(n) * 120)
    time = START + (days * MICROS_A_DAY).astype(np.int64)
    delay = np.where(rng.random(n) < 0.35, rng.exponential(20, n), 0.0) if late else np.zeros(n)
    return Worlds(
        entity, time, time + (delay * MICROS_A_DAY).astype(np.int64), KINDS[rng.choice(4, n, p=(0.6, 0.2, 0.15, 0.05))],
        rng.integers(0, 5, n), rng.integers(-40, 40, n) / 8,
    )  # fmt: skip


def another_future(told: Worlds, moment: int, seed: int) -> Worlds:
    """Change all that could not be known at ``moment``: some events go, others change, new ones come."""
    rng = np.random.default_rng(seed)
    known = (told.time < moment) & (told.arrived < moment)
    kept = known | (rng.random(len(known)) < 0.5)
    change = ~known & (rng.random(len(known)) < 0.7)
    more = rng.choice(len(known), len(known) // 2)

    def mixed(values: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
        changed = np.where(change, other, values)[kept]
        return np.concatenate([changed, values[more]])

    n = len(known)
    ahead = moment + (rng.random(n) * 60 * MICROS_A_DAY).astype(np.int64)
    past = moment - (rng.random(n) * 60 * MICROS_A_DAY).astype(np.int64)
    early = rng.random(n) < 0.5
    # Something new either happens later, or happened before and is told of later.
    time = np.concatenate([np.where(change, ahead, told.time)[kept], np.where(early, past, ahead)[more]])
    arrived = np.concatenate([np.where(change, ahead, told.arrived)[kept], ahead[more]])
    return Worlds(
        np.concatenate([told.entity[kept], told.entity[more]]), time, np.maximum(time, arrived),
        mixed(told.kind, rng.permutation(told.kind)), mixed(told.item, rng.permutation(told.item)),
        mixed(told.amount, rng.permutation(told.amount)),
    )  # fmt: skip


def spec(*, arrived: bool = True, **changed: Any) -> PanelSpec:
    """Return a spec over the worlds with every kind of window, a mark, and values that add up exactly."""
    events = {"entity": "user_id", "time": "ts"} | ({"arrived": "came"} if arrived else {})
    features = {
        f"{name}_{window.replace(' ', '')}": {"expression": expression, "window": window}
        for window in ("1 month", "45 days", "1 week", "all")
        for name, expression in {
            "plays": "count(*) FILTER (WHERE kind = 'PLAY')", "total": "sum(amount)", "most": "max(amount)",
            "items": "count(DISTINCT item)", "liked": "count(*) FILTER (WHERE kind = 'PLAY' AND liked)",
            "colour": "min(items.colour)", "last": "days_between(max(ts), cutoff)",
        }.items()
    }  # fmt: skip
    asked: dict[str, Any] = {
        "entity": "users", "tables": {"users": {"key": "user_id"}, "events": events, "items": {"key": "item"}},
        "joins": ("events.item = items.item",),
        "marks": {"liked": {"table": "events", "after": "kind = 'LIKE'", "same": ("item",)}},
        "calendar": {"every": "month"}, "features": features,
    }  # fmt: skip
    return PanelSpec(**(asked | changed))


def tables(told: Worlds) -> dict[str, pa.Table]:
    """Return the worlds' three tables."""
    items = pa.table({"item": np.arange(5), "colour": ["red", "blue", "green", "grey", None]})
    # All that there may be: a user of whom nothing is known is one as well.
    everybody = np.char.add(
        np.char.add(np.repeat(np.arange(2_000), 4).astype(str), "-"), np.tile(np.arange(4), 2_000).astype(str)
    )
    return {"users": pa.table({"user_id": everybody}), "events": told.table(), "items": items}
