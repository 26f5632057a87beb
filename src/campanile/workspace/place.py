"""The workspace: a folder that holds everything, safe for several processes and for sudden ends."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from filelock import FileLock, Timeout
from pydantic import TypeAdapter

from campanile import __version__
from campanile.words import Sentence, say
from campanile.workspace import store
from campanile.workspace.accounts import Accounts
from campanile.workspace.catalog import Artifact, Catalog, RunRecord, as_json
from campanile.workspace.errors import Busy, not_found
from campanile.workspace.jobs import Jobs
from campanile.workspace.once import Once
from campanile.workspace.runs import Run, from_bytes
from campanile.workspace.settings import Settings
from campanile.workspace.spec import Spec
from campanile.workspace.uploads import Uploads

Result = TypeVar("Result")


@dataclass(frozen=True)
class Link:
    """One step of a lineage: an artifact, the run that made it, and what that run read."""

    artifact: Artifact
    run: RunRecord
    parents: tuple[Link, ...]


class Workspace:
    """A folder with a catalog, tables and artifacts. Open one with ``Workspace.open``.

    ``made`` lists what was published through this object; ``jobs`` is the work given to other processes,
    ``uploads`` are files that people brought, ``once`` the answers given under a key.
    """

    def __init__(self, path: Path, catalog: Catalog, interrupted: tuple[RunRecord, ...]) -> None:
        self.path = path
        self.catalog = catalog
        self.interrupted = interrupted
        self.made: list[Artifact] = []
        self.jobs = Jobs(catalog, path)
        self.accounts = Accounts(catalog, path)
        self.uploads = Uploads(path)
        self.once = Once(catalog)

    @classmethod
    def open(cls, path: str | Path | None = None) -> Workspace:
        """Open the workspace in ``path`` (default: ``CAMPANILE_WORKSPACE`` or ``./.campanile``), made if absent.

        What a killed process left undone is cleared away and named in ``interrupted``. Raises
        Incompatible for a workspace of a newer version, StorageError where the folder cannot be written.
        """
        folder = Path(path) if path is not None else Settings().workspace
        with store.told(folder):
            (folder / "runs").mkdir(parents=True, exist_ok=True)
        catalog = Catalog(folder / "catalog.db")
        with store.told(folder), FileLock(folder / "workspace.lock"):
            catalog.migrate()
            interrupted = _sweep(folder, catalog)
        return cls(folder.resolve(), catalog, interrupted)

    @contextmanager
    def run(self, verb: str, spec: Spec | Mapping[str, Any], seed: int | None = None) -> Iterator[Run]:
        """Do one piece of work: publish what it saved when the block ends well, keep nothing otherwise."""
        asked = spec.model_dump(mode="json") if isinstance(spec, Spec) else as_json(dict(spec))
        record = RunRecord(uuid.uuid4().hex, verb, asked, seed, __version__, "running", datetime.now(UTC), None)
        # The lock lives as long as the process: whoever can take it knows that the run is dead.
        alive = FileLock(self.path / "runs" / f"{record.id}.lock")
        with FileLock(self.path / "workspace.lock"):
            alive.acquire()
            self.catalog.start(record)
        try:
            run = Run(self.path, record.id)
            yield run
            run.made = self.catalog.finish(record.id, run.drafts, run.parents)
            self.made += run.made
        except BaseException as error:
            state = "stopped" if isinstance(error, KeyboardInterrupt) else "failed"
            if self.catalog.abandon(record.id, state, type(error).__name__):
                _discard(self.path, record.id)
            raise
        finally:
            alive.release()
            _discard_lock(self.path, record.id)

    @contextmanager
    def lock_table(self, name: str) -> Iterator[None]:
        """Keep other processes from writing table ``name``; raises Busy after the settings' wait."""
        folder = self.path / "tables"
        folder.mkdir(exist_ok=True)
        wait = Settings().lock_wait_seconds
        try:
            with FileLock(folder / f"{name}.lock", timeout=wait):
                yield
        except Timeout:
            raise Busy(
                say("Table {name:quoted} is being written by another process; waited {wait:number} seconds.",
                    name=name, wait=wait),
                say("Try again when it has finished."),
            ) from None  # fmt: skip

    @contextmanager
    def numbering(self, kind: str) -> Iterator[Callable[[str], int]]:
        """Give the version that the next artifact of ``kind`` gets, by name, true until the block ends.

        For results that tell the versions of what is published with them: end the run within the block.
        """
        with FileLock(self.path / "runs" / f"{kind}.numbering"):
            yield lambda name: 1 + max((one.version for one in self.catalog.artifacts(kind, name)), default=0)

    def artifacts(self, kind: str | None = None, name: str | None = None) -> tuple[Artifact, ...]:
        """Return what is kept, oldest first."""
        return self.catalog.artifacts(kind, name)

    def artifact(self, kind: str, name: str | None = None, version: int | None = None) -> Artifact:
        """Return one artifact: by default the newest of that kind. Raises NotFound with the nearest name."""
        found = self.catalog.artifacts(kind, name)
        if version is not None:
            found = tuple(artifact for artifact in found if artifact.version == version)
        if not found:
            wanted = (name or kind) if version is None else f"{name or kind} v{version}"
            known = {artifact.name for artifact in self.catalog.artifacts(kind)}
            raise not_found(_KINDS.get(kind, say("result")), wanted, known)
        return found[-1]

    def table(self, name: str, version: int | None = None) -> Artifact:
        """Return table ``name`` as the catalog knows it: the newest version unless one is named."""
        return self.artifact("table", name, version)

    def read(self, table: Artifact | str, columns: list[str] | None = None) -> pa.Table:
        """Return the rows of a table version, sorted by its key where it has one."""
        artifact = self.table(table) if isinstance(table, str) else table
        key = artifact.meta.get("key")
        wanted = list(dict.fromkeys([*columns, *([key] if key else [])])) if columns is not None else None
        rows = store.read_table(self.path / artifact.location, artifact.meta["delta_version"], wanted)
        ordered = rows.sort_by(key) if key and not _sorted(rows.column(key)) else rows
        return ordered.select(columns) if columns is not None else ordered

    def files(self, table: Artifact) -> list[Path]:
        """Return the Parquet files that hold the rows of a table version, in no order: for engines that read them."""
        return store.table_files(self.path / table.location, table.meta["delta_version"])

    def file(self, artifact: Artifact, name: str) -> bytes:
        """Return one file of an artifact; raises Tampered when it is not what was saved."""
        return store.read_file(self.path / artifact.location / name, artifact.files[name])

    def frame(self, artifact: Artifact, name: str) -> pa.Table:
        """Return an Arrow table that was saved beside a result."""
        return from_bytes(self.file(artifact, f"{name}.arrow"))

    def result(self, artifact: Artifact, shape: type[Result]) -> Result:
        """Read a saved result back into its class."""
        return TypeAdapter(shape).validate_json(self.file(artifact, "result.json"))

    def lineage(self, artifact: Artifact) -> Link:
        """Return the path from ``artifact`` back to the files it came from.

        A file's fingerprint is taken by the run that reads it, so it counts among what that run read.
        """
        run = self.catalog.run(artifact.run_id)
        if artifact.kind == "file":
            return Link(artifact, run, ())
        files = [made for made in self.catalog.made_by(artifact.run_id) if made.kind == "file"]
        parents = [*self.catalog.parents(artifact.run_id), *files]
        return Link(artifact, run, tuple(self.lineage(parent) for parent in parents))

    def close(self) -> None:
        """Give the catalog's file back."""
        self.catalog.close()


_KINDS: dict[str, Sentence] = {"table": say("table"), "model": say("model")}


def _sorted(column: pa.ChunkedArray) -> bool:
    """Tell whether keys are in order already, as they mostly are: looking is cheaper than sorting."""
    whole = column.combine_chunks()
    return len(whole) < 2 or bool(pc.all(pc.less_equal(whole[:-1], whole[1:])).as_py())


def _sweep(folder: Path, catalog: Catalog) -> tuple[RunRecord, ...]:
    """Mark runs whose process died, and clear what they had written but not published."""
    running = {record.id: record for record in catalog.runs("running")}
    dead = []
    for run_id in {*running, *(path.stem for path in (folder / "runs").glob("*.lock"))}:
        try:
            with FileLock(folder / "runs" / f"{run_id}.lock", timeout=0):
                pass
        except Timeout:
            continue
        _discard_lock(folder, run_id)
        # A run commits before it lets go of its lock: one that is free and still running is dead, and
        # one that ended since ``running`` was read is not.
        if run_id in running and catalog.abandon(run_id, "interrupted", "killed"):
            _discard(folder, run_id)
            dead.append(running[run_id])
    return tuple(dead)


def _discard(folder: Path, run_id: str) -> None:
    for left in (folder / "artifacts").glob(f"{run_id}-*"):
        shutil.rmtree(left, ignore_errors=True)


def _discard_lock(folder: Path, run_id: str) -> None:
    (folder / "runs" / f"{run_id}.lock").unlink(missing_ok=True)
