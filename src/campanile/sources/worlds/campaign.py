"""A campaign of a delivery shop among its customers, like those that marketing teams keep, with known truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.sources.worlds.truth import Driver, Floats, Segment, World, Zone, expected_auc, intervals

EDUCATION = ("Basic", "Secondary", "Graduation", "Master", "PhD")
_EDUCATION_SHARE = (0.05, 0.15, 0.45, 0.2, 0.15)
_EDUCATION_EFFECT = dict(zip(EDUCATION, (-1.6, -1.0, -0.2, 0.9, 1.5), strict=True))
HOUSEHOLD = ("Married", "Together", "Single", "Divorced", "Widow", "Alone")
_HOUSEHOLD_SHARE = (0.38, 0.26, 0.22, 0.1, 0.035, 0.005)
_CAMPAIGN_RATES = (0.06, 0.02, 0.07, 0.07, 0.08)

BASE_RATE = 0.15
CONTACT_COST_EUR, SALE_VALUE_EUR = 3, 11
_GRID_POINTS = 401

Generator = np.random.Generator


@dataclass(frozen=True)
class _Cause:
    """How one driver acts: its values in each row and its part in the log-odds as a function of them."""

    name: str
    columns: tuple[str, ...]
    shape: str
    values: NDArray[np.generic]
    effect: Callable[[Floats], Floats]


def campaign(rows: int = 2240, seed: int = 0) -> World:
    """Make a campaign of ``rows`` customers of whom about 15 % respond.

    Five drivers act independently on the log-odds: days since the last purchase (falling), spend on wine
    (a threshold at 500 euro), income (a bump at 70,000 euro), education, and the number of earlier campaigns accepted.
    The other columns say nothing of the response.
    """
    rng = np.random.default_rng(seed)
    causes = _causes(rows, rng)
    parts = [cause.effect(_levels(cause)) for cause in causes]
    score = np.sum(parts, axis=0)
    intercept = _intercept(score, BASE_RATE)
    probability = _sigmoid(score + intercept)
    response = rng.random(rows) < probability
    noise = _noise(rows, rng)
    drivers = [
        _driver(cause, part, score - part + intercept, float(probability.mean()))
        for cause, part in zip(causes, parts, strict=True)
    ]
    return World(
        _table(rows, causes, noise, response, rng), "customer_id", "response", probability,
        tuple(sorted(drivers, key=lambda driver: -driver.influence)), tuple(noise),
        _segment(causes, probability), float(probability.mean()), expected_auc(probability),
        CONTACT_COST_EUR, SALE_VALUE_EUR,
    )  # fmt: skip


def _causes(rows: int, rng: Generator) -> tuple[_Cause, ...]:
    recency = rng.integers(0, 100, rows)
    wine = np.minimum(np.round(rng.gamma(1.1, 300, rows)), 1500).astype(np.int64)
    income = np.clip(np.round(rng.normal(52_000, 19_000, rows)), 6_000, 120_000).astype(np.int64)
    education = rng.choice(len(EDUCATION), rows, p=_EDUCATION_SHARE)
    accepted = np.column_stack([rng.random(rows) < rate for rate in _CAMPAIGN_RATES])
    effects = np.array([_EDUCATION_EFFECT[level] for level in EDUCATION])
    campaigns = tuple(f"accepted_campaign_{number}" for number in range(1, 6))
    return (
        _Cause("days_since_last_purchase", ("days_since_last_purchase",), "falling", recency, lambda x: -0.045 * x),
        _Cause("spend_wine_eur", ("spend_wine_eur",), "threshold", wine, lambda x: 2.9 * _sigmoid((x - 500) / 15)),
        _Cause("income_eur", ("income_eur",), "bump", income, lambda x: 2.8 * np.exp(-(((x - 70_000) / 10_000) ** 2))),
        _Cause("education", ("education",), "category", education, lambda x: effects[x.astype(np.int64)]),
        _Cause("accepted_campaigns", campaigns, "count", accepted, lambda x: 1.9 * x),
    )


def _levels(cause: _Cause) -> Floats:
    values = cause.values.sum(axis=1) if cause.shape == "count" else cause.values
    return np.asarray(values, dtype=np.float64)


def _driver(cause: _Cause, part: Floats, rest: Floats, base: float) -> Driver:
    """Describe a cause: its zones are where the response, averaged over all else, is above the base rate."""
    values = _levels(cause)
    low, high = float(values.min()), float(values.max())
    whole = cause.shape in ("category", "count")
    grid = np.arange(low, high + 1) if whole else np.linspace(low, high, _GRID_POINTS)
    others = rest[:: max(1, len(rest) // 4000)]
    response = np.array([_sigmoid(effect + others).mean() for effect in cause.effect(grid)])
    if cause.shape == "category":
        levels = tuple(EDUCATION[int(level)] for level in grid[response > base])
        return Driver(cause.name, cause.columns, cause.shape, float(part.std()), (Zone(levels=levels),))
    zones = intervals(grid, response > base)
    return Driver(cause.name, cause.columns, cause.shape, float(part.std()), zones, low, high)


def _segment(causes: tuple[_Cause, ...], probability: Floats) -> Segment:
    """Describe the customers who both bought lately and spend much on wine."""
    recency, wine = _levels(causes[0]), _levels(causes[1])
    inside = (recency <= 40) & (wine >= 500)
    rule = {
        "days_since_last_purchase": Zone(low=0.0, high=40.0),
        "spend_wine_eur": Zone(low=500.0, high=float(wine.max())),
    }
    response = float(probability[inside].mean()) if inside.any() else 0.0
    caught = float(probability[inside].sum() / probability.sum())
    return Segment(rule, int(inside.sum()), response, response / float(probability.mean()), caught)


def _noise(rows: int, rng: Generator) -> dict[str, NDArray[np.generic]]:
    """Make columns that look as telling as the others and are not; spends share one appetite."""
    appetite = rng.gamma(1.5, 1.0, rows)
    spends = {
        f"spend_{name}_eur": np.round(rng.gamma(0.8, scale, rows) * appetite).astype(np.int64)
        for name, scale in (("fruit", 20), ("meat", 120), ("fish", 30), ("sweets", 20), ("other", 35))
    }
    counts = {
        f"purchases_{name}": rng.poisson(mean * (0.5 + appetite / 3))
        for name, mean in (("deals", 2.3), ("web", 4.1), ("catalog", 2.7), ("store", 5.8))
    }
    return {
        "birth_year": np.clip(np.round(rng.normal(1969, 12, rows)), 1940, 1996).astype(np.int64),
        "household": np.array(HOUSEHOLD)[rng.choice(len(HOUSEHOLD), rows, p=_HOUSEHOLD_SHARE)],
        "children": rng.choice(4, rows, p=(0.3, 0.45, 0.2, 0.05)),
        "signup_date": np.datetime64("2022-07-30") + rng.integers(0, 700, rows),
        **spends,
        **counts,
        "web_visits_month": rng.poisson(5.3, rows),
        "complained": rng.random(rows) < 0.01,
    }


def _table(
    rows: int,
    causes: tuple[_Cause, ...],
    noise: dict[str, NDArray[np.generic]],
    response: NDArray[np.bool_],
    rng: Generator,
) -> pa.Table:
    """Lay the columns out as a company would; a few incomes are not known, a few births are impossible."""
    recency, wine, income, education, accepted = (cause.values for cause in causes)
    births = np.where(rng.random(rows) < 3 / max(rows, 1), 1899, noise["birth_year"])
    front = {
        "customer_id": rng.permutation(np.arange(1, 5 * rows + 1))[:rows],
        "birth_year": births,
        "education": np.array(EDUCATION)[education.astype(np.int64)],
        "household": noise["household"],
        "income_eur": pa.array(income, mask=rng.random(rows) < 0.01),
        "children": noise["children"],
        "signup_date": noise["signup_date"],
        "days_since_last_purchase": recency,
        "spend_wine_eur": wine,
    }
    middle = {name: values for name, values in noise.items() if name not in front}
    flags = {name: accepted[:, place] for place, name in enumerate(causes[4].columns)}
    economics = {"contact_cost_eur": np.full(rows, CONTACT_COST_EUR), "sale_value_eur": np.full(rows, SALE_VALUE_EUR)}
    return pa.table({**front, **middle, **flags, **economics, "response": response})


def _intercept(score: Floats, rate: float) -> float:
    """Find what to add to the log-odds so that ``rate`` respond on average."""
    low, high = -30.0, 30.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _sigmoid(score + middle).mean() < rate else (low, middle)
    return (low + high) / 2


def _sigmoid(x: Floats) -> Floats:
    result: Floats = 0.5 * (1 + np.tanh(0.5 * x))
    return result
