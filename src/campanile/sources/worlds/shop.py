"""A web shop whose users are to get one of three offers: users and sessions of any number, written block by block."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from campanile.sources.worlds.dirt import PLACES, SHOP_DIRT, late, soil
from campanile.sources.worlds.events import EventWorld
from campanile.sources.worlds.shop_truth import CLASSES, Choice, chosen, drivers, truth_schema
from campanile.sources.worlds.specs import ShopSpec
from campanile.sources.worlds.streaming import CsvStream, ParquetStream, Stream, Streams
from campanile.sources.worlds.truth import expected_auc
from campanile.sources.worlds.visitors import SESSIONS, session_table, truth_columns, visits

_SESSIONS_PER_BLOCK, _TRIAL_USERS = 100_000, 20_000
_TRIAL, _VISITS, _TEXTS, _LATE, _DIRT = range(5)
_USERS = pa.schema([
    ("user_id", pa.string()), ("age", pa.int64()), ("abandoned_cart", pa.bool_()), ("user_category", pa.string()),
])  # fmt: skip


def shop(folder: str | Path, spec: ShopSpec) -> EventWorld:
    """Write user_train, user_test, session_train, session_test (in each format asked for) and truth.parquet.

    Each user wants one of three offers, ``marketing_target``, with probabilities that follow from age, cart, category
    and the sessions taken together (``shop_truth.Choice``). Test users have a ``test_id`` in its place; the truth holds
    both. ``ceiling_auc`` and ``base_rate`` are those of offers 2 and 3 against 1. Where several formats are
    written, ``files`` names those of the first. Dirt and delays come on top: the truth is that of the clean tables.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    trial = visits(_TRIAL_USERS, spec.sessions_per_user, _random(spec, _TRIAL)).traits
    choice = chosen(trial, spec.sessions_per_user)
    schemas = _schemas(spec)
    probabilities = []
    with Streams(**_streams(folder, schemas, spec)) as out:
        for number, truth, sessions in _blocks(choice, spec):
            probabilities.append(np.stack([truth[f"probability_{name}"].to_numpy() for name in CLASSES], axis=1))
            out["truth.parquet"].append(truth)
            for name, table in _parted(truth, sessions, spec, out).items():
                _append(out, name, table, spec, block=number)
        events = sum(out[f"{name}.{spec.written[0]}"].rows for name in schemas if name.startswith("session"))
    files = {name: folder / f"{name}.{spec.written[0]}" for name in schemas}
    shares = np.concatenate(probabilities)
    return EventWorld(
        folder, files, folder / "truth.parquet", folder / "dirt.parquet" if spec.dirt else None, "marketing_target", 0,
        spec.users, events, drivers(choice, trial), float(1 - shares[:, 0].mean()), expected_auc(1 - shares[:, 0]),
        {str(name): float(share) for name, share in zip(CLASSES, shares.mean(axis=0), strict=True)},
    )  # fmt: skip


def _schemas(spec: ShopSpec) -> dict[str, pa.Schema]:
    sessions = SESSIONS.append(pa.field("arrived", pa.timestamp("us", "UTC"))) if spec.late else SESSIONS
    schemas = {"user_train": _USERS.append(pa.field("marketing_target", pa.int64())), "session_train": sessions}
    if spec.test_share:
        schemas |= {"user_test": _USERS.append(pa.field("test_id", pa.int64())), "session_test": sessions}
    return schemas


def _streams(folder: Path, schemas: dict[str, pa.Schema], spec: ShopSpec) -> dict[str, Stream]:
    streams: dict[str, Stream] = {}
    for name, schema in schemas.items():
        if "csv" in spec.written:
            separator = ";" if name.startswith("user") else ","
            streams[f"{name}.csv"] = CsvStream(folder / f"{name}.csv", _told(schema.empty_table()).schema, separator)
        if "parquet" in spec.written:
            streams[f"{name}.parquet"] = ParquetStream(folder / f"{name}.parquet", schema, spec.rows_per_group)
    also = {"truth": truth_schema()} | ({"dirt": PLACES} if spec.dirt else {})
    for name, schema in also.items():
        streams[f"{name}.parquet"] = ParquetStream(folder / f"{name}.parquet", schema, spec.rows_per_group)
    return streams


def _blocks(choice: Choice, spec: ShopSpec) -> Iterator[tuple[int, pa.Table, pa.Table]]:
    """Yield the truth and the sessions of block after block of users."""
    size = max(1, int(_SESSIONS_PER_BLOCK / spec.sessions_per_user))
    for number, begin in enumerate(range(0, spec.users, size)):
        rng = _random(spec, _VISITS, number)
        seen = visits(min(size, spec.users - begin), spec.sessions_per_user, rng)
        truth = pa.table(truth_columns(seen, choice, spec.test_share, rng), schema=truth_schema())
        sessions = session_table(seen, truth["user_id"].combine_chunks(), _random(spec, _TEXTS, number))
        held_back = truth["test"].combine_chunks().take(pa.array(seen.owner))
        if spec.late:
            sessions = late(sessions, _random(spec, _LATE, number))
        yield number, truth, sessions.append_column("test", held_back)


def _parted(truth: pa.Table, sessions: pa.Table, spec: ShopSpec, out: Streams) -> dict[str, pa.Table]:
    """Return the tables as a shop hands them over: users to learn from and users to be predicted apart."""
    kept = pc.invert(truth["test"])
    tables = {"user_train": truth.filter(kept), "session_train": sessions.filter(pc.invert(sessions["test"]))}
    if spec.test_share:
        test = truth.filter(truth["test"])
        first = out[f"user_test.{spec.written[0]}"].rows + 1
        tables["user_test"] = test.append_column("test_id", pa.array(first + np.arange(test.num_rows)))
        tables["session_test"] = sessions.filter(sessions["test"])
    return {name: table.select(_schemas(spec)[name].names) for name, table in tables.items()}


def _append(out: Streams, name: str, table: pa.Table, spec: ShopSpec, *, block: int) -> None:
    """Write a table in each format, made dirty where that is asked for."""
    if spec.dirt:
        kind, part = name.split("_")
        rng = _random(spec, _DIRT, block, ("user", "session").index(kind), ("train", "test").index(part))
        before = out[f"{name}.{spec.written[0]}"].rows
        table, places = soil(table, SHOP_DIRT[f"{kind}s"], rng, name=name, first_row=before)
        out["dirt.parquet"].append(places)
    if "csv" in spec.written:
        out[f"{name}.csv"].append(_told(table))
    if "parquet" in spec.written:
        out[f"{name}.parquet"].append(table)


def _told(table: pa.Table) -> pa.Table:
    """Return the table with flags and times as the shops' files write them: TRUE, 2023-08-15 05:58:37."""
    columns = {}
    for field, column in zip(table.schema, table.columns, strict=True):
        if pa.types.is_boolean(field.type):
            columns[field.name] = pc.utf8_upper(column.cast(pa.string()))
        elif pa.types.is_timestamp(field.type):
            columns[field.name] = column.cast(pa.timestamp("s"), safe=False)
        else:
            columns[field.name] = column
    return pa.table(columns)


def _random(spec: ShopSpec, *of: int) -> np.random.Generator:
    """Return the randomness of one part of the world, which no other part moves."""
    return np.random.default_rng(np.random.SeedSequence(spec.seed, spawn_key=of))
