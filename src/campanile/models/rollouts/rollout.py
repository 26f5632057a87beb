"""Who is answered by which version: ranges of buckets that only grow at the champion's expense."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.models.rollouts.spec import BUCKETS, told_version
from campanile.words import Sentence, Told, say
from campanile.workspace.buckets import bucket, buckets

Role = Literal["champion", "challenger", "shadow"]
Range = tuple[int, int]
Named = tuple[str, int]


@dataclass(frozen=True)
class Arm:
    """A model version in a rollout; ``ranges`` are the buckets, from and below, that it answers."""

    model: str
    version: int
    role: Role
    ranges: tuple[Range, ...] = ()

    @property
    def named(self) -> Named:
        """Name and version."""
        return self.model, self.version

    @property
    def share(self) -> float:
        """The part of the customers that it answers, from 0 to 1."""
        return sum(end - start for start, end in self.ranges) / BUCKETS

    def told(self) -> Sentence:
        """Name the version."""
        return told_version(self.model, self.version)


@dataclass(frozen=True)
class Rollout(Told):
    """Versions side by side, the champion first. ``declaration`` counts what was declared under this name.

    ``key`` is the column of the training table that names customers; ``whole`` tells that its values are whole
    numbers.
    """

    name: str
    declaration: int
    salt: str
    target: str
    key: str
    whole: bool
    arms: tuple[Arm, ...]

    @property
    def answering(self) -> tuple[Arm, ...]:
        """Champion and challengers."""
        return tuple(arm for arm in self.arms if arm.role != "shadow")

    @property
    def shadows(self) -> tuple[Arm, ...]:
        """Those that score for the log alone."""
        return tuple(arm for arm in self.arms if arm.role == "shadow")

    def arm(self, key: str | int) -> Arm:
        """Return who answers the customer of that key: the same for ever, in every process."""
        return self.arms[int(self._owners[bucket(self.salt, _space(self.name), key, BUCKETS)])]

    def places(self, keys: pa.Array | pa.ChunkedArray) -> NDArray[np.int64]:
        """Return for each key the place among ``arms`` of who answers. Raises DataError where a key is missing."""
        return np.asarray(self._owners[buckets(self.salt, _space(self.name), keys, BUCKETS)], dtype=np.int64)

    @cached_property
    def _owners(self) -> NDArray[np.int64]:
        owners = np.zeros(BUCKETS, dtype=np.int64)
        for place, arm in enumerate(self.arms):
            for start, end in arm.ranges:
                owners[start:end] = place
        return owners

    def words(self) -> tuple[Sentence, ...]:
        """Say who answers whom."""
        return (
            say("Rollout {name:quoted} for {target:quoted}, declaration {declaration}:", name=self.name,
                target=self.target, declaration=self.declaration),
            *(_told(arm) for arm in self.arms),
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return a form that JSON can hold."""
        return {
            "name": self.name, "declaration": self.declaration, "salt": self.salt, "target": self.target,
            "key": self.key,
            "versions": [
                {"model": arm.model, "version": arm.version, "role": arm.role, "share": round(100 * arm.share, 4)}
                for arm in self.arms
            ],
        }  # fmt: skip


def allotted(sizes: Mapping[Named, int], before: Mapping[Named, Sequence[Range]]) -> dict[Named, tuple[Range, ...]]:
    """Return the ranges of each challenger for its number of buckets, given those that it had ``before``.

    A share that grows takes the lowest buckets of the champion's, one that shrinks gives its highest ones back to the
    champion. Nobody is moved without need, and from one challenger to another only where the champion has none left.
    """
    owner: NDArray[np.int64] = np.full(BUCKETS, -1, dtype=np.int64)
    for place, named in enumerate(sizes):
        for start, end in before.get(named, ()):
            owner[start:end] = place
    given_up = np.zeros(BUCKETS, dtype=bool)
    for place, size in enumerate(sizes.values()):
        given_up[np.flatnonzero(owner == place)[size:]] = True
    # What a challenger held that takes part no more was given up too.
    for held in (held for named, ranges in before.items() if named not in sizes for held in ranges):
        given_up[held[0] : held[1]] = True
    owner[given_up] = -1
    for place, size in enumerate(sizes.values()):
        missing = size - int((owner == place).sum())
        free = np.concatenate([np.flatnonzero((owner == -1) & ~given_up), np.flatnonzero((owner == -1) & given_up)])
        owner[free[:missing]] = place
    return {named: _ranges(np.flatnonzero(owner == place)) for place, named in enumerate(sizes)}


def _ranges(held: NDArray[np.int64]) -> tuple[Range, ...]:
    runs = np.split(held, np.flatnonzero(np.diff(held) > 1) + 1) if len(held) else []
    return tuple((int(run[0]), int(run[-1]) + 1) for run in runs)


def _space(name: str) -> str:
    """Return the hash's name: an experiment of the same name and salt deals its customers independently."""
    return f"rollout {name}"


def _told(arm: Arm) -> Sentence:
    if arm.role == "shadow":
        return say("{version} scores everybody for the log alone.", version=arm.told())
    if arm.role == "champion":
        return say("{version}, the champion, answers {share:percent} of the customers.", version=arm.told(),
                   share=arm.share)  # fmt: skip
    return say("{version} answers {share:percent} of the customers.", version=arm.told(), share=arm.share)
