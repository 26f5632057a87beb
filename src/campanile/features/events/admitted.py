"""Which events count: each once, and none from before its entity was there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from campanile.features.events.calendar import timed
from campanile.features.events.spec import PanelSpec
from campanile.words import Sentence, plural

if TYPE_CHECKING:
    import ibis

    from campanile.workspace.engines import Engine

_NEVER = "9999-12-31"


def admitted(
    engine: Engine, spec: PanelSpec, tables: Mapping[str, ibis.Table]
) -> tuple[dict[str, ibis.Table], tuple[Sentence, ...]]:
    """Return the tables without events that do not count, and say how many there were.

    Nothing is looked at where the study declares neither a ``key`` of events nor ``since`` of entities.
    """
    whole, notes = dict(tables), []
    for name in spec.event_tables:
        if spec.tables[name].key is not None and (again := _repeated(engine, spec, whole[name], name)):
            whole[name] = once(spec, whole[name], name)
            notes.append(plural("{n:number} event of {table:quoted} was told again and counts once.",
                                "{n:number} events of {table:quoted} were told again and count once.",
                                again, table=name))  # fmt: skip
        if spec.tables[spec.entity].since is not None and (before := _before(engine, spec, whole, name)):
            whole[name] = since(spec, whole, name)
            notes.append(plural("{n:number} event of {table:quoted} is older than its entity and was not used.",
                                "{n:number} events of {table:quoted} are older than their entity and were not used.",
                                before, table=name))  # fmt: skip
    return whole, tuple(notes)


def _repeated(engine: Engine, spec: PanelSpec, rows: ibis.Table, name: str) -> int:
    key = rows[str(spec.tables[name].key)]
    found = engine.to_arrow(rows.aggregate(rows=key.count(), keys=key.nunique())).to_pylist()[0]
    return int(found["rows"] - found["keys"])


def _before(engine: Engine, spec: PanelSpec, tables: Mapping[str, ibis.Table], name: str) -> int:
    found = early(spec, tables, name)
    return int(engine.to_arrow(found.aggregate(n=found.count(where=found.early_)))["n"][0].as_py())


def once(spec: PanelSpec, rows: ibis.Table, name: str) -> ibis.Table:
    """Return events of which each key stands once: as it was first told, for what comes later may not change it."""
    import ibis

    key, said = str(spec.tables[name].key), timed(spec.tables[name], rows)
    # One that cannot be used does not stand before one that can.
    usable = said.entity_.notnull() & said.time_.notnull()
    told = ibis.ifelse(usable, said.known_, ibis.timestamp(_NEVER))
    # Of two that were told at the same moment one must be taken, and always the same.
    plain = [column for column, kind in rows.schema().items() if not kind.is_nested()]
    others = [said[column].cast("string").fill_null("") for column in plain]
    turns = ibis.window(group_by=said[key], order_by=[told, *others])
    made = said.mutate(turn_=ibis.row_number().over(turns))
    return made.filter((made.turn_ == 0) | made[key].isnull()).select(*rows.columns)


def early(spec: PanelSpec, tables: Mapping[str, ibis.Table], name: str) -> ibis.Table:
    """Return a table of events with ``early_``: whether one happened on a day before its entity was there."""
    column, table = str(spec.tables[spec.entity].since), spec.tables[name]
    entity, rows = tables[spec.entity], tables[name]
    key = entity[str(spec.tables[spec.entity].key)]
    there = entity.filter(key.notnull()).select(whose_=key, since_=entity[column].cast("timestamp").truncate("D"))
    found = rows.left_join(there, [rows[str(table.entity)] == there.whose_])
    before = (found[str(table.time)].cast("timestamp") < found.since_).fill_null(False)
    return found.mutate(early_=before).drop("whose_", "since_")


def since(spec: PanelSpec, tables: Mapping[str, ibis.Table], name: str) -> ibis.Table:
    """Return the events of a table that happened when their entity was there."""
    found = early(spec, tables, name)
    return found.filter(~found.early_).drop("early_")
