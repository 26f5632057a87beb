"""What JSON may hold for a column, by the column's type in the training table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any

import pyarrow as pa

from campanile.tables import Column
from campanile.words import Sentence, say

LARGEST = 2.0**63
_NOTHING: type = type(None)
_KEYS = frozenset({str, int, float, _NOTHING})


@dataclass(frozen=True, eq=False)
class Kind:
    """What may stand in a column: JSON's types, what they are called, and the column in Arrow.

    ``read`` returns a value as Arrow takes it and raises ValueError for one that cannot be.
    """

    types: frozenset[type]
    told: Sentence
    arrow: pa.DataType
    read: Callable[[Any], Any]


def _number(value: Any) -> Any:
    if not abs(value) < LARGEST:
        raise ValueError
    return value


def _whole(value: Any) -> int:
    if _number(value) != int(value):
        raise ValueError
    return int(value)


def _flag(value: Any) -> bool:
    if value not in (0, 1):
        raise ValueError
    return bool(value)


def _day(value: str) -> date:
    # The parser also reads forms without hyphens, and weeks.
    if len(value) != 10 or value[4] != "-" or value[7] != "-":
        raise ValueError
    return date.fromisoformat(value)


def _moment(value: str) -> datetime:
    if value[4:5] != "-" or value[7:8] != "-":
        raise ValueError
    found = datetime.fromisoformat(value)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


NUMBER = Kind(frozenset({int, float, _NOTHING}), say("a number"), pa.float64(), _number)
WHOLE = Kind(frozenset({int, float, _NOTHING}), say("a whole number"), pa.int64(), _whole)
FLAG = Kind(frozenset({bool, int, _NOTHING}), say("true or false"), pa.bool_(), _flag)
TEXT = Kind(frozenset({str, _NOTHING}), say("a text"), pa.string(), str)
DAY = Kind(frozenset({str, _NOTHING}), say("a date such as 2024-06-30"), pa.date32(), _day)
MOMENT = Kind(
    frozenset({str, _NOTHING}), say("a time such as 2024-06-30T12:00:00Z"), pa.timestamp("us", "UTC"), _moment
)


def kind_of(column: Column, *, category: bool) -> Kind:
    """Return what may be sent for a column of the training table; ``category`` tells that it is read as text."""
    if column.type in ("int64", "double"):
        return WHOLE if category and column.type == "int64" else NUMBER
    if column.type == "bool":
        return FLAG
    if column.type.startswith("date"):
        return DAY
    return MOMENT if column.type.startswith("timestamp") else TEXT


def fits(value: Any, kind: Kind) -> bool:
    """Tell whether a value may stand in a column."""
    if type(value) not in kind.types:
        return False
    try:
        return value is None or kind.read(value) is not None
    except (ValueError, OverflowError):
        return False


def is_key(value: Any) -> bool:
    """Tell whether a value may name a customer."""
    return type(value) in _KEYS and (type(value) is not float or isfinite(value))
