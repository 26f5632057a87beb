"""The dirt of a first delivery, put on clean tables, with every place noted; and events that arrive late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

# Which cell of which table (rows count from 0) is dirty, how, and what stood there, as text.
PLACES = pa.schema(
    [("table", pa.string()), ("row", pa.int64()), ("column", pa.string()), ("kind", pa.string()), ("was", pa.string())]
)


@dataclass(frozen=True)
class Spot:
    """One kind of dirt: in a ``share`` of rows, the cells of ``columns`` hold ``value`` (None: nothing)."""

    kind: str
    columns: tuple[str, ...]
    share: float
    value: Any = None


MUSIC_DIRT = {
    "users": (
        Spot("null", ("favourite_genres",), 0.02),
        Spot("null", ("premium_user",), 0.04),
        Spot("stray", ("id",), 0.1, -1),
    ),
    "sessions": (
        Spot("null", ("event_type",), 0.045),
        Spot("empty", ("event_type",), 0.003, ""),
        Spot("null", ("user_id",), 0.048),
        Spot("null", ("track_id",), 0.053),
        Spot("empty", ("track_id",), 0.01, ""),
    ),
    "tracks": (
        Spot("zeroed", ("danceability", "speechiness", "valence", "tempo"), 0.004, 0.0),
        Spot("above zero", ("loudness",), 0.004, 2.487),
        Spot("zero", ("tempo",), 0.004, 0.0),
    ),
    "artists": (Spot("minus one", ("id",), 0.05, "-1"), Spot("null", ("genres",), 0.05)),
}
SHOP_DIRT = {
    "users": (
        Spot("null", ("age",), 0.02),
        Spot("minus one", ("age",), 0.01, -1),
        Spot("null", ("user_category",), 0.02),
    ),
    "sessions": (
        Spot("null", ("user_id",), 0.02),
        Spot("null", ("device_type",), 0.03),
        Spot("empty", ("search_query",), 0.02, ""),
        Spot("zero", ("session_duration",), 0.01, 0),
        Spot("minus one", ("page_views",), 0.01, -1),
    ),
}
_MINUTE_US = 60_000_000


def soil(
    table: pa.Table, spots: tuple[Spot, ...], rng: np.random.Generator, *, name: str, first_row: int = 0
) -> tuple[pa.Table, pa.Table]:
    """Return the table with dirt on it, and the places: no cell is made dirty twice, none "dirty" with what it held."""
    taken = {name: np.zeros(table.num_rows, dtype=bool) for name in table.column_names}
    places = [PLACES.empty_table()]
    for spot in spots:
        chosen = rng.random(table.num_rows) < spot.share
        for place in map(table.column_names.index, spot.columns):
            field, column = table.schema.field(place), table.column(place).combine_chunks()
            here = chosen & ~taken[field.name] & _differs(column, spot.value)
            taken[field.name] |= here
            places.append(_places(column, here, (name, field.name, spot.kind), first_row))
            dirty = pc.if_else(pa.array(~here), column, pa.scalar(spot.value, column.type))
            table = table.set_column(place, field, dirty)
    return table, pa.concat_tables(places)


def late(events: pa.Table, rng: np.random.Generator) -> pa.Table:
    """Add when each event arrived: never before it happened, mostly within minutes, three in a thousand days later."""
    rows = events.num_rows
    happened = events["timestamp"].cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy()
    luck = rng.random(rows)
    minutes = np.select(
        [luck < 0.97, luck < 0.997],
        [rng.exponential(2.0, rows), rng.exponential(90.0, rows)],
        1440 * rng.uniform(1, 6, rows),
    )
    arrived = pa.array(happened + (minutes * _MINUTE_US).astype(np.int64), pa.timestamp("us", "UTC"))
    return events.append_column("arrived", arrived)


def _differs(column: pa.Array, value: Any) -> NDArray[np.bool_]:
    if value is None:
        return np.asarray(column.is_valid())
    return np.asarray(pc.fill_null(pc.not_equal(column, pa.scalar(value, column.type)), True))


def _places(column: pa.Array, here: NDArray[np.bool_], of: tuple[str, str, str], first_row: int) -> pa.Table:
    rows = np.flatnonzero(here)
    was = column.take(pa.array(rows))
    was = pc.binary_join(was, ", ") if pa.types.is_list(was.type) else was.cast(pa.string())
    table, name, kind = (pa.repeat(word, len(rows)) for word in of)
    return pa.table([table, pa.array(rows + first_row), name, kind, was], schema=PLACES)
