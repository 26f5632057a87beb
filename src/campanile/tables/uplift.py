"""The shape of a table of uplift scores: what experiments leave there, and lists are cut by.

A row for each customer of a trial. Beside the scores stand what the customer got and what became of them, so that who
reads the table can tell what a list by ``uplift`` brings, and what one by ``response`` would, on the same customers.
"""

from __future__ import annotations

UPLIFT = "uplift"
"""The predicted effect, in the outcome's unit, by models that had not seen the customer."""

RESPONSE = "response"
"""The predicted outcome of the customer if treated, by models that had not seen them."""

FOLD = "fold"
"""Which models scored the customer: only scores of one fold are compared with each other."""

TREATED, OUTCOME, WEIGHT, GROUP = "treated", "outcome", "weight", "group"
"""1 or 0; what became of them; one over the chance of what they got; copies of one customer share a group."""

ROW = "row"
"""The customer's row in the trial's table, from 1, where the table has no key."""

COLUMNS = (UPLIFT, RESPONSE, FOLD, TREATED, OUTCOME, WEIGHT, GROUP)

KIND = "uplift"
"""``meta["scores"]`` of such a table; ``meta`` has ``arm``, ``control``, ``target``, ``targetable``."""
