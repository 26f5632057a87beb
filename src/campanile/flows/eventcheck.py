"""A study looked at before anything runs: all that is wrong at once, or what will be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from campanile.flows.events import EventStudy, StudyTable
from campanile.flows.eventtables import first_of, study_files
from campanile.flows.study import StudySpec
from campanile.words import Sentence, Told, plural, say

if TYPE_CHECKING:
    from campanile.workspace import Workspace

_HEAD_BYTES = 1_000_000


@dataclass(frozen=True)
class Checked(Told):
    """A study that can run; ``told`` says what it will do."""

    study: str
    features: tuple[str, ...]
    targets: tuple[str, ...]
    told: tuple[Sentence, ...]

    def words(self) -> tuple[Sentence, ...]:
        """Say what the study will do."""
        return self.told

    def to_dict(self) -> dict[str, Any]:
        """Return what ``campanile study check --json`` prints."""
        return {"study": self.study, "features": list(self.features), "targets": list(self.targets),
                "words": [str(line) for line in self.told]}  # fmt: skip


def check_study(workspace: Workspace, study: StudySpec | EventStudy) -> Checked:
    """Hold a study against the beginnings of its files. Raises SpecError, NotFound or SourceError for what is wrong."""
    return _of_events(workspace, study) if isinstance(study, EventStudy) else _of_campaign(study)


def _of_campaign(study: StudySpec) -> Checked:
    from campanile.sources import ReadSpec, read
    from campanile.tables import Dictionary

    reading = read(study.source, ReadSpec(types=study.columns), head=_HEAD_BYTES)
    known: Dictionary = reading.dictionary
    for name in (study.target, *study.exclude, *((study.key,) if study.key else ())):
        known[name]
    told = say("{file}: {n:number} columns; the target {target:quoted} is there. The study can run.",
               file=study.source.name, n=len(known.names), target=study.target)  # fmt: skip
    return Checked(study.name, known.names, (study.target,), (told,))


def _of_events(workspace: Workspace, study: EventStudy) -> Checked:
    from campanile.features.events import check

    files, made_up = study_files(workspace, study)
    schemas = {name: _schema(study.tables[name], files[name]) for name in study.tables}
    check(study.panel(), schemas)
    told = [made_up] if made_up else []
    told += [_table_words(name, table, files[name], len(schemas[name].names)) for name, table in study.tables.items()]
    features = tuple(study.features)
    if features:
        told.append(plural("{n:number} feature is declared, each expression checked against the tables.",
                           "{n:number} features are declared, each expression checked against the tables.",
                           len(features)))  # fmt: skip
    else:
        told.append(say("No features are declared: they will be proposed from the tables of events."))
    if not study.targets:
        told.append(say("No target is declared: the study ends with its features."))
    told.append(say("The study can run."))
    return Checked(study.name, features, tuple(study.targets), tuple(told))


def _table_words(name: str, table: StudyTable, files: tuple[Path, ...], columns: int) -> Sentence:
    if table.of_events:
        return say("Table {name:quoted}: events of {entity:quoted}, {n:number} columns, from {files:list}.",
                   name=name, entity=str(table.entity), n=columns,
                   files=tuple(file.name for file in files))  # fmt: skip
    return say("Table {name:quoted}: key {key:quoted}, {n:number} columns, from {files:list}.", name=name,
               key=table.key or "–", n=columns, files=tuple(file.name for file in files))  # fmt: skip


def _schema(table: StudyTable, files: tuple[Path, ...]) -> Any:
    """Return the columns of all files of a table, as their beginnings show them."""
    import ibis

    return ibis.schema(first_of(_columns(table, file) for file in files))


def _columns(table: StudyTable, file: Path) -> Mapping[str, Any]:
    import ibis

    if file.suffix.lower() == ".parquet":
        import pyarrow.parquet as pq

        return dict(ibis.Schema.from_pyarrow(pq.read_schema(file)).items())
    from campanile.sources import ReadSpec, read

    reading = read(file, ReadSpec(types=table.columns, absent="passed"), head=_HEAD_BYTES)
    return dict(ibis.Schema.from_pyarrow(reading.table.schema).items())
