"""Columns that are parts of one whole, found by their names: ``MntWines``, ``MntMeat`` … or ``AcceptedCmp1`` …"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """Columns whose names share their first words, their last words or both; ``stem`` is what they share."""

    stem: str
    columns: tuple[str, ...]


def families(names: Iterable[str], least: int = 2) -> tuple[Family, ...]:
    """Group names by shared words; each name is in one family at most.

    Of several the one comes first in which most names share most words (their product).

    >>> families(["NumWebPurchases", "NumStorePurchases", "NumWebVisits", "Recency"])
    (Family(stem='num_purchases', columns=('NumWebPurchases', 'NumStorePurchases')),)
    """
    words = {name: tokens(name) for name in names}
    found: list[Family] = []
    for stem, members in _ranked(words):
        taken = {column for family in found for column in family.columns}
        left = [name for name in members if name not in taken]
        if len(left) >= least:
            found.append(Family(stem, tuple(left)))
    return tuple(found)


def tokens(name: str) -> tuple[str, ...]:
    """Split a name into lower-case words: ``AcceptedCmp1`` is accepted, cmp, 1."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|[\W_]+", " ", name)
    return tuple(spaced.lower().split())


def snake(name: str) -> str:
    """Return the name as words joined by underscores."""
    return "_".join(tokens(name)) or "column"


def _ranked(words: dict[str, tuple[str, ...]]) -> list[tuple[str, list[str]]]:
    """Return candidate stems with their names, those with most shared words in all first, then the largest."""
    candidates: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = defaultdict(list)
    for name, parts in words.items():
        for head, tail in _stems(parts):
            candidates[head, tail].append(name)
    ranked = sorted(
        candidates.items(), key=lambda item: (-len(item[0][0] + item[0][1]) * len(item[1]), -len(item[1]), item[0])
    )
    return [("_".join((*head, *tail)), members) for (head, tail), members in ranked if len(members) > 1]


def _stems(parts: Sequence[str]) -> set[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return every (first words, last words) that leaves one word or more between them."""
    most = len(parts) - 1
    return {
        (tuple(parts[:head]), tuple(parts[len(parts) - tail :]) if tail else ())
        for head in range(most + 1)
        for tail in range(most + 1 - head)
        if head + tail and not all(word.isdigit() for word in (*parts[:head], *parts[len(parts) - tail :]))
    }
