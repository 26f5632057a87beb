"""Who is in which group: the same for ever and everywhere, even, of two experiments apart; and how long it takes."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from bars import Bar, Finding, Row
from numpy.typing import NDArray
from running import campanile, folder
from scipy import stats

GOLDEN = Path(__file__).parents[1] / "tests" / "experiments" / "golden_groups.json"
CELLS, PAIRED = 20, 5
UNLIKELY = 0.001
"""How unlikely even buckets must look before they count as uneven."""


def measure(*, reduced: bool) -> Finding:
    users, experiments = (20_000, 100) if reduced else (1_000_000, 1_000)
    rows = (*changes(users), *spread(experiments, 20_000), *times(users))
    return Finding(
        f"Who is in which group: {users:,} users",
        rows,
        (
            "Changes: users who are not in the group that `assign` puts them into. Keys are numbers, UUIDs and words "
            "of several scripts; the experiment has three arms, a slot of a layer and a hold-out. Golden vectors are "
            "those of tests/experiments/golden_groups.json, which are kept for ever.",
            f"Even: for each of {experiments:,} experiments the chi-square of 20,000 users in {CELLS} equal parts; "
            f"independent: for each of {experiments:,} pairs that of {PAIRED} x {PAIRED} parts. If all is even, so are "
            "the p-values: 5 % of them are below .05. The bars are what chance goes beyond once in a thousand times.",
            "Time: the whole command from a Parquet file to `key,group`, with everything kept.",
        ),
    )


def changes(users: int) -> Iterator[Row]:
    """Count users whose group is another one elsewhere."""
    from campanile.experiments.grouping import groups

    keys = _keys(users)
    ours = groups(_experiment(), keys)
    yield _same("golden vectors", _golden())
    yield _same("one by one in Python", _differing(ours, [_alone(key) for key in keys.to_pylist()]))
    yield _same("DuckDB's expression", _differing(ours, _by_engine("duckdb", keys)))
    if importlib.util.find_spec("pyspark") and shutil.which("java"):
        yield _same("Spark's expression", _differing(ours, _by_engine("spark", keys)))
    else:
        print("  skipped: Spark (needs pyspark and Java)", flush=True)
    said = [_anew(users, seed) for seed in ("1", "2")]
    yield _same("restarted, other hash seeds", sum(one != _digest(ours) for one in said))
    yield _same("users in the other order", _differing(ours[::-1], groups(_experiment(), keys[::-1]).to_pylist()))


def _same(where: str, differing: int) -> Row:
    return Row(f"in another group: {where}", differing, "", Bar(0, must=True))


def _experiment() -> Any:
    from campanile.experiments.result import Arm, Experiment

    arms = (Arm("a", 12.5), Arm("b", 30.0), Arm("control", 57.5))
    return Experiment("offer", "pepper", 1, arms, layer="home", low=1000, high=9000, holdout=5.0)


def _alone(key: str) -> str:
    """Return the group of one key by arithmetic that can be done anywhere, written down a second time."""
    from campanile.workspace.buckets import bucket

    if bucket("campanile holdout", "holdout", key) < 500:
        return "holdout"
    if not 1000 <= bucket("campanile layer", "home", key) < 9000:
        return "outside"
    place = bucket("pepper", "offer", key)
    return "a" if place < 1250 else "b" if place < 4250 else "control"


def _by_engine(name: str, keys: pa.Array) -> list[str]:
    from campanile.experiments.grouping import expression
    from campanile.workspace.engines import open_engine

    with open_engine(name, master="local[2]") as engine:  # type: ignore[arg-type]
        rows = engine.arrow("users", pa.table({"at": np.arange(len(keys)), "key": keys}))
        found = engine.to_arrow(rows.select("at", group=expression(_experiment(), rows["key"])).order_by("at"))
    return list(found.column("group").to_pylist())


def _anew(users: int, seed: str) -> str:
    """Return the digest of all groups as another process finds it."""
    code = f"import assignment; print(assignment.alone({users}))"
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )  # fmt: skip
    return said.stdout.strip()


def alone(users: int) -> str:
    """Return the digest of all groups, for a process that does nothing else."""
    from campanile.experiments.grouping import groups

    return _digest(groups(_experiment(), _keys(users)))


def _digest(found: pa.Array) -> str:
    return hashlib.sha256("\n".join(found.to_pylist()).encode()).hexdigest()


def _differing(ours: pa.Array, others: Sequence[str]) -> int:
    return int(pc.sum(pc.not_equal(ours, pa.array(others, pa.string()))).as_py() or 0)


def _golden() -> int:
    from campanile.experiments.grouping import groups
    from campanile.experiments.result import Arm, Experiment

    wrong = 0
    for kept in json.loads(GOLDEN.read_text(encoding="utf-8")):
        asked = {**kept["experiment"], "arms": tuple(Arm(**one) for one in kept["experiment"]["arms"])}
        found = groups(Experiment(**asked), pa.array(list(kept["groups"]), pa.string()))
        wrong += _differing(found, list(kept["groups"].values()))
    return wrong


def _keys(users: int) -> pa.Array:
    random = np.random.default_rng(7)
    letters = np.array(list("aąbcćdeęéfghiíjklłmnñńoópqrsśtuúvwxyzźżÀßøЖ日本한😀"))
    words = ["".join(one) for one in letters[random.integers(0, len(letters), (users // 3, 9))]]
    ids = [str(uuid.UUID(bytes=random.bytes(16), version=4)) for _ in range(users // 3)]
    numbers = [f"{number}" for number in range(users - len(words) - len(ids))]
    return pa.array([*numbers, *ids, *words], pa.string())


def spread(experiments: int, users: int) -> Iterator[Row]:
    """Tell whether groups are even, and whether those of two experiments know nothing of each other."""
    from campanile.workspace.buckets import buckets

    keys = pa.array(np.arange(users))
    even, apart = [], []
    drawn = (buckets(f"experiment {at}", f"experiment {at}", keys) for at in range(experiments + 1))
    for at, (one, other) in enumerate(pairwise(drawn)):
        even.append(stats.chisquare(np.bincount(one * CELLS // 10_000, minlength=CELLS)).pvalue)
        apart.append(_contingency(one, other))
        if at and not at % 100:
            print(f"  {at} experiments", flush=True)
    yield from _uniform(f"chi-square of {experiments:,} experiments", np.array(even))
    yield from _uniform(f"independence of {experiments:,} pairs", np.array(apart))


def _contingency(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    table = np.zeros((PAIRED, PAIRED))
    np.add.at(table, (one * PAIRED // 10_000, other * PAIRED // 10_000), 1)
    return float(stats.chi2_contingency(table).pvalue)


def _uniform(what: str, chances: NDArray[np.float64]) -> Iterator[Row]:
    n = len(chances)
    yield Row(f"{what}: p that their p-values are uniform", float(stats.kstest(chances, "uniform").pvalue), "",
              Bar(UNLIKELY, at_least=True, must=True))  # fmt: skip
    for level in (0.05, 0.01):
        most = float(stats.binom.ppf(1 - UNLIKELY, n, level)) / n
        yield Row(f"{what}: p-values below {level:g}", 100 * float((chances < level).mean()), "%",
                  Bar(100 * most, must=True))  # fmt: skip


def times(users: int) -> Iterator[Row]:
    """Time the command on a file of users, for their first month and the next one."""
    with folder() as place:
        for month, many in (("2026-11", users), ("2026-12", users * 11 // 10)):
            pq.write_table(pa.table({"user_id": pa.array(np.arange(many))}), place / f"{month}.parquet")
        ran = _assign(place, "one", "2026-11")
        yield Row("from file to groups", ran.seconds, "s", Bar(30))
        yield Row("… at work", ran.busy, "s of a processor")
        yield Row("its peak memory", ran.peak_mb, "MB")
        yield Row("next month, a tenth of them new", _assign(place, "one", "2026-12").seconds, "s", Bar(30))
        before = (place / "one-2026-11.csv").read_bytes()
        _assign(place, "two", "2026-11")
        again = (place / "two-2026-11.csv").read_bytes()
        yield Row("files that differ between two fresh workspaces", int(before != again), "", Bar(0, must=True))
        kept = (place / "one-2026-12.csv").read_bytes().startswith(before)
        yield Row("earlier users who moved a month later", int(not kept), "", Bar(0, must=True))


def _assign(place: Path, workspace: str, month: str) -> Any:
    return campanile(
        "experiments", "assign", "offer", "--users", place / f"{month}.parquet", "--key", "user_id", "--share", 50,
        "--salt", "pepper", "--month", month, "--out", place / f"{workspace}-{month}.csv", workspace=place / workspace,
    )  # fmt: skip
