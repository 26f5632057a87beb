"""What a music service has to play: artists with genres, tracks with audio features, and what keeping them costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.sources.worlds.texts import codes, joined, lists, pick, sentences
from campanile.sources.worlds.vocabulary import GENRES, RARE_GENRES, TITLES

STORAGE = ("SLOW", "MEDIUM", "FAST")
_COST_PER_MS = np.array([5e-8, 1e-7, 5e-7])
_FIRST_DAY, _LAST_DAY = np.datetime64("1960-01-01"), np.datetime64("2021-12-31")
# A draw from this many slots, in which a track stands as often as it is popular, costs one look-up.
_SLOTS = 1 << 20

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Catalogue:
    """The tables as they are written, and what listening needs to know of each track.

    ``genres`` are bits, one for each of ``GENRES``; ``hits`` holds tracks in proportion to how often they are
    played; the tracks of genre g are ``of_genre[first[g] : first[g] + count[g]]``.
    """

    tracks: pa.Table
    artists: pa.Table
    storage: pa.Table
    ids: pa.Array
    duration_ms: Ints
    popularity: Ints
    genres: NDArray[np.uint64]
    hits: Ints
    of_genre: Ints
    first: Ints
    count: Ints


def catalogue(tracks: int, rng: np.random.Generator) -> Catalogue:
    """Make ``tracks`` tracks by half as many artists."""
    number = max(1, tracks // 2)
    artist_ids, genres, bits = _genres(number, rng)
    names = joined(
        pick(TITLES, rng.integers(0, len(TITLES), number)), pick(TITLES, rng.integers(0, len(TITLES), number))
    )
    artists = pa.table({"id": artist_ids, "name": names, "genres": genres})
    # Each artist has a track; the others go to few.
    of = np.concatenate((np.arange(number), (number * rng.random(tracks - number) ** 2.5).astype(np.int64)))
    rng.shuffle(of)
    table = _tracks(tracks, artist_ids.take(pa.array(of)), rng)
    popularity, duration = table["popularity"].to_numpy(), table["duration_ms"].to_numpy()
    of_genre, first, count = _shelves(bits[of])
    return Catalogue(
        table, artists, _storage(table["id"], popularity, duration, rng), table["id"].combine_chunks(), duration,
        popularity, bits[of], _urn(popularity), of_genre, first, count,
    )  # fmt: skip


def _genres(artists: int, rng: np.random.Generator) -> tuple[pa.Array, pa.ListArray, NDArray[np.uint64]]:
    """Give each artist one to eighteen genres, half of them rare ones that no user follows."""
    wanted = np.minimum(rng.geometric(0.28, artists), 18)
    owner = np.repeat(np.arange(artists), wanted)
    common = (len(GENRES) * rng.random(len(owner)) ** 1.3).astype(np.int64)
    rare = len(GENRES) + rng.integers(0, len(RARE_GENRES), len(owner))
    pairs = np.unique(owner * 1000 + np.where(rng.random(len(owner)) < 0.5, common, rare))
    owner, genre = pairs // 1000, pairs % 1000
    bits = np.zeros(artists, dtype=np.uint64)
    followed = genre < len(GENRES)
    np.bitwise_or.at(bits, owner[followed], np.uint64(1) << genre[followed].astype(np.uint64))
    names = pick(GENRES + RARE_GENRES, genre)
    return codes(rng, artists), lists(names, np.bincount(owner, minlength=artists)), bits


def _tracks(tracks: int, artists: pa.Array, rng: np.random.Generator) -> pa.Table:
    energy = rng.beta(1.8, 1.4, tracks)
    spoken, live = rng.random(tracks) < 0.05, rng.random(tracks) < 0.15
    return pa.table({
        "id": codes(rng, tracks),
        "name": _names(tracks, rng),
        "popularity": np.round(96 * rng.beta(1.7, 3.9, tracks)).astype(np.int64),
        "duration_ms": np.clip(np.round(rng.lognormal(12.27, 0.36, tracks)), 30_000, 1_200_000).astype(np.int64),
        "explicit": (rng.random(tracks) < 0.037).astype(np.int64),
        "id_artist": artists,
        "release_date": _release_dates(tracks, rng),
        "danceability": np.round(rng.beta(5.2, 4.1, tracks), 3),
        "energy": np.round(energy, 3),
        "key": rng.integers(0, 12, tracks),
        "loudness": np.round(np.clip(-17 + 13 * energy - rng.gamma(1.2, 1.5, tracks), -60, -0.1), 3),
        "speechiness": np.round(np.where(spoken, rng.beta(12, 2, tracks), 0.022 + rng.gamma(1.2, 0.025, tracks)), 4),
        "acousticness": np.round(rng.beta(0.6, 0.85, tracks), 5),
        "instrumentalness": np.round(rng.beta(0.08, 0.8, tracks), 6),
        "liveness": np.round(np.where(live, rng.beta(4, 2, tracks), rng.beta(2.2, 13, tracks)), 4),
        "valence": np.round(rng.beta(1.6, 1.25, tracks), 3),
        "tempo": np.round(np.clip(rng.normal(119.6, 29.5, tracks), 45, 218), 3),
    })  # fmt: skip


def _names(tracks: int, rng: np.random.Generator) -> pa.Array:
    titles = sentences(rng, TITLES, rng.integers(1, 6, tracks))
    years = [f" - {year} Remaster" for year in range(1998, 2021)]
    remastered = np.where(rng.random(tracks) < 0.06, rng.integers(1, len(years) + 1, tracks), 0)
    return joined(titles, pick(("", *years), remastered), by="")


def _release_dates(tracks: int, rng: np.random.Generator) -> pa.Array:
    """Return texts: most are days, a quarter years, a few months."""
    days = np.arange(_FIRST_DAY, _LAST_DAY + 1)
    texts = np.concatenate([np.datetime_as_string(days.astype(f"datetime64[{unit}]")) for unit in "DYM"])
    day = (len(days) * rng.random(tracks) ** 0.6).astype(np.int64)
    precision = rng.choice(3, tracks, p=(0.766, 0.229, 0.005))
    return pa.array(texts, pa.string()).take(pa.array(day + len(days) * precision))


def _storage(ids: pa.Array, popularity: Ints, duration: Ints, rng: np.random.Generator) -> pa.Table:
    """Keep what is played most nearer at hand, which costs more for each millisecond and day."""
    at_hand = rng.random(len(ids)) < 0.06 * (popularity / 96) ** 2
    kind = np.where(at_hand, np.where(rng.random(len(ids)) < 0.02, 2, 1), 0)
    return pa.table({
        "track_id": ids, "storage_class": pick(STORAGE, kind), "daily_cost": duration * _COST_PER_MS[kind],
    })  # fmt: skip


def _urn(popularity: Ints) -> Ints:
    """Fill slots with tracks in proportion to how often they are played."""
    slots = max(_SLOTS, 8 * len(popularity))
    edges = np.cumsum(np.exp(popularity / 9.0))
    at = (np.arange(slots) + 0.5) * (edges[-1] / slots)
    result: Ints = np.searchsorted(edges, at).astype(np.int64)
    return result


def _shelves(bits: NDArray[np.uint64]) -> tuple[Ints, Ints, Ints]:
    """Return the tracks genre by genre, and where each genre's begin and how many they are."""
    shelves = [np.flatnonzero(bits >> np.uint64(genre) & np.uint64(1)) for genre in range(len(GENRES))]
    count = np.array([len(shelf) for shelf in shelves])
    return np.concatenate(shelves), np.cumsum(count) - count, count
