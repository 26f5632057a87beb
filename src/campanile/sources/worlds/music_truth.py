"""Why a music service's users buy: a logistic function of what they did in the calendar month before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campanile.sources.worlds.catalogue import Catalogue
from campanile.sources.worlds.listening import ADVERTISEMENT, LIKE, PLAY, SKIP, Listeners, Listening
from campanile.sources.worlds.truth import Driver, Floats, intervals

# What moves the log-odds by how much for each standard deviation: monthly features by their usual names.
WEIGHTS = {
    "number_of_advertisements": 1.1,
    "number_of_tracks_in_favourite_genre": 0.8,
    "average_popularity": -0.7,
    "number_of_skips": -0.6,
    "number_of_likes": 0.4,
}
_COUNTS = np.array([name.startswith("number_of_") for name in WEIGHTS])
_FARTHEST = 3.0


@dataclass(frozen=True)
class Law:
    """log-odds = intercept + sum of weight * z, with z = (x - centre) / scale kept within 3 of 0.

    x is the driver's value in the calendar month before, or log(1 + value) for counts. Whoever played nothing has no
    average popularity, and z = 0 for it.
    """

    intercept: float
    centre: Floats
    scale: Floats

    def parts(self, values: Floats) -> Floats:
        """Return each driver's part in the log-odds: (rows, drivers) from values of that shape."""
        z = np.nan_to_num((_levels(values) - self.centre) / self.scale)
        result: Floats = np.clip(z, -_FARTHEST, _FARTHEST) * np.array(list(WEIGHTS.values()))
        return result

    def probability(self, values: Floats) -> Floats:
        """Return the probability of buying in the month that follows."""
        return _sigmoid(self.parts(values).sum(axis=1) + self.intercept)


def tally(month: Listening, who: Listeners, music: Catalogue) -> Floats:
    """Count the drivers of each user in a month's events: shape (users, drivers), in the order of ``WEIGHTS``.

    A play of a track is one in a favourite genre where one of its artist's genres is one of the user's.
    """
    users = len(who.joined_ms)

    def count(chosen: NDArray[np.bool_]) -> Floats:
        return np.bincount(month.user[chosen], minlength=users).astype(np.float64)

    played = month.kind == PLAY
    user, track = month.user[played], month.track[played]
    favourite = (music.genres[track] & who.bits[user]) != 0
    popularity = np.bincount(user, weights=music.popularity[track], minlength=users)
    with np.errstate(invalid="ignore"):
        average = popularity / np.bincount(user, minlength=users)
    in_favourite = np.bincount(user[favourite], minlength=users).astype(np.float64)
    return np.stack(
        (count(month.kind == ADVERTISEMENT), in_favourite, average, count(month.kind == SKIP),
         count(month.kind == LIKE)), axis=1,
    )  # fmt: skip


def law(months: list[tuple[Floats, NDArray[np.bool_]]], rate: float) -> Law:
    """Find the law by which ``rate`` of those at risk buy in a month.

    ``months`` holds what a trial's users did in each month and who had signed up by its end, as if nobody bought:
    who is likely to buy is likely to be gone later, so each counts by the probability of being there still.
    """
    present = np.concatenate([values[there] for values, there in months])
    levels = _levels(present)
    plain = Law(0.0, np.nanmean(levels, axis=0), np.maximum(np.nanstd(levels, axis=0), 1e-9))
    scores = [(plain.parts(values).sum(axis=1), there) for values, there in months]
    low, high = -30.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _rate(scores, middle) < rate else (low, middle)
    return Law(low, plain.centre, plain.scale)


def drivers(true: Law, values: Floats) -> tuple[Driver, ...]:
    """Describe the drivers, from ``values`` of a trial.

    Zones are where more buy than on average, all else as it comes.
    """
    parts = true.parts(values)
    score = parts.sum(axis=1) + true.intercept
    base = float(_sigmoid(score).mean())
    described = []
    for place, (name, weight) in enumerate(WEIGHTS.items()):
        low, high = float(np.nanmin(values[:, place])), float(np.nanmax(values[:, place]))
        grid = np.arange(low, high + 1) if _COUNTS[place] else np.linspace(low, high, 201)
        tried = np.full((len(grid), len(WEIGHTS)), np.nan)
        tried[:, place] = grid
        others = (score - parts[:, place])[:: max(1, len(score) // 2000)]
        response = np.array([_sigmoid(part + others).mean() for part in true.parts(tried)[:, place]])
        shape = "rising" if weight > 0 else "falling"
        zones = intervals(grid, response > base)
        described.append(Driver(name, (name,), shape, float(parts[:, place].std()), zones, low, high))
    return tuple(sorted(described, key=lambda driver: -driver.influence))


def _rate(scores: list[tuple[Floats, NDArray[np.bool_]]], intercept: float) -> float:
    left = np.ones(len(scores[0][0]))
    bought = at_risk = 0.0
    for score, there in scores:
        probability = _sigmoid(score + intercept)
        at_risk += left[there].sum()
        bought += (left * probability)[there].sum()
        left = np.where(there, left * (1 - probability), left)
    return float(bought / at_risk)


def _levels(values: Floats) -> Floats:
    result: Floats = np.where(_COUNTS, np.log1p(values), values)
    return result


def _sigmoid(x: Floats) -> Floats:
    result: Floats = 0.5 * (1 + np.tanh(0.5 * x))
    return result
