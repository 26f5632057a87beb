"""A spec held against the tables that there are: all faults at once, each with the nearest right name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from campanile.features.events.expressions import Fault, aggregate, condition, parse
from campanile.features.events.joined import Schemas, names, nowhere
from campanile.features.events.spec import Join, PanelSpec
from campanile.words import Sentence, say
from campanile.workspace.errors import SpecError, nearest

if TYPE_CHECKING:
    pass

TAKEN = ("cutoff", "exposure_days")


def check(spec: PanelSpec, schemas: Schemas) -> None:
    """Raise SpecError with all that is wrong with ``spec``, given the columns of each table."""
    faults = [*_of_tables(spec, schemas)]
    if not faults:
        faults = [*_of_joins(spec, schemas)]
    if not faults:
        faults = [*_of_marks(spec, schemas), *_of_features(spec, schemas), *_of_targets(spec, schemas)]
    if faults:
        raise SpecError(faults, "panel")


def _of_tables(spec: PanelSpec, schemas: Schemas) -> Iterator[Sentence]:
    if spec.entity not in spec.tables:
        yield _unknown(say("'entity'"), say("table"), spec.entity, spec.tables)
    elif spec.tables[spec.entity].key is None:
        yield say("The table of entities, {table:quoted}, needs a 'key'.", table=spec.entity)
    if not spec.event_tables:
        yield say("No table has 'entity' and 'time': there are no events.")
    for name, table in spec.tables.items():
        columns = schemas[name].names
        said = {"key": table.key, "entity": table.entity, "time": table.time, "arrived": table.arrived,
                "since": table.since}  # fmt: skip
        for role, column in said.items():
            if column is not None and column not in columns:
                yield _unknown(say("'tables.{table}.{role}'", table=name, role=role), say("column"), column, columns)
        for role in ("time", "arrived", "since"):
            column = said[role]
            if column in columns and not (schemas[name][column].is_timestamp() or schemas[name][column].is_date()):
                yield say("'tables.{table}.{role}': column {column:quoted} holds no times but {kind}.", table=name,
                          role=role, column=column, kind=str(schemas[name][column]))  # fmt: skip


def _of_joins(spec: PanelSpec, schemas: Schemas) -> Iterator[Sentence]:
    joins = [Join.read(one) for one in spec.joins]
    for text, join in zip(spec.joins, joins, strict=True):
        for table, column in ((join.left, join.column), (join.right, join.key)):
            if table not in spec.tables:
                yield _unknown(say("Join {text:quoted}", text=text), say("table"), table, spec.tables)
            elif column not in schemas[table].names:
                yield _unknown(say("Join {text:quoted}", text=text), say("column"), column, schemas[table].names)
            elif table == join.right and spec.tables[table].of_events:
                # Its rows happen too, and a join would show those that are still to come.
                yield say("Join {text:quoted} leads to events, {table:quoted}: only what stands still can be joined.",
                          text=text, table=table)  # fmt: skip
    for join in joins:
        if _leads_back(join, joins):
            yield say("The joins go round in a circle: from {table:quoted} they lead back to it.", table=join.left)
            break


def _leads_back(start: Join, joins: list[Join]) -> bool:
    seen, ahead = set(), [start.right]
    while ahead:
        table = ahead.pop()
        if table == start.left:
            return True
        if table not in seen:
            seen.add(table)
            ahead += [join.right for join in joins if join.left == table]
    return False


def _of_marks(spec: PanelSpec, schemas: Schemas) -> Iterator[Sentence]:
    for name, mark in spec.marks.items():
        where = say("Mark {name:quoted}", name=name)
        if mark.table not in spec.event_tables:
            yield _unknown(where, say("table of events"), mark.table, spec.event_tables)
            continue
        if name in schemas[mark.table].names:
            yield say("{where}: the name is taken by another column.", where=where)
        for column in mark.same:
            if column not in schemas[mark.table].names:
                yield _unknown(where, say("column"), column, schemas[mark.table].names)
        yield from _tried(where, lambda mark=mark: condition(parse(mark.after), _own(spec, mark.table, schemas)))


def _own(spec: PanelSpec, events: str, schemas: Schemas) -> dict[str, dict[str, Any]]:
    import ibis

    return names(spec, events, ibis.table(schemas[events], name=events), schemas)


def _of_features(spec: PanelSpec, schemas: Schemas) -> Iterator[Sentence]:
    said = cache(lambda events: nowhere(spec, events, schemas)[1])
    for name, feature in spec.features.items():
        where = say("Feature {name:quoted}", name=name)
        if name in TAKEN or name in spec.targets or name == spec.tables[spec.entity].key or name in spec.attributes:
            yield say("{where}: the name is taken by another column.", where=where)
        table = feature.table
        if table is not None and table not in spec.event_tables:
            yield _unknown(where, say("table of events"), table, spec.event_tables)
            continue
        if table is None and len(spec.event_tables) > 1:
            yield say("{where}: say which 'table' of events; there are: {names}.", where=where,
                      names=", ".join(spec.event_tables))  # fmt: skip
            continue
        events = spec.table_of(feature)
        yield from _tried(where, lambda one=feature, events=events: aggregate(
            parse(one.expression), said(events)))  # fmt: skip
    for name in spec.attributes:
        if name not in schemas[spec.entity].names:
            yield _unknown(say("'attributes'"), say("column"), name, schemas[spec.entity].names)


def _of_targets(spec: PanelSpec, schemas: Schemas) -> Iterator[Sentence]:
    for name, target in spec.targets.items():
        where = say("Target {name:quoted}", name=name)
        if name in TAKEN or name == spec.tables[spec.entity].key or name in spec.attributes:
            yield say("{where}: the name is taken by another column.", where=where)
        if target.column is not None:
            if target.column not in schemas[spec.entity].names:
                yield _unknown(where, say("column"), target.column, schemas[spec.entity].names)
            continue
        if target.table is None and len(spec.event_tables) > 1:
            yield say("{where}: say which 'table' of events; there are: {names}.", where=where,
                      names=", ".join(spec.event_tables))  # fmt: skip
            continue
        if target.table is not None and target.table not in spec.event_tables:
            yield _unknown(where, say("table of events"), target.table, spec.event_tables)
            continue
        events = spec.table_of(target)
        yield from _tried(where, lambda one=target, events=events: condition(
            parse(one.event or ""), nowhere(spec, events, schemas, in_windows=False)[1]))  # fmt: skip


def _tried(where: Sentence, make: Any) -> Iterator[Sentence]:
    from ibis.common.annotations import ValidationError
    from ibis.common.exceptions import IbisError

    try:
        make()
    except Fault as fault:
        yield say("{where}: {what}", where=where, what=fault.words)
    except (IbisError, ValidationError, TypeError, ValueError, AttributeError):
        yield say("{where}: something in it does not fit the type of what it is given.", where=where)


def _unknown(where: Sentence, kind: Sentence, name: str, known: Any) -> Sentence:
    near = nearest(name, known)
    if near is None:
        return say("{where}: there is no {kind} {name:quoted}. There are: {names}.", where=where, kind=kind, name=name,
                   names=", ".join(list(known)[:12]))  # fmt: skip
    return say("{where}: there is no {kind} {name:quoted}. Did you mean {near:quoted}?",
               where=where, kind=kind, name=name,
               near=near)  # fmt: skip
