"""What is in a table: where each column's values lie, the response over them, what is empty or moves together."""

from __future__ import annotations

from dataclasses import dataclass

from campanile.estimates.estimate import Estimate
from campanile.words import Sentence


@dataclass(frozen=True)
class Bin:
    """Rows whose value lies from ``low`` to ``high``, or is ``level``.

    Whole numbers and dates (days since 1970) include both ends; other numbers lie below ``high``, but for the
    last bin. ``response`` is the share of the rows that responded, None without a target.
    """

    rows: int
    low: float | None = None
    high: float | None = None
    level: str | None = None
    response: Estimate | None = None


@dataclass(frozen=True)
class Numbers:
    """Where a column's numbers lie; for dates, days since 1970."""

    low: float
    quarter: float
    median: float
    three_quarters: float
    high: float
    mean: float


@dataclass(frozen=True)
class ColumnProfile:
    """One column: how full it is, where its values lie, and how the response differs between them.

    ``bins`` is empty for identifiers, personal data and text. ``other_rows`` are those of categories
    that are too many to list; ``missing_response`` is the response where the cell is empty.
    """

    name: str
    label: Sentence
    semantic: str
    type: str
    unit: str
    rows: int
    missing: int
    distinct: int
    numbers: Numbers | None = None
    bins: tuple[Bin, ...] = ()
    other_rows: int = 0
    missing_response: Estimate | None = None

    @property
    def extremes(self) -> tuple[Bin, Bin] | None:
        """The bins where the response is surely lowest and surely highest; None where their intervals meet."""
        told = [(bin, bin.response) for bin in self.bins if bin.response is not None]
        if not told:
            return None
        lowest, low = min(told, key=lambda pair: pair[1].high)
        highest, high = max(told, key=lambda pair: pair[1].low)
        return (lowest, highest) if high.low > low.high else None

    @property
    def spread(self) -> float:
        """How far apart the intervals of the extremes lie, as a share; 0 where they meet."""
        ends = self.extremes
        if ends is None or ends[0].response is None or ends[1].response is None:
            return 0.0
        return ends[1].response.low - ends[0].response.high


@dataclass(frozen=True)
class Correlations:
    """Rank correlations (Spearman) of numeric columns, as a square; None where one column never varies."""

    columns: tuple[str, ...]
    labels: tuple[Sentence, ...]
    values: tuple[tuple[float | None, ...], ...]

    @property
    def strongest(self) -> tuple[int, int] | None:
        """The two different columns that move together most, by position."""
        pairs = [
            (abs(value), i, j)
            for i, row in enumerate(self.values) for j, value in enumerate(row[:i]) if value is not None
        ]  # fmt: skip
        return max(pairs)[1:] if pairs else None


@dataclass(frozen=True)
class Together:
    """In how many rows exactly these columns are empty."""

    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Profile:
    """What is in a table; ``meaning`` says what a response is, where the target's name does not."""

    rows: int
    columns: tuple[ColumnProfile, ...]
    correlations: Correlations
    empty: tuple[Together, ...] = ()
    response: Estimate | None = None
    target: Sentence | None = None
    positive: str | None = None
    meaning: Sentence | None = None
