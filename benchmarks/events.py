"""The 25 monthly features of a music service from millions of events, beside SQL and pandas written by hand."""

from __future__ import annotations

import re
from pathlib import Path

from bars import Bar, Finding, Row
from running import HERE, campanile, folder, peer

STUDY = HERE.parent / "examples" / "premium" / "study.toml"


def measure(*, reduced: bool) -> Finding:
    from campanile.sources.worlds import MusicSpec, music

    users = 2_000 if reduced else 27_000
    with folder() as place:
        world = music(place / "world", MusicSpec(users=users, months=6, tracks=100_000, events_per_user_month=85))
        ours = campanile("study", "run", study(place), "--until", "features", workspace=place / "w")
        by_hand = peer("features_sql.py", place / "world", own=True)
        pandas = peer("features_pandas.py", place / "world", own=True)
        again = campanile("study", "run", study(place), "--until", "features", workspace=place / "w")
    rows = ours.said["rows"]
    beside = {
        name: told.seconds if told else None for name, told in (("SQL by hand", by_hand), ("pandas by hand", pandas))
    }
    most = 1.3 * by_hand.seconds if by_hand else None
    memory = {
        name: told.peak_mb if told else None for name, told in (("SQL by hand", by_hand), ("pandas by hand", pandas))
    }
    return Finding(
        f"25 monthly features from {world.events:,} events and 100,000 tracks",
        (
            Row("whole command", ours.seconds, "s", Bar(most) if most else None, beside),
            Row("peak memory", ours.peak_mb, "MB", None, memory),
            Row("rows", rows),
            Row("run again, nothing changed", again.seconds, "s", Bar(2.0)),
        ),
        (
            "Ours also says who was there at each cut-off, for how long, and what became of them (two targets), looks "
            "events over, checks joins, and keeps the table with its lineage; by hand there are the features alone.",
            *(("Reduced: 2,000 users.",) if reduced else ()),
        ),
    )  # fmt: skip


def study(place: Path) -> Path:
    """Write the example's study over the made-up service."""
    text = STUDY.read_text(encoding="utf-8")
    text = re.sub(r'source = "[^"]*/(\w+)\.jsonl[^"]*"', rf'source = "{place}/world/\1.parquet"', text)
    text = text[: text.index("[tables.tracks.columns]")] + text[text.index("[tables.artists]") :]
    file = place / "study.toml"
    file.write_text(text, encoding="utf-8")
    return file
