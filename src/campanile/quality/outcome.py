"""The target as numbers: one for a response, nought for none."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.words import say
from campanile.workspace.errors import DataError, not_found

MANY_CLASSES = 20
_YES = ("1", "1.0", "true", "yes", "y", "t", "tak", "sí", "si")


@dataclass(frozen=True)
class Outcome:
    """The target column; ``values`` holds, for each row, 1 for a response, 0 for none, NaN for unknown.

    ``positive`` is the class that counts as a response; None where the target is a quantity, which
    ``values`` then holds.
    """

    column: str
    positive: str | None
    values: NDArray[np.float64]

    @property
    def responses(self) -> int:
        """How many rows responded."""
        return int(np.nansum(self.values)) if self.positive is not None else 0

    @property
    def known(self) -> int:
        """How many rows have an outcome."""
        return int(np.count_nonzero(~np.isnan(self.values)))


def outcome_of(rows: pa.Table, column: str, positive: str | None = None) -> Outcome:
    """Read the outcome; raises DataError for a target without values, NotFound for an unknown class."""
    values = rows.column(column)
    counts = {
        item["values"]: item["counts"] for item in pc.value_counts(values).to_pylist() if _is_value(item["values"])
    }
    if not counts:
        raise DataError(say("The target {column:quoted} has no value.", column=column))
    labels = {value: _label(value) for value in counts}
    if positive is None and len(counts) > MANY_CLASSES and _numeric(values.type):
        return Outcome(column, None, _floats(values))
    chosen = positive if positive is not None else _usual(labels, counts)
    meant = [value for value, label in labels.items() if label.lower() == chosen.lower()]
    if not meant:
        raise not_found(say("value"), chosen, labels.values(), say("The target {column:quoted}", column=column))
    hit = pc.is_in(values, value_set=pa.array(meant, values.type)).to_numpy()
    return Outcome(column, labels[meant[0]], np.where(pc.is_valid(values).to_numpy(), hit.astype(np.float64), np.nan))


def classes(rows: pa.Table, column: str) -> tuple[str, ...]:
    """Return the target's classes by name."""
    return tuple(sorted(_label(value) for value in pc.unique(rows.column(column)).to_pylist() if _is_value(value)))


def _usual(labels: dict[object, str], counts: dict[object, int]) -> str:
    """Return the class that says yes; without one the rarest, and among equals the last by name."""
    yes = [label for label in labels.values() if label.lower() in _YES]
    if len(labels) <= 2 and len(yes) == 1:
        return yes[0]
    fewest = min(counts.values())
    return max(label for value, label in labels.items() if counts[value] == fewest)


def _is_value(value: object) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def _label(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _numeric(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _floats(values: pa.ChunkedArray) -> NDArray[np.float64]:
    return np.asarray(pc.fill_null(values.cast(pa.float64(), safe=False), float("nan")).to_numpy(), dtype=np.float64)
