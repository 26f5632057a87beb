"""The 25 monthly features of a music service from millions of events, beside what an analyst would write by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from bars import Bar, Finding, Row
from running import FEATURETOOLS, HERE, Ran, campanile, folder, peer

STUDY = HERE.parent / "examples" / "premium" / "study.toml"
WORKSPACE_TABLE = "tables/premium_features"
TEN_MINUTES = 600


def measure(*, reduced: bool) -> Finding:
    users = 2_000 if reduced else 27_000
    with folder() as place:
        events = world(place, users)
        ours = campanile("study", "run", place / "study.toml", "--until", "features", workspace=place / "w")
        again = campanile("study", "run", place / "study.toml", "--until", "features", workspace=place / "w")
        beside, alike = by_hand(place, reduced=reduced)
        one = campanile("study", "run", changed(place), "--until", "features", workspace=place / "w")
        slow = featuretools(users, events, reduced=reduced)
    sql = beside["SQL by hand"]
    rows = (
        Row("whole command", ours.seconds, "s", Bar(1.3 * sql.seconds) if sql else None,
            _of(beside, "seconds") | slow[0]),
        Row("processor time", ours.busy, "s", None, _of(beside, "busy")),
        Row("peak memory", ours.peak_mb, "MB", None, _of(beside, "peak_mb")),
        Row("rows", ours.said["rows"]),
        Row("run again, nothing changed", again.seconds, "s", Bar(2.0)),
        Row("run again, one feature of 25 changed", one.seconds, "s"),
    )  # fmt: skip
    return Finding(f"25 monthly features from {events:,} events and 100,000 tracks", rows, (
        "Each is a whole process, start-up and reading of the files included. SQL by hand gives the same panel: who "
        "was there at each cut-off, for how long, and what became of them. The others give the features alone. Ours "
        "also looks the events over, checks joins, fingerprints the files, and keeps the table with its lineage.",
        *alike, slow[1], "Of PySpark, only Python's memory is seen, not that of its Java machine.",
        *(("Reduced: 2,000 users, and neither PySpark nor Featuretools.",) if reduced else ()),
    ))  # fmt: skip


def by_hand(place: Path, *, reduced: bool) -> tuple[dict[str, Ran | None], list[str]]:
    """Run the peers, and hold what they computed against ours."""
    scripts = {"SQL by hand": "sql", "Polars by hand": "polars", "pandas by hand": "pandas", "PySpark by hand": "spark"}
    if reduced:
        del scripts["PySpark by hand"]
    ran = {
        name: peer(f"features_{script}.py", place / "world", own=script != "polars") for name, script in scripts.items()
    }
    alike = [
        f"{name}: {difference(place, f'by_{script}.parquet')}" for name, script in scripts.items() if ran[name]
    ]  # fmt: skip
    return ran, alike


def featuretools(users: int, events: int, *, reduced: bool) -> tuple[dict[str, float | None], str]:
    """Run Featuretools on a hundredth of the users, as all of them would take it hours."""
    if reduced:
        return {}, "Featuretools was not run."
    with folder() as place:
        fewer = world(place, users // 100)
        ran = peer("features_featuretools.py", place / "world", python=FEATURETOOLS)
    if ran is None:
        return {"Featuretools": None}, "Featuretools was not run."
    whole = ran.seconds * events / fewer
    return {"Featuretools": whole}, (
        f"Featuretools took {ran.seconds:.0f} s for {fewer:,} events, and fewer features (it has no liked tracks and "
        f"favourite genres); its figure is that, times {events / fewer:.0f}: an extrapolation, not a measurement."
    )


def difference(place: Path, theirs: str) -> str:
    """Tell how far a peer's values are from ours, in the rows and columns that both have."""
    import duckdb

    files = f"read_parquet('{place}/w/{WORKSPACE_TABLE}/*.parquet')"
    file = place / "world" / theirs
    other = f"read_parquet('{file}/*.parquet')" if file.is_dir() else f"read_parquet('{file}')"
    columns = {
        name: [row[0] for row in duckdb.execute(f"DESCRIBE SELECT * FROM {name}").fetchall()] for name in (files, other)
    }
    both = [one for one in columns[files] if one in columns[other] and one not in ("user_id", "cutoff")]
    apart = " + ".join(
        f"CAST(NOT coalesce(abs(CAST(a.{one} AS DOUBLE) - CAST(b.{one} AS DOUBLE)) <= 1e-9 * greatest(1, "
        f"abs(CAST(a.{one} AS DOUBLE))), a.{one} IS NULL AND b.{one} IS NULL) AS BIGINT)" for one in both
    )  # fmt: skip
    rows, wrong = duckdb.execute(
        f"SELECT count(*), sum({apart}) FROM {files} a JOIN {other} b "
        "ON a.user_id = b.user_id AND CAST(a.cutoff AS DATE) = CAST(b.cutoff AS DATE)"
    ).fetchall()[0]
    values = f"{rows * len(both):,} values ({len(both)} columns, {rows:,} rows)"
    return f"{wrong or 0:,} of {values} differ from ours by more than 1e-9."


def world(place: Path, users: int) -> int:
    """Write a made-up service and the example's study over it; return how many events there are."""
    from campanile.sources.worlds import MusicSpec, music

    made = music(place / "world", MusicSpec(users=users, months=6, tracks=100_000, events_per_user_month=85))
    study(place)
    return made.events


def study(place: Path) -> Path:
    """Write the example's study over the made-up service."""
    text = STUDY.read_text(encoding="utf-8")
    text = re.sub(r'source = "[^"]*/(\w+)\.jsonl[^"]*"', rf'source = "{place}/world/\1.parquet"', text)
    text = text[: text.index("[tables.tracks.columns]")] + text[text.index("[tables.artists]") :]
    file = place / "study.toml"
    file.write_text(text, encoding="utf-8")
    return file


def changed(place: Path) -> Path:
    """Change one feature of the study."""
    file = place / "study.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("avg(tracks.tempo)", "max(tracks.tempo)"), encoding="utf-8")
    return file


def _of(ran: Mapping[str, Ran | None], measure: str) -> dict[str, float | None]:
    return {name: getattr(one, measure) if one else None for name, one in ran.items()}
