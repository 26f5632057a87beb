"""The response over the values of one thing: accumulated local effects, dependence, what was observed, how many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.estimates import Estimate
from campanile.explain.evidence import Evidence, Question, answers, as_stored
from campanile.explain.intervals import half_width, share_of
from campanile.explain.result import Bin, Curve, Point, Tally
from campanile.explain.scale import bins, grid
from campanile.explain.subjects import Subject, told
from campanile.explain.wording import span

LEAST_AT_LEVEL = 10
MOST_LEVELS = 15


@dataclass(frozen=True)
class Path:
    """The places a curve goes through, and the customers who are moved between neighbouring places.

    ``stored`` are the places as values of the column, ``position`` of customer ``customers[i]`` is the
    step (from place ``position`` to ``position + 1``) on which it is moved.
    """

    places: NDArray[np.float64]
    stored: Sequence[Any] | NDArray[np.float64]
    customers: NDArray[np.int64]
    position: NDArray[np.int64]
    counts: NDArray[np.float64]


def curves(
    evidence: Evidence, subjects: Sequence[Subject], *, sample: int, seed: int, level: float = 0.95
) -> tuple[Curve, ...]:
    """Draw the curve of each subject; all customers, places and subjects are asked in a few model calls.

    ``sample`` customers are moved for local effects, a fifth of them for the dependence.
    """
    chosen, few = evidence.sample(sample, seed), evidence.sample(max(100, sample // 5), seed + 1)
    paths = [_path(evidence, subject, chosen) for subject in subjects]
    questions = [
        one for subject, path in zip(subjects, paths, strict=True) for one in _asked(evidence, subject, path, few)
    ]
    replies = answers(evidence, questions)
    return tuple(
        _curve(evidence, subject, path, replies[3 * place : 3 * place + 3], level)
        for place, (subject, path) in enumerate(zip(subjects, paths, strict=True))
    )


def _path(evidence: Evidence, subject: Subject, chosen: NDArray[np.int64]) -> Path:
    return _over_levels(evidence, subject, chosen) if subject.discrete else _over_amounts(evidence, subject, chosen)


def _over_amounts(evidence: Evidence, subject: Subject, chosen: NDArray[np.int64]) -> Path:
    values = evidence.amounts(subject)
    places = grid(values)
    own = values[chosen]
    inside = np.isfinite(own) & (own >= places[0]) & (own <= places[-1]) if len(places) else np.zeros(len(own), bool)
    position = np.clip(np.searchsorted(places, own[inside], side="left") - 1, 0, max(0, len(places) - 2))
    # Each place stands for the customers nearest to it, so that the curve's average is theirs.
    middles = (places[1:] + places[:-1]) / 2
    counts = np.bincount(np.searchsorted(middles, own[inside]), minlength=len(places)).astype(np.float64)
    return Path(places, places, chosen[inside], position, counts)


def _over_levels(evidence: Evidence, subject: Subject, chosen: NDArray[np.int64]) -> Path:
    found = evidence.levels(subject)
    counts = np.bincount(found.codes[found.codes >= 0], minlength=len(found.values))
    kept = [code for code in range(len(found.values)) if counts[code] >= LEAST_AT_LEVEL][:MOST_LEVELS]
    kept.sort(key=lambda code: _first(evidence, subject, found.codes, code, found.values[code]))
    rank = np.full(len(found.values) + 1, -1)
    rank[kept] = np.arange(len(kept))
    own = rank[found.codes[chosen]]
    # A customer at a level is moved to the level below and to the one above.
    down, up = own > 0, (own >= 0) & (own < len(kept) - 1)
    customers = np.concatenate([chosen[down], chosen[up]])
    position = np.concatenate([own[down] - 1, own[up]])
    return Path(np.arange(len(kept), dtype=np.float64), tuple(found.values[code] for code in kept), customers, position,
                counts[kept].astype(np.float64))  # fmt: skip


def _first(evidence: Evidence, subject: Subject, codes: NDArray[np.int64], code: int, value: Any) -> tuple[float, str]:
    """Order levels: no before yes, others by what the model expects of their customers."""
    if subject.kind == "flag":
        return float(bool(value)), ""
    return float(evidence.probability[codes == code].mean()), str(value)


def _asked(evidence: Evidence, subject: Subject, path: Path, few: NDArray[np.int64]) -> list[Question]:
    if len(path.places) == 0:
        nobody, nothing = np.empty(0, np.int64), as_stored(evidence, subject, [])
        return [Question(subject, nobody, nothing)] * 3
    stored = as_stored(evidence, subject, path.stored)
    everywhere = np.repeat(np.arange(len(path.places)), len(few))
    return [
        Question(subject, path.customers, stored.take(pa.array(path.position))),
        Question(subject, path.customers, stored.take(pa.array(np.minimum(path.position + 1, len(path.places) - 1)))),
        Question(subject, np.tile(few, len(path.places)), stored.take(pa.array(everywhere))),
    ]


def accumulated(
    steps: NDArray[np.float64], position: NDArray[np.int64], counts: NDArray[np.float64], average: float
) -> NDArray[np.float64]:
    """Accumulate local effects into a curve whose average over ``counts`` customers is ``average``.

    ``steps`` (customers,) is what the answer gains on the step at ``position``; a step on which nobody
    is moved gains nothing. The answer has one value for each of ``counts``.

    Source: Apley and Zhu (2020), Visualizing the effects of predictor variables in black box supervised
    learning models, Journal of the Royal Statistical Society B 82.
    """
    moved = np.bincount(position, minlength=len(counts) - 1)[: len(counts) - 1]
    gained = np.bincount(position, weights=steps, minlength=len(counts) - 1)[: len(counts) - 1]
    curve = np.concatenate([[0.0], np.cumsum(gained / np.maximum(moved, 1))])
    return np.asarray(curve - np.average(curve, weights=counts if counts.sum() else None) + average)


def _curve(evidence: Evidence, subject: Subject, path: Path, replies: list[NDArray[np.float64]], level: float) -> Curve:
    values = _rank(evidence, subject, path) if subject.discrete else evidence.amounts(subject)
    effects, halves = _effects(evidence, path, replies[1] - replies[0], values, level)
    dependence = replies[2].reshape(len(path.places), -1).mean(axis=1) if len(path.places) else np.empty(0)
    points = tuple(
        Point(float(place), told(subject, stored), _within(effect, half, level), float(depends))
        for place, stored, effect, half, depends in zip(
            path.places, path.stored, effects, halves, dependence, strict=True
        )
    )
    edges = np.arange(len(path.places) + 1.0) - 0.5 if subject.discrete else _drawn(values, path.places)
    bins_ = observed(evidence, subject, values, edges, path, level)
    density = _density(subject, values, path.places)
    return Curve(subject.name, subject.label, subject.kind, subject.unit, evidence.base, points, bins_, density)


def _effects(
    evidence: Evidence, path: Path, steps: NDArray[np.float64], values: NDArray[np.float64], level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the curve over all folds, and half its interval from one curve for each fold."""
    if len(path.places) == 0:
        return np.empty(0), np.empty(0)
    drawn = np.isfinite(values) & (values >= path.places[0]) & (values <= path.places[-1])
    average = float(evidence.probability[drawn].mean()) if drawn.any() else evidence.base
    whole = accumulated(steps, path.position, path.counts, average)
    of_customer = evidence.fold[path.customers]
    each = [
        accumulated(steps[of_customer == k], path.position[of_customer == k], path.counts,
                    float(evidence.probability[drawn & (evidence.fold == k)].mean()))
        for k in np.unique(of_customer) if (drawn & (evidence.fold == k)).any()
    ]  # fmt: skip
    return whole, half_width(np.stack(each), level) if each else np.zeros(len(whole))


def _within(effect: float, half: float, level: float) -> Estimate:
    middle = float(np.clip(effect, 0, 1))
    return Estimate(middle, float(np.clip(effect - half, 0, middle)), float(np.clip(effect + half, middle, 1)), level)


def _rank(evidence: Evidence, subject: Subject, path: Path) -> NDArray[np.float64]:
    found = evidence.levels(subject)
    place = {value: float(position) for position, value in enumerate(path.stored)}
    return np.array([place.get(value, np.nan) for value in found.values] + [np.nan])[found.codes]


def _drawn(values: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return edges of about ten bins between a curve's ends, each with enough customers to speak of a share."""
    if len(places) < 2:
        return np.append(places, np.nextafter(places, np.inf))
    inside = values[np.isfinite(values) & (values >= places[0]) & (values <= places[-1])]
    return bins(inside, 10, max(10, len(inside) // 40))


def observed(
    evidence: Evidence,
    subject: Subject,
    values: NDArray[np.float64],
    edges: NDArray[np.float64],
    path: Path,
    level: float,
) -> tuple[Bin, ...]:
    """Return the observed response in each bin between ``edges``, beside what the model expected."""
    told_bins = []
    place = np.searchsorted(edges, values, side="right") - 1
    for position in range(len(edges) - 1):
        inside = place == position
        if not inside.any():
            continue
        share = share_of(evidence.outcome[inside], evidence.group[inside], level)
        low, high = float(values[inside].min()), float(values[inside].max())
        label = told(subject, path.stored[position]) if subject.discrete else span(subject, low, high)
        told_bins.append(Bin(low, high, label, int(inside.sum()), share, float(evidence.probability[inside].mean())))
    return tuple(told_bins)


def _density(
    subject: Subject, values: NDArray[np.float64], places: NDArray[np.float64], most: int = 30
) -> tuple[Tally, ...]:
    if len(places) == 0:
        return ()
    inside = values[np.isfinite(values) & (values >= places[0]) & (values <= places[-1])]
    if subject.discrete or len(places) < 2:
        edges = np.append(places - 0.5, places[-1] + 0.5)
    elif subject.integral and places[-1] - places[0] < most:
        edges = np.arange(places[0], places[-1] + 2) - 0.5
    else:
        edges = np.linspace(places[0], places[-1], most + 1)
    counts, _ = np.histogram(inside, edges)
    return tuple(
        Tally(float(low), float(high), int(count)) for low, high, count in zip(edges, edges[1:], counts, strict=False)
    )
