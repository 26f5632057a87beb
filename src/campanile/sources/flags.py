"""Yes and no, as people and programs write them in three languages."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from campanile.sources.levels import Levels, Mask, Typed
from campanile.words import say

YES = ("yes", "y", "true", "t", "on", "tak", "prawda", "si", "sí", "s", "verdadero", "1", "1.0")
NO = ("no", "n", "false", "f", "off", "nie", "fałsz", "falso", "0", "0.0")


_MOST_SPELLINGS = 60
_YES, _NO = pa.array(YES), pa.array(NO)


def as_flag(levels: Levels, *, forced: bool = False) -> Typed | None:
    """Read yes-or-no words; None where other words stand too, unless ``forced``.

    Digits alone are left to the numbers, and one lone letter is no flag: a column of "F" is female.
    """
    if not forced and len(levels.texts) > _MOST_SPELLINGS:
        return None
    lower = pc.utf8_lower(levels.texts)
    yes, no = (np.asarray(pc.is_in(lower, value_set=words).to_numpy(zero_copy_only=False)) for words in (_YES, _NO))
    bad = ~(yes | no | levels.missing)
    if not forced and (bad.any() or not levels.filled or _only_signs(levels, lower)):
        return None
    values = pa.array(yes, mask=~(yes | no) | levels.missing)
    return Typed(values, bad, "flag", why=say("only yes and no, or true and false"))


def _only_signs(levels: Levels, lower: pa.StringArray) -> bool:
    found: set[str] = set(lower.filter(pa.array(~levels.missing)).to_pylist())
    return all(text[:1] in "01" for text in found) or (len(found) == 1 and len(next(iter(found))) == 1)


def from_numbers(typed: Typed, missing: Mask) -> Typed | None:
    """Read a column of nothing but 0 and 1 as a flag; None for other numbers."""
    if typed.money or typed.unit or not pa.types.is_integer(typed.values.type):
        return None
    bounds = pc.min_max(typed.values).as_py()
    if bounds["min"] is None or bounds["min"] < 0 or bounds["max"] > 1:
        return None
    return Typed(pc.equal(typed.values, 1), typed.bad, typed.reason, why=say("only 0 and 1"))
