"""A music service whose free users may become paying ones: events of any number, written block by block."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from campanile.sources.worlds.catalogue import Catalogue, catalogue
from campanile.sources.worlds.dirt import MUSIC_DIRT, PLACES, late, soil
from campanile.sources.worlds.events import EventWorld
from campanile.sources.worlds.music_lives import edges_ms, lived, tried
from campanile.sources.worlds.music_tables import SESSIONS, TRUTH, USERS, session_table, truth_table, user_table
from campanile.sources.worlds.music_truth import Law
from campanile.sources.worlds.specs import MusicSpec
from campanile.sources.worlds.streaming import ParquetStream, Streams
from campanile.sources.worlds.truth import expected_auc

HORIZON_DAYS = 30
FIRST_ID = 101
# Randomness hangs on blocks of users, so their size follows from the spec and from nothing else.
_EVENTS_PER_BLOCK, _MOST_USERS = 200_000, 4_096
_CATALOGUE, _TRIAL, _LIVES, _PEOPLE, _LATE, _DIRT = range(6)
_ARRIVED = pa.field("arrived", pa.timestamp("us", "UTC"))


def music(folder: str | Path, spec: MusicSpec) -> EventWorld:
    """Write users, sessions, tracks, artists, track_storage and truth into ``folder``, each as ``.parquet``.

    Whoever has not bought by the first of a month (the cut-off, UTC) buys within the 30 days from it with a probability
    that follows from the calendar month before (``music_truth.Law``); nobody buys in the first month. Purchases fall
    on a month's third to thirtieth day, so that no such 30 days hold the purchases of two months. After the purchase
    there are no advertisements: the month of a purchase betrays it, the months before do not. Dirt and delays come
    on top: the truth is that of the clean events. In memory are the catalogue, a block of users and a row group.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    stock = catalogue(spec.tracks, _random(spec, _CATALOGUE))
    true, drivers = tried(stock, spec, _random(spec, _TRIAL))
    probabilities = []
    schemas = _schemas(spec, stock)
    files = {name: folder / f"{name}.parquet" for name in schemas}
    with Streams(**{name: ParquetStream(files[name], schemas[name], spec.rows_per_group) for name in schemas}) as out:
        whole = {"tracks": stock.tracks, "artists": stock.artists, "track_storage": stock.storage}
        _append(out, whole, spec, block=-1)
        for number, tables in enumerate(_blocks(stock, true, spec)):
            _append(out, tables, spec, block=number)
            probabilities.append(tables["truth"]["probability"].to_numpy())
    probability = np.concatenate(probabilities)
    base = float(probability.mean())
    truth, dirt = files.pop("truth"), files.pop("dirt", None)
    return EventWorld(
        folder, files, truth, dirt, "bought", HORIZON_DAYS, spec.users, out["sessions"].rows, drivers, base,
        expected_auc(probability), {"true": base, "false": 1 - base},
    )  # fmt: skip


def _schemas(spec: MusicSpec, stock: Catalogue) -> dict[str, pa.Schema]:
    schemas = {
        "users": USERS.append(pa.field("id", pa.int64())) if spec.dirt else USERS,
        "sessions": SESSIONS.append(_ARRIVED) if spec.late else SESSIONS,
        "tracks": stock.tracks.schema,
        "artists": stock.artists.schema,
        "track_storage": stock.storage.schema,
        "truth": TRUTH,
    }
    return schemas | ({"dirt": PLACES} if spec.dirt else {})


def _blocks(stock: Catalogue, true: Law, spec: MusicSpec) -> Iterator[dict[str, pa.Table]]:
    """Yield users, sessions and truth of block after block."""
    size = int(np.clip(_EVENTS_PER_BLOCK / (spec.months * spec.events_per_user_month), 1, _MOST_USERS))
    free_session = 1
    for number, begin in enumerate(range(0, spec.users, size)):
        block = lived(min(size, spec.users - begin), stock, true, spec, _random(spec, _LIVES, number))
        first = FIRST_ID + begin
        sessions, free_session = session_table(block, first, free_session, stock, spec)
        yield {
            "users": user_table(block, first, _random(spec, _PEOPLE, number)),
            "sessions": late(sessions, _random(spec, _LATE, number)) if spec.late else sessions,
            "truth": truth_table(block, first, edges_ms(spec), spec),
        }


def _append(out: Streams, tables: dict[str, pa.Table], spec: MusicSpec, *, block: int) -> None:
    """Write the tables, made dirty where that is asked for; ``block`` -1 is the catalogue."""
    rng = _random(spec, _DIRT, block + 1)
    if spec.dirt and "users" in tables:
        people = tables["users"]
        tables = tables | {"users": people.append_column("id", pa.nulls(people.num_rows, pa.int64()))}
    for name, table in tables.items():
        written = table
        if spec.dirt and name in MUSIC_DIRT:
            written, places = soil(table, MUSIC_DIRT[name], rng, name=name, first_row=out[name].rows)
            out["dirt"].append(places)
        out[name].append(written)


def _random(spec: MusicSpec, *of: int) -> np.random.Generator:
    """Return the randomness of one part of the world, which no other part moves."""
    return np.random.default_rng(np.random.SeedSequence(spec.seed, spawn_key=of))
