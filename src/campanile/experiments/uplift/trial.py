"""A trial as arrays: what was known of each customer before, who was treated, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Trial:
    """``X`` (rows, features) with NaN for missing and categories as places among ``levels`` (0 for a number).

    Of shape (rows,): ``treated`` 0 or 1, outcome ``y``, the chance ``e`` of being treated by the randomisation,
    ``prints`` of the rows, and ``groups`` of rows that are copies of one another.
    """

    X: Floats
    levels: tuple[int, ...]
    treated: Floats
    y: Floats
    e: Floats
    prints: NDArray[np.uint64]
    groups: Rows
    proportion: bool
    seed: int

    def __len__(self) -> int:
        return len(self.y)

    def take(self, rows: Rows) -> Trial:
        """Return these rows."""
        parts = {name: getattr(self, name)[rows] for name in ("X", "treated", "y", "e", "prints", "groups")}
        return replace(self, **parts)

    @property
    def weight(self) -> Floats:
        """One over the chance of what each customer got, shape (rows,)."""
        return self.treated / self.e + (1 - self.treated) / (1 - self.e)
