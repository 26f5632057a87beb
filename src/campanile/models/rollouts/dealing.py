"""Customers as programs send them, dealt to the versions that answer them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from campanile.models.rollouts.log import now
from campanile.models.rollouts.rollout import Arm, Rollout
from campanile.words import Sentence, say
from campanile.workspace.errors import SpecError

Customers = Sequence[Mapping[str, Any]]
MOST_FAULTS = 20
_FEW = 16


@dataclass(frozen=True)
class Hand:
    """The customers whom one version answers, and their places among all that were asked for."""

    arm: Arm
    places: tuple[int, ...]
    customers: Customers
    keys: tuple[str | int, ...]


@dataclass(frozen=True)
class Dealt:
    """Customers dealt at one moment, to ``hands`` that answer them."""

    rollout: Rollout
    customers: Customers
    keys: tuple[str | int, ...]
    micros: int
    hands: tuple[Hand, ...]


def deal(rollout: Rollout, customers: Customers) -> Dealt:
    """Deal customers to the versions that answer them. Raises SpecError for those without a key."""
    try:
        keys = tuple(_key(rollout, one) for one in customers)
    except (TypeError, ValueError):
        found = [
            (_keyless(rollout, at), ("customers", at, rollout.key)) for at, one in enumerate(customers)
            if not _has_key(rollout, one)
        ][:MOST_FAULTS]  # fmt: skip
        raise SpecError([words for words, _ in found], "customers", [place for _, place in found]) from None
    hands = []
    for arm, places in _places(rollout, keys).items():
        whole = len(places) == len(keys)
        held = customers if whole else [customers[at] for at in places]
        hands.append(Hand(arm, tuple(places), held, keys if whole else tuple(keys[at] for at in places)))
    return Dealt(rollout, customers, keys, now(), tuple(hands))


def _places(rollout: Rollout, keys: Sequence[str | int]) -> dict[Arm, list[int]]:
    found: dict[Arm, list[int]] = {}
    if len(keys) <= _FEW:  # the engine takes longer to be asked than a few hashes take
        for at, key in enumerate(keys):
            found.setdefault(rollout.arm(key), []).append(at)
        return found
    owners = rollout.places(pa.array([str(key) for key in keys], pa.string()))
    return {rollout.arms[int(owner)]: np.flatnonzero(owners == owner).tolist() for owner in np.unique(owners)}


def _key(rollout: Rollout, customer: Any) -> str | int:
    """Return a customer's key as the training table has it. Raises TypeError, ValueError."""
    key = customer[rollout.key] if isinstance(customer, Mapping) and rollout.key in customer else None
    if type(key) is int or (type(key) is str and key):
        return key
    # JSON has one kind of number: 7.0 is the customer 7.
    if type(key) is float and rollout.whole and key.is_integer():
        return int(key)
    raise TypeError


def _has_key(rollout: Rollout, customer: Any) -> bool:
    try:
        _key(rollout, customer)
    except (TypeError, ValueError):
        return False
    return True


def _keyless(rollout: Rollout, at: int) -> Sentence:
    return say("{where} has no key {key:quoted}, a text or a whole number: without one no version answers.",
               where=f"customers[{at}]", key=rollout.key)  # fmt: skip
