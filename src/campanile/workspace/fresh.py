"""What was read from the catalog, for as long as nothing was committed to it since."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from campanile.workspace.catalog import Catalog

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_MOST = 1000


class Fresh(Generic[Key, Value]):
    """Answers by key that are never older than the last commit by whatever process."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._kept: dict[Key, Value] = {}
        self._stamp: int | None = None
        self._lock = threading.Lock()

    def get(self, key: Key, read: Callable[[], Value]) -> Value:
        """Return what ``read`` returned for ``key`` since the last commit, or returns now."""
        with self._lock:
            # Taken before the reading: what is committed meanwhile makes the answer old at once, never too late.
            stamp = self._catalog.stamp()
            if stamp != self._stamp or len(self._kept) > _MOST:
                self._kept.clear()
                self._stamp = stamp
            if key in self._kept:
                return self._kept[key]
        value = read()
        with self._lock:
            if stamp == self._stamp:
                self._kept[key] = value
        return value
