"""Zones of interest: the values at which customers respond more often than all do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from campanile.estimates import Estimate
from campanile.explain.evidence import Evidence
from campanile.explain.intervals import ratio, share_of
from campanile.explain.result import Zone
from campanile.explain.scale import bins, readable
from campanile.explain.subjects import Subject, told
from campanile.explain.wording import among, within
from campanile.explain.wording import zone as words

FINE = 40
"""How many bins the ends of a zone are looked for among."""

CLEARLY = 1.05
"""An end lies where the response is this many times the base: where a tail only touches the base, it is outside."""

_PENALTY = 1.5

Ends = tuple[float | None, float | None]


def zones(
    evidence: Evidence, subjects: Sequence[Subject], *, support: float, customers: int, level: float = 0.95
) -> tuple[Zone, ...]:
    """Find the zones of each subject, the highest response first within a subject.

    Where they lie is read from held-out, calibrated probabilities and outcomes together; whether they
    hold is judged on outcomes: the low end of the observed response must exceed the base rate. None has fewer than
    ``support`` (share) of all customers or than ``customers``.
    """
    least = max(customers, int(np.ceil(support * len(evidence.outcome))))
    base = share_of(evidence.outcome, evidence.group, level)
    found = []
    for subject in subjects:
        wanted = _of_levels(evidence, subject) if subject.discrete else _of_amounts(evidence, subject)
        own = [_judged(evidence, subject, *one, base, level) for one in wanted if one[0].sum() >= least]
        found += sorted(
            (zone for zone in own if zone.response.low > base.estimate), key=lambda one: -one.response.estimate
        )
    return tuple(found)


Found = tuple[NDArray[np.bool_], Ends, str | None]


def _of_levels(evidence: Evidence, subject: Subject) -> list[Found]:
    levels = evidence.levels(subject)
    return [(levels.codes == code, (None, None), str(value)) for code, value in enumerate(levels.values)
            if len(levels.values) > 1]  # fmt: skip


def _of_amounts(evidence: Evidence, subject: Subject) -> list[Found]:
    values = evidence.amounts(subject)
    known = np.isfinite(values)
    edges = bins(values, FINE, max(10, int(known.sum()) // 100))
    if len(edges) < 3:
        return []
    # The model is smooth but may shrink a sparse tail towards the average; the outcomes are rough but unbiased.
    level = (evidence.probability + evidence.outcome) / 2
    spans = above(values[known], level[known], edges, evidence.base)
    return [_masked(values, *_rounded(values, edges, first, last, subject), subject) for first, last in spans]


def _masked(values: NDArray[np.float64], low: float | None, high: float | None, subject: Subject) -> Found:
    inside = np.isfinite(values)
    if low is not None:
        inside &= values >= low
    if high is not None:
        inside &= values < high
    return inside, (low, high), None


def above(
    values: NDArray[np.float64], level: NDArray[np.float64], edges: NDArray[np.float64], base: float
) -> list[tuple[int, int]]:
    """Return runs of bins, as (first, last + 1), whose average ``level`` is above ``base``.

    The bins are first joined into stretches of one level, so that noise between neighbours makes no
    zone; then each end moves, within the stretches on its two sides, to where the level crosses ``base``.
    A run of all bins is none.
    """
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    count = np.bincount(place, minlength=len(edges) - 1).astype(np.float64)
    total = np.bincount(place, weights=level, minlength=len(edges) - 1)
    within_bins = float(((level - (total / np.maximum(count, 1))[place]) ** 2).mean())
    found = stretches(total / np.maximum(count, 1), count, _PENALTY * within_bins * np.log(len(values)))
    high = np.zeros(len(count), dtype=bool)
    for first, last in found:
        people, middle = count[first:last].sum(), total[first:last].sum() / max(1.0, count[first:last].sum())
        high[first:last] = middle - 1.96 * np.sqrt(within_bins / max(1.0, people)) > base
    moved = [_moved(found, run, total - CLEARLY * base * count) for run in _runs(high)]
    return [run for run in moved if run != (0, len(count))]


def _moved(found: Sequence[tuple[int, int]], run: tuple[int, int], excess: NDArray[np.float64]) -> tuple[int, int]:
    """Move the ends of a run to where most of what exceeds the base, and least of what falls short, is inside."""
    first, last = run
    if first > 0:
        start = next(begin for begin, end in found if end == first)
        stop = next(end for begin, end in found if begin == first)
        first = start + int(np.argmax(np.cumsum(excess[start:stop][::-1])[::-1]))
    if last < len(excess):
        start = next(begin for begin, end in found if end == last)
        stop = next(end for begin, end in found if begin == last)
        last = start + 1 + int(np.argmax(np.cumsum(excess[start:stop])))
    return (first, last) if first < last else run


def stretches(level: NDArray[np.float64], weight: NDArray[np.float64], penalty: float) -> list[tuple[int, int]]:
    """Cut a sequence into stretches of one level: least squares plus ``penalty`` for each stretch.

    Source: Jackson et al. (2005), An algorithm for optimal partitioning of data on an interval.
    """
    w, s, q = (np.concatenate([[0.0], np.cumsum(part)]) for part in (weight, weight * level, weight * level**2))
    best, cut = np.zeros(len(w)), np.zeros(len(w), dtype=np.int64)
    for end in range(1, len(w)):
        start = np.arange(end)
        people = np.maximum(w[end] - w[start], 1e-12)
        cost = best[start] + (q[end] - q[start]) - (s[end] - s[start]) ** 2 / people + penalty
        cut[end] = int(np.argmin(cost))
        best[end] = cost[cut[end]]
    found, end = [], len(level)
    while end > 0:
        found.append((int(cut[end]), end))
        end = int(cut[end])
    return found[::-1]


def _runs(high: NDArray[np.bool_]) -> list[tuple[int, int]]:
    change = np.flatnonzero(np.diff(np.concatenate([[0], high.astype(np.int8), [0]])))
    return [(int(first), int(last)) for first, last in change.reshape(-1, 2)]


def _rounded(values: NDArray[np.float64], edges: NDArray[np.float64], first: int, last: int, subject: Subject) -> Ends:
    """Give a run of bins ends that people can say, moved by no more than a part of the neighbouring bins."""
    low = None if first == 0 else _end(edges, first, subject)
    high = None if last == len(edges) - 1 else _end(edges, last, subject)
    return low, high


def _end(edges: NDArray[np.float64], place: int, subject: Subject) -> float:
    before, here, after = edges[place - 1], edges[place], edges[place + 1]
    return readable(here - 0.3 * (here - before), here + 0.3 * (after - here), subject.kind, integral=subject.integral)


def _judged(
    evidence: Evidence, subject: Subject, inside: NDArray[np.bool_], ends: Ends, level_name: str | None,
    base: Estimate, level: float,
) -> Zone:  # fmt: skip
    response = share_of(evidence.outcome[inside], evidence.group[inside], level)
    count, size = int(inside.sum()), float(inside.mean())
    place = within(subject, *ends) if level_name is None else among(subject, _own(evidence, subject, level_name))
    lift = ratio(response, base)
    said = words(place, count, size, response, lift.estimate, base.estimate)
    name = None if level_name is None else str(told(subject, _own(evidence, subject, level_name)[0]))
    return Zone(subject.name, subject.label, *ends, name, count, size, response, lift, place, said)


def _own(evidence: Evidence, subject: Subject, name: str) -> list[object]:
    return [value for value in evidence.levels(subject).values if str(value) == name]
