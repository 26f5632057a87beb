"""What tells the customers of a segment from the others, in columns that a business knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.audience.result import Direction, Trait
from campanile.explain.subjects import Built as Feature
from campanile.explain.subjects import Subject, amounts, subjects, told
from campanile.tables import Dictionary
from campanile.words import Sentence, say

LEAST_EFFECT = 0.15
TELLING_EFFECT = 0.3
ALIKE = 0.75


@dataclass(frozen=True)
class Known:
    """One thing known of all customers: numbers with NaN, or categories with None, shape (rows,).

    ``sources`` are the columns it is made from.
    """

    subject: Subject
    values: NDArray[np.float64] | NDArray[np.object_]
    sources: tuple[str, ...]

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers (yes and no are 1 and 0)."""
        return self.values.dtype.kind == "f"


def known(model_features: Iterable[Feature], dictionary: Dictionary, rows: pa.Table, built: pa.Table) -> list[Known]:
    """Return what the model looks at, as business columns, and totals and ratios made from several of them."""
    wanted = tuple(model_features)
    sources = {feature.name: tuple(feature.sources) for feature in wanted}
    found = []
    for subject in subjects(wanted, dictionary, rows, built):
        column = (rows if subject.column else built).column(subject.measured)
        if subject.kind == "category":
            values: NDArray[Any] = np.array(column.to_pylist(), dtype=object)
        else:
            values = amounts(column)
        found.append(Known(subject, values, sources[subject.features[0]] or (subject.name,)))
    return found


def traits(columns: Sequence[Known], members: NDArray[np.int64], count: int, most: int = 3) -> list[tuple[Trait, ...]]:
    """Return for each of the ``count`` segments up to ``most`` traits, the most telling first.

    ``members`` is each customer's segment from 0, shape (rows,). Traits of one segment come from columns that
    differ in source and do not go together.

    Source: Mann and Whitney (1947); the effect is the rank-biserial correlation, for shares their difference.
    """
    found: list[list[tuple[Trait, Known]]] = [[] for _ in range(count)]
    if count < 2:
        return [() for _ in found]
    ranked: dict[str, NDArray[np.float64]] = {}
    for column in columns:
        told_by = (
            _of_numbers(column, members, count, ranked) if column.numeric else _of_categories(column, members, count)
        )
        for segment, trait in told_by:
            found[segment].append((trait, column))
    return [_chosen(candidates, ranked, most) for candidates in found]


def name(chosen: Sequence[Trait]) -> Sentence:
    """Name a segment by its traits: "Spent on meat: high · Children at home: low"."""
    if not chosen:
        return say("Customers like all others")
    parts = [_named(trait) for trait in chosen]
    while len(parts) > 1:
        parts = [say("{first} · {second}", first=parts[0], second=parts[1]), *parts[2:]]
    return parts[0]


def describe(chosen: Sequence[Trait]) -> Sentence:
    """Tell how the segment differs, with typical values: "Spent on meat is typically 420 (others 35)"."""
    if not chosen:
        return say("No column tells these customers clearly from the others.")
    parts = [_typical(trait) for trait in chosen]
    while len(parts) > 1:
        parts = [say("{first}; {second}", first=parts[0], second=parts[1]), *parts[2:]]
    return say("{what}.", what=parts[0])


def _named(trait: Trait) -> Sentence:
    if trait.category is not None:
        told = say("{label}: {value}", label=trait.label, value=trait.category)
        return told if trait.direction == "is" else say("{label}: not {value}", label=trait.label, value=trait.category)
    high = trait.direction == "high"
    if trait.share:
        return say("{label}: yes", label=trait.label) if high else say("{label}: no", label=trait.label)
    if trait.kind == "date":
        return say("{label}: late", label=trait.label) if high else say("{label}: early", label=trait.label)
    return say("{label}: high", label=trait.label) if high else say("{label}: low", label=trait.label)


def _typical(trait: Trait) -> Sentence:
    if trait.category is not None:
        return say("{label} is {value:quoted} for {here} (others {others})",
                   label=trait.label, value=trait.category, here=trait.here_told, others=trait.others_told)  # fmt: skip
    if trait.share:
        return say("{label}: yes for {here} (others {others})",
                   label=trait.label, here=trait.here_told, others=trait.others_told)  # fmt: skip
    return say("{label} is typically {here} (others {others})",
               label=trait.label, here=trait.here_told, others=trait.others_told)  # fmt: skip


def _of_numbers(
    column: Known, members: NDArray[np.int64], count: int, ranked: dict[str, NDArray[np.float64]]
) -> list[tuple[int, Trait]]:
    from scipy.stats import rankdata

    values = column.values.astype(np.float64)
    valid = np.isfinite(values)
    if valid.sum() < 2:
        return []
    ranks = np.full(len(values), np.nan)
    ranks[valid] = rankdata(values[valid])
    ranked[column.subject.name] = ranks
    size = np.bincount(members[valid], minlength=count)
    mean_rank = np.bincount(members[valid], weights=ranks[valid], minlength=count) / np.maximum(size, 1)
    others = int(valid.sum()) - size
    effect = 2 * (mean_rank - (size + 1) / 2) / np.maximum(others, 1) - 1
    clear = (size > 0) & (others > 0) & (np.abs(effect) >= LEAST_EFFECT)
    return [
        (int(at), _number_trait(column, values, valid, members == at, float(effect[at])))
        for at in np.flatnonzero(clear)
    ]


def _number_trait(
    column: Known, values: NDArray[np.float64], valid: NDArray[np.bool_], inside: NDArray[np.bool_], effect: float
) -> Trait:
    flag = column.subject.kind == "flag"
    middle = np.mean if flag or np.median(values[valid & inside]) == np.median(values[valid & ~inside]) else np.median
    here, others = float(middle(values[valid & inside])), float(middle(values[valid & ~inside]))
    return _trait(column.subject, "high" if effect > 0 else "low", effect, here, others, share=flag)


def _of_categories(column: Known, members: NDArray[np.int64], count: int) -> list[tuple[int, Trait]]:
    present = np.array([value is not None for value in column.values], dtype=bool)
    if not present.any():
        return []
    names, codes = np.unique(column.values[present].astype(str), return_inverse=True)
    flat = np.bincount(members[present] * len(names) + codes, minlength=count * len(names))
    table = flat.reshape(count, len(names))
    sizes = table.sum(axis=1, keepdims=True)
    share = table / np.maximum(sizes, 1)
    others = (table.sum(axis=0) - table) / np.maximum(int(present.sum()) - sizes, 1)
    # What customers are says more than what they are not, unless it tells clearly less.
    apart = share - others
    best = np.where(apart > 0, apart, -0.8 * apart).argmax(axis=1)
    found = []
    for segment, at in enumerate(best):
        here, there = float(share[segment, at]), float(others[segment, at])
        if abs(here - there) >= LEAST_EFFECT:
            direction: Direction = "is" if here > there else "is_not"
            found.append(
                (segment, _trait(column.subject, direction, here - there, here, there, str(names[at]), share=True))
            )
    return found


def _trait(
    subject: Subject, direction: Direction, effect: float, here: float, others: float, category: str | None = None,
    *, share: bool = False,
) -> Trait:  # fmt: skip
    here_told, others_told = (
        say("{share:percent}", share=value) if share else told(subject, value) for value in (here, others)
    )
    return Trait(
        subject.name,
        subject.label,
        direction,
        effect,
        here,
        others,
        here_told,
        others_told,
        category,
        share=share,
        kind=subject.kind,
    )


def _chosen(
    candidates: list[tuple[Trait, Known]], ranked: dict[str, NDArray[np.float64]], most: int
) -> tuple[Trait, ...]:
    chosen: list[tuple[Trait, Known]] = []
    for trait, column in sorted(candidates, key=lambda pair: (-_telling(*pair), pair[0].column)):
        weak = abs(trait.effect) < TELLING_EFFECT and chosen
        if weak or len(chosen) == most or any(_alike(column, other, ranked) for _, other in chosen):
            continue
        chosen.append((trait, column))
    return tuple(trait for trait, _ in chosen)


def _telling(trait: Trait, column: Known) -> float:
    """Return how well a trait names a segment: people know columns better than what is made of them."""
    return abs(trait.effect) * (1.0 if len(column.sources) == 1 else 0.7)


def _alike(one: Known, other: Known, ranked: dict[str, NDArray[np.float64]]) -> bool:
    """Tell whether two say the same: made from the same source, or going together."""
    if set(one.sources) & set(other.sources):
        return True
    if one.subject.name not in ranked or other.subject.name not in ranked:
        return False
    a, b = ranked[one.subject.name], ranked[other.subject.name]
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    if len(a) < 3 or a.std() == 0 or b.std() == 0:
        return False
    return bool(abs(np.corrcoef(a, b)[0, 1]) > ALIKE)
