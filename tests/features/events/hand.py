"""Tiny worlds by hand: events as rows, and a panel by entity and cut-off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from campanile.features.events import PanelSpec
from campanile.features.events.computing import Panel, compute

NOW = datetime(2025, 1, 1)
MOMENT = pa.timestamp("us")
KINDS = {"ts": MOMENT, "came": MOMENT}


def at(text: str) -> datetime:
    """Return a moment of 2024 from "03-01" or "03-01 12:30"."""
    return datetime.fromisoformat(f"2024-{text}")


def day(text: str) -> date:
    """Return a day of 2024 from "03-01"."""
    return date.fromisoformat(f"2024-{text}")


def happened(names: str, *rows: Sequence[Any]) -> pa.Table:
    """Return events from rows in the order of ``names``; "ts" and "came" are moments of 2024."""
    columns = names.split()
    told = {name: [row[place] for row in rows] for place, name in enumerate(columns)}
    for name in KINDS.keys() & told.keys():
        told[name] = [None if text is None else at(text) for text in told[name]]
    return pa.table({name: pa.array(values, KINDS.get(name)) for name, values in told.items()})


def people(*ids: Any, **columns: Sequence[Any]) -> pa.Table:
    """Return a table of entities."""
    return pa.table({"id": list(ids), **columns})


def asked(**said: Any) -> PanelSpec:
    """Return a spec over ``users`` and ``events``; ``features`` may be texts."""
    features = {
        name: {"expression": one} if isinstance(one, str) else one
        for name, one in said.pop("features", {"n": "count(*)"}).items()
    }
    events = {"entity": "who", "time": "ts"} | said.pop("events", {})
    tables = {"users": {"key": "id"}, "events": events} | said.pop("tables", {})
    return PanelSpec(entity="users", tables=tables, features=features, **said)


def whole(engine: Any, spec: PanelSpec, now: datetime = NOW, **tables: pa.Table) -> Panel:
    """Compute a panel."""
    return compute(engine, spec, engine.tables(tables), now)


def column(engine: Any, name: str, spec: PanelSpec, now: datetime = NOW, **tables: pa.Table) -> Mapping[Any, Any]:
    """Return one column of a panel: by (entity, "month-day")."""
    rows = whole(engine, spec, now, **tables).rows
    keys = zip(rows["id"].to_pylist(), (f"{one:%m-%d}" for one in rows["cutoff"].to_pylist()), strict=True)
    return dict(zip(keys, rows[name].to_pylist(), strict=True))
