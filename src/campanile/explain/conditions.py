"""Conditions on business columns that a target group may be made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campanile.explain.evidence import Evidence
from campanile.explain.quality import quality
from campanile.explain.result import Condition
from campanile.explain.scale import readable
from campanile.explain.subjects import Subject
from campanile.explain.wording import among, within

CUTS = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
SLACK = 0.03
"""How far, as a share of customers, a cut may move to become a number that people can say."""

MOST = 1000


@dataclass(frozen=True)
class Candidate:
    """A condition, the column it is on and its side, and the customers that meet it, shape (rows,)."""

    condition: Condition
    side: str
    met: NDArray[np.bool_]


def candidates(
    evidence: Evidence, subjects: Sequence[Subject], seen: NDArray[np.bool_], wanted: NDArray[np.float64], least: int
) -> list[Candidate]:
    """Make the conditions for a search that may look at the customers ``seen`` only.

    ``wanted`` (rows,) is what the search looks for; it is used where ``seen``, to join levels. Each
    condition is met by ``least`` of those seen, and not by all.
    """
    made: list[Candidate] = []
    for subject in subjects:
        own = _levels(evidence, subject, seen, wanted, least) if subject.discrete else _cuts(evidence, subject, seen)
        made += [one for one in own if least <= int(one.met[seen].sum()) < int(seen.sum())]
        if len(made) > 4 * MOST:
            made = _best(made, seen, wanted)
    return _best(made, seen, wanted) if len(made) > MOST else made


def _best(made: Sequence[Candidate], seen: NDArray[np.bool_], wanted: NDArray[np.float64]) -> list[Candidate]:
    """Keep the conditions that are best alone, in their order: a table of thousands of columns has too many."""
    count = np.array([float(one.met[seen].sum()) for one in made])
    hits = np.array([float(wanted[one.met & seen].sum()) for one in made])
    worth = quality(count, hits, int(seen.sum()), float(wanted[seen].sum()), 0.5)
    kept = np.sort(np.argsort(-worth, kind="stable")[:MOST])
    return [made[place] for place in kept]


def _cuts(evidence: Evidence, subject: Subject, seen: NDArray[np.bool_]) -> list[Candidate]:
    values = evidence.amounts(subject)
    known = np.sort(values[seen & np.isfinite(values)])
    if len(known) == 0:
        return []
    made = []
    for cut in sorted({_cut(known, share, subject) for share in CUTS}):
        made.append(
            Candidate(Condition(subject.measured, cut, None, (), within(subject, cut, None)), "low", values >= cut)
        )
        made.append(
            Candidate(Condition(subject.measured, None, cut, (), within(subject, None, cut)), "high", values < cut)
        )
    return made


def _cut(known: NDArray[np.float64], share: float, subject: Subject) -> float:
    low, here, high = np.quantile(known, np.clip([share - SLACK, share, share + SLACK], 0, 1), method="inverted_cdf")
    # A value of its own with many customers stays the cut: 0 purchases is not rounded away.
    if low == high:
        return float(here)
    return readable(np.nextafter(low, np.inf), high, subject.kind, integral=subject.integral)


def _levels(
    evidence: Evidence, subject: Subject, seen: NDArray[np.bool_], wanted: NDArray[np.float64], least: int
) -> list[Candidate]:
    found = evidence.levels(subject)
    made = [_among(subject, found.values, found.codes, [code]) for code in range(len(found.values))]
    average = wanted[seen].mean()
    known = [(code, seen & (found.codes == code)) for code in range(len(found.values))]
    often = [code for code, inside in known if inside.sum() >= max(5, least // 3) and wanted[inside].mean() > average]
    if 2 <= len(often) <= 4 and len(often) < len(found.values) - 1:
        made.append(_among(subject, found.values, found.codes, often))
    return made


def _among(subject: Subject, values: tuple[object, ...], codes: NDArray[np.int64], chosen: list[int]) -> Candidate:
    levels = [values[code] for code in chosen]
    said = Condition(subject.measured, None, None, tuple(str(level) for level in levels), among(subject, levels))
    return Candidate(said, "levels", np.isin(codes, chosen))
