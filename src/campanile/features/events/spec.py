"""What is asked of events: tables and how they join, cut-offs, targets, and features as SQL aggregates."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from campanile.words import say
from campanile.workspace.spec import Spec

NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_JOIN = re.compile(rf"\s*({NAME})\.({NAME})\s*=\s*({NAME})\.({NAME})\s*")
_WINDOW = re.compile(r"\s*(\d{1,4})\s*(day|week|month)s?\s*")

Unit = Literal["day", "week", "month"]


class TableSpec(Spec):
    """One table. ``key`` tells its rows apart; ``entity`` names whose event a row is, ``time`` when it happened,
    ``arrived`` when it came to be known (default: when it happened).

    Events with the same ``key`` count once, as they were first told. ``since`` is a column of the entities: from when
    each is there (default: from its first event); events of the days before are not used.
    """  # fmt: skip

    key: str | None = None
    since: str | None = None
    entity: str | None = None
    time: str | None = None
    arrived: str | None = None

    @model_validator(mode="after")
    def _events(self) -> TableSpec:
        if (self.entity is None) != (self.time is None):
            raise ValueError(say("A table of events needs both 'entity' and 'time'."))
        if self.arrived is not None and self.time is None:
            raise ValueError(say("'arrived' needs 'time': only events arrive."))
        if self.since is not None and self.of_events:
            raise ValueError(say("'since' belongs to the table of entities: events have a 'time'."))
        return self

    @property
    def of_events(self) -> bool:
        """Whether rows are events: things that happened to an entity at a time."""
        return self.time is not None


class MarkSpec(Spec):
    """A column of events, true once an event ``after`` of the same entity, and the same in ``same``, was before.

    ``after`` is an SQL condition on the table's own columns.
    """

    table: str
    after: str
    same: tuple[str, ...] = ()


class CalendarSpec(Spec):
    """The cut-offs: the start of each ``every``, or the days ``at``; none: one, after all that is known.

    ``first`` and ``last`` bound them.
    """

    every: Unit | None = None
    at: tuple[date, ...] = ()
    first: date | None = None
    last: date | None = None

    @field_validator("at", mode="before")
    @classmethod
    def _one_or_more(cls, said: object) -> object:
        return (said,) if isinstance(said, str | date) else said

    @model_validator(mode="after")
    def _one_way(self) -> CalendarSpec:
        if self.every and self.at:
            raise ValueError(say("Give the calendar 'every' or 'at', not both."))
        return self


class Window(Spec):
    """How far back a feature looks from the cut-off: ``count`` of ``unit``, or over all that was before (None)."""

    count: int | None = Field(None, ge=1)
    unit: Unit = "day"

    @classmethod
    def read(cls, text: str) -> Window:
        """Read "30 days", "1 month" or "all"."""
        if text.strip() == "all":
            return cls()
        found = _WINDOW.fullmatch(text)
        if not found:
            raise ValueError(
                say("{text:quoted} is no window; write '30 days', '2 weeks', '1 month' or 'all'.", text=text)
            )
        return cls(count=int(found[1]), unit=found[2])


def _a_window(said: str) -> str:
    Window.read(said)
    return said


WindowText = Annotated[str, AfterValidator(_a_window)]
"""A window as people write it; what is none is refused where it is said."""


class FeatureSpec(Spec):
    """A feature: an SQL aggregate over the events of ``table`` (default: the only one) within ``window``.

    Names of joined tables stand before their columns: ``avg(tracks.popularity)``. ``cutoff`` is the cut-off.
    """

    expression: str
    table: str | None = None
    window: WindowText | None = None
    label: dict[str, str] = Field(default_factory=dict)
    unit: str = ""
    description: str = ""


class TargetSpec(Spec):
    """What is to be predicted: ``column`` of the entity, or whether ``event`` happens.

    ``event`` is an SQL condition on events; it counts within ``within_days`` from the cut-off (default: ever).
    Entities to whom it has happened are no rows any more. ``label`` is what people see, ``classes`` what they see of
    each value, by language.
    """

    column: str | None = None
    event: str | None = None
    table: str | None = None
    within_days: int | None = Field(None, ge=1, le=3660)
    label: dict[str, str] = Field(default_factory=dict)
    classes: dict[str, dict[str, str]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way(self) -> TargetSpec:
        if (self.column is None) == (self.event is None):
            raise ValueError(say("A target is either a 'column' of the entity or an 'event'."))
        if self.column is not None and (self.within_days or self.table):
            raise ValueError(say("'within_days' and 'table' belong to targets that are events."))
        return self


class PanelSpec(Spec):
    """One row per entity and cut-off: ``entity`` is the table of entities, ``joins`` are "events.column = table.key".

    ``window`` is what features look back over unless they say otherwise (default: the calendar's period, else all);
    ``attributes`` are columns of the entity that are taken as they are.
    """

    entity: str
    tables: dict[str, TableSpec]
    joins: tuple[str, ...] = ()
    marks: dict[str, MarkSpec] = Field(default_factory=dict)
    calendar: CalendarSpec = CalendarSpec()
    window: WindowText | None = None
    features: dict[str, FeatureSpec] = Field(default_factory=dict)
    targets: dict[str, TargetSpec] = Field(default_factory=dict)
    attributes: tuple[str, ...] = ()

    @field_validator("joins")
    @classmethod
    def _joins(cls, said: tuple[str, ...]) -> tuple[str, ...]:
        for one in said:
            Join.read(one)
        return said

    @property
    def event_tables(self) -> tuple[str, ...]:
        """The tables of events, in order."""
        return tuple(name for name, table in self.tables.items() if table.of_events)

    def looks_back(self, feature: FeatureSpec) -> Window:
        """Return a feature's window."""
        said = feature.window or self.window
        if said is not None:
            return Window.read(said)
        return Window(count=1, unit=self.calendar.every) if self.calendar.every else Window()

    def table_of(self, one: FeatureSpec | TargetSpec) -> str:
        """Return the table of events that a feature or target speaks of. ``check`` has made sure that there is one."""
        return one.table or self.event_tables[0]


class Join(Spec):
    """Each row of ``left`` finds at most one row of ``right``, whose ``key`` is what ``column`` says."""

    left: str
    column: str
    right: str
    key: str

    @classmethod
    def read(cls, text: str) -> Join:
        """Read "sessions.track_id = tracks.id"."""
        found = _JOIN.fullmatch(text)
        if not found:
            raise ValueError(say("{text:quoted} is no join; write 'events.column = table.key'.", text=text))
        return cls(left=found[1], column=found[2], right=found[3], key=found[4])
