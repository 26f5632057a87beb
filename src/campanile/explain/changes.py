"""The nearest change after which the model would answer otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.explain.evidence import Evidence, as_stored
from campanile.explain.result import Change, Step
from campanile.explain.scale import quantiles
from campanile.explain.subjects import Subject, amounts, told
from campanile.explain.wording import change as words
from campanile.explain.wording import step as step_words

TRIED = 12
"""Observed values tried for one column; pairs are tried among the columns that alone move the answer most."""

PAIRED = 5
_FIXED_WORDS = ("birth", "born", "age", "year", "gender", "sex", "wiek", "edad", "urodz", "nac")


@dataclass(frozen=True)
class Trial:
    """Some subjects set to other values, how far that is, and whether somebody could do it."""

    parts: tuple[tuple[Subject, Any], ...]
    distance: float


def fixed(subject: Subject, named: Sequence[str]) -> bool:
    """Tell whether nobody can change it: dates, years, ages, what was named, and what is not itself a column."""
    if subject.kind in ("date", "year") or subject.name in named or subject.column is None:
        return True
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[_\-.\s]+", " ", subject.name).lower().split()
    return any(word == part or (len(part) > 3 and word.startswith(part)) for word in words for part in _FIXED_WORDS)


def changes(
    evidence: Evidence, customer: pa.Table, subjects: Sequence[Subject], threshold: float, *,
    named_fixed: Sequence[str] = (), most: int = 3,
) -> tuple[Change, ...]:  # fmt: skip
    """Find the smallest changes of one or two columns that take the answer across ``threshold``.

    ``customer`` is one row. Only values that other customers have are tried; distance is the share of
    customers between the two values, and one half for another level. Changes that somebody could make
    come first; where there is none, one that nobody can make is told as such.
    """
    before = float(evidence.score(evidence.build(customer))[0])
    columns = [subject for subject in subjects if subject.column]
    singles = [trial for subject in columns for trial in _singles(evidence, customer, subject)]
    answers = _answers(evidence, customer, singles)
    crossed = _crossed(singles, answers, before, threshold)
    movable = [subject for subject in columns if not fixed(subject, named_fixed)]
    if not any(_possible(trial, named_fixed) for trial, _ in crossed):
        pairs = _pairs(singles, answers, movable, before, threshold)
        crossed += _crossed(pairs, _answers(evidence, customer, pairs), before, threshold)
    ordered = sorted(crossed, key=lambda one: (not _possible(one[0], named_fixed), one[0].distance, _names(one[0])))
    return tuple(_change(evidence, customer, *one, threshold, named_fixed) for one in _distinct(ordered)[:most])


def _singles(evidence: Evidence, customer: pa.Table, subject: Subject) -> list[Trial]:
    if subject.discrete:
        own = customer[subject.measured][0].as_py()
        return [Trial(((subject, value),), 0.5) for value in evidence.levels(subject).values[:TRIED] if value != own]
    values = evidence.amounts(subject)
    known, own = np.sort(values[np.isfinite(values)]), float(amounts(customer[subject.measured])[0])
    if len(known) == 0 or not np.isfinite(own):
        return []
    tried = quantiles(known, np.linspace(0.02, 0.98, TRIED))
    return [Trial(((subject, float(value)),), _between(known, own, float(value))) for value in tried if value != own]


def _between(known: NDArray[np.float64], one: float, other: float) -> float:
    """Return the share of customers between two values."""
    low, high = min(one, other), max(one, other)
    return float(np.searchsorted(known, high, side="left") - np.searchsorted(known, low, side="left")) / len(known)


def _pairs(
    singles: Sequence[Trial], answers: NDArray[np.float64], movable: Sequence[Subject], before: float, threshold: float
) -> list[Trial]:
    """Combine the columns that alone bring the answer nearest to the threshold."""
    side = 1 if before < threshold else -1
    reach: dict[str, float] = {}
    for trial, answer in zip(singles, answers, strict=True):
        name = trial.parts[0][0].name
        reach[name] = max(reach.get(name, -np.inf), side * float(answer))
    names = {subject.name for subject in movable}
    best = sorted((name for name in reach if name in names), key=lambda name: (-reach[name], name))[:PAIRED]
    return [
        Trial(first.parts + second.parts, first.distance + second.distance)
        for one, other in combinations(best, 2)
        for first in singles if first.parts[0][0].name == one
        for second in singles if second.parts[0][0].name == other
    ]  # fmt: skip


def _answers(evidence: Evidence, customer: pa.Table, trials: Sequence[Trial]) -> NDArray[np.float64]:
    """Ask the model about all trials in one call."""
    if not trials:
        return np.empty(0)
    rows = customer.take(pa.array(np.zeros(len(trials), np.int64)))
    for subject in {part[0].name: part[0] for trial in trials for part in trial.parts}.values():
        rows = _set(evidence, rows, subject, trials)
    return evidence.score(evidence.build(rows))


def _set(evidence: Evidence, rows: pa.Table, subject: Subject, trials: Sequence[Trial]) -> pa.Table:
    place = rows.schema.get_field_index(subject.measured)
    given = [(row, value) for row, trial in enumerate(trials) for own, value in trial.parts if own.name == subject.name]
    new = as_stored(evidence, subject, [value for _, value in given])
    both = pa.chunked_array([*rows[subject.measured].chunks, new.cast(rows[subject.measured].type)])
    take = np.arange(len(trials))
    take[[row for row, _ in given]] = len(trials) + np.arange(len(given))
    return rows.set_column(place, rows.schema.field(place), both.take(pa.array(take)))


def _crossed(
    trials: Sequence[Trial], answers: NDArray[np.float64], before: float, threshold: float
) -> list[tuple[Trial, float]]:
    over = answers >= threshold
    return [(trial, float(answer)) for trial, answer, is_over in zip(trials, answers, over, strict=True)
            if bool(is_over) != (before >= threshold)]  # fmt: skip


def _names(trial: Trial) -> tuple[str, ...]:
    return tuple(subject.name for subject, _ in trial.parts)


def _possible(trial: Trial, named: Sequence[str]) -> bool:
    return not any(fixed(subject, named) for subject, _ in trial.parts)


def _distinct(ordered: Sequence[tuple[Trial, float]]) -> list[tuple[Trial, float]]:
    """Keep the nearest change of each set of columns."""
    kept: dict[tuple[str, ...], tuple[Trial, float]] = {}
    for one in ordered:
        kept.setdefault(_names(one[0]), one)
    return list(kept.values())


def _change(
    evidence: Evidence, customer: pa.Table, trial: Trial, answer: float, threshold: float, named: Sequence[str]
) -> Change:
    steps = []
    for subject, value in trial.parts:
        own = own_value(customer, subject)
        steps.append(Step(subject.name, subject.label, told(subject, own), told(subject, value), fixed(subject, named)))
    possible = _possible(trial, named)
    told_steps = [step_words(step.label, step.before, step.after) for step in steps]
    said = words(told_steps, answer, threshold, possible=possible)
    return Change(tuple(steps), answer, trial.distance, possible, said)


def own_value(table: pa.Table, subject: Subject) -> Any:
    """Return the value of ``subject`` in a table of one row, as ``told`` takes it."""
    column = table[subject.measured]
    return column[0].as_py() if subject.discrete else float(amounts(column)[0])
