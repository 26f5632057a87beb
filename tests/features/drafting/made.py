"""Made-up tables whose keys and joins are known, named and written in many ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from campanile.features.drafting import Source
from campanile.sources import read

NOW = datetime(2026, 1, 1)
PEOPLE = ("customers", "members", "listeners", "clientes", "users")
THINGS = ("products", "shops", "regions", "songs", "brands", "routes")
KEYS = ("{one}_id", "id", "{one}_code")
NAMES = ("{one}_id", "id_{one}", "{one}")


@dataclass(frozen=True)
class World:
    """Tables by name; ``joins`` and ``roles`` are what a draft of them should say."""

    tables: Mapping[str, pa.Table]
    entity: str
    key: str
    whose: str
    time: str
    joins: frozenset[str]


def source(name: str, rows: pa.Table) -> Source:
    """Return a table as the importer would read it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}.parquet"
        pq.write_table(rows, file)
        reading = read(file)
    return Source(f"{name}.csv", f"{name}.csv", reading.table, reading.dictionary)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Draw people, what happens to them, and things that it is about, some of which lead on to others."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    entity = draw(st.sampled_from(PEOPLE))
    things = draw(st.lists(st.sampled_from(THINGS), unique=True, max_size=3))
    values = {name: _keys(draw, random, size) for name, size in zip([entity, *things], (40, 30, 25, 20), strict=False)}
    keys = {name: draw(st.sampled_from(KEYS)).format(one=_one(name)) for name in values}
    tables = {name: {keys[name]: values[name], "size": random.normal(size=len(values[name]))} for name in values}
    rows, whose, time = (
        300,
        draw(st.sampled_from(NAMES)).format(one=_one(entity)),
        draw(st.sampled_from(["ts", "when"])),
    )
    begin, hours = datetime(2025, 1, 1, tzinfo=UTC), np.sort(random.uniform(0, 4000, rows))
    events: dict[str, Any] = {
        time: [begin + timedelta(hours=float(hour)) for hour in hours],
        whose: _some(random, values[entity], rows),
        "kind": random.choice(["look", "try", "ask"], rows).tolist(),
        "amount": random.normal(size=rows),
    }  # fmt: skip
    joins, before = set(), "visits"
    for thing in things:
        column = draw(st.sampled_from(NAMES)).format(one=_one(thing))
        on = before if draw(st.booleans()) else "visits"
        if on == "visits":
            events[column] = _some(random, values[thing], rows)
        else:
            tables[on][column] = _some(random, values[thing], len(values[on]))
        joins.add(f"{on}.{column} = {thing}.{keys[thing]}")
        before = thing
    made = {name: pa.table(columns) for name, columns in {**tables, "visits": events}.items()}
    order = draw(st.permutations(sorted(made)))
    return World({name: made[name] for name in order}, entity, keys[entity], whose, time, frozenset(joins))


def _one(name: str) -> str:
    return name.removesuffix("s")


def _keys(draw: st.DrawFn, random: Any, size: int) -> list[Any]:
    """Return keys: numbers side by side or far apart, or codes."""
    how = draw(st.sampled_from(["dense", "sparse", "codes"]))
    if how == "dense":
        return list(range(1, size + 1))
    found = [int(one) for one in random.choice(10**6, size, replace=False) + 10**6]
    return found if how == "sparse" else [f"{one:x}".upper() + "k" for one in found]


def _some(random: Any, values: list[Any], rows: int) -> list[Any]:
    return [values[at] for at in random.integers(0, len(values), rows)]
