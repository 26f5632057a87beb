"""A study of events: tables, how they join, cut-offs, targets and features, declared in a TOML file."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, field_validator, model_validator

from campanile.features.events.spec import (
    CalendarSpec,
    FeatureSpec,
    MarkSpec,
    PanelSpec,
    TableSpec,
    TargetSpec,
)
from campanile.simulate.spec import Lever
from campanile.tables import Column, Declared, Semantic
from campanile.tables.classes import class_named, no_class
from campanile.words import LANGUAGES, say
from campanile.workspace.errors import NotFound, not_found
from campanile.workspace.spec import Spec

if TYPE_CHECKING:
    from campanile.workspace import Workspace

EngineName = Literal["duckdb", "spark"]
STUDY = "study"
"""The kind of artifact that keeps what a study declares."""
_DECLARED = "study.json"
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_ALLOWED = ("CAMPANILE_DATA",)
_FORMS = (".csv", ".parquet", ".jsonl")


class StudyTable(TableSpec):
    """A table and its files: ``source`` is one or several of one kind, put below one another."""

    source: tuple[str, ...] = Field(min_length=1)
    columns: dict[str, Declared] = Field(default_factory=dict)

    @field_validator("source", mode="before")
    @classmethod
    def _one_or_more(cls, said: object) -> object:
        return (said,) if isinstance(said, str | Path) else said

    @field_validator("source")
    @classmethod
    def _variables(cls, said: tuple[str, ...]) -> tuple[str, ...]:
        for text in said:
            for name in _VARIABLE.findall(text):
                if name not in _ALLOWED:
                    raise ValueError(say("{text:quoted} names the variable {name:quoted}; only {known} may be named.",
                                         text=text, name=name, known=", ".join(_ALLOWED)))  # fmt: skip
        return said

    @model_validator(mode="after")
    def _zones(self) -> StudyTable:
        linked = [text for text in self.source if text.lower().endswith(".parquet")]
        for name, column in self.columns.items():
            if column.zone is not None and linked:
                raise ValueError(say("{file:quoted} is read as it lies, so {column:quoted} can have no 'zone': write"
                                     " its times in UTC.", file=linked[0], column=name))  # fmt: skip
        return self

    def files(self, folder: Path) -> tuple[Path, ...]:
        """Return the files; paths are relative to the study's ``folder``."""
        filled = (_VARIABLE.sub(lambda found: os.environ.get(found[1], ""), text) for text in self.source)
        return tuple(folder / text for text in filled)


class PredictionsSpec(Spec):
    """Write the predicted class of every row without an outcome as ``{"target": {"<key>": class}}``.

    ``key`` is a column of the entity (default: its key).
    """

    file: str = "predictions.json"
    key: str | None = None


class StudyMessages(Spec):
    """Write a message for each customer: for those without an outcome ("open"), or for "all".

    Own texts by language stand in for drafted ones: ``[messages.high]`` for a class, by its value or its label;
    ``[messages.segments.1]`` for a segment, which comes first.
    """

    file: str = "messages.csv"
    whose: Literal["open", "all"] = "open"
    classes: dict[str, dict[str, str]] = Field(default_factory=dict)
    segments: dict[int, dict[str, str]] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _by_class(cls, said: object) -> object:
        if not isinstance(said, Mapping):
            return said
        own = {name: text for name, text in said.items() if name not in cls.model_fields and isinstance(text, Mapping)}
        if not own:
            return said
        rest = {name: value for name, value in said.items() if name not in own}
        return {**rest, "classes": {**rest.get("classes", {}), **own}}

    @field_validator("file")
    @classmethod
    def _form(cls, file: str) -> str:
        if Path(file).suffix.lower() not in _FORMS:
            raise ValueError(say("Messages cannot be written to {file:quoted}: use a name that ends in "
                                 "{endings:list or}.", file=file, endings=_FORMS))  # fmt: skip
        return file

    @field_validator("classes", "segments")
    @classmethod
    def _languages(cls, texts: dict[Any, dict[str, str]]) -> dict[Any, dict[str, str]]:
        for name, by_language in texts.items():
            unknown = [one for one in by_language if one not in LANGUAGES]
            if unknown or not by_language or not all(text.strip() for text in by_language.values()):
                raise ValueError(say("The message for {name:quoted} needs a text for one of the languages "
                                     "{known:list or}.", name=str(name), known=LANGUAGES))  # fmt: skip
        return texts


class WorldSpec(Spec):
    """A made-up world that stands in where the study's files are not there."""

    kind: Literal["music", "shop"]
    users: int = Field(1_000, ge=50)
    seed: int = Field(0, ge=0)


class EventStudy(Spec):
    """One row per entity and cut-off, made of events: see ``features.events.PanelSpec``.

    ``target`` is the one to train for (default: the first); ``exclude`` keeps columns out of the models. ``levers``
    are what ``simulate`` may move: the study itself does not look at them.
    """

    name: str
    entity: str
    tables: dict[str, StudyTable]
    title: dict[str, str] = Field(default_factory=dict)
    folder: Path = Path()
    joins: tuple[str, ...] = ()
    marks: dict[str, MarkSpec] = Field(default_factory=dict)
    calendar: CalendarSpec = CalendarSpec()
    window: str | None = None
    attributes: tuple[str, ...] = ()
    features: dict[str, FeatureSpec] = Field(default_factory=dict)
    targets: dict[str, TargetSpec] = Field(default_factory=dict)
    target: str | None = None
    positive: str | None = None
    exclude: tuple[str, ...] = ()
    predictions: PredictionsSpec | None = None
    messages: StudyMessages | None = None
    levers: dict[str, Lever] = Field(default_factory=dict)
    world: WorldSpec | None = None
    now: date | None = None
    minutes: float = Field(1.0, ge=0)
    quick: bool = False
    seed: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _target(self) -> EventStudy:
        if self.target is not None and self.target not in self.targets:
            raise ValueError(say("'target' is {name:quoted}, and the study's targets are: {names}.", name=self.target,
                                 names=", ".join(self.targets) or "–"))  # fmt: skip
        return self

    @model_validator(mode="after")
    def _of_classes(self) -> EventStudy:
        target = self.targets.get(self.trained_for or "")
        known = tuple(target.classes) or (("false", "true") if target.event is not None else ()) if target else ()
        column = Column(self.trained_for or "", Semantic.CATEGORY, classes=target.classes if target else {})
        for name in self.messages.classes if self.messages and known else ():
            if class_named(name, known, column) is None:
                raise ValueError(no_class(name, known, column))
        return self

    @property
    def trained_for(self) -> str | None:
        """The target to train for."""
        return self.target or next(iter(self.targets), None)

    def panel(self, features: Mapping[str, FeatureSpec] | None = None) -> PanelSpec:
        """Return what is asked of the events; ``features`` stand in for declared ones where there are none."""
        tables = {name: _plain(table) for name, table in self.tables.items()}
        return PanelSpec(
            entity=self.entity, tables=tables, joins=self.joins, marks=self.marks, calendar=self.calendar,
            window=self.window, attributes=self.attributes, features=dict(features or self.features),
            targets=self.targets,
        )  # fmt: skip

    @property
    def prepared(self) -> str:
        """The name of the table that the study makes: one row per entity and cut-off."""
        return f"{re.sub(r'[^A-Za-z0-9_-]+', '_', self.name).strip('_-') or 'study'}_features"


def keep_study(workspace: Workspace, study: EventStudy) -> None:
    """Keep what a study declares under its name, if that is not what is kept already: for those who have no file."""
    content = study.model_copy(update={"folder": study.folder.resolve()}).model_dump_json().encode()
    kept = workspace.artifacts(STUDY, study.name)
    if not kept or workspace.file(kept[-1], _DECLARED) != content:
        with workspace.run("study", {"study": study.name}) as run:
            run.save_files(STUDY, study.name, {_DECLARED: content})


def kept_study(workspace: Workspace, name: str) -> EventStudy:
    """Return the study of that name as it was last run. Raises NotFound."""
    kept = workspace.artifacts(STUDY, name)
    if not kept:
        error = not_found(say("study of events"), name, {one.name for one in workspace.artifacts(STUDY)})
        raise NotFound(error.what, error.remedy or say("Run one: {command}", command="campanile study run STUDY.toml"))
    return EventStudy.model_validate_json(workspace.file(kept[-1], _DECLARED))


def _plain(table: StudyTable) -> TableSpec:
    return TableSpec(**{name: getattr(table, name) for name in TableSpec.model_fields})


def event_study(said: Mapping[str, Any], folder: Path) -> EventStudy:
    """Return the study that a TOML file declares; what stands under ``[study]`` may stand above it as well."""
    whole = {**said.get("study", {}), **{name: value for name, value in said.items() if name != "study"}}
    whole.setdefault("name", folder.resolve().name)
    return EventStudy(folder=folder, **whole)
