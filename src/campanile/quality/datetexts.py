"""Dates that stand in a column as texts, perhaps some to the day and some to the year only."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

ENOUGH = 0.95
TRIED = 200
_YEAR, _MONTH, _DAY = r"^[12]\d{3}", r"[-/.](0?[1-9]|1[0-2])", r"[-/.](0?[1-9]|[12]\d|3[01])"
PRECISIONS: Mapping[str, str] = {
    "day": rf"{_YEAR}{_MONTH}{_DAY}([T ].*)?$", "month": rf"{_YEAR}{_MONTH}$", "year": rf"{_YEAR}$",
}  # fmt: skip
"""What a date is known to, and the pattern of its text, the year first."""


def precisions(values: pa.ChunkedArray | pa.Array) -> Mapping[str, int] | None:
    """Count texts by precision; None where they are no texts, or too many are no dates."""
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        return None
    known = values.drop_null()
    if not len(known) or not _enough(known.slice(0, TRIED)):
        return None
    counted = _counted(known)
    return counted if sum(counted.values()) >= ENOUGH * len(known) else None


def _enough(values: pa.ChunkedArray | pa.Array) -> bool:
    return sum(_counted(values).values()) >= ENOUGH * ENOUGH * len(values)


def _counted(values: pa.ChunkedArray | pa.Array) -> dict[str, int]:
    return {
        name: pc.sum(pc.match_substring_regex(values, pattern)).as_py() or 0 for name, pattern in PRECISIONS.items()
    }
