"""Beam search for rules: conjunctions of few conditions whose customers respond more often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campanile.explain.conditions import Candidate
from campanile.explain.quality import quality

BEAM = 25
KEPT = 500
"""Rules that are followed up, and rules that are kept, of each length."""

SIMPLER = 0.97
"""What each further condition must be worth: a rule is kept short where it costs little."""

_NOTHING = 1e-9


@dataclass(frozen=True)
class Rule:
    """Places of candidates that hold together, and the rule's quality."""

    parts: tuple[int, ...]
    quality: float


def search(
    candidates: Sequence[Candidate], wanted: NDArray[np.float64], *, conditions: int, breadth: float, least: int,
    z: float = 1.96,
) -> list[Rule]:  # fmt: skip
    """Return rules of at most ``conditions`` parts by falling quality, all with ``least`` customers.

    ``candidates`` and ``wanted`` (0 to 1) speak of the same customers, all of whom may be looked at.

    Source: Lavrac et al. (2004), Subgroup discovery with CN2-SD; quality as in Kloesgen (1996), with the
    response's lower confidence bound in the place of the response.
    """
    if not candidates:
        return []
    met = np.stack([one.met for one in candidates]).astype(np.float32)
    clash = _clashes(candidates)
    beam: list[Rule] = [Rule((), 0.0)]
    found: dict[tuple[int, ...], float] = {}
    for _ in range(conditions):
        grown = _grown(met, clash, wanted, beam, breadth, least, z)
        found |= grown
        beam = _best(grown)[:BEAM]
    return _best(found)


def _clashes(candidates: Sequence[Candidate]) -> NDArray[np.bool_]:
    """Tell which pairs cannot stand in one rule: a column is bounded once from either side, its levels named once."""
    sides = [(one.condition.column, one.side) for one in candidates]
    _, codes = np.unique([f"{side} {column}" for column, side in sides], return_inverse=True)
    return np.asarray(codes[:, None] == codes[None, :])


def _best(found: dict[tuple[int, ...], float]) -> list[Rule]:
    ordered = sorted(found.items(), key=lambda entry: (-entry[1], len(entry[0]), entry[0]))
    return [Rule(parts, quality) for parts, quality in ordered]


def _grown(
    met: NDArray[np.float32], clash: NDArray[np.bool_], wanted: NDArray[np.float64], beam: Sequence[Rule],
    breadth: float, least: int, z: float,
) -> dict[tuple[int, ...], float]:  # fmt: skip
    """Add every condition to every rule of the beam; the counts of all are two matrix products."""
    rules = [list(rule.parts) for rule in beam]
    held = np.stack([met[parts].prod(axis=0) if parts else np.ones(met.shape[1], np.float32) for parts in rules])
    count = (held @ met.T).astype(np.float64)
    hits = ((held * wanted.astype(np.float32)) @ met.T).astype(np.float64)
    worth = quality(count, hits, met.shape[1], float(wanted.sum()), breadth, z)
    worth = np.where(worth > 0, worth * SIMPLER ** len(rules[0]), worth)
    fits = np.stack([~clash[parts].any(axis=0) for parts in rules])
    worth[~(fits & (count >= least) & (count < held.sum(axis=1, keepdims=True)))] = -np.inf
    best = np.argsort(-worth, axis=None, kind="stable")[:KEPT]
    places = zip(*np.unravel_index(best, worth.shape), strict=True)
    return {
        tuple(sorted((*rules[at], int(more)))): float(worth[at, more])
        for at, more in places if np.isfinite(worth[at, more])
    }  # fmt: skip


def covering(
    candidates: Sequence[Candidate], wanted: NDArray[np.float64], most: int, *, conditions: int, breadth: float,
    least: int, allowed: Callable[[Rule], bool] = lambda rule: True, overlap: float = 0.5,
) -> list[Rule]:  # fmt: skip
    """Choose up to ``most`` rules, each for those wanted whom the ones before it leave.

    Every rule has a quality above 0 among all; no two are on the same columns or share more than
    ``overlap`` of their customers.

    Source: the covering of Lavrac et al. (2004).
    """
    chosen: list[tuple[Rule, NDArray[np.bool_], frozenset[str]]] = []
    left = wanted.copy()
    while len(chosen) < most:
        for rule in search(candidates, left, conditions=conditions, breadth=breadth, least=least):
            met = np.logical_and.reduce([candidates[part].met for part in rule.parts])
            columns = frozenset(candidates[part].condition.column for part in rule.parts)
            count, hits = np.array([float(met.sum())]), np.array([float(wanted[met].sum())])
            sure = quality(count, hits, len(wanted), float(wanted.sum()), breadth)[0] > _NOTHING
            if sure and _unlike(met, columns, chosen, overlap) and allowed(rule):
                chosen.append((rule, met, columns))
                left[met] = 0.0
                break
        else:
            break
    return [rule for rule, _, _ in chosen]


def _unlike(
    met: NDArray[np.bool_], columns: frozenset[str], chosen: Sequence[tuple[Rule, NDArray[np.bool_], frozenset[str]]],
    overlap: float,
) -> bool:  # fmt: skip
    return all(
        columns != others and (met & other).sum() <= overlap * min(met.sum(), other.sum())
        for _, other, others in chosen
    )
