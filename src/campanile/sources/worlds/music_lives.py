"""What a block of users of a music service does from the first month to the last, buying by the law."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from campanile.sources.worlds.catalogue import Catalogue
from campanile.sources.worlds.listening import Ints, Listeners, Listening, listen, listeners
from campanile.sources.worlds.music_truth import Law, drivers, law, tally
from campanile.sources.worlds.specs import MusicSpec
from campanile.sources.worlds.truth import Driver, Floats

NEVER = np.iinfo(np.int64).max
_DAY_MS = 86_400_000
# Purchases fall on a month's third to thirtieth day: the 30 days from a first of February then hold no other month's.
_FIRST_DAY, _DAYS = 2, 30
_FEWEST, _MOST, _MOST_EVENTS = 500, 5_000, 500_000


@dataclass(frozen=True)
class Risk:
    """Users (by their place in the block) who had signed up and not bought by the first of ``month``.

    ``values`` is what they did in the month before, (users, drivers); ``probability`` follows from it.
    """

    month: int
    user: Ints
    values: Floats
    probability: Floats
    bought: NDArray[np.bool_]


@dataclass(frozen=True)
class Block:
    """Users, when each bought (ms since the world began, or NEVER), and their months."""

    who: Listeners
    bought_ms: Ints
    months: list[Listening]
    risks: list[Risk]


def edges_ms(spec: MusicSpec) -> Ints:
    """Return where months begin, and where the last ends, in ms since the first began."""
    first = np.datetime64(spec.start, "M")
    edges = (first + np.arange(spec.months + 1)).astype("datetime64[ms]").astype(np.int64)
    result: Ints = edges - edges[0]
    return result


def lived(users: int, music: Catalogue, true: Law, spec: MusicSpec, rng: np.random.Generator) -> Block:
    """Let ``users`` people live through all months."""
    edges = edges_ms(spec)
    who = listeners(users, edges, music, rng)
    bought_ms = np.full(users, NEVER)
    months: list[Listening] = []
    risks: list[Risk] = []
    for month, (begin, end) in enumerate(pairwise(edges)):
        if months:
            risk = _decided(month, (who.joined_ms < begin) & (bought_ms == NEVER), months[-1], who, music, true, rng)
            buyers = risk.user[risk.bought]
            bought_ms[buyers] = _moments(begin, end, len(buyers), rng)
            risks.append(risk)
        months.append(listen(who, music, int(begin), int(end), bought_ms, spec.events_per_user_month, rng))
    return Block(who, bought_ms, months, risks)


def tried(music: Catalogue, spec: MusicSpec, rng: np.random.Generator) -> tuple[Law, tuple[Driver, ...]]:
    """Find the law that gives the rate that is asked for, by a trial with other people of whom none buys."""
    edges = edges_ms(spec)
    users = int(min(np.clip(spec.users / 10, _FEWEST, _MOST), _MOST_EVENTS / spec.events_per_user_month))
    who = listeners(users, edges, music, rng)
    never = np.full(users, NEVER)
    months = []
    for begin, end in pairwise(edges[:-1]):
        month = listen(who, music, int(begin), int(end), never, spec.events_per_user_month, rng)
        months.append((tally(month, who, music), who.joined_ms < end))
    true = law(months, spec.base_rate)
    return true, drivers(true, np.concatenate([values[there] for values, there in months]))


def _decided(
    month: int, at_risk: NDArray[np.bool_], before: Listening, who: Listeners, music: Catalogue, true: Law,
    rng: np.random.Generator,
) -> Risk:  # fmt: skip
    user = np.flatnonzero(at_risk)
    values = tally(before, who, music)[user]
    probability = true.probability(values)
    return Risk(month, user, values, probability, rng.random(len(user)) < probability)


def _moments(begin_ms: int, end_ms: int, number: int, rng: np.random.Generator) -> Ints:
    first = begin_ms + _FIRST_DAY * _DAY_MS
    last = min(begin_ms + _DAYS * _DAY_MS, end_ms)
    return rng.integers(first, last, number)
