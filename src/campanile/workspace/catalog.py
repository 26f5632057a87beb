"""What there is and where it came from: artifacts, the runs that made them, their roles.

An artifact is anything that is kept: a source file's fingerprint, a table version, a model, a result.
It becomes visible in the one transaction that ends its run, together with all the run made.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from campanile.words import say
from campanile.workspace.errors import Busy, Incompatible, StorageError

HEAD = "0002"

metadata = sa.MetaData()
runs = sa.Table(
    "runs", metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("verb", sa.String, nullable=False),
    sa.Column("spec", sa.JSON, nullable=False),
    sa.Column("seed", sa.Integer),
    sa.Column("code_version", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("error", sa.String),
    sa.Column("started_at", sa.String, nullable=False),
    sa.Column("finished_at", sa.String),
)  # fmt: skip
artifacts = sa.Table(
    "artifacts", metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("hash", sa.String, nullable=False),
    sa.Column("location", sa.String, nullable=False),
    sa.Column("files", sa.JSON, nullable=False),
    sa.Column("meta", sa.JSON, nullable=False),
    sa.Column("run_id", sa.ForeignKey("runs.id"), nullable=False),
    sa.Column("created_at", sa.String, nullable=False),
    sa.UniqueConstraint("kind", "name", "version"),
)  # fmt: skip
inputs = sa.Table(
    "inputs", metadata,
    sa.Column("run_id", sa.ForeignKey("runs.id"), primary_key=True),
    sa.Column("artifact_id", sa.ForeignKey("artifacts.id"), primary_key=True),
)  # fmt: skip
roles = sa.Table(
    "roles", metadata,
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("since", sa.String, nullable=False),
)  # fmt: skip


@dataclass(frozen=True)
class Artifact:
    """One kept thing: ``kind`` and ``name`` with a version that starts at 1."""

    id: str
    kind: str
    name: str
    version: int
    hash: str
    location: str
    run_id: str
    created_at: datetime
    files: dict[str, str] = field(default_factory=dict)
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RunRecord:
    """One piece of work as the catalog remembers it; times are UTC."""

    id: str
    verb: str
    spec: dict[str, Any]
    seed: int | None
    code_version: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    error: str | None = None


@dataclass(frozen=True)
class Draft:
    """An artifact that is written but not yet visible; its version is given at the commit."""

    id: str
    kind: str
    name: str
    hash: str
    location: str
    files: dict[str, str] = field(default_factory=dict)
    meta: dict[str, Any] = field(default_factory=dict)


class Catalog:
    """The catalog in one SQLite file, written in WAL mode so that readers never wait."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
        sa.event.listen(self._engine, "connect", _set_up)
        sa.event.listen(self._engine, "begin", _begin)
        self._watch: sqlite3.Connection | None = None

    def migrate(self) -> None:
        """Bring the schema to this version's; refuse one that is newer."""
        found = self._revision()
        if found == HEAD:
            return
        if found is not None and found > HEAD:
            raise Incompatible(
                say(
                    "The workspace {path:quoted} was written by a newer Campanile (schema {found}, ours {known}).",
                    path=str(self.path.parent), found=found, known=HEAD),
                say("Upgrade Campanile, or choose another folder with --workspace."),
            )  # fmt: skip
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", "campanile:workspace/migrations")
        with self._engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()

    def close(self) -> None:
        """Give the file back."""
        self._engine.dispose()
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def stamp(self) -> int:
        """Return a number that any commit changes, whoever made it: what was read at the same one still holds.

        Asking takes a few microseconds.
        """
        if self._watch is None:
            self._watch = sqlite3.connect(self.path, timeout=30, check_same_thread=False, isolation_level=None)
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Read one consistent state."""
        with self._told(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Write all or nothing; one writer at a time, others wait."""
        connection = self._engine.connect().execution_options(writes=True)
        with self._told(), connection, connection.begin():
            yield connection

    def start(self, run: RunRecord) -> None:
        """Note that a run has begun."""
        with self.writing() as connection:
            connection.execute(runs.insert().values(
                id=run.id, verb=run.verb, spec=run.spec, seed=run.seed, code_version=run.code_version,
                state=run.state, started_at=run.started_at.isoformat(),
            ))  # fmt: skip

    def finish(self, run_id: str, drafts: Iterable[Draft] = (), parents: Iterable[str] = ()) -> tuple[Artifact, ...]:
        """End a run well: make its drafts visible and give them their versions, in one transaction."""
        now = datetime.now(UTC)
        with self.writing() as connection:
            for parent in dict.fromkeys(parents):
                connection.execute(inputs.insert().values(run_id=run_id, artifact_id=parent))
            made = tuple(_publish(connection, draft, run_id, now) for draft in drafts)
            connection.execute(
                runs.update().where(runs.c.id == run_id).values(state="done", finished_at=now.isoformat())
            )
        return made

    def abandon(self, run_id: str, state: str, error: str) -> bool:
        """Note that a run came to nothing; False where it has ended already, so that what it made is kept."""
        ended = {"state": state, "finished_at": datetime.now(UTC).isoformat(), "error": error}
        still = (runs.c.id == run_id) & (runs.c.state == "running")
        with self.writing() as connection:
            return connection.execute(runs.update().where(still).values(**ended)).rowcount == 1

    def artifacts(self, kind: str | None = None, name: str | None = None) -> tuple[Artifact, ...]:
        """Return artifacts, oldest first."""
        wanted = sa.select(artifacts).order_by(artifacts.c.created_at, artifacts.c.version)
        if kind is not None:
            wanted = wanted.where(artifacts.c.kind == kind)
        if name is not None:
            wanted = wanted.where(artifacts.c.name == name)
        with self.reading() as connection:
            return tuple(_artifact(row) for row in connection.execute(wanted))

    def run(self, run_id: str) -> RunRecord:
        """Return the run of that id."""
        with self.reading() as connection:
            return _run(connection.execute(sa.select(runs).where(runs.c.id == run_id)).one())

    def runs(self, state: str | None = None) -> tuple[RunRecord, ...]:
        """Return runs, oldest first."""
        wanted = sa.select(runs).order_by(runs.c.started_at)
        if state is not None:
            wanted = wanted.where(runs.c.state == state)
        with self.reading() as connection:
            return tuple(_run(row) for row in connection.execute(wanted))

    def parents(self, run_id: str) -> tuple[Artifact, ...]:
        """Return the artifacts that a run read."""
        wanted = (
            sa.select(artifacts).join(inputs, inputs.c.artifact_id == artifacts.c.id).where(inputs.c.run_id == run_id)
        )
        with self.reading() as connection:
            return tuple(_artifact(row) for row in connection.execute(wanted))

    def made_by(self, run_id: str) -> tuple[Artifact, ...]:
        """Return the artifacts that a run made."""
        with self.reading() as connection:
            return tuple(_artifact(row) for row in connection.execute(
                sa.select(artifacts).where(artifacts.c.run_id == run_id)
            ))  # fmt: skip

    def roles(self, kind: str) -> dict[tuple[str, int], str]:
        """Return the role of each (name, version) that has one."""
        with self.reading() as connection:
            rows = connection.execute(sa.select(roles).where(roles.c.kind == kind))
            return {(row.name, row.version): row.role for row in rows}

    def give_role(self, artifact: Artifact, role: str, *, exclusive: bool) -> None:
        """Give an artifact a role; an exclusive role is taken from whoever of its kind had it."""
        with self.writing() as connection:
            same = roles.c.kind == artifact.kind
            if exclusive:
                connection.execute(roles.delete().where(same, roles.c.role == role))
            connection.execute(
                roles.delete().where(same, roles.c.name == artifact.name, roles.c.version == artifact.version)
            )
            connection.execute(roles.insert().values(
                kind=artifact.kind, name=artifact.name, version=artifact.version, role=role,
                since=datetime.now(UTC).isoformat(),
            ))  # fmt: skip

    def _revision(self) -> str | None:
        with self._told(), self._engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell SQLite's complaints in our words."""
        try:
            yield
        except sa.exc.OperationalError as error:
            text = str(error.orig)
            if "locked" in text:
                raise Busy(
                    say("Another process is writing to the workspace {path:quoted}.", path=str(self.path.parent)),
                    say("Try again when it has finished."),
                ) from None
            raise StorageError(
                say("The catalog {path:quoted} cannot be used: {reason}.", path=str(self.path), reason=text),
                say("Free some space or check the folder's permissions, then try again."),
            ) from None
        except sa.exc.DatabaseError as error:
            if "not a database" not in str(error.orig):
                raise
            raise Incompatible(
                say("{path:quoted} is not a Campanile catalog.", path=str(self.path)),
                say("Choose another folder with --workspace."),
            ) from None


def _publish(connection: sa.Connection, draft: Draft, run_id: str, now: datetime) -> Artifact:
    last = connection.execute(
        sa.select(sa.func.max(artifacts.c.version)).where(
            artifacts.c.kind == draft.kind, artifacts.c.name == draft.name
        )
    ).scalar()
    version = (last or 0) + 1
    connection.execute(artifacts.insert().values(
        id=draft.id, kind=draft.kind, name=draft.name, version=version, hash=draft.hash, location=draft.location,
        files=draft.files, meta=draft.meta, run_id=run_id, created_at=now.isoformat(),
    ))  # fmt: skip
    return Artifact(
        draft.id, draft.kind, draft.name, version, draft.hash, draft.location, run_id, now, draft.files, draft.meta
    )


def _artifact(row: Any) -> Artifact:
    return Artifact(
        row.id, row.kind, row.name, row.version, row.hash, row.location, row.run_id,
        datetime.fromisoformat(row.created_at), row.files, row.meta,
    )  # fmt: skip


def _run(row: Any) -> RunRecord:
    finished = datetime.fromisoformat(row.finished_at) if row.finished_at else None
    return RunRecord(
        row.id, row.verb, row.spec, row.seed, row.code_version, row.state,
        datetime.fromisoformat(row.started_at), finished, row.error,
    )  # fmt: skip


def _set_up(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def as_json(value: Any) -> Any:
    """Return ``value`` as JSON would give it back, so that what is recorded is what is read."""
    return json.loads(json.dumps(value, default=str))
