"""One row per user, as an expression for the engine: group, month, when reached, and the parts of each metric.

Columns: ``key``, ``group``, ``month``, ``assigned_at``, ``exposed_at``, ``outcome_at`` (the last three may be missing),
``found`` (outcomes tell of the user), ``segment``, and ``m0_0``, ``m0_1`` and so on for the parts of the measures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from campanile.experiments.result import Measure
from campanile.tables import Dictionary, dictionary_of
from campanile.words import say
from campanile.workspace.errors import DataError, SpecError

if TYPE_CHECKING:
    import ibis

    from campanile.workspace import Artifact, Workspace
    from campanile.workspace.engines import Engine

ALL = "all"
"""What the one cohort is called where no column tells the months."""


@dataclass(frozen=True)
class Sources:
    """Which tables tell of an experiment, and which of their columns.

    ``assignments`` None: the outcomes have the groups, in ``group``. ``single``: the outcomes have one row per user.
    """

    outcomes: Artifact
    assignments: Artifact | None
    exposures: Artifact | None
    key: str | None
    single: bool
    time: str | None = None
    group: str | None = None
    cohort: str | None = None
    segment: str | None = None
    window_days: int = 0
    now: date | None = None

    @property
    def noon(self) -> datetime:
        """The moment that all is seen from: the end of the day ``now``."""
        day = self.now or datetime.now(UTC).date()
        return datetime.combine(day, datetime.max.time(), UTC)


def check(sources: Sources, measures: tuple[Measure, ...]) -> None:
    """Hold what is named against the outcomes' columns. Raises NotFound, or SpecError with all faults."""
    dictionary = dictionary_of(sources.outcomes)
    for name in (sources.key, sources.time, sources.group, sources.cohort, sources.segment):
        if name is not None and name not in dictionary:
            raise dictionary.no_column(name, sources.outcomes.name)
    faults = [
        say("Column {column:quoted} holds {type}, which cannot be measured.", column=name, type=dictionary[name].type)
        for one in measures
        for name in columns(one)
        if not _numeric(dictionary, name, sources.outcomes.name)
    ]
    if faults:
        raise SpecError(faults)


def columns(measure: Measure) -> tuple[str, ...]:
    """Return the columns of a measure's parts, in their order."""
    named = (measure.column, measure.per, measure.before, measure.before_per)
    return tuple(name for name in named if name is not None)


def _numeric(dictionary: Dictionary, name: str, table: str) -> bool:
    if name == ROWS:
        return True
    if name not in dictionary:
        raise dictionary.no_column(name, table)
    return dictionary[name].type in ("int64", "double", "bool", "int32", "float", "int8", "int16")


ROWS = "rows"
"""The name of a part that counts the rows of a user, in tables with several."""


def people(engine: Engine, workspace: Workspace, sources: Sources, measures: tuple[Measure, ...]) -> ibis.Table:
    """Return one row per user of the experiment."""
    outcomes = rows_of(engine, workspace, sources.outcomes)
    if sources.assignments is None:
        return _told_by_outcomes(outcomes, sources, measures)
    assigned = rows_of(engine, workspace, sources.assignments)
    assigned = assigned.mutate(key=assigned["key"].cast("string"))
    per_user = _per_user(outcomes, assigned, sources, measures)
    joined = assigned.left_join(per_user, assigned["key"] == per_user["user"])
    if not sources.single:
        joined = _nothing_is_none(joined, measures)
    if sources.exposures is None:
        return joined.mutate(exposed_at=_never())
    reached = exposures(engine, workspace, sources)
    return joined.left_join(reached, joined["key"] == reached["reached"])


def _nothing_is_none(joined: ibis.Table, measures: tuple[Measure, ...]) -> ibis.Table:
    """Count users of whom no event tells as having had none."""
    import ibis

    names = [part(i, place) for i, one in enumerate(measures) for place in range(len(columns(one)))]
    return joined.mutate(found=ibis.literal(True), **{name: ibis.coalesce(joined[name], 0.0) for name in names})


def rows_of(engine: Engine, workspace: Workspace, table: Artifact) -> ibis.Table:
    """Return the rows of a table version for the engine; one without rows has no files."""
    files = workspace.files(table)
    return engine.parquet(files) if files else engine.arrow(f"{table.name} {table.version}", workspace.read(table))


def exposures(engine: Engine, workspace: Workspace, sources: Sources) -> ibis.Table:
    """Return when each user was first reached, as ``reached`` and ``exposed_at``."""
    if sources.exposures is None:
        raise DataError(say("It is not logged who was reached."))
    logged = rows_of(engine, workspace, sources.exposures)
    dictionary = dictionary_of(sources.exposures)
    time = next((one.name for one in dictionary if one.type.startswith(("timestamp", "date"))), None)
    key = next((name for name in ("key", sources.key) if name in dictionary), None)
    if key is None or time is None:
        raise DataError(
            say("Table {table:quoted} must have the users in a column {key:quoted}, and a column with the time.",
                table=sources.exposures.name, key=sources.key or "key"),
            say("Load it again with --map key=COLUMN."),
        )  # fmt: skip
    if "group" in dictionary:
        # What is logged of control is no treatment that reached anybody.
        logged = logged.filter(logged["group"] != "control")
    return (
        logged.mutate(reached=logged[key].cast("string"), at=logged[time].cast("timestamp"))
        .group_by("reached")
        .agg(exposed_at=lambda t: t["at"].min())
    )


def part(index: int, place: int) -> str:
    """Return the column's name of a measure's part."""
    return f"m{index}_{place}"


def parts(table: ibis.Table, measures: tuple[Measure, ...], *, single: bool) -> dict[str, Any]:
    """Return each part as an expression over a user's row, or over a user's rows where there are several."""
    found = {}
    for index, measure in enumerate(measures):
        for place, name in enumerate(columns(measure)):
            found[part(index, place)] = _part(table, measure, name, place, single=single)
    return found


def _part(table: ibis.Table, measure: Measure, name: str, place: int, *, single: bool) -> Any:
    import ibis

    if name == ROWS and name not in table.columns:
        return ibis.literal(1.0) if single else table.count().cast("float64")
    value = table[name].cast("float64")
    outcome = place == 0 and measure.kind == "proportion"
    if outcome and measure.above is not None:
        return ((value if single else value.sum()) > measure.above).cast("float64")
    if not single:
        value = value.max() if outcome else value.sum()
    if place == 0 and measure.cap is not None:
        return ibis.least(value, ibis.literal(measure.cap))
    return value


def _told_by_outcomes(outcomes: ibis.Table, sources: Sources, measures: tuple[Measure, ...]) -> ibis.Table:
    import ibis

    key = outcomes[sources.key].cast("string") if sources.key else ibis.row_number().cast("string")
    time = outcomes[sources.time].cast("timestamp") if sources.time else _never()
    month = _month(outcomes, sources.cohort)
    shown = {
        "key": key, "group": _group(outcomes, sources.group), "month": month, "assigned_at": _never(),
        "exposed_at": _never(), "outcome_at": time, "found": ibis.literal(True),
        "segment": outcomes[sources.segment].cast("string") if sources.segment else ibis.null("string"),
    }  # fmt: skip
    if sources.single:
        return outcomes.select(**shown, **parts(outcomes, measures, single=True))
    named = outcomes.mutate(**shown)
    first = {name: named[name].min() for name in ("month", "assigned_at", "exposed_at", "outcome_at", "segment")}
    return named.group_by("key", "group").agg(**first, found=ibis.literal(True), **parts(named, measures, single=False))


def _group(outcomes: ibis.Table, group: str | None) -> Any:
    import ibis

    return ibis.literal(ALL) if group is None else outcomes[group].cast("string")


def _month(outcomes: ibis.Table, cohort: str | None) -> Any:
    import ibis

    if cohort is None:
        return ibis.literal(ALL)
    column = outcomes[cohort]
    if column.type().is_temporal():
        return column.cast("date").cast("string").substr(0, 7)
    return column.cast("string")


def _per_user(
    outcomes: ibis.Table, assigned: ibis.Table, sources: Sources, measures: tuple[Measure, ...]
) -> ibis.Table:
    import ibis

    user = outcomes[sources.key].cast("string")
    segment = outcomes[sources.segment].cast("string") if sources.segment else ibis.null("string")
    time = outcomes[sources.time].cast("timestamp") if sources.time else _never()
    named = outcomes.mutate(user=user, segment=segment, outcome_at=time)
    if sources.single:
        return named.select("user", "segment", "outcome_at", **parts(named, measures, single=True), found=True)
    if sources.time:
        named = _within(named, assigned, sources)
    return named.group_by("user").agg(
        segment=named["segment"].min(), outcome_at=_never(), **parts(named, measures, single=False),
        found=ibis.literal(True),
    )  # fmt: skip


def _within(named: ibis.Table, assigned: ibis.Table, sources: Sources) -> ibis.Table:
    """Keep the events from a user's assignment on, as far as the window reaches: what was before is no outcome."""
    import ibis

    since = assigned.select(member="key", since="assigned_at")
    events = named.join(since, named["user"] == since["member"])
    events = events.filter(events["outcome_at"] >= events["since"])
    if sources.window_days:
        events = events.filter(events["outcome_at"] < events["since"] + ibis.interval(days=sources.window_days))
    return events.select(*named.columns)


def _never() -> Any:
    import ibis

    return ibis.null("timestamp")
