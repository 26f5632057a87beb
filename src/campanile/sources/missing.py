"""What people write where nothing is known."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from campanile.sources.levels import Mask

# Written by programs: missing in a column of any kind.
_PROGRAMS = (
    "",
    "na",
    "n/a",
    "#n/a",
    "n.a.",
    "nan",
    "-nan",
    "<na>",
    "nat",
    "null",
    "(null)",
    "#null!",
    "\\n",
    "#value!",
    "#ref!",
    "#div/0!",
    "nil",
)

# Written by people: "none" is a level of many a category, so it counts only where numbers or dates stand.
_PEOPLE = (
    "?", "-", "--", "---", "–", "—", ".", "unknown", "unspecified", "not available", "missing", "undefined",
    "brak", "brak danych", "nieznany", "nieznana", "nieznane", "b/d", "bd",
    "desconocido", "desconocida", "sin dato", "sin datos", "n/d", "s/d", "no disponible",
)  # fmt: skip
_NONE = ("none", "ninguno", "ninguna")


_NONE_TEXTS = pa.array(_NONE)


def markers(texts: pa.StringArray, extra: tuple[str, ...]) -> Mask:
    """Mark the texts (trimmed) that mean "missing" in a column of any kind; "None" is how Python writes it."""
    found = pc.or_(pc.is_in(pc.utf8_lower(texts), value_set=_known(extra)), pc.equal(texts, "None"))
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def bare(texts: pa.StringArray) -> Mask:
    """Mark what means "missing" only among numbers, dates and flags."""
    found = pc.is_in(pc.utf8_lower(texts), value_set=_NONE_TEXTS)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


@lru_cache
def _known(extra: tuple[str, ...]) -> pa.StringArray:
    return pa.array([*_PROGRAMS, *_PEOPLE, *(word.strip().lower() for word in extra)])
