"""Score a million customers, table to table, on one core, beside pandas with scikit-learn or xgboost by hand."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from bars import Bar, Finding, Row
from running import HERE, campanile, folder, one_core, peer, process

PEERS = {"logistic": "logistic", "boosting": "boosted"}
KINDS = {"raw": "columns as they are", "same": "same features"}
OTHERS = ("stack", "additive", "forest", "neighbours")


def measure(*, reduced: bool) -> Finding:
    rows = 100_000 if reduced else 1_000_000
    # The slow ones are timed on fewer customers: their speed does not depend on how many there are.
    methods = {**dict.fromkeys(PEERS, rows), **({} if reduced else dict.fromkeys(OTHERS, rows // 10))}
    with folder() as place:
        at = tables(place, rows, methods)
        ours: list[Row] = []
        with one_core():
            for method, count in methods.items():
                ours += scored(method, count, place, at)
    return Finding(
        f"Score {rows:,} customers on one core",
        tuple(ours),
        (
            "A second is one of processor time: other work on the machine does not count.",
            "Table to table: read, build features, predict calibrated probabilities, commit a version. Imports and"
            " training are not counted on either side; by hand neither calibration, checks nor versions are made.",
            *(("Reduced: 100,000 customers, two methods.",) if reduced else
              (f"Methods without a peer score {rows // 10:,} customers.",)),
        ),
    )  # fmt: skip


def tables(place: Path, rows: int, methods: Iterable[str]) -> Path:
    """Load a small table to learn from and large ones to score; train methods on the small one."""
    from pyarrow import parquet

    from campanile.sources import worlds

    at = place / "workspace"
    for name, count, seed in (("known", 5_000, 0), ("few", rows // 10, 2), ("many", rows, 1)):
        world = worlds.campaign(count, seed=seed)
        table = world.table if name == "known" else world.table.drop_columns([world.target])
        parquet.write_table(table, place / f"{name}.parquet")
        campanile("load", place / f"{name}.parquet", "--as", name, "--key", world.key, workspace=at)
    asked = [part for name in methods for part in ("--method", name)]
    campanile("train", "known", "--target", "response", "--minutes", 0, *asked, workspace=at)
    return at


def scored(method: str, count: int, place: Path, at: Path) -> list[Row]:
    """Time one method of ours, and its peer by hand where there is one."""
    table = "few" if method in OTHERS else "many"
    model = next(one["name"] for one in campanile("models", workspace=at).said["models"] if one["method"] == method)
    ours = process([sys.executable, str(HERE / "score_table.py"), str(at), table, model])
    speed = count / ours.said["cpu_seconds"]
    if method in OTHERS:
        return [Row(f"{method}: customers a second", speed)]
    hands = {f"by hand, {kind}": by_hand(place, table, method, features) for features, kind in KINDS.items()}
    return [
        Row(f"{method}: customers a second", speed, "", Bar(100_000, at_least=True),
            {name: count / said["cpu_seconds"] if said else None for name, said in hands.items()}),
        Row(f"{method}: by the clock", ours.said["seconds"], "s", None,
            {name: said.get("seconds") for name, said in hands.items()}),
        Row(f"{method}: peak memory", ours.peak_mb, "MB", Bar(1000),
            {name: said.get("peak_mb") for name, said in hands.items()}),
    ]  # fmt: skip


def by_hand(place: Path, table: str, method: str, features: str) -> dict[str, float]:
    """Time the script by hand."""
    ran = peer("scoring.py", place / "known.parquet", place / f"{table}.parquet", place / "by_hand.parquet",
               PEERS[method], "response", features, own=True)  # fmt: skip
    return ran.said | {"peak_mb": ran.peak_mb} if ran else {}
