"""Versions that score for the log alone: in a thread of their own, together what has come together."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import accumulate, chain, pairwise

from campanile.models.rollouts.dealing import Dealt
from campanile.models.rollouts.log import Log, noted
from campanile.models.rollouts.rollout import Arm
from campanile.models.serving import Served, Serving
from campanile.workspace.errors import CampanileError

MOST_WAITING = 100_000
"""So many customers wait at most; of more the oldest are not scored, and counted as lost."""


class Shadows:
    """Scores dealt customers by the shadows of their rollout; ``scored`` is told how many were by which."""

    def __init__(
        self, serving: Serving, log: Log, scored: Callable[[str, Arm, int], None], lost: Callable[[int], None]
    ) -> None:
        self.serving = serving
        self.log = log
        self._scored = scored
        self._lost = lost
        self._waiting: list[Dealt] = []
        self._count = 0
        self._awake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._ending = False

    def put(self, dealt: Dealt) -> None:
        """Take customers whose answer is made; returns at once."""
        if not dealt.rollout.shadows:
            return
        with self._awake:
            self._waiting.append(dealt)
            self._count += len(dealt.keys)
            while self._count > MOST_WAITING:
                oldest = len(self._waiting.pop(0).keys)
                self._count -= oldest
                self._lost(oldest)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="shadows", daemon=True)
                self._thread.start()
            self._awake.notify()

    def close(self) -> None:
        """Score what waits, and end."""
        with self._awake:
            self._ending = True
            self._awake.notify()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while True:
            with self._awake:
                self._awake.wait_for(lambda: self._waiting or self._ending)
                taken, self._waiting, self._count = self._waiting, [], 0
            if not taken:
                return
            groups: defaultdict[tuple[str, int], list[Dealt]] = defaultdict(list)
            for dealt in taken:
                groups[dealt.rollout.name, dealt.rollout.declaration].append(dealt)
            for group in groups.values():
                for arm in group[0].rollout.shadows:
                    self._score(arm, group)

    def _score(self, arm: Arm, group: Sequence[Dealt]) -> None:
        served = self.serving.load(self.serving.find(*arm.named))
        try:
            self._together(arm, served, group)
        except CampanileError:
            # What a shadow cannot do concerns nobody who asked; the log knows.
            for dealt in group:
                try:
                    self._together(arm, served, [dealt])
                except CampanileError:
                    self.log.note(noted(dealt.rollout, arm, served.model, dealt.keys, None, None, dealt.micros))

    def _together(self, arm: Arm, served: Served, group: Sequence[Dealt]) -> None:
        asked = served.read(list(chain.from_iterable(dealt.customers for dealt in group)))
        p = served.score(asked.matrix)
        bounds = pairwise(accumulate((len(dealt.keys) for dealt in group), initial=0))
        for dealt, (start, end) in zip(group, bounds, strict=True):
            mine = noted(dealt.rollout, arm, served.model, dealt.keys, p[start:end], asked.matrix[start:end],
                         dealt.micros)  # fmt: skip
            self.log.note(mine)
        self._scored(group[0].rollout.name, arm, len(p))
