"""Intervals that hold at every look, however often is looked, and what that costs.

The normal mixture: with N users and a difference of standard error s, |difference - truth| stays below
s sqrt((1 + 1/r) (log(1 + r) - 2 log a)), r = N rho^2, at all N at once with probability 1 - a. rho makes the
interval narrowest at the number of users that was planned.

Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), "Time-uniform central limit theory and asymptotic
confidence sequences", Annals of Statistics 52, theorem 2.2 and appendix B.2; Robbins (1970).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_PATHS, _SEED = 40_000, 20_260_101


def boundary(users: ArrayLike, planned: float, level: float) -> Floats:
    """Return how many standard errors the difference may be off, at every look at once."""
    ratio = np.asarray(users, dtype=np.float64) * _mixing(planned, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.sqrt((1 + 1 / ratio) * (np.log1p(ratio) - 2 * math.log(level))))


def always_valid_p(effect: ArrayLike, error: ArrayLike, users: ArrayLike, planned: float, level: float) -> Floats:
    """Return the p-value that may be read at any look: the level at which the interval would just touch 0."""
    ratio = np.asarray(users, dtype=np.float64) * _mixing(planned, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.asarray(effect) / np.asarray(error)
        logarithm = 0.5 * np.log1p(ratio) - 0.5 * z**2 * ratio / (1 + ratio)
    return np.asarray(np.exp(np.minimum(logarithm, 0.0)))


def _mixing(planned: float, level: float) -> float:
    tail = -2 * math.log(level)
    return (tail + math.log(tail + 1)) / planned


@lru_cache(maxsize=64)
def inflation(level: float, power: float, looks: int) -> float:
    """Return how many times as many users the always-valid method needs as one fixed look, for the same power.

    The effect counts as found when any of ``looks`` even looks finds it. Drawn paths of a Brownian motion, the same at
    every call.
    """
    from scipy.optimize import brentq
    from scipy.stats import norm

    wanted = float(norm.isf(level / 2) + norm.ppf(power))
    return float(brentq(lambda times: found(wanted * math.sqrt(times), level, looks) - power, 0.3, 6.0, xtol=1e-3))


def found(drift: float, level: float, looks: int) -> float:
    """Return the chance that an effect of ``drift`` standard errors at the end is found at one of the looks."""
    return float(_seen(drift, level, looks).any(axis=1).mean())


@lru_cache(maxsize=64)
def lasting(level: float, power: float, looks: int) -> float:
    """Return the share of the planned users after which a test ends on average, where the effect is as planned.

    It ends at the first look that finds the effect, else at the last one.
    """
    from scipy.stats import norm

    wanted = float(norm.isf(level / 2) + norm.ppf(power))
    seen = _seen(wanted * math.sqrt(inflation(level, power, looks)), level, looks)
    last = np.where(seen.any(axis=1), seen.argmax(axis=1) + 1, looks)
    return float(last.mean() / looks)


def _seen(drift: float, level: float, looks: int) -> NDArray[np.bool_]:
    """Return which looks of each drawn path find the effect (paths, looks)."""
    return np.asarray(_paths(looks) * _scale(looks) + drift * np.sqrt(_share(looks)) > _bounds(level, looks))


def _share(looks: int) -> Floats:
    return np.asarray(np.arange(1, looks + 1) / looks)


def _scale(looks: int) -> Floats:
    return np.asarray(1 / np.sqrt(np.arange(1, looks + 1)))


def _bounds(level: float, looks: int) -> Floats:
    return boundary(_share(looks), 1.0, level)


@lru_cache(maxsize=2)
def _paths(looks: int) -> Floats:
    return np.asarray(np.random.default_rng(_SEED).standard_normal((_PATHS, looks)).cumsum(axis=1))
