"""A column as its distinct texts: what is decided once for each level holds for all of its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.words import Sentence

Mask = NDArray[np.bool_]

# The share of a column's filled cells that a type must explain; the rows of the rest are refused.
ENOUGH = 0.95


@dataclass(frozen=True)
class Levels:
    """Distinct texts of a column, trimmed, with the number of rows of each; ``codes`` gives each row's level."""

    texts: pa.StringArray
    counts: NDArray[np.int64]
    codes: NDArray[np.int32]
    missing: Mask

    @cached_property
    def filled(self) -> int:
        """The number of rows with a value."""
        return int(self.counts[~self.missing].sum())

    def share(self, mask: Mask) -> float:
        """Return the share of filled rows whose level is marked; 0 where nothing is filled."""
        return float(self.counts[mask & ~self.missing].sum()) / self.filled if self.filled else 0.0

    def also_missing(self, mask: Mask) -> Levels:
        """Return the levels with those of ``mask`` missing too."""
        return replace(self, missing=self.missing | mask)


@dataclass(frozen=True)
class Typed:
    """A column's levels in a type: null where missing or ``bad``; ``reason`` is the code for refusing a bad one."""

    values: pa.Array
    bad: Mask
    reason: str = ""
    unit: str = ""
    money: bool = False
    why: Sentence | None = None


def levels_of(column: pa.DictionaryArray) -> Levels:
    """Return the levels of a dictionary column; nulls become empty texts. Nothing is marked missing yet."""
    texts, codes = column.dictionary.cast(pa.string()), column.indices
    if codes.null_count:
        texts = pa.concat_arrays([texts, pa.array([""])])
        codes = pc.fill_null(codes, len(texts) - 1)
    places = codes.to_numpy(zero_copy_only=False)
    counts = np.bincount(places, minlength=len(texts))
    return Levels(pc.utf8_trim_whitespace(texts), counts, places, np.zeros(len(texts), dtype=bool))


def matches(texts: pa.StringArray, pattern: str) -> Mask:
    """Mark the texts that the regular expression (RE2) matches."""
    return np.asarray(pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False), dtype=bool)


def chosen(texts: pa.Array, mask: Mask) -> pa.Array:
    """Return ``texts`` with null where not marked."""
    return pc.if_else(pa.array(mask), texts, None)
