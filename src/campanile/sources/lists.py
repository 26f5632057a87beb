"""Lists in cells, as JSON writes them: ["soul", "motown"]."""

from __future__ import annotations

import numpy as np

from campanile.sources.levels import ENOUGH, Levels, Typed, chosen, matches
from campanile.tables.lists import from_json
from campanile.words import say


def as_list(levels: Levels, *, forced: bool = False) -> Typed | None:
    """Read JSON arrays of texts, numbers or flags as lists of texts; None where too few are, unless ``forced``."""
    bracketed = matches(levels.texts, r"(?s)^\[.*\]$") & ~levels.missing
    if not forced and levels.share(bracketed) < ENOUGH:
        return None
    values, fits = from_json(chosen(levels.texts, bracketed))
    bad = ~np.asarray(fits.to_numpy(zero_copy_only=False), dtype=bool) & ~levels.missing
    if not forced and levels.share(~bad) < ENOUGH:
        return None
    return Typed(values, bad, "list", why=say("lists of words"))
