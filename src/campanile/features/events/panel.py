"""One row per entity and cut-off: who there is, what was known of them, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

from campanile.features.events.calendar import Cutoffs, Span, known
from campanile.features.events.expressions import Expression, aggregate, condition, on_rows, parse
from campanile.features.events.joined import joined, mark_of, marked, names, nowhere, reachable, wanted
from campanile.features.events.parts import Lifted, lifted, of_tables, repeated
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
    """Features of one table of events and one window: computed together.

    ``beside`` tells that they speak of what is not in the events: joined tables and marks.
    """

    events: str
    window: Window
    beside: bool
    features: Mapping[str, FeatureSpec]

    @property
    def parsed(self) -> dict[str, Expression]:
        """The features' expressions, by name."""
        return {name: parse(feature.expression) for name, feature in self.features.items()}


def groups(spec: PanelSpec) -> tuple[Group, ...]:
    """Return a spec's features by what they are computed from: joins and marks are for those that speak of them."""
    found: dict[tuple[str, Window, bool], dict[str, FeatureSpec]] = {}
    for name, feature in spec.features.items():
        events = spec.table_of(feature)
        beside = any(table not in ("", events) or (not table and column in spec.marks)
                     for table, column in parse(feature.expression).columns)  # fmt: skip
        found.setdefault((events, spec.looks_back(feature), beside), {})[name] = feature
    whole = [Group(events, window, beside, features) for (events, window, beside), features in found.items()]
    for group in [
        one for one in whole if one.beside and lifted(one.parsed, one.events, decided(spec)).condition is None
    ]:
        # Where all events are joined anyway, one reading of them does for all features.
        alike = [one for one in whole if (one.events, one.window) == (group.events, group.window)]
        whole = [one for one in whole if one not in alike]
        whole.append(replace(group, features={name: said for one in alike for name, said in one.features.items()}))
    return tuple(whole)


def decided(spec: PanelSpec) -> frozenset[str]:
    """Return the names that speak of an event and a cut-off together, not of the event itself."""
    return frozenset((CUTOFF, *spec.marks))


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
    rows = _still_open(_with_events(rows, spec, tables, within), spec)
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
        told = known(spec, tables, name, within)
        firsts.append(told.group_by("entity_").aggregate(since_=told.known_.min()))
    first = reduce(lambda one, other: one.union(other), firsts)
    first = first.group_by("entity_").aggregate(since_=first.since_.min())
    there = beside(everybody, first, "entity_")
    if began is not None:
        there = there.mutate(since_=there.began_.coalesce(there.since_))
    rows = there.cross_join(calendar.table)
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
    events, looks = group.events, calendar.windows[group.window]
    texts = {name: _texts(tables[name].schema()) for name in reachable(spec, events)}
    early = of_tables(group.parsed, texts)
    # To leave out events saves what is looked up for them: where that is nothing, it would only be one more question.
    fitting = lifted(early.expressions, events, decided(spec)) if group.beside else Lifted(None, early.expressions)
    often = repeated(fitting.expressions, decided(spec))
    tables = {name: _with_parts(table, name, early.parts) for name, table in tables.items()}
    schemas = {name: table.schema() for name, table in tables.items()}

    def kept(rows: ibis.Table) -> ibis.Table:
        if fitting.condition is not None:
            asked = Expression("", fitting.condition)
            rows = rows.filter(condition(asked, names(spec, events, rows, schemas)))
        return rows.mutate(day_=rows.time_.cast("date")).join(looks.days, "day_").drop("day_")

    used = [name for name in spec.marks if spec.marks[name].table == events and _uses(group.parsed, name)]
    rows = known(spec, tables, events, within)
    rows = marked(spec, events, rows, schemas, used, kept)
    rows = joined(spec, events, rows, tables, wanted(fitting.expressions.values()))
    said = names(spec, events, rows, schemas)
    rows = rows.mutate(**{name: on_rows(node, said) for name, node in often.parts.get("", {}).items()})
    if looks.cutoffs is not None:
        rows = rows.join(looks.cutoffs, "period_")
    if spec.tables[events].arrived is not None:
        rows = rows.filter(rows.known_ < rows.moment_)
    marks = {name: (rows[mark_of(name)] < rows.moment_).fill_null(False) for name in used}
    marks |= {name: rows[name] for name in often.parts.get("", {})}
    said = names(spec, events, rows, schemas, marks=marks, cutoff=rows.cutoff_)
    values = {name: aggregate(expression, said) for name, expression in often.expressions.items()}
    return rows.group_by("entity_", "cutoff_").aggregate(**values)


def _with_parts(table: ibis.Table, name: str, parts: Mapping[str, Mapping[str, Any]]) -> ibis.Table:
    """Compute of a table's rows what expressions need of each that an event finds."""
    said = {name: {column: table[column] for column in table.columns}}
    return table.mutate(**{part: _part(node, said) for part, node in parts.get(name, {}).items()})


def _part(node: Any, said: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return a part's value; of a text of which the different ones are counted, its place among them."""
    import ibis
    from sqlglot import exp

    if not isinstance(node, exp.Distinct):
        return on_rows(node, said)
    text = on_rows(node.expressions[0], said)
    return ibis.ifelse(text.notnull(), ibis.dense_rank().over(order_by=text), ibis.null("int64"))


def _texts(schema: ibis.Schema) -> frozenset[str]:
    return frozenset(name for name, kind in schema.items() if kind.is_string())


def _uses(parsed: Mapping[str, Expression], name: str) -> bool:
    return any(("", name) in expression.columns for expression in parsed.values())


def empty(spec: PanelSpec, schemas: Schemas, group: Group) -> dict[str, Any]:
    """Return what a group's features are over no events at all, for those that are something: a count is 0."""
    rows, said = nowhere(spec, group.events, schemas)
    values = {name: aggregate(expression, said) for name, expression in group.parsed.items()}
    found = query(compiled(settled(rows.aggregate(**values)))).to_pylist()[0]
    return {name: value for name, value in found.items() if value is not None}


def _with_events(rows: ibis.Table, spec: PanelSpec, tables: Mapping[str, ibis.Table], within: Span) -> ibis.Table:
    """Say of each row whether the targets' events happened; what several speak of is looked up once."""
    alike: dict[tuple[str, str], dict[str, TargetSpec]] = {}
    for name, target in spec.targets.items():
        if target.event is not None:
            alike.setdefault((spec.table_of(target), target.event), {})[name] = target
    for targets in alike.values():
        first = happened(spec, tables, next(iter(targets.values())), within)
        rows = beside(rows, first, "entity_")
        for name, target in targets.items():
            rows = _with_event(rows, name, target, within)
        rows = rows.drop("happened_", "told_")
    return rows


def happened(spec: PanelSpec, tables: Mapping[str, ibis.Table], target: TargetSpec, within: Span) -> ibis.Table:
    """Return ``entity_``, ``happened_`` and ``told_``: when a target's event first happened, and was first known of."""
    events, event = spec.table_of(target), parse(target.event or "")
    told = known(spec, tables, events, within)
    told = joined(spec, events, told, tables, wanted([event]))
    schemas = {table: one.schema() for table, one in tables.items()}
    told = told.filter(condition(event, names(spec, events, told, schemas)))
    return told.group_by("entity_").aggregate(happened_=told.time_.min(), told_=told.known_.min())


def _with_event(rows: ibis.Table, name: str, target: TargetSpec, within: Span) -> ibis.Table:
    """Say of each row whether the event happened within the horizon, as far as that is known."""
    import ibis

    end = None if target.within_days is None else rows.moment_ + ibis.interval(days=target.within_days)
    happens = rows.happened_.notnull() if end is None else (rows.happened_ < end).fill_null(False)
    unknown = (rows.happened_ < rows.moment_).fill_null(False)
    if end is not None:
        unknown = unknown | (end > ibis.timestamp(within.last))
    label = ibis.ifelse(unknown, ibis.null("int64"), happens.cast("int64"))
    over = (rows.told_ < rows.moment_).fill_null(False)
    return rows.mutate(**{name: label, f"{name}_over_": over})


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
