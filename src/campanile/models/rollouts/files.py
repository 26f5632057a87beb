"""Where answers lie: Parquet files by rollout, version and day, whole or not there at all.

``answers/<rollout>/<model>@<version>/<day>/``. Each writer adds small files under names of its own, so that any number
of processes write without waiting for each other. ``tidy`` joins small files: the joint file names in its own footer
those that it stands for, so whoever reads leaves these out, however suddenly the tidying ended.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from campanile.models.rollouts.rollout import Named, Rollout
from campanile.workspace.engine import query
from campanile.workspace.place import Workspace
from campanile.workspace.store import told, write_file

FOLDER = "answers"
JOINED = "joined-"
SMALL_BYTES = 16 * 2**20
_COUNT = "SELECT count(probability) AS answers FROM answers WHERE declaration = ?"
_STANDS_FOR = b"stands_for"
_MOST_AT_ONCE = 1_000
_TRIES = 5


def append(workspace: Workspace, rollout: str, named: Named, answers: pa.Table) -> None:
    """Keep answers of one version, each under the day (UTC) on which it was given."""
    days = answers["time"].cast(pa.date32())
    for day in days.unique().to_pylist():
        rows = answers.filter(pc.equal(days, pa.scalar(day)))
        name = f"{datetime.now(UTC):%H%M%S%f}-{uuid.uuid4().hex[:12]}.parquet"
        write_file(_folder(workspace, rollout, named) / day.isoformat() / name, _bytes(rows))


def files(workspace: Workspace, rollout: str, named: Named, since: date | None = None) -> list[str]:
    """Return the files that hold the answers of a version, those that a joint file stands for left out."""
    found: list[str] = []
    for folder in sorted(_folder(workspace, rollout, named).glob("????-??-??")):
        if since is None or date.fromisoformat(folder.name) >= since:
            found += [str(path) for path in _standing(folder)]
    return found


def answers(
    workspace: Workspace, rollout: str, named: Named, sql: str, values: Sequence[object] = (),
    since: date | None = None,
) -> pa.Table | None:  # fmt: skip
    """Return what ``sql`` finds in the answers of a version, which it calls ``answers``; None where there are none."""
    for left in range(_TRIES, 0, -1):
        there = files(workspace, rollout, named, since)
        if not there:
            return None
        try:
            return query(f"WITH answers AS (SELECT * FROM read_parquet(?)) {sql}", None, [there, *values])
        except Exception:
            # Somebody may have tidied between the looking and the reading.
            if left == 1 or all(Path(name).exists() for name in there):
                raise
    raise AssertionError


def counted(workspace: Workspace, rollout: Rollout) -> dict[Named, int]:
    """Return how many answers the log holds of each version under this declaration."""
    found = {}
    for arm in rollout.arms:
        rows = answers(workspace, rollout.name, arm.named, _COUNT, [rollout.declaration])
        found[arm.named] = 0 if rows is None else int(rows["answers"][0].as_py())
    return found


def tidy(workspace: Workspace, rollout: str, *, keep_days: int | None = None, wait: bool = True) -> int:
    """Join the small files of each day, drop days older than ``keep_days``; return how many files are gone.

    May be ended at any moment and done again: no answer is lost or counted twice.
    """
    home = workspace.path / FOLDER / rollout
    if not home.exists():
        return 0
    try:
        with told(home), FileLock(home / "tidy.lock", timeout=-1 if wait else 0):
            gone = sum(_join(folder) for folder in home.glob("*/????-??-??"))
            return gone + (_drop(home, keep_days) if keep_days is not None else 0)
    except Timeout:
        return 0


def _join(folder: Path) -> int:
    gone = _clear(folder)
    small = [path for path in _standing(folder) if path.stat().st_size < SMALL_BYTES]
    for start in range(0, len(small), _MOST_AT_ONCE):
        chosen = small[start : start + _MOST_AT_ONCE]
        if len(chosen) < 2:
            continue
        rows = pa.concat_tables([pq.read_table(path) for path in chosen], promote_options="default")
        names = json.dumps([path.name for path in chosen]).encode()
        write_file(folder / f"{JOINED}{uuid.uuid4().hex}.parquet", _bytes(rows, {_STANDS_FOR: names}))
        gone += _clear(folder)
    return gone


def _clear(folder: Path) -> int:
    """Remove the files that joint files stand for, and what a sudden end left half written before today."""
    done = [folder / name for name in _stood_for(folder) if (folder / name).exists()]
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    for path in [*done, *(folder.glob("*.part") if folder.name < today else ())]:
        path.unlink(missing_ok=True)
    return len(done)


def _drop(home: Path, keep_days: int) -> int:
    first = f"{datetime.now(UTC).date() - timedelta(days=keep_days):%Y-%m-%d}"
    old = [folder for folder in home.glob("*/????-??-??") if folder.name < first]
    count = sum(len(list(folder.glob("*.parquet"))) for folder in old)
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return count


def _standing(folder: Path) -> list[Path]:
    gone = set(_stood_for(folder))
    return [path for path in sorted(folder.glob("*.parquet")) if path.name not in gone]


def _stood_for(folder: Path) -> Iterator[str]:
    for path in folder.glob(f"{JOINED}*.parquet"):
        try:
            yield from json.loads((pq.read_metadata(path).metadata or {}).get(_STANDS_FOR, b"[]"))
        except FileNotFoundError:  # tidied meanwhile, into one that is listed or will be
            continue


def _folder(workspace: Workspace, rollout: str, named: Named) -> Path:
    return workspace.path / FOLDER / rollout / f"{named[0]}@{named[1]}"


def _bytes(rows: pa.Table, facts: dict[bytes, bytes] | None = None) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(rows.replace_schema_metadata(facts or None), sink, compression="zstd")
    return bytes(sink.getvalue())
