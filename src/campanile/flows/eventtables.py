"""The tables of a study of events: loaded, or taken as they lie where they are Parquet, and handed to an engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from campanile.flows.eventfiles import look_at
from campanile.flows.events import EventStudy, StudyTable
from campanile.flows.steps import Steps
from campanile.tables import Dictionary, dictionary_of
from campanile.words import Sentence, say
from campanile.workspace import Artifact, Workspace
from campanile.workspace.errors import SourceError

if TYPE_CHECKING:
    import ibis

    from campanile.workspace.catalog import Draft
    from campanile.workspace.runs import Run

Kind = TypeVar("Kind")
_LOOK_BYTES = 4 * 2**20

ARRIVAL = "arrival"
"""The kind of artifact that keeps new rows of a study's table, as ``ROWS_FILE``."""
ROWS_FILE = "rows.parquet"


@dataclass(frozen=True)
class Part:
    """One file of a table: a version of a kept table, or (``table`` None) a Parquet file where it lies.

    ``arrival`` is what was kept of a delivery of new events: the file is in the workspace then.
    """

    file: Path
    table: str | None
    version: int | None
    hash: str
    rows: int
    arrival: Artifact | Draft | None = None


@dataclass(frozen=True)
class Brought:
    """A study's tables, each in one or more parts; ``made_up`` tells of what stands in for missing files."""

    parts: Mapping[str, tuple[Part, ...]]
    made_up: Sentence | None = None

    @property
    def about(self) -> Mapping[str, Sequence[str]]:
        """What tells whether a step that read the tables would read the same again."""
        return {name: [part.hash for part in parts] for name, parts in self.parts.items()}


def bring(workspace: Workspace, study: EventStudy, steps: Steps) -> Brought:
    """Load the files of a study that are not loaded yet, each whole or not at all; raises what ``load`` raises.

    What arrived later lies below them, but for files that the study names itself by now.
    """
    files, made_up = study_files(workspace, study)
    parts = {
        name: [_part(workspace, study, steps, name, number, file) for number, file in enumerate(files[name])]
        for name in study.tables
    }
    return Brought(_with_arrivals(workspace, study, parts), made_up)


def bring_kept(workspace: Workspace, study: EventStudy, steps: Steps) -> Brought:
    """Bring a study's tables; where its files are gone, as they were last loaded, if all of them were."""
    files = {name: table.files(study.folder) for name, table in study.tables.items()}
    gone = next((file for found in files.values() for file in found if not file.is_file()), None)
    kept = {
        name: [steps.last(f"load-{_called(study, name, number)}") for number in range(len(found))]
        for name, found in files.items()
    }  # fmt: skip
    if gone is None or any(not _of_a_file(workspace, one) for loads in kept.values() for one in loads):
        return bring(workspace, study, steps)
    parts = {name: [_as_part(file, one) for file, one in zip(files[name], loads, strict=True) if one is not None]
             for name, loads in kept.items()}  # fmt: skip
    told = say("The study's files are not there ({path:quoted}): what was last loaded of them is used.", path=gone.name)
    return Brought(_with_arrivals(workspace, study, parts), told)


def _of_a_file(workspace: Workspace, kept: Mapping[str, Any] | None) -> bool:
    """Tell whether a file was loaded that lay outside: those of a made-up world lie within."""
    if kept is None or kept["table"] is None:
        return False
    return not Path(kept["file"]).is_relative_to(workspace.path)


def _with_arrivals(
    workspace: Workspace, study: EventStudy, parts: Mapping[str, Sequence[Part]]
) -> dict[str, tuple[Part, ...]]:
    whole = {}
    for name, own in parts.items():
        known = {source_hash(workspace, part) for part in own}
        whole[name] = (*own, *(part for part in arrived(workspace, study.name, name) if part.hash not in known))
    return whole


def arrived(workspace: Workspace, study: str, table: str) -> tuple[Part, ...]:
    """Return the deliveries of new rows for a study's table that are kept, the oldest first."""
    return tuple(_delivery(workspace, one) for one in workspace.artifacts(ARRIVAL, f"{study}-{table}"))


def _delivery(workspace: Workspace, kept: Artifact) -> Part:
    file = workspace.path / kept.location / ROWS_FILE
    return Part(file, None, None, kept.meta["source"]["hash"], kept.meta["rows"], kept)


def source_hash(workspace: Workspace, part: Part) -> str:
    """Return the fingerprint of the file that a part came from."""
    if part.table is None:
        return part.hash
    return str(workspace.table(part.table, part.version).meta.get("source", {}).get("hash", part.hash))


def note_sources(workspace: Workspace, run: Run, brought: Brought) -> None:
    """Note in a run what it reads of a study's tables: the thread of lineage."""
    for part in (part for parts in brought.parts.values() for part in parts):
        if isinstance(part.arrival, Artifact):
            run.read(part.arrival)
        elif part.arrival is not None:
            continue  # it was made by this very run
        elif part.table is not None:
            run.read(workspace.table(part.table, part.version))
        else:
            known = [one for one in workspace.artifacts("file", part.file.name) if one.hash == part.hash]
            if known:
                run.read(known[-1])
            else:
                run.save_fingerprint(part.file, sha256=part.hash)


def study_files(workspace: Workspace, study: EventStudy) -> tuple[Mapping[str, tuple[Path, ...]], Sentence | None]:
    """Return a study's files, and that a world stands in where they are not there. Raises SourceError."""
    files = {name: table.files(study.folder) for name, table in study.tables.items()}
    missing = [file for found in files.values() for file in found if not file.is_file()]
    if not missing:
        return files, None
    if study.world is None:
        raise SourceError(
            say("There is no file {path:quoted}.", path=str(missing[0])),
            say("Look at the sources of the study, and at what CAMPANILE_DATA names."),
        )
    from campanile.flows.madeup import world_files

    made = world_files(workspace, study, study.world)
    told = say("The study's files are not there ({path:quoted}): a made-up world of {users:number} users stands in.",
               path=missing[0].name, users=study.world.users)  # fmt: skip
    return made, told


def _part(workspace: Workspace, study: EventStudy, steps: Steps, name: str, number: int, file: Path) -> Part:
    table = study.tables[name]
    stat = file.stat()
    about = {"file": str(file.resolve()), "bytes": stat.st_size, "changed": stat.st_mtime_ns,
             "columns": {column: one.model_dump(mode="json") for column, one in table.columns.items()}}  # fmt: skip
    called = _called(study, name, number)
    work = _linked if file.suffix.lower() == ".parquet" else _loaded
    found = steps.do(f"load-{called}", say("Loading {file}", file=file.name), about,
                     lambda: work(workspace, table, called, file))  # fmt: skip
    return _as_part(file, found)


def _called(study: EventStudy, name: str, number: int) -> str:
    return f"{study.name}_{name}" + (f"_{number + 1}" if number else "")


def _as_part(file: Path, found: Mapping[str, Any]) -> Part:
    return Part(file, found["table"], found["version"], found["hash"], found["rows"])


def _loaded(workspace: Workspace, table: StudyTable, called: str, file: Path) -> Mapping[str, Any]:
    from campanile.sources import LoadSpec, load

    done = load(workspace, LoadSpec(path=file, table=called, types=table.columns, absent="passed"))
    return {"table": done.table, "version": done.version, "hash": done.content_hash, "rows": done.rows,
            "file": str(file.resolve())}  # fmt: skip


def _linked(workspace: Workspace, table: StudyTable, called: str, file: Path) -> Mapping[str, Any]:
    """Take a Parquet file as it lies: it has its types, and copying a large one would take long."""
    import pyarrow.parquet as pq

    from campanile.workspace.store import file_hash

    return {"table": None, "version": None, "hash": file_hash(file), "rows": pq.ParquetFile(file).metadata.num_rows}


def for_engine(workspace: Workspace, engine: Any, brought: Brought) -> dict[str, ibis.Table]:
    """Return each table as the engine reads it, its parts below one another; a column that a part lacks is missing."""
    return {name: _whole([_read(workspace, engine, part) for part in parts]) for name, parts in brought.parts.items()}


def _read(workspace: Workspace, engine: Any, part: Part) -> ibis.Table:
    return engine.parquet(_files(workspace, part))


def _whole(parts: Sequence[ibis.Table]) -> ibis.Table:
    if len(parts) == 1:
        return parts[0]
    types = first_of(part.schema() for part in parts)
    return reduce(lambda one, other: one.union(other), (_with(part, types) for part in parts))


def _with(part: ibis.Table, types: Mapping[str, Any]) -> ibis.Table:
    import ibis

    known = part.schema()
    return part.select(**{
        name: (part[name] if known[name] == kind else part[name].try_cast(kind)) if name in known else ibis.null(kind)
        for name, kind in types.items()
    })  # fmt: skip


def schemas(workspace: Workspace, brought: Brought) -> dict[str, Any]:
    """Return the columns of all tables, as an engine will find them."""
    import ibis
    import pyarrow.parquet as pq

    found: dict[str, Any] = {}
    for name, parts in brought.parts.items():
        files = [_files(workspace, part)[0] for part in parts]
        found[name] = ibis.schema(first_of(ibis.Schema.from_pyarrow(pq.read_schema(file)) for file in files))
    return found


def _files(workspace: Workspace, part: Part) -> list[Path]:
    """Return the Parquet files that hold a part's rows."""
    return [part.file] if part.table is None else workspace.files(workspace.table(part.table, part.version))


def first_of(parts: Iterable[Mapping[str, Kind]]) -> dict[str, Kind]:
    """Return the columns of parts that lie below one another; what a column is, the first part that has it says."""
    found: dict[str, Kind] = {}
    for part in parts:
        found = {**found, **{name: kind for name, kind in part.items() if name not in found}}
    return found


def dictionaries(
    workspace: Workspace, study: EventStudy, brought: Brought, names: Iterable[str]
) -> dict[str, Dictionary]:
    """Return what is known of the columns of tables; of Parquet files that lie outside, what their beginnings show."""
    return {
        name: Dictionary(tuple(first_of({column.name: column for column in table}
                                        for table in _known(workspace, study.tables[name], parts)).values()))
        for name, parts in brought.parts.items() if name in names
    }  # fmt: skip


def _known(workspace: Workspace, table: StudyTable, parts: Sequence[Part]) -> Iterator[Dictionary]:
    for part in parts:
        if part.table is not None:
            yield dictionary_of(workspace.table(part.table, part.version))
        else:
            found = look_at(part.file, _LOOK_BYTES).dictionary
            yield found.declared({name: said for name, said in table.columns.items() if name in found})
