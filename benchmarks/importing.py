"""Load a CSV file of 182,388 x 31 as a typed, versioned table, beside pandas.read_csv and Parquet."""

from __future__ import annotations

from bars import Finding, Row
from made import WIDE_ROWS, wide
from running import campanile, folder, peer


def measure(*, reduced: bool) -> Finding:
    rows = WIDE_ROWS // 4 if reduced else WIDE_ROWS
    with folder() as place:
        file = wide(place / "wide.csv", rows)
        start = campanile("tables", workspace=place / "workspace").seconds
        ours = campanile("load", file, "--as", "customers", "--key", "customer_id", workspace=place / "workspace")
        by_hand = peer("reading.py", file, place / "wide.parquet", own=True)
    if ours.said["rows"] != rows:
        raise AssertionError(f"{ours.said['rows']} of {rows} rows were loaded")
    theirs = by_hand.said if by_hand else {}
    return Finding(
        f"Load {rows:,} x 31",
        (
            Row("load, start-up apart", ours.seconds - start, "s", None, {
                "pandas, CSV to Parquet": theirs.get("seconds"), "pandas.read_csv alone": theirs.get("read_seconds")}),
            Row("load, start-up included", ours.seconds, "s"),
            Row("peak memory", ours.peak_mb, "MB", None, {"pandas, CSV to Parquet": by_hand and by_hand.peak_mb}),
        ),
        (
            "Campanile finds out the dialect, recognises types and meanings, hashes file and content, and commits a"
            " version; pandas guesses storage types only.",
            *((f"Reduced: {rows:,} rows.",) if reduced else ()),
        ),
    )  # fmt: skip
