"""A made-up mailing: half of the customers get a mail by chance, and it is known whom it truly moves."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

ADDED_RATE = 0.2
"""How many more of the members visit with the mail; it moves nobody else."""


def mailing(customers: int = 6_000, seed: int = 0) -> pa.Table:
    """Return what was known of each customer before, whether they got the mail, and what became of them.

    ``spend_eur`` is known only afterwards: customers spend where they visit.
    """
    random = np.random.default_rng(seed)
    member, mailed = random.random(customers) < 0.3, random.random(customers) < 0.5
    before, spent = random.poisson(2, customers), random.gamma(2, 60, customers).round(2)
    rate = 0.05 + 0.02 * before + ADDED_RATE * member * mailed
    visited = random.random(customers) < rate
    spend = np.where(visited & (random.random(customers) < 0.4), random.exponential(40, customers).round(2), 0.0)
    return pa.table({
        "customer_id": np.arange(1, customers + 1), "member": member, "visits_before": before,
        "spend_before_eur": spent, "got": np.where(mailed, "mail", "nothing"), "visited": visited, "spend_eur": spend,
    })  # fmt: skip
