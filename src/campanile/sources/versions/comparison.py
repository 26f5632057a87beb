"""Hold two versions of a table against each other: rows by their key, and each column's distribution."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.sources.versions.result import CellChange, ColumnChange, Difference, Part
from campanile.sources.versions.spec import DifferenceSpec
from campanile.tables import Column, Semantic, dictionary_of
from campanile.tables.lists import as_texts
from campanile.words import Sentence, say
from campanile.workspace.catalog import Artifact
from campanile.workspace.engine import query, quoted
from campanile.workspace.place import Workspace

_MOST_PARTS = 10
_MOST_CELLS = 200
_UNTOLD = (Semantic.IDENTIFIER, Semantic.PERSONAL, Semantic.TEXT, Semantic.LIST)


def difference(workspace: Workspace, spec: DifferenceSpec) -> Difference:
    """Say what differs between two versions, and keep the answer as artifact ``difference``. Raises NotFound."""
    old, new = workspace.table(spec.table, spec.before), workspace.table(spec.table, spec.after)
    with workspace.run("difference", spec) as run:
        answer = _compared(spec, (run.read(old), workspace.read(old)), (run.read(new), workspace.read(new)))
        run.save_result("difference", spec.table, answer, meta={"before": spec.before, "after": spec.after})
    return answer


def _compared(spec: DifferenceSpec, was: tuple[Artifact, pa.Table], now: tuple[Artifact, pa.Table]) -> Difference:
    (old, before), (new, after) = was, now
    meaning, meant = dictionary_of(new), dictionary_of(old)
    shared = [name for name in after.column_names if name in before.column_names]
    key = meaning.key if meaning.key == meant.key and meaning.key in shared else None
    rows = _rows(before, after, shared, key)
    secret = {column.name for column in (*meaning.of(Semantic.PERSONAL), *meant.of(Semantic.PERSONAL))}
    return Difference(
        spec.table, spec.before, spec.after, key, before.num_rows, after.num_rows,
        rows["added"], rows["removed"], rows["changed"],
        tuple(name for name in after.column_names if name not in shared),
        tuple(name for name in before.column_names if name not in shared),
        tuple(_column(meaning[name], before, after, rows.get(f"cells {name}")) for name in shared),
        _cells(before, after, shared, key, secret) if rows["changed"] else (),
    )  # fmt: skip


def _rows(before: pa.Table, after: pa.Table, shared: list[str], key: str | None) -> dict[str, int]:
    """Count rows added, removed and changed, and for each column the cells that differ."""
    sides = {"was": _alike(before, after, shared), "now": _alike(after, before, shared)}
    if key is None:
        names = "SELECT " + ", ".join(map(quoted, shared))
        counts = [
            query(f"SELECT count(*) AS n FROM ({names} FROM {one} EXCEPT ALL {names} FROM {other})", sides)
            for one, other in (("now", "was"), ("was", "now"))
        ]
        added, removed = (int(count["n"][0].as_py()) for count in counts)
        return {"added": added, "removed": removed, "changed": 0}
    differ = {name: f"was.{quoted(name)} IS DISTINCT FROM now.{quoted(name)}" for name in shared if name != key}
    kept = f"was.{quoted(key)} IS NOT NULL AND now.{quoted(key)} IS NOT NULL"
    counted = {
        "added": f"was.{quoted(key)} IS NULL",
        "removed": f"now.{quoted(key)} IS NULL",
        "changed": f"{kept} AND ({' OR '.join(differ.values()) or 'false'})",
        **{f"cells {name}": f"{kept} AND {test}" for name, test in differ.items()},
    }
    wanted = ", ".join(f"count(*) FILTER (WHERE {test}) AS {quoted(name)}" for name, test in counted.items())
    found = query(f"SELECT {wanted} FROM was FULL JOIN now ON was.{quoted(key)} = now.{quoted(key)}", sides)
    return {name: int(found[name][0].as_py()) for name in counted}


def _cells(
    before: pa.Table, after: pa.Table, shared: list[str], key: str | None, secret: set[str]
) -> tuple[CellChange, ...]:
    """List the first cells that differ, by key; those of personal columns are left out."""
    if key is None:
        return ()
    sides = {"was": _alike(before, after, shared), "now": _alike(after, before, shared)}
    named = f"CAST(now.{quoted(key)} AS VARCHAR)" if key not in secret else "''"
    found: list[CellChange] = []
    for name in shared:
        if name == key or name in secret or len(found) >= _MOST_CELLS:
            continue
        one, other = f"was.{quoted(name)}", f"now.{quoted(name)}"
        rows = query(
            f"SELECT {named} AS name, CAST({one} AS VARCHAR) AS one, CAST({other} AS VARCHAR) AS other FROM was"
            f" JOIN now ON was.{quoted(key)} = now.{quoted(key)} WHERE {one} IS DISTINCT FROM {other}"
            f" ORDER BY now.{quoted(key)} LIMIT ?",
            sides,
            [_MOST_CELLS - len(found)],
        )
        found += [CellChange(row["name"], name, row["one"], row["other"]) for row in rows.to_pylist()]
    return tuple(found)


def _alike(table: pa.Table, other: pa.Table, names: list[str]) -> pa.Table:
    """Return columns that can be compared: where the types differ, their texts."""
    columns = {}
    for name in names:
        same = table.schema.field(name).type == other.schema.field(name).type
        columns[name] = table[name] if same else as_texts(table[name])
    return pa.table(columns)


def _column(column: Column, before: pa.Table, after: pa.Table, cells: int | None) -> ColumnChange:
    was, now = before[column.name], after[column.name]
    parts: tuple[Part, ...] = ()
    if column.semantic not in _UNTOLD and was.type == now.type:
        parts = _by_place(was, now) if _measured(was.type) else _by_level(was, now)
    return ColumnChange(column.name, column.named(), cells, was.null_count, now.null_count, _moved(parts), parts)


def _measured(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_temporal(kind))


def _by_level(was: pa.ChunkedArray, now: pa.ChunkedArray) -> tuple[Part, ...]:
    """Count each level, the commonest first; the rest together."""
    counts: dict[str, list[int]] = {}
    for place, column in enumerate((was, now)):
        for pair in pc.value_counts(column.drop_null().cast(pa.string())).to_pylist():
            counts.setdefault(pair["values"], [0, 0])[place] += pair["counts"]
    ordered = sorted(counts.items(), key=lambda pair: (-sum(pair[1]), pair[0]))
    flag = pa.types.is_boolean(now.type)
    parts = [Part(_level(name, flag=flag), *both) for name, both in ordered[:_MOST_PARTS]]
    if len(ordered) > _MOST_PARTS:
        rest = [sum(both[place] for _, both in ordered[_MOST_PARTS:]) for place in (0, 1)]
        parts.append(Part(say("other"), *rest))
    return tuple(parts)


def _level(name: str, *, flag: bool) -> Sentence:
    if flag:
        return say("yes") if name == "true" else say("no")
    return say("{level}", level=name)


def _by_place(was: pa.ChunkedArray, now: pa.ChunkedArray) -> tuple[Part, ...]:
    """Count between the tenths of the earlier values, so that each part held about as many rows."""
    old, new = _floats(was), _floats(now)
    if not len(old) or not len(new):
        return ()
    edges = np.unique(np.quantile(old, np.linspace(0, 1, _MOST_PARTS + 1), method="lower"))[1:]
    counted = [np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
               for values in (old, new)]  # fmt: skip
    labels = _ranges(edges, min(old.min(), new.min()), dated=pa.types.is_temporal(now.type))
    return tuple(
        Part(label, int(one), int(other)) for label, one, other in zip(labels, *counted, strict=True) if one or other
    )


def _ranges(edges: NDArray[np.float64], least: float, *, dated: bool) -> list[Sentence]:
    def told(value: float) -> Sentence:
        if dated:
            return say("{day:date}", day=np.datetime64(int(value), "D").astype(object))
        return say("{value:number}", value=int(value) if float(value).is_integer() else value)

    if not len(edges):
        return [say("all")]
    inner = [say("above {low} to {high}", low=told(low), high=told(high)) for low, high in pairwise(edges)]
    first = say("{value}", value=told(edges[0])) if edges[0] == least else say("up to {high}", high=told(edges[0]))
    return [first, *inner, say("above {low}", low=told(edges[-1]))]


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    filled = column.drop_null()
    if pa.types.is_temporal(column.type):
        filled = filled.cast(pa.date32()).cast(pa.int32())
    values = np.asarray(filled.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)
    return values[np.isfinite(values)]


def _moved(parts: tuple[Part, ...]) -> float | None:
    before, after = sum(part.before for part in parts), sum(part.after for part in parts)
    if not before or not after:
        return None
    return min(1.0, sum(abs(part.before / before - part.after / after) for part in parts) / 2)
