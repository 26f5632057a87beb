"""A block's users, events and truth as the tables that are written."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from campanile.sources.worlds.catalogue import Catalogue
from campanile.sources.worlds.listening import BUY, EVENTS, FAVOURITES, Ints
from campanile.sources.worlds.music_lives import NEVER, Block
from campanile.sources.worlds.music_truth import WEIGHTS
from campanile.sources.worlds.specs import MusicSpec
from campanile.sources.worlds.texts import joined, lists, pick
from campanile.sources.worlds.vocabulary import CITIES, CITY_SHARES, FIRST_NAMES, GENRES, LAST_NAMES, STREETS

USERS = pa.schema([
    ("user_id", pa.int64()), ("name", pa.string()), ("city", pa.string()), ("street", pa.string()),
    ("favourite_genres", pa.list_(pa.string())), ("premium_user", pa.bool_()),
])  # fmt: skip
SESSIONS = pa.schema([
    ("timestamp", pa.timestamp("us", "UTC")), ("user_id", pa.int64()), ("track_id", pa.string()),
    ("event_type", pa.string()), ("session_id", pa.int64()),
])  # fmt: skip
TRUTH = pa.schema([
    ("user_id", pa.int64()), ("cutoff", pa.timestamp("us", "UTC")), ("probability", pa.float64()),
    ("bought", pa.bool_()),
    *((name, pa.int64() if name.startswith("number_of_") else pa.float64()) for name in WEIGHTS),
])  # fmt: skip


def user_table(block: Block, first_id: int, rng: np.random.Generator) -> pa.Table:
    """Return who the users are, as ``USERS``."""
    users = len(block.bought_ms)
    names = joined(_any(FIRST_NAMES, users, rng), _any(LAST_NAMES, users, rng))
    house = pa.array(rng.integers(1, 90, users)).cast(pa.string())
    genres = lists(pick(GENRES, block.who.genres.ravel()), np.full(users, FAVOURITES))
    return pa.table(
        [first_id + np.arange(users), names, pick(CITIES, rng.choice(len(CITIES), users, p=CITY_SHARES)),
         joined(_any(STREETS, users, rng), house), genres, block.bought_ms != NEVER], schema=USERS,
    )  # fmt: skip


def session_table(
    block: Block, first_id: int, first_session: int, music: Catalogue, spec: MusicSpec
) -> tuple[pa.Table, int]:
    """Return the events by user and time, as ``SESSIONS``, and the first session that is free for the next block.

    A purchase is a session of its own.
    """
    buyers = np.flatnonzero(block.bought_ms != NEVER)
    session_user = np.concatenate([month.session_user for month in block.months] + [buyers])
    sizes = [len(month.session_user) for month in block.months]
    starts = np.concatenate(([0], np.cumsum(sizes)))
    sessions = [month.session + start for month, start in zip(block.months, starts, strict=False)]
    session = np.concatenate([*sessions, starts[-1] + np.arange(len(buyers))])
    user = np.concatenate([month.user for month in block.months] + [buyers])
    time = np.concatenate([month.time_ms for month in block.months] + [block.bought_ms[buyers]])
    kind = np.concatenate([month.kind for month in block.months] + [np.full(len(buyers), BUY, np.int8)])
    track = np.concatenate([month.track for month in block.months] + [np.full(len(buyers), -1)])
    number = np.empty(len(session_user), dtype=np.int64)
    number[np.argsort(session_user, kind="stable")] = np.arange(len(session_user))
    # Stable: what happens in the same instant (a skip, the next play) keeps its order.
    order = np.lexsort((time, user))
    known = pa.array(track[order], mask=track[order] < 0)
    table = pa.table(
        [_times(time[order], spec), first_id + user[order], music.ids.take(known).fill_null(""),
         pick(EVENTS, kind[order]), first_session + number[session[order]]], schema=SESSIONS,
    )  # fmt: skip
    return table, first_session + len(session_user)


def truth_table(block: Block, first_id: int, edges_ms: Ints, spec: MusicSpec) -> pa.Table:
    """Return what was true at each cut-off of those at risk, as ``TRUTH``, by user and cut-off."""
    user = np.concatenate([risk.user for risk in block.risks])
    month = np.concatenate([np.full(len(risk.user), risk.month) for risk in block.risks])
    order = np.lexsort((month, user))
    values = np.concatenate([risk.values for risk in block.risks])[order]
    columns = [
        pa.array(values[:, place], TRUTH.field(name).type, from_pandas=True) for place, name in enumerate(WEIGHTS)
    ]
    return pa.table(
        [first_id + user[order], _times(edges_ms[month[order]], spec),
         np.concatenate([risk.probability for risk in block.risks])[order],
         np.concatenate([risk.bought for risk in block.risks])[order], *columns], schema=TRUTH,
    )  # fmt: skip


def _times(ms: Ints, spec: MusicSpec) -> pa.Array:
    start = np.datetime64(spec.start, "us").astype(np.int64)
    return pa.array(start + 1000 * ms, pa.timestamp("us", "UTC"))


def _any(words: tuple[str, ...], rows: int, rng: np.random.Generator) -> pa.Array:
    return pick(words, rng.integers(0, len(words), rows))
