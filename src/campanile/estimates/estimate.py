"""A number that knows how sure it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from campanile.words import Sentence, Value, mark


@dataclass(frozen=True)
class Estimate:
    """An estimate with the interval in which the truth lies with probability ``level``."""

    estimate: float
    low: float
    high: float
    level: float = 0.95

    def told(self, form: str = "number", currency: str = "") -> Sentence:
        """Return the estimate as everywhere in Campanile: estimate (low to high).

        ``form`` is a form of numbers: number, percent, points, money, exact; ``currency`` belongs to money.
        Without an interval the estimate stands alone; an estimate that is not a number is told as a dash.
        """
        values: dict[str, Value] = {"estimate": self.estimate, "low": self.low, "high": self.high}
        if form == "money":
            values["currency"] = currency
        bounded = all(math.isfinite(value) for value in (self.estimate, self.low, self.high))
        return Sentence((_TOLD if bounded else _ALONE)[form], values)

    def excludes(self, value: float) -> bool:
        """Tell whether ``value`` lies outside the interval."""
        return not self.low <= value <= self.high

    def to_dict(self) -> dict[str, float]:
        """Return estimate, low and high."""
        return {"estimate": self.estimate, "low": self.low, "high": self.high}


_TOLD = {
    "number": mark("{estimate:number} ({low:number} to {high:number})"),
    "percent": mark("{estimate:percent} ({low:percent} to {high:percent})"),
    "points": mark("{estimate:points} points ({low:points} to {high:points})"),
    "money": mark("{estimate:money {currency}} ({low:money {currency}} to {high:money {currency}})"),
    "exact": mark("{estimate:exact} ({low:exact} to {high:exact})"),
}
_ALONE = {
    "number": "{estimate:number}",
    "percent": "{estimate:percent}",
    "points": "{estimate:points}",
    "money": "{estimate:money {currency}}",
    "exact": "{estimate:exact}",
}
