"""Whether people were split as was declared."""

from __future__ import annotations

from collections.abc import Sequence

FEWEST = 5.0


def split_p(counts: Sequence[int], shares: Sequence[float]) -> float | None:
    """Return how probable counts at least as far from ``shares`` are by chance; None where there are too few.

    Pearson's chi-squared test; each group is expected to hold five or more.
    """
    from scipy.stats import chisquare

    total = sum(counts)
    expected = [share / sum(shares) * total for share in shares]
    if len(counts) < 2 or min(expected) < FEWEST:
        return None
    return float(chisquare(counts, expected).pvalue)
