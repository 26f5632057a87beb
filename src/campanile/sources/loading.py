"""Load a file into the workspace as a new version of a table: all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.sources.alike import likely_dates, types_like
from campanile.sources.keys import Keyed, compare, natural_key
from campanile.sources.reading import read
from campanile.sources.refusal import Refusal, as_table, check_share, clipped
from campanile.sources.result import Load, Reading
from campanile.sources.spec import LoadSpec, ReadSpec
from campanile.tables import Declared, Dictionary, Semantic, dictionary_of
from campanile.words import Sentence, plural, say
from campanile.workspace.catalog import Artifact
from campanile.workspace.errors import not_found
from campanile.workspace.place import Workspace
from campanile.workspace.runs import Run, to_bytes


@dataclass(frozen=True)
class _Entry:
    """What enters a version: the new rows, all rows, the dictionary with its key, and what stayed out."""

    rows: pa.Table
    whole: pa.Table
    dictionary: Dictionary
    refused: tuple[Refusal, ...]
    repeated: int
    notes: tuple[Sentence, ...]


def load(workspace: Workspace, spec: LoadSpec) -> Load:
    """Read ``spec.path`` and publish it as the next version of its table.

    Raises what ``read`` raises, NotFound for a key or a table to append to that is not there, and Busy
    while another process writes the table. Whatever goes wrong, the table stays as it was.
    """
    with workspace.lock_table(spec.target), workspace.run("load", spec) as run:
        before = run.read(workspace.table(spec.target)) if spec.append else None
        reading = read(spec.path, _reading_spec(spec, before))
        entry = _enter(reading, spec) if before is None else _join(workspace, reading, before, spec)
        draft = _save(run, reading, entry, before, spec)
    artifact = run.artifact(draft)
    return Load(
        table=artifact.name, version=artifact.version, rows=entry.whole.num_rows, added=entry.rows.num_rows,
        repeated=entry.repeated, refused=len(entry.refused), content_hash=artifact.hash, key=entry.dictionary.key,
        dialect=reading.dialect, dictionary=entry.dictionary, notes=(*reading.notes, *entry.notes),
        refusals=entry.refused,
    )  # fmt: skip


def _reading_spec(spec: LoadSpec, before: Artifact | None) -> ReadSpec:
    """Ask for the file's own types, or for those of the table that it joins."""
    asked = {name: getattr(spec, name) for name in ReadSpec.model_fields}
    if spec.key is not None:
        asked["types"] = {spec.key: Declared(semantic=Semantic.IDENTIFIER), **spec.types}
    if before is not None:
        asked |= {"types": types_like(before), "likely_dates": spec.likely_dates or likely_dates(before)}
    return ReadSpec(**asked)


def _enter(reading: Reading, spec: LoadSpec) -> _Entry:
    """Prepare the first rows of a version of its own."""
    key = spec.key or natural_key(reading)
    dictionary = Dictionary(reading.dictionary.columns, key)
    notes = () if spec.key or not key else (say("Rows are told apart by {key:quoted}, which no two share.", key=key),)
    return _sift(reading, reading.table, dictionary, None, spec, notes)


def _join(workspace: Workspace, reading: Reading, before: Artifact, spec: LoadSpec) -> _Entry:
    """Prepare rows that join a table, in its schema and by its key."""
    dictionary = dictionary_of(before)
    if spec.key is not None and spec.key != dictionary.key:
        raise not_found(say("key"), spec.key, [dictionary.key or ""], say("Table {table:quoted}", table=before.name))
    there = workspace.read(before)
    extra = [name for name in reading.table.column_names if name not in dictionary]
    rows = reading.table.select(there.column_names).cast(there.schema)
    notes = (
        plural("The table has no column {names:quoted}: it was left out.",
               "The table has no columns {names:quoted}: they were left out.", len(extra), names=tuple(extra)),
    ) if extra else ()  # fmt: skip
    return _sift(reading, rows, dictionary, there, spec, notes)


def _sift(
    reading: Reading,
    rows: pa.Table,
    dictionary: Dictionary,
    there: pa.Table | None,
    spec: LoadSpec,
    notes: tuple[Sentence, ...],
) -> _Entry:
    """Keep each row once; refuse those without a key and those that contradict another."""
    refused = tuple(Refusal(**row) for row in reading.refused.to_pylist())
    repeated = 0
    if dictionary.key is not None:
        keyed = compare(rows, dictionary.key, there)
        refused = (*refused, *_refusals(reading, rows, keyed, dictionary.key))
        check_share(
            spec.called or str(spec.path),
            len(refused),
            reading.table.num_rows + reading.refused.num_rows,
            spec.refuse_share,
            refused[-3:],
        )
        rows, repeated = rows.filter(pa.array(keyed.new)), int(keyed.repeated.sum())
    whole = rows if there is None else pa.concat_tables([there, rows])
    return _Entry(rows, whole, dictionary, refused, repeated, notes)


def _refusals(reading: Reading, rows: pa.Table, keyed: Keyed, key: str) -> list[Refusal]:
    reasons = {"key_missing": keyed.missing, "key_conflict": keyed.conflict, "key_exists": keyed.exists}
    return [
        refusal for reason, mask in reasons.items() for refusal in _of(reading, rows, key, reason, np.flatnonzero(mask))
    ]


def _of(reading: Reading, rows: pa.Table, key: str, reason: str, places: NDArray[np.int64]) -> list[Refusal]:
    chosen = rows.take(pa.array(places)).to_pylist()
    lines = reading.lines.take(pa.array(places)).to_pylist()
    return [
        Refusal(line, key, reason, "" if row[key] is None else str(row[key]),
                clipped("\t".join("" if cell is None else str(cell) for cell in row.values())))
        for line, row in zip(lines, chosen, strict=True)
    ]  # fmt: skip


def _save(run: Run, reading: Reading, entry: _Entry, before: Artifact | None, spec: LoadSpec) -> Any:
    source = run.save_fingerprint(spec.path, {"dialect": reading.dialect.to_dict()}, name=spec.named)
    if entry.refused:
        content = to_bytes(as_table(entry.refused))
        run.save_files(
            "refused", spec.target, {"refused.arrow": content}, {"rows": len(entry.refused), "file": source.name}
        )
    declared = {name: said.model_dump(mode="json", exclude_none=True) for name, said in spec.types.items()}
    meta = {
        "dictionary": entry.dictionary.to_dict(), "dialect": reading.dialect.to_dict(), "refused": len(entry.refused),
        "repeated": entry.repeated, "added": entry.rows.num_rows, "source": {"file": source.name, "hash": source.hash},
        "declared": {**(before.meta.get("declared", {}) if before is not None else {}), **declared},
        "notes": [sentence.to_dict() for sentence in (*reading.notes, *entry.notes)],
    }  # fmt: skip
    return run.save_table(
        spec.target, entry.rows, key=entry.dictionary.key, meta=meta, append_to=before, whole=entry.whole
    )
