"""One row per entity and cut-off: who there is, what was known of them, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any

from campanile.features.events.calendar import Cutoffs, Span, known, midnight, start
from campanile.features.events.expressions import Expression, aggregate, condition, on_rows, parse, repeated
from campanile.features.events.joined import joined, mark_of, marked, names, wanted
from campanile.features.events.spec import FeatureSpec, PanelSpec, TargetSpec, Window
from campanile.workspace.engine import compiled, query
from campanile.workspace.engines.meaning import settled

if TYPE_CHECKING:
    import ibis

    from campanile.features.events.joined import Schemas

CUTOFF = "cutoff"
EXPOSURE = "exposure_days"


@dataclass(frozen=True)
class Group:
    """Features of one table of events and one window: computed together."""

    events: str
    window: Window
    features: Mapping[str, FeatureSpec]


def groups(spec: PanelSpec) -> tuple[Group, ...]:
    """Return a spec's features by what they are computed from."""
    found: dict[tuple[str, Window], dict[str, FeatureSpec]] = {}
    for name, feature in spec.features.items():
        found.setdefault((spec.table_of(feature), spec.looks_back(feature)), {})[name] = feature
    return tuple(Group(events, window, features) for (events, window), features in found.items())


def assemble(spec: PanelSpec, tables: Mapping[str, ibis.Table], calendar: Cutoffs, within: Span) -> ibis.Table:
    """Return the panel as an expression over ``tables``, sorted by entity and cut-off.

    Columns: the entity's key, ``cutoff`` (a date; its first moment in UTC counts), the attributes, the features in
    their order, ``exposure_days`` (how many days of the default window the entity was there), and the targets (0, 1,
    or missing where that is not known yet; a column's own values where it is a column). ``spec`` has passed ``check``.
    """
    rows = population(spec, tables, calendar, within)
    rows = _exposed(rows, spec)
    for group in groups(spec):
        rows = _with_features(rows, spec, tables, group, calendar, within)
    for name, target in spec.targets.items():
        if target.event is not None:
            rows = _with_event(rows, spec, tables, name, target, within)
    rows = _still_open(rows, spec)
    return _arranged(_with_attributes(rows, spec, tables), spec)


def population(spec: PanelSpec, tables: Mapping[str, ibis.Table], calendar: Cutoffs, within: Span) -> ibis.Table:
    """Return ``entity_``, ``cutoff_`` and ``since_``: who was known to be there at which cut-off.

    With one cut-off after all events everybody counts, also those of whom there is no event.
    """
    import ibis

    entity = tables[spec.entity]
    key = spec.tables[spec.entity].key
    began = spec.tables[spec.entity].since
    known_ = {} if began is None else {"began_": entity[began].cast("timestamp").truncate("D")}
    everybody = entity.filter(entity[key].notnull()).select(entity_=entity[key], **known_).distinct()
    firsts = []
    for name in spec.event_tables:
        told = known(spec.tables[name], tables[name], within.now)
        firsts.append(told.group_by("entity_").aggregate(since_=told.known_.min()))
    first = reduce(lambda one, other: one.union(other), firsts)
    first = first.group_by("entity_").aggregate(since_=first.since_.min())
    there = beside(everybody, first, "entity_")
    if began is not None:
        there = there.mutate(since_=there.began_.coalesce(there.since_))
    rows = there.cross_join(calendar.tables[None])
    if spec.calendar.every or spec.calendar.at:
        rows = rows.filter(rows.since_ < rows.moment_)
    return rows.select("entity_", "cutoff_", "moment_", since_=rows.since_.coalesce(ibis.timestamp(within.last)))


def _exposed(rows: ibis.Table, spec: PanelSpec) -> ibis.Table:
    """Say how many days of the window that features mostly look over the entity was there."""
    import ibis

    window = spec.looks_back(FeatureSpec(expression="count(*)"))
    start = rows.since_.cast("date")
    if window.count is not None:
        back = rows.cutoff_ - ibis.interval(**{f"{window.unit}s": window.count})
        start = ibis.greatest(start, back.cast("date"))
    return rows.mutate(**{EXPOSURE: rows.cutoff_.delta(start, unit="day").cast("int64")})


def _with_features(
    rows: ibis.Table,
    spec: PanelSpec,
    tables: Mapping[str, ibis.Table],
    group: Group,
    calendar: Cutoffs,
    within: Span,
) -> ibis.Table:
    import ibis

    made = aggregated(spec, tables, group, calendar, within)
    filled = empty(spec, {name: table.schema() for name, table in tables.items()}, group)
    rows = beside(rows, made, "entity_", "cutoff_")
    return rows.mutate(**{
        name: rows[name].coalesce(ibis.literal(value).cast(rows[name].type())) for name, value in filled.items()
    })  # fmt: skip


def aggregated(
    spec: PanelSpec, tables: Mapping[str, ibis.Table], group: Group, calendar: Cutoffs, within: Span
) -> ibis.Table:
    """Return ``entity_``, ``cutoff_`` and a group's features, for entities with events in the window."""
    schemas = {name: table.schema() for name, table in tables.items()}
    parsed = {name: parse(feature.expression) for name, feature in group.features.items()}
    rows = known(spec.tables[group.events], tables[group.events], within.now)
    used = [name for name in spec.marks if spec.marks[name].table == group.events and _uses(parsed, name)]
    rows = marked(spec, group.events, rows, schemas, used)
    rows = _assigned(spec, rows, group, calendar)
    rows = joined(spec, group.events, rows, tables, wanted(parsed.values()))
    rows = _with_parts(spec, schemas, group, rows, parsed, used)
    values = _values(spec, schemas, group, rows, parsed, used)
    return rows.group_by("entity_", "cutoff_").aggregate(**values)


def _uses(parsed: Mapping[str, Expression], name: str) -> bool:
    return any(("", name) in expression.columns for expression in parsed.values())


def _values(
    spec: PanelSpec, schemas: Schemas, group: Group, rows: ibis.Table, parsed: Mapping[str, Expression],
    used: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    told = _names(spec, schemas, group, rows, used)
    ready = {sql: rows[column] for sql, column in _parts(parsed).items()}
    return {name: aggregate(expression, told, ready) for name, expression in parsed.items()}


def _names(
    spec: PanelSpec, schemas: Schemas, group: Group, rows: ibis.Table, used: Sequence[str]
) -> dict[str, dict[str, Any]]:
    marks = {name: (rows[mark_of(name)] < rows.moment_).fill_null(False) for name in used}
    return names(spec, group.events, rows, schemas, marks=marks, cutoff=rows.cutoff_)


def _parts(parsed: Mapping[str, Expression]) -> dict[str, str]:
    """Return a column's name for each part that is computed before rows are aggregated."""
    return {sql: f"part_{at}_" for at, sql in enumerate(repeated(parsed.values()))}


def _with_parts(
    spec: PanelSpec, schemas: Schemas, group: Group, rows: ibis.Table, parsed: Mapping[str, Expression],
    used: Sequence[str],
) -> ibis.Table:  # fmt: skip
    told, nodes = _names(spec, schemas, group, rows, used), repeated(parsed.values())
    return rows.mutate(**{column: on_rows(nodes[sql], told) for sql, column in _parts(parsed).items()})


def empty(spec: PanelSpec, schemas: Schemas, group: Group) -> dict[str, Any]:
    """Return what a group's features are over no events at all, for those that are something: a count is 0."""
    import ibis

    tables = {name: ibis.table(schema, name=f"t_{name}") for name, schema in schemas.items()}
    within = Span(midnight(date(2000, 1, 1)), midnight(date(2000, 1, 1)), midnight(date(2000, 1, 1)))
    made = aggregated(spec, tables, group, Cutoffs((date(2000, 1, 1),), {}), within)
    rows = made.op().parent.to_expr().filter(False)
    parsed = {name: parse(feature.expression) for name, feature in group.features.items()}
    used = [name for name in spec.marks if spec.marks[name].table == group.events and _uses(parsed, name)]
    values = _values(spec, schemas, group, rows, parsed, used)
    nothing = {f"t_{name}": schema.to_pyarrow().empty_table() for name, schema in schemas.items()}
    found = query(compiled(settled(rows.aggregate(**values))), nothing).to_pylist()[0]
    return {name: value for name, value in found.items() if value is not None}


def _assigned(spec: PanelSpec, rows: ibis.Table, group: Group, calendar: Cutoffs) -> ibis.Table:
    """Give each event the cut-offs in whose window it is, where it had arrived by then."""
    import ibis

    window, every, days = group.window, spec.calendar.every, calendar.days
    if every is not None and (window.unit, window.count) == (every, 1):
        begun = rows.time_.truncate({"day": "D", "week": "W", "month": "M"}[every])
        rows = rows.mutate(moment_=begun + ibis.interval(**{f"{every}s": 1}))
        rows = rows.mutate(cutoff_=rows.moment_.cast("date"))
        rows = rows.filter(rows.cutoff_ >= days[0], rows.cutoff_ <= days[-1])
    elif len(days) == 1:
        day, first = days[0], start(days[0], window)
        rows = rows.filter(rows.time_ < midnight(day))
        rows = rows.filter(rows.time_ >= midnight(first)) if window.count is not None else rows
        rows = rows.mutate(cutoff_=ibis.date(day), moment_=ibis.timestamp(midnight(day)))
    else:
        ahead = calendar.tables[window]
        rows = rows.join(ahead, [rows.time_ < ahead.moment_, rows.time_ >= ahead.start_])
    arrives = spec.tables[group.events].arrived is not None
    return rows.filter(rows.known_ < rows.moment_) if arrives else rows


def _with_event(
    rows: ibis.Table, spec: PanelSpec, tables: Mapping[str, ibis.Table], name: str, target: TargetSpec, within: Span
) -> ibis.Table:
    """Say of each row whether the event happened within the horizon, as far as that is known."""
    import ibis

    first = happened(spec, tables, target, within)
    rows = beside(rows, first, "entity_")
    end = None if target.within_days is None else rows.moment_ + ibis.interval(days=target.within_days)
    happens = rows.happened_.notnull() if end is None else (rows.happened_ < end).fill_null(False)
    unknown = (rows.happened_ < rows.moment_).fill_null(False)
    if end is not None:
        unknown = unknown | (end > ibis.timestamp(within.last))
    label = ibis.ifelse(unknown, ibis.null("int64"), happens.cast("int64"))
    over = (rows.told_ < rows.moment_).fill_null(False)
    return rows.mutate(**{name: label, f"{name}_over_": over}).drop("happened_", "told_")


def happened(spec: PanelSpec, tables: Mapping[str, ibis.Table], target: TargetSpec, within: Span) -> ibis.Table:
    """Return ``entity_``, ``happened_`` and ``told_``: when a target's event first happened, and was first known of."""
    events = spec.table_of(target)
    schemas = {table: one.schema() for table, one in tables.items()}
    told = known(spec.tables[events], tables[events], within.now)
    expression = parse(target.event or "")
    told = joined(spec, events, told, tables, wanted([expression]))
    told = told.filter(condition(expression, names(spec, events, told, schemas)))
    return told.group_by("entity_").aggregate(happened_=told.time_.min(), told_=told.known_.min())


def _still_open(rows: ibis.Table, spec: PanelSpec) -> ibis.Table:
    """Leave out those to whom all that is to be predicted had happened, as one knew at the cut-off."""
    over = [rows[f"{name}_over_"] for name, target in spec.targets.items() if target.event is not None]
    if not over:
        return rows
    return rows.filter(~reduce(lambda one, other: one & other, over))


def _with_attributes(rows: ibis.Table, spec: PanelSpec, tables: Mapping[str, ibis.Table]) -> ibis.Table:
    taken = (*spec.attributes, *(target.column for target in spec.targets.values() if target.column))
    if not taken:
        return rows
    entity = tables[spec.entity]
    own = entity.select(entity_=entity[spec.tables[spec.entity].key], **{f"of_{name}": entity[name] for name in taken})
    return beside(rows, own, "entity_")


def _arranged(rows: ibis.Table, spec: PanelSpec) -> ibis.Table:
    columns: dict[str, Any] = {str(spec.tables[spec.entity].key): rows.entity_, CUTOFF: rows.cutoff_}
    columns |= {name: rows[f"of_{name}"] for name in spec.attributes}
    columns |= {name: rows[name] for name in spec.features}
    columns[EXPOSURE] = rows[EXPOSURE]
    for name, target in spec.targets.items():
        columns[name] = rows[name] if target.column is None else rows[f"of_{target.column}"]
    return rows.select(**columns).order_by(str(spec.tables[spec.entity].key), CUTOFF)


def beside(rows: ibis.Table, other: ibis.Table, *keys: str) -> ibis.Table:
    """Put another table's columns beside rows, by equal keys; what is not found is missing."""
    renamed = other.rename({f"{key}_right_": key for key in keys})
    found = rows.left_join(renamed, [rows[key] == renamed[f"{key}_right_"] for key in keys])
    return found.drop(*(f"{key}_right_" for key in keys))
