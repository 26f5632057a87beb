"""How people listen: each has tastes that stay, and months that differ; a month's sessions become events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campanile.sources.worlds.catalogue import Catalogue
from campanile.sources.worlds.vocabulary import GENRES

EVENTS = ("PLAY", "LIKE", "SKIP", "ADVERTISEMENT", "BUY_PREMIUM")
PLAY, LIKE, SKIP, ADVERTISEMENT, BUY = range(5)
FAVOURITES, _REPERTOIRE = 3, 40
_LONGEST_SESSION = 99
# What follows a play, on average: likes, skips, advertisements. A free user's events are those and the plays.
_LIKE_RATE, _SKIP_RATE, _AD_RATE = 0.3, 0.34, 0.24
_DAY_MS = 86_400_000

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Generator = np.random.Generator


@dataclass(frozen=True)
class Listeners:
    """A block of users. Times in ms since the world began; rates are those of an ordinary month.

    ``genres`` has shape (users, 3), ``repertoire`` (users, 40): the tracks that they come back to.
    """

    joined_ms: Ints
    genres: Ints
    bits: NDArray[np.uint64]
    activity: Floats
    like: Floats
    skip: Floats
    advertisement: Floats
    favourite: Floats
    hits: Floats
    repertoire: Ints


@dataclass(frozen=True)
class Listening:
    """Events, one element for each, of a block's users (by their place in the block) in one month.

    ``track`` is -1 where an event has none; ``session`` counts from 0 and ``session_user`` says whose each is.
    """

    user: Ints
    session: Ints
    time_ms: Ints
    kind: NDArray[np.int8]
    track: Ints
    session_user: Ints


def listeners(users: int, edges_ms: Ints, music: Catalogue, rng: Generator) -> Listeners:
    """Draw ``users`` people, of whom half are there from the first days and the others come later."""
    months = len(edges_ms) - 1
    month = np.where(rng.random(users) < 0.5, 0, rng.integers(0, months, users))
    share = rng.random(users)
    inside = np.where(month == 0, 0.1 * share, 0.9 * share) * (edges_ms[month + 1] - edges_ms[month])
    genres = np.argsort(rng.random((users, len(GENRES))), axis=1)[:, :FAVOURITES]
    bits = np.bitwise_or.reduce(np.uint64(1) << genres.astype(np.uint64), axis=1)
    favourite, hits = 0.8 * rng.beta(0.8, 2.2, users), rng.beta(0.9, 1.1, users)
    owner = np.repeat(np.arange(users), _REPERTOIRE)
    repertoire = _chosen(owner, genres, favourite, hits, music, rng).reshape(users, _REPERTOIRE)
    return Listeners(
        edges_ms[month] + inside.astype(np.int64), genres, bits, _spread(0.5, users, rng),
        rng.beta(1.5, 1.5 * (1 / _LIKE_RATE - 1), users), rng.beta(1.7, 1.7 * (1 / _SKIP_RATE - 1), users),
        _AD_RATE * _spread(0.55, users, rng), favourite, hits, repertoire,
    )  # fmt: skip


def listen(
    who: Listeners, music: Catalogue, begin_ms: int, end_ms: int, free_until_ms: Ints, events: float, rng: Generator
) -> Listening:
    """Let a block's users listen from ``begin_ms`` to ``end_ms``.

    ``free_until_ms`` is when each bought: they hear advertisements until then. ``events`` is what a free user brings
    about in a month. No event lies outside the month: sessions that would last longer are cut there.
    """
    plays = events / (1 + _LIKE_RATE + _SKIP_RATE + _AD_RATE)
    owner, starts = _sessions(who, begin_ms, end_ms, plays, rng)
    session = np.repeat(np.arange(len(owner)), _lengths(len(owner), _session_length(plays), rng))
    user = owner[session]
    track = _tracks(user, who, music, rng)
    skipped = rng.random(len(user)) < who.skip[user]
    duration = music.duration_ms[track]
    heard = np.where(skipped, duration * (0.02 + 0.96 * rng.random(len(user))), duration).astype(np.int64)
    interrupted = rng.random(len(user)) < (who.advertisement * _spread(0.4, len(who.joined_ms), rng))[user]
    pause = np.where(interrupted, rng.integers(5, 31, len(user)) * 1000, 0)
    begun = starts[session] + _since_start(session, heard + pause)
    ended = begun + heard
    liked = rng.random(len(user)) < who.like[user]
    times = np.stack((begun, begun + (heard * rng.random(len(user))).astype(np.int64), ended, ended), axis=1)
    happens = np.stack((np.ones_like(liked), liked, skipped, interrupted & (ended < free_until_ms[user])), axis=1)
    happens &= (ended < end_ms)[:, None]
    play, kind = np.nonzero(happens)
    return Listening(
        user[play], session[play], times[play, kind], kind.astype(np.int8),
        np.where(kind == ADVERTISEMENT, -1, track[play]), owner,
    )  # fmt: skip


def _sessions(who: Listeners, begin_ms: int, end_ms: int, plays: float, rng: Generator) -> tuple[Ints, Ints]:
    """Return whose each session is and when it starts, in order of users and time.

    Whoever signs up this month does so by a first session.
    """
    users = len(who.joined_ms)
    new = (who.joined_ms >= begin_ms) & (who.joined_ms < end_ms)
    since = np.maximum(who.joined_ms, begin_ms)
    there = np.clip((end_ms - since) / (end_ms - begin_ms), 0, 1)
    wanted = plays / _session_length(plays) * who.activity * _spread(0.35, users, rng) * there
    count = rng.poisson(wanted)
    owner = np.concatenate((np.flatnonzero(new), np.repeat(np.arange(users), count)))
    starts = since[owner] + (rng.random(len(owner)) * (end_ms - since[owner])).astype(np.int64)
    starts[: int(new.sum())] = who.joined_ms[new]
    # Whole seconds, as the real ones; a sign-up is never moved out of its month.
    starts = np.maximum(starts // 1000 * 1000, begin_ms)
    order = np.lexsort((starts, owner))
    return owner[order], starts[order]


def _session_length(plays: float) -> float:
    """Return the plays of an ordinary session: few plays a month are spread over some three sessions."""
    return float(np.clip(plays / 3, 2, 17))


def _lengths(sessions: int, mean: float, rng: Generator) -> Ints:
    return np.minimum(1 + rng.negative_binomial(2, 2 / (1 + mean), sessions), _LONGEST_SESSION)


def _tracks(user: Ints, who: Listeners, music: Catalogue, rng: Generator) -> Ints:
    """Choose a track for each play: a quarter come from what the user comes back to."""
    again = rng.random(len(user)) < 0.25
    place = (_REPERTOIRE * rng.random(len(user)) ** 2).astype(np.int64)
    return np.where(again, who.repertoire[user, place], _chosen(user, who.genres, who.favourite, who.hits, music, rng))


def _chosen(user: Ints, genres: Ints, favourite: Floats, hits: Floats, music: Catalogue, rng: Generator) -> Ints:
    """Choose from a favourite genre, from the hits, or anything, as each user's taste has it."""
    number = len(user)
    hit = music.hits[(len(music.hits) * rng.random(number)).astype(np.int64)]
    anything = (len(music.ids) * rng.random(number)).astype(np.int64)
    general = np.where(rng.random(number) < hits[user], hit, anything)
    genre = genres[user, rng.integers(0, FAVOURITES, number)]
    place = music.first[genre] + (music.count[genre] * rng.random(number)).astype(np.int64)
    liked = (rng.random(number) < favourite[user]) & (music.count[genre] > 0)
    return np.where(liked, music.of_genre[np.minimum(place, len(music.of_genre) - 1)], general)


def _since_start(session: Ints, lasts: Ints) -> Ints:
    """Return the time from a session's start to each of its plays, which follow one another."""
    before = np.cumsum(lasts) - lasts
    first = np.flatnonzero(np.diff(session, prepend=-1))
    result: Ints = before - np.repeat(before[first], np.diff(first, append=len(session)))
    return result


def _spread(sigma: float, rows: int, rng: Generator) -> Floats:
    """Return factors around 1, whose mean is 1."""
    return rng.lognormal(-sigma * sigma / 2, sigma, rows)
