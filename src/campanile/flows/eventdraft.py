"""A study of events drafted from its files: read, decided, held against the files, and written whole or not at all."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, field_validator

from campanile.flows.eventfiles import look_at
from campanile.flows.studyfile import toml
from campanile.words import Sentence, Told, say
from campanile.workspace.errors import SourceError
from campanile.workspace.spec import Spec
from campanile.workspace.store import write_file

if TYPE_CHECKING:
    from campanile.features.drafting import Draft, Source
    from campanile.sources import Reading

_NAME = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,59}"
_HEAD_BYTES = 256 * 2**20


class NewStudySpec(Spec):
    """Draft a study of ``files`` into ``out``, called ``name`` (default: the folder of ``out``).

    A file that is there is only written over with ``force``.
    """

    files: tuple[Path, ...] = Field(min_length=1)
    out: Path = Path("study.toml")
    name: str | None = None
    force: bool = False

    @field_validator("name")
    @classmethod
    def _name(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(_NAME, name):
            raise ValueError(
                say("{name:quoted} cannot name a study: use letters, digits, '_' and '-', at most 60.", name=name)
            )
        return name

    @property
    def named(self) -> str:
        """The study's name; the tables that it makes begin with it."""
        folder = re.sub(r"[^A-Za-z0-9_-]+", "_", self.out.resolve().parent.name).strip("_-")[:60]
        return self.name or folder or "study"


@dataclass(frozen=True)
class NewStudy(Told):
    """A study file that was written; ``partly`` tells of files of which only the beginning was read."""

    file: Path
    draft: Draft
    partly: tuple[Sentence, ...]

    def words(self) -> tuple[Sentence, ...]:
        """Say what was decided and why, and what to do next."""
        path = shlex.quote(str(self.file))
        return (
            *self.partly, *self.draft.words(),
            say("The study: {path}", path=str(self.file)),
            say("Next: campanile study check {path}", path=path),
            say("Then: campanile study run {path}", path=path),
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return what ``campanile study new --json`` prints."""
        return {"file": str(self.file), **self.draft.to_dict(), "words": [str(line) for line in self.words()]}


def new_study(spec: NewStudySpec, now: datetime | None = None) -> NewStudy:
    """Draft a study and write its file. Raises SourceError for files that cannot be read, DataError for no events."""
    from campanile.features.drafting import draft

    _free(spec)
    _different(spec.files)
    readings = [look_at(file, _HEAD_BYTES) for file in spec.files]
    sources = [_source(spec, file, reading) for file, reading in zip(spec.files, readings, strict=True)]
    found = draft(sources, spec.named, now or datetime.now(UTC).replace(tzinfo=None))
    text = study_text(spec, found)
    _checked(text, spec, sources)
    _free(spec)
    _write(spec.out, text)
    partly = tuple(say("Of {file:quoted} only the beginning was read: {share:percent}.", file=file.name,
                       share=reading.share)
                   for file, reading in zip(spec.files, readings, strict=True) if reading.share < 1)  # fmt: skip
    return NewStudy(spec.out, found, partly)


def study_text(spec: NewStudySpec, found: Draft) -> str:
    """Return the study's file: what was decided, with the reasons."""
    comments: dict[tuple[str, ...], list[str]] = {}
    for one in found.decisions:
        place = one.place if _there(found.said, one.place) else ("study", "name")
        lines = comments.setdefault(place, [])
        lines.append(f"{one.place[-1] if place == one.place else one.where}: {one.reason}."
                     if not one.place[-1].isdigit() else f"{one.reason}.")  # fmt: skip
        lines += map(str, one.otherwise)
    above = [
        str(say("Drafted from {files:list}. The reasons stand above each line; change what is not right.",
                files=tuple(file.name for file in spec.files))),
        "", *(f"  campanile study {verb} {shlex.quote(spec.out.name)}" for verb in ("check", "run")),
        "", str(say("No features are named: they are proposed from the tables of events.")),
    ]  # fmt: skip
    below = [str(say("What is not in the study, and why:")), *map(str, found.notes)] if found.notes else []
    return toml(found.said, comments, above, below)


def _there(said: Any, place: Sequence[str]) -> bool:
    for part in place:
        if isinstance(said, list):
            return part.isdigit() and int(part) < len(said)
        if not isinstance(said, Mapping) or part not in said:
            return False
        said = said[part]
    return not isinstance(said, Mapping) or len(place) == 4


def _free(spec: NewStudySpec) -> None:
    if spec.out.is_dir():
        raise SourceError(
            say("{path:quoted} is a folder, not a file.", path=str(spec.out)),
            say("Name a file in it: --out {path}", path=shlex.quote(str(spec.out / "study.toml"))),
        )
    if spec.out.exists() and not spec.force:
        raise SourceError(
            say("There is a file {path:quoted} already; nothing was written.", path=str(spec.out)),
            say("Write over it with --force, or choose another place with --out."),
        )


def _write(path: Path, text: str) -> None:
    try:
        write_file(path, text.encode())
    except OSError as error:
        raise SourceError(
            say("{path:quoted} cannot be written: {reason}.", path=str(path), reason=str(error.strerror or error)),
            say("Choose another place with --out."),
        ) from None


def _different(files: Sequence[Path]) -> None:
    seen: set[Path] = set()
    for file in files:
        if file.resolve() in seen:
            raise SourceError(say("The file {path:quoted} is named twice.", path=str(file)), say("Name it once."))
        seen.add(file.resolve())


def _source(spec: NewStudySpec, file: Path, reading: Reading) -> Source:
    from campanile.features.drafting import Source

    path, folder = file.resolve(), spec.out.resolve().parent
    near = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()
    return Source(near, file.name, reading.table, reading.dictionary)


def _checked(text: str, spec: NewStudySpec, sources: Sequence[Source]) -> None:
    """Read the text back and hold it against the files, before anybody gets to see it. Raises SpecError."""
    import ibis

    from campanile.features.events import check
    from campanile.flows.events import event_study
    from campanile.flows.eventtables import first_of

    study = event_study(tomllib.loads(text), spec.out.parent)
    by_path = {source.path: source for source in sources}
    schemas = {
        name: ibis.schema(first_of(ibis.Schema.from_pyarrow(by_path[path].rows.schema) for path in table.source))
        for name, table in study.tables.items()
    }
    check(study.panel(), schemas)
