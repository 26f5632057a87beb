"""Events with what their joins find, and with their marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from campanile.features.events.expressions import Expression, condition, parse
from campanile.features.events.spec import Join, PanelSpec

if TYPE_CHECKING:
    import ibis

Schemas = Mapping[str, "ibis.Schema"]
Wanted = Mapping[str, tuple[str, ...]]
"""Columns by table; "" stands for the events' own."""

_SEPARATOR = "__"


def joins_of(spec: PanelSpec, events: str) -> tuple[Join, ...]:
    """Return the joins from a table of events: the declared ones, and that to the entity."""
    declared = [Join.read(one) for one in spec.joins]
    own, entity = spec.tables[events], spec.tables[spec.entity]
    if own.entity and entity.key and all(one.left != events or one.right != spec.entity for one in declared):
        declared.append(Join(left=events, column=own.entity, right=spec.entity, key=entity.key))
    return tuple(declared)


def path(spec: PanelSpec, events: str, table: str) -> tuple[Join, ...]:
    """Return the joins that lead from events to ``table``, in order; empty where none do."""
    return _back(joins_of(spec, events), events, table, frozenset())


def _back(joins: Sequence[Join], events: str, table: str, seen: frozenset[str]) -> tuple[Join, ...]:
    for step in joins:
        if step.right == table and step.left not in seen:
            if step.left == events:
                return (step,)
            before = _back(joins, events, step.left, seen | {table})
            if before:
                return (*before, step)
    return ()


def reachable(spec: PanelSpec, events: str) -> tuple[str, ...]:
    """Return the tables that joins lead to."""
    return tuple(name for name in spec.tables if name != events and path(spec, events, name))


def wanted(expressions: Iterable[Expression]) -> dict[str, tuple[str, ...]]:
    """Return the columns that expressions speak of, by table."""
    found: dict[str, dict[str, None]] = {}
    for expression in expressions:
        for table, column in expression.columns:
            found.setdefault(table, {})[column] = None
    return {table: tuple(columns) for table, columns in found.items()}


def joined(
    spec: PanelSpec, events: str, rows: ibis.Table, tables: Mapping[str, ibis.Table], want: Wanted
) -> ibis.Table:
    """Return events with the wanted columns of other tables beside their own, as ``table__column``.

    Each event stays one row: keys are unique (``compute`` has made sure), what is not found is missing.
    """
    wanting = [table for table in want if table not in ("", events)]
    steps = tuple(dict.fromkeys(step for table in wanting for step in path(spec, events, table)))
    for step in steps:
        if step.left == events:
            rows = _found(rows, rows[step.column], _reached(step, steps, tables, want), step)
    return rows


def _reached(step: Join, steps: Sequence[Join], tables: Mapping[str, ibis.Table], want: Wanted) -> ibis.Table:
    """Return a table with what its own joins find: they are looked up once for its rows, not for every event."""
    table = tables[step.right]
    ahead = [other for other in steps if other.left == step.right]
    taken = dict.fromkeys((*want.get(step.right, ()), *(other.column for other in ahead)))
    rows = table.filter(table[step.key].notnull()).select(
        **{named(step.right, step.key, hidden=True): table[step.key]},
        **{named(step.right, column): table[column] for column in taken},
    )
    for other in ahead:
        rows = _found(rows, rows[named(other.left, other.column)], _reached(other, steps, tables, want), other)
    return rows


def _found(rows: ibis.Table, column: Any, other: ibis.Table, step: Join) -> ibis.Table:
    key = named(step.right, step.key, hidden=True)
    left, right = _alike(column, other[key])
    return rows.left_join(other, [left == right]).drop(key)


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Compare keys of different types as text: 7 and "7" are one customer."""
    if left.type().copy(nullable=True) == right.type().copy(nullable=True):
        return left, right
    if left.type().is_integer() and right.type().is_integer():
        return left.cast("int64"), right.cast("int64")
    return _as_text(left), _as_text(right)


def _as_text(key: Any) -> Any:
    return (key.cast("int64") if key.type().is_floating() else key).cast("string")


def named(table: str, column: str, *, hidden: bool = False) -> str:
    """Return the name that a joined table's column has beside the events' own."""
    return f"{table}{_SEPARATOR}{column}" + ("_key" if hidden else "")


def names(
    spec: PanelSpec, events: str, rows: ibis.Table, schemas: Schemas, *, marks: Mapping[str, Any] | None = None,
    cutoff: Any = None,
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """Return what expressions may speak of: columns by table, as Ibis values over joined ``rows``."""
    own = {name: rows[name] for name in schemas[events].names if name in rows.columns}
    found = {"": {**own, **(marks or {})}, events: own}
    if cutoff is not None:
        found[""]["cutoff"] = cutoff
    for table in reachable(spec, events):
        there = {name: named(table, name) for name in schemas[table].names}
        found[table] = {name: rows[beside] for name, beside in there.items() if beside in rows.columns}
    return found


def nowhere(
    spec: PanelSpec, events: str, schemas: Schemas, *, in_windows: bool = True
) -> tuple[ibis.Table, dict[str, dict[str, Any]]]:
    """Return a table without rows that has all that an expression may speak of, and its names.

    Marks and the cut-off are known of events ``in_windows`` before it alone.
    """
    import ibis

    columns = dict(schemas[events].items())
    for table in reachable(spec, events):
        columns |= {named(table, name): kind for name, kind in schemas[table].items()}
    marks = [name for name, mark in spec.marks.items() if mark.table == events and in_windows]
    columns |= dict.fromkeys(marks, ibis.dtype("boolean"))
    columns["cutoff_"] = ibis.dtype("date")
    nothing = {name: ibis.null(kind) for name, kind in columns.items()}
    rows = ibis.literal(0).name("nothing_").as_table().select(**nothing).filter(False)
    return rows, names(spec, events, rows, schemas, marks={name: rows[name] for name in marks},
                       cutoff=rows.cutoff_ if in_windows else None)  # fmt: skip


def marked(
    spec: PanelSpec, events: str, rows: ibis.Table, schemas: Schemas, wanted: Sequence[str], kept: Any | None = None
) -> ibis.Table:
    """Add to known events, for each mark, the moment from which one could know that it holds (missing: never).

    It is the first moment of knowing of any event of the same entity that fits the mark and happened earlier. Only
    those that ``kept`` leaves of events are returned.
    """
    asked = {name: ["entity_", *spec.marks[name].same] for name in wanted}
    told = rows
    if spec.tables[events].arrived is not None:
        for name, same in asked.items():
            rows = _ever(rows, name, _fits(spec, events, rows, schemas, name), same)
        return kept(rows) if kept else rows
    rows = kept(rows) if kept else rows
    for name, same in asked.items():
        rows = _first(rows, told.filter(_fits(spec, events, told, schemas, name)), name, same)
    return rows


def _fits(spec: PanelSpec, events: str, rows: ibis.Table, schemas: Schemas, name: str) -> Any:
    return condition(parse(spec.marks[name].after), names(spec, events, rows, schemas)).fill_null(False)


def _first(rows: ibis.Table, fitting: ibis.Table, name: str, same: Sequence[str]) -> ibis.Table:
    """Where events are known at once, the first that fits is all there is to know: a small table, joined."""
    import ibis

    first = fitting.group_by(*same).aggregate(first_=lambda one: one.time_.min())
    first = first.rename({f"same_{at}": column for at, column in enumerate(same)})
    pairs = [rows[column] == first[f"same_{at}"] for at, column in enumerate(same)]
    found = rows.left_join(first, pairs)
    moment = ibis.ifelse(found.first_ < found.time_, found.first_, ibis.null("timestamp"))
    return found.mutate(**{mark_of(name): moment}).drop("first_", *(f"same_{at}" for at in range(len(same))))


def _ever(rows: ibis.Table, name: str, fits: Any, same: Sequence[str]) -> ibis.Table:
    """Where events arrive late, a later one that fits may have been known earlier: all that happened before count."""
    import ibis

    rows = rows.mutate(fits_=fits)
    rows = rows.mutate(rank_=ibis.dense_rank().over(ibis.window(group_by=list(same), order_by=rows.time_)))
    earlier = ibis.range_window(group_by=list(same), order_by=rows.rank_, preceding=(None, 1))
    moment = ibis.cases((rows.fits_, rows.known_)).min().over(earlier)
    for column in same[1:]:
        # What is missing is not the same as anything.
        moment = ibis.ifelse(rows[column].notnull(), moment, ibis.null("timestamp"))
    return rows.mutate(**{mark_of(name): moment}).drop("fits_", "rank_")


def mark_of(name: str) -> str:
    """Return the column that holds from when a mark is known to hold."""
    return f"{name}_known_"
