"""What learners leave behind: plain data that predicts, the same for a customer whoever else is in the table.

Products of matrices add up in another order for other numbers of rows. So columns are added one after another.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeGuard

import numpy as np
from pydantic import Field, TypeAdapter

from campanile.experiments.uplift.trial import Floats

if TYPE_CHECKING:
    import xgboost

Predict = Callable[[Floats], Floats]
"""From encoded columns (rows, columns) to a number for each row."""


@dataclass(frozen=True)
class Linear:
    """``start`` and the columns times ``slopes``; with ``chance`` the logistic function of that."""

    start: float
    slopes: tuple[float, ...]
    chance: bool = False
    op: Literal["linear"] = "linear"

    def __call__(self, Z: Floats) -> Floats:
        """Return a number for each row of encoded columns (rows, columns)."""
        told = np.full(len(Z), self.start)
        for at, slope in enumerate(self.slopes):
            told += Z[:, at] * slope
        return 1 / (1 + np.exp(-told)) if self.chance else told


@dataclass(frozen=True)
class Trees:
    """Boosted trees in the booster's own format (UBJSON), as base64."""

    raw: str = field(repr=False)
    op: Literal["trees"] = "trees"

    def __call__(self, Z: Floats) -> Floats:
        """Return a number for each row of encoded columns (rows, columns)."""
        return np.asarray(self._booster.inplace_predict(Z, validate_features=False), dtype=np.float64)

    @cached_property
    def _booster(self) -> xgboost.Booster:
        import xgboost

        booster = xgboost.Booster({"nthread": 1})
        booster.load_model(bytearray(b64decode(self.raw)))
        return booster


@dataclass(frozen=True)
class Sum:
    """``start`` and the parts, each times its weight."""

    parts: tuple[tuple[float, Formula], ...]
    start: float = 0.0
    op: Literal["sum"] = "sum"

    def __call__(self, Z: Floats) -> Floats:
        """Return a number for each row of encoded columns (rows, columns)."""
        told = np.full(len(Z), self.start)
        for weight, part in self.parts:
            told += weight * part(Z)
        return told


Formula = Annotated[Linear | Trees | Sum, Field(discriminator="op")]


def is_plain(predict: Predict) -> TypeGuard[Formula]:
    """Tell whether what predicts is plain data, so that it can be kept."""
    return isinstance(predict, Linear | Trees | Sum)


def plain(formula: Formula) -> dict[str, Any]:
    """Return a formula in a form that JSON can hold, to the last bit."""
    shape: dict[str, Any] = _FORM.dump_python(formula, mode="json")
    return shape


def of_plain(shape: dict[str, Any]) -> Formula:
    """Read what ``plain`` wrote."""
    return _FORM.validate_python(shape)


_FORM: TypeAdapter[Formula] = TypeAdapter(Formula)
