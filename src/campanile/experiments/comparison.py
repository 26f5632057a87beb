"""Differences with their intervals: for one look that was planned, and for all looks at once; by month and segment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campanile.estimates import Estimate
from campanile.experiments.counting import Counted, form
from campanile.experiments.moments import Difference, difference
from campanile.experiments.result import Decision, Effect, Measure, Month, SegmentEffect
from campanile.experiments.sentences import effect_words
from campanile.experiments.sequences import always_valid_p, boundary

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Terms:
    """What every comparison shares: the arms, control first; the level; the users that were planned; the money."""

    arms: tuple[str, ...]
    measures: tuple[Measure, ...]
    level: float
    planned: float
    currency: str = "EUR"

    @property
    def each(self) -> float:
        """The level of one comparison, so that all hold at once (Bonferroni); raw sums beside are not counted."""
        judged = sum(one.raw_of is None for one in self.measures)
        return self.level / max(judged * (len(self.arms) - 1), 1)


def compare(counted: Counted, terms: Terms) -> tuple[Effect, ...]:
    """Compare each arm with control in each measure, over all rows."""
    cells = [
        (measure, arm, difference(total[0], total[place], form(measure)), total.n, place)
        for measure, total in zip(terms.measures, (one.total(0) for one in counted.moments), strict=True)
        for place, arm in enumerate(terms.arms)
        if place
    ]  # fmt: skip
    own = [_p(found, terms) for _, _, found, _, _ in cells]
    judged = [measure.raw_of is None for measure, *_ in cells]
    corrected = _holm([always for always, _ in own], judged)
    corrected_fixed = _holm([once for _, once in own], judged)
    return tuple(
        _effect(measure, arm, found, (int(n[0]), int(n[place])), terms, (p, p_fixed))
        for (measure, arm, found, n, place), p, p_fixed in zip(cells, corrected, corrected_fixed, strict=True)
    )


def months(counted: Counted, terms: Terms) -> tuple[Month, ...]:
    """Compare each month's users by themselves, and all users so far: the last month's is the effect itself."""
    told = []
    for measure, moments in zip(terms.measures, counted.moments, strict=True):
        running = moments.running(0)
        level = terms.each if measure.raw_of is None else terms.level
        for place, arm in enumerate(terms.arms[1:], start=1):
            alone = difference(moments[:, 0], moments[:, place], form(measure))
            so_far = difference(running[:, 0], running[:, place], form(measure))
            told += [
                Month(
                    row, measure.name, arm, int(moments.n[at, 0]), int(moments.n[at, place]), float(alone.control[at]),
                    float(alone.treatment[at]), fixed(_at(alone, at), terms.level),
                    sequential(_at(so_far, at), level, terms.planned), fixed(_at(so_far, at), terms.level),
                )
                for at, row in enumerate(counted.rows)
                if min(moments.n[at, 0], moments.n[at, place]) > 1
            ]  # fmt: skip
    return tuple(told)


def by_segment(counted: Counted, terms: Terms) -> tuple[SegmentEffect, ...]:
    """Estimate each segment's effect, and draw it towards the others by how unsure it is (empirical Bayes).

    Source: DerSimonian and Laird (1986), "Meta-analysis in clinical trials", for the variance between segments; Morris
    (1983), "Parametric empirical Bayes inference", for the shrinkage.
    """
    told: list[SegmentEffect] = []
    for measure, moments in zip(terms.measures, counted.moments, strict=True):
        if measure.raw_of is not None:
            continue
        for place, arm in enumerate(terms.arms[1:], start=1):
            found = difference(moments[:, 0], moments[:, place], form(measure))
            known = np.flatnonzero(np.isfinite(found.error) & (found.error > 0))
            effects, errors = shrunken(found.effect[known], found.error[known])
            z = _z(terms.level)
            told += [
                SegmentEffect(
                    counted.rows[at], measure.name, arm, int(moments.n[at, 0] + moments.n[at, place]),
                    fixed(_at(found, int(at)), terms.level),
                    Estimate(float(effect), float(effect - z * error), float(effect + z * error), 1 - terms.level),
                )
                for at, effect, error in zip(known, effects, errors, strict=True)
            ]  # fmt: skip
    return tuple(told)


def shrunken(effects: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """Return effects drawn towards their common mean, and how unsure they are then."""
    if len(effects) < 2:
        return effects, errors
    weights = 1 / errors**2
    mean = float((weights * effects).sum() / weights.sum())
    spread = float((weights * (effects - mean) ** 2).sum()) - (len(effects) - 1)
    between = max(0.0, spread / float(weights.sum() - (weights**2).sum() / weights.sum()))
    weights = 1 / (errors**2 + between)
    mean, unsure = float((weights * effects).sum() / weights.sum()), 1 / float(weights.sum())
    own = between / (between + errors**2)
    return mean + own * (effects - mean), np.sqrt(own * errors**2 + (1 - own) ** 2 * unsure)


def fixed(found: Difference, level: float) -> Estimate:
    """Return the difference with the interval of one look that was planned (Welch's t)."""
    from scipy.stats import t

    half = float(t.isf(level / 2, found.freedom) * found.error)
    return _estimate(float(found.effect), half, level)


def sequential(found: Difference, level: float, planned: float) -> Estimate:
    """Return the difference with the interval that holds at every look."""
    half = float(boundary(found.users, planned, level) * found.error)
    return _estimate(float(found.effect), half, level)


def _lift(found: Difference, level: float, wide: float) -> Estimate:
    """Return treatment over control less 1; ``wide`` standard errors of the logarithm to either side."""
    if not float(found.control) or float(found.treatment) / float(found.control) <= 0:
        return Estimate(float(found.effect / found.control) if found.control else 0.0, -1.0, _MOST, 1 - level)
    times = float(found.treatment) / float(found.control)
    spread = math.exp(min(wide * float(found.log_error), 50.0))
    return Estimate(times - 1, times / spread - 1, times * spread - 1, 1 - level)


_MOST = 1e12
"""A lift without an upper end, as a number that can be kept."""


def _effect(
    measure: Measure, arm: str, found: Difference, users: tuple[int, int], terms: Terms, p: tuple[float, float]
) -> Effect:
    from scipy.stats import t

    level = terms.each if measure.raw_of is None else terms.level
    interval = sequential(found, level, terms.planned)
    decision = decide(interval, measure)
    worth = measure.value
    money = None if worth is None else Estimate(
        interval.estimate * worth, *sorted((interval.low * worth, interval.high * worth)), interval.level
    )  # fmt: skip
    lift = _lift(found, level, float(boundary(found.users, terms.planned, level)))
    effect = Effect(
        measure.name, measure.kind, arm, *users, float(found.control), float(found.treatment), interval,
        fixed(found, terms.level), lift, _lift(found, terms.level, float(t.isf(terms.level / 2, found.log_freedom))),
        *p, float(found.kept), decision, measure.guardrail, measure.since_look > 0, measure.better, money,
        effect_words(measure, arm, interval, lift, decision, money, terms.currency), measure.raw_of,
    )  # fmt: skip
    return effect


def decide(interval: Estimate, measure: Measure) -> Decision:
    """Say what an interval allows to say."""
    if not interval.excludes(0.0):
        return "no_difference"
    return "better" if (interval.estimate > 0) == (measure.better == "higher") else "worse"


def _p(found: Difference, terms: Terms) -> tuple[float, float]:
    """Return the p-values of a comparison by itself: valid at every look, and of one planned look."""
    from scipy.stats import t

    always = float(always_valid_p(found.effect, found.error, found.users, terms.planned, terms.each))
    return always, float(2 * t.sf(abs(found.effect / found.error), found.freedom))


def _holm(values: Sequence[float], judged: Sequence[bool]) -> list[float]:
    """Correct the p-values that are ``judged`` for each other; others stay as they are.

    Source: Holm (1979), "A simple sequentially rejective multiple test procedure".
    """
    ranked = sorted((p, at) for at, p in enumerate(values) if judged[at])
    corrected, worst = list(values), 0.0
    for rank, (p, at) in enumerate(ranked):
        worst = max(worst, min(1.0, p * (len(ranked) - rank)))
        corrected[at] = worst
    return corrected


def _at(found: Difference, at: int) -> Difference:
    return Difference(*(np.asarray(getattr(found, name))[at] for name in Difference.__dataclass_fields__))


def _estimate(effect: float, half: float, level: float) -> Estimate:
    half = half if math.isfinite(half) else _MOST
    return Estimate(effect, effect - half, effect + half, 1 - level)


def _z(level: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(1 - level / 2)
