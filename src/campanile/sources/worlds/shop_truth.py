"""Which offer suits a shop's users: a multinomial logit of who they are and of their sessions taken together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.sources.worlds.truth import Driver, Floats, Zone, intervals

CATEGORIES = ("new_user", "premium_subscriber", "recurring_user")
CLASSES = (1, 2, 3)
SHARES = (0.76, 0.15, 0.09)
TRAITS = (
    "age", "abandoned_cart", "user_category", "number_of_sessions", "mean_session_duration", "mean_page_views",
)  # fmt: skip
# What each category adds to the log-odds of classes 2 and 3 against 1.
_BY_CATEGORY = np.array([[0.6, -0.2], [-0.3, 0.7], [0.0, -0.5]])
_SHAPES = ("bump", "category", "category", "falling", "rising", "rising")


@dataclass(frozen=True)
class Choice:
    """log-odds of classes 2 and 3 against class 1 = intercepts + the parts of ``TRAITS``.

    ``usual_sessions`` is what the number of sessions is measured against.
    """

    intercepts: tuple[float, float]
    usual_sessions: float

    def parts(self, traits: Floats) -> Floats:
        """Return each trait's part in the log-odds of classes 2 and 3: (users, traits, 2) from (users, traits).

        The category is its place in ``CATEGORIES``; durations in seconds.
        """
        age, cart, category, sessions, duration, pages = traits.T
        middle_aged = np.exp(-(((age - 42) / 11) ** 2))
        by_category = _BY_CATEGORY[category.astype(np.int64)]
        longer, more = (duration - 160) / 28, sessions / self.usual_sessions - 1
        second = (2.0 * middle_aged, -0.6 * cart, by_category[:, 0], 0.0 * more, 1.0 * longer, 0.4 * (pages - 6.5))
        third = (0.3 * middle_aged, 0.0 * cart, by_category[:, 1], -1.5 * more, 1.1 * longer, 0.1 * (pages - 6.5))
        return np.stack((np.stack(second, axis=1), np.stack(third, axis=1)), axis=2)

    def probabilities(self, traits: Floats) -> Floats:
        """Return the probability of each class: (users, 3)."""
        return _shares(self.parts(traits).sum(axis=1) + np.array(self.intercepts))


def chosen(traits: Floats, usual_sessions: float) -> Choice:
    """Find the intercepts by which the classes of a trial's users have the shares 76, 15 and 9 %."""
    score = Choice((0.0, 0.0), usual_sessions).parts(traits).sum(axis=1)
    intercepts = np.zeros(2)
    wanted = np.array(SHARES)
    for _ in range(60):
        got = _shares(score + intercepts).mean(axis=0)
        step = np.log(wanted / got)
        intercepts += step[1:] - step[0]
    return Choice((float(intercepts[0]), float(intercepts[1])), usual_sessions)


def drivers(choice: Choice, traits: Floats) -> tuple[Driver, ...]:
    """Describe what acts on the offer, from a trial's users.

    Influence is that on the class it moves most; zones are where class 1 is rarer than on average, all else as it
    comes.
    """
    parts = choice.parts(traits)
    score = parts.sum(axis=1) + np.array(choice.intercepts)
    base = float(_others(score).mean())
    described = []
    for place, (name, shape) in enumerate(zip(TRAITS, _SHAPES, strict=True)):
        low, high = float(traits[:, place].min()), float(traits[:, place].max())
        grid = np.linspace(low, high, 201) if name.startswith("mean_") else np.arange(low, high + 1)
        tried = np.repeat(traits[:1], len(grid), axis=0)
        tried[:, place] = grid
        rest = (score - parts[:, place])[:: max(1, len(score) // 2000)]
        above = np.array([_others(part + rest).mean() for part in choice.parts(tried)[:, place]]) > base
        influence = float(parts[:, place].std(axis=0).max())
        zones = _levels(name, above) if shape == "category" else intervals(grid, above)
        described.append(Driver(name, (name,), shape, influence, zones, low, high))
    return tuple(sorted(described, key=lambda driver: -driver.influence))


def truth_schema() -> pa.Schema:
    """Return the columns of a shop's truth: the probabilities, what came of them, and the traits."""
    return pa.schema([
        ("user_id", pa.string()), ("test", pa.bool_()), ("marketing_target", pa.int64()),
        *((f"probability_{name}", pa.float64()) for name in CLASSES),
        ("age", pa.int64()), ("abandoned_cart", pa.bool_()), ("user_category", pa.string()),
        ("number_of_sessions", pa.int64()), ("mean_session_duration", pa.float64()), ("mean_page_views", pa.float64()),
    ])  # fmt: skip


def _levels(name: str, above: NDArray[np.bool_]) -> tuple[Zone, ...]:
    names = CATEGORIES if name == "user_category" else ("false", "true")
    return (Zone(levels=tuple(np.array(names)[above].tolist())),)


def _others(score: Floats) -> Floats:
    return 1 - _shares(score)[:, 0]


def _shares(score: Floats) -> Floats:
    weight = np.exp(np.concatenate((np.zeros((len(score), 1)), score), axis=1))
    result: Floats = weight / weight.sum(axis=1, keepdims=True)
    return result
