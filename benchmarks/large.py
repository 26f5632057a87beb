"""A hundred million events, and one user with a million of them: do time and memory grow no faster than the events?"""

from __future__ import annotations

from pathlib import Path

from bars import Bar, Finding, Row
from events import world
from running import Ran, campanile, folder, peer

GIGABYTES_8 = 8_000


def measure(*, reduced: bool) -> Finding:
    few, many = (500, 5_000) if reduced else (27_000, 270_000)
    small, events, _ = _run(few)
    large, more, sql = _run(many, by_hand=True)
    alone, his, _ = _run(2_000, one_user=True)
    return Finding(f"25 monthly features from {more:,} events and 100,000 tracks", (
        Row("whole command", large.seconds, "s", None, {"SQL by hand": sql.seconds if sql else None}),
        Row("peak memory", large.peak_mb, "MB", Bar(GIGABYTES_8), {"SQL by hand": sql.peak_mb if sql else None}),
        Row(f"time beside that of {events:,} events", large.seconds / small.seconds, "times", Bar(more / events)),
        Row("rows", large.said["rows"]),
        Row(f"one user with {his:,} events: whole command", alone.seconds, "s"),
        Row(f"one user with {his:,} events: peak memory", alone.peak_mb, "MB"),
    ), (
        "With the settings as they come (an engine may have 6 GB; what does not fit goes to disk). SQL by hand is that "
        "of `events`, in DuckDB as it comes.",
        f"{events:,} events took {small.seconds:.1f} s and {small.peak_mb:,.0f} MB.",
        *((f"Reduced: {many:,} users.",) if reduced else ()),
    ))  # fmt: skip


def _run(users: int, *, by_hand: bool = False, one_user: bool = False) -> tuple[Ran, int, Ran | None]:
    with folder() as place:
        events = world(place, users)
        if one_user:
            _as_one_user(place / "world" / "sessions.parquet")
        ran = campanile("study", "run", place / "study.toml", "--until", "features", workspace=place / "w")
        sql = peer("features_sql.py", place / "world", own=True) if by_hand else None
    return ran, events, sql


def _as_one_user(sessions: Path) -> None:
    """Let all that happened have happened to one user, who never buys."""
    import duckdb

    other = sessions.with_suffix(".other")
    duckdb.execute(
        f"COPY (SELECT * REPLACE (min(user_id) OVER () AS user_id) FROM '{sessions}' WHERE event_type <> 'BUY_PREMIUM' "
        f"ORDER BY timestamp) TO '{other}' (FORMAT parquet)"
    )
    other.replace(sessions)
