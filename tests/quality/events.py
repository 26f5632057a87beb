"""A made-up music service without a fault: users, their events over a year, tracks and artists."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from campanile.tables import Column, Dictionary, Semantic
from campanile.tables.lists import STRINGS

MOMENT = "timestamp[us, tz=UTC]"
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)

EVENTS = Dictionary((
    Column("timestamp", Semantic.DATE, MOMENT), Column("user_id", Semantic.IDENTIFIER, "int64"),
    Column("track_id", Semantic.IDENTIFIER, "string"), Column("event_type", Semantic.CATEGORY, "string"),
    Column("session_id", Semantic.IDENTIFIER, "int64"),
))  # fmt: skip
MEASURES = ("energy", "valence", "tempo", "liveness", "loudness")
TRACKS = Dictionary((
    Column("id", Semantic.IDENTIFIER, "string"), Column("released", Semantic.TEXT, "string"),
    *(Column(name, Semantic.NUMBER, "double") for name in MEASURES), Column("plays", Semantic.NUMBER, "int64"),
), key="id")  # fmt: skip
USERS = Dictionary((
    Column("user_id", Semantic.IDENTIFIER, "int64"), Column("genres", Semantic.LIST, str(STRINGS)),
    Column("premium", Semantic.FLAG, "bool"),
), key="user_id")  # fmt: skip


def events(rows: int = 1200, days: int = 365, seed: int = 0) -> pa.Table:
    """Sessions of four events each, one user a session; every track of ``tracks`` is played."""
    draw = np.random.default_rng(seed)
    sessions = rows // 4
    start = np.sort(draw.uniform(0, days - 1, sessions))
    start[0], start[-1] = 0, days - 0.1
    return pa.table({
        "timestamp": pa.array([BEGIN + timedelta(days=float(start[i // 4]), minutes=3 * (i % 4)) for i in range(rows)],
                              pa.timestamp("us", tz="UTC")),
        "user_id": pa.array(np.repeat(draw.integers(1, 41, sessions), 4)),
        "track_id": pa.array([f"t{number % 200}" for number in draw.permutation(rows)]),
        "event_type": pa.array(np.array(["PLAY", "SKIP", "LIKE"])[draw.integers(0, 3, rows)]),
        "session_id": pa.array(np.repeat(np.arange(sessions) + 500, 4)),
    })  # fmt: skip


def tracks(rows: int = 200, seed: int = 0) -> pa.Table:
    """Tracks with measures of which none is nought."""
    draw = np.random.default_rng(seed)
    return pa.table({
        "id": pa.array([f"t{number}" for number in range(rows)]),
        "released": pa.array([f"{year}-0{month}-1{day}" for year, month, day in zip(
            draw.integers(1950, 2020, rows), draw.integers(1, 10, rows), draw.integers(0, 10, rows), strict=True)]),
        "energy": pa.array(draw.beta(2, 2, rows)), "valence": pa.array(draw.beta(2, 2, rows)),
        "tempo": pa.array(draw.normal(120, 25, rows).clip(40)), "liveness": pa.array(draw.beta(2, 8, rows)),
        "loudness": pa.array(-draw.gamma(4, 2, rows) - 0.1), "plays": pa.array(draw.poisson(2, rows)),
    })  # fmt: skip


def users(rows: int = 40) -> pa.Table:
    """Users with genres that are frequent, half of them premium."""
    genres = [["soul", "rock"], ["rock", "pop"], ["pop", "soul"], ["jazz", "soul"]]
    return pa.table({
        "user_id": pa.array(range(1, rows + 1)),
        "genres": pa.array([genres[row % 4] for row in range(rows)], STRINGS),
        "premium": pa.array([row % 2 == 0 for row in range(rows)]),
    })  # fmt: skip
