"""What a rule is worth: many customers who surely respond more often."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def quality(
    count: NDArray[np.float64],
    hits: NDArray[np.float64],
    customers: int,
    wanted: float,
    breadth: float,
    z: float = 1.96,
) -> NDArray[np.float64]:
    """Weigh a rule: its share of customers to the power ``breadth``, times how far it is surely above average."""
    people = np.maximum(count, 1.0)
    share = hits / people
    # Wilson's lower bound, written out because it is taken of tens of thousands of rules at once.
    middle = share + z * z / (2 * people)
    half = z * np.sqrt(np.maximum(share * (1 - share), 0) / people + z * z / (4 * people**2))
    low = (middle - half) / (1 + z * z / people)
    return np.asarray((count / customers) ** breadth * (low - wanted / customers))
