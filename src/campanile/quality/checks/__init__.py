"""The checks, each a function from a look at a table to findings; one that passes says so."""

from __future__ import annotations

from collections.abc import Callable

from campanile.quality.checks.categories import rare_categories
from campanile.quality.checks.constants import constant_columns
from campanile.quality.checks.drift import drift
from campanile.quality.checks.duplicates import duplicate_rows
from campanile.quality.checks.far import far_values
from campanile.quality.checks.future import future_dates
from campanile.quality.checks.groups import told_by_group
from campanile.quality.checks.history import short_history
from campanile.quality.checks.impossible import impossible_values
from campanile.quality.checks.leaks import leaks
from campanile.quality.checks.missing import missing_values
from campanile.quality.checks.people import personal_data
from campanile.quality.checks.placeholders import placeholders
from campanile.quality.checks.references import unmet_references
from campanile.quality.checks.spellings import spellings
from campanile.quality.checks.stray import stray_columns
from campanile.quality.checks.units import mixed_units
from campanile.quality.checks.zeros import zeroed_rows
from campanile.quality.look import Look
from campanile.quality.result import Finding

Check = Callable[[Look], tuple[Finding, ...]]

CHECKS: dict[str, Check] = {
    "missing": missing_values,
    "groups": told_by_group,
    "constant": constant_columns,
    "stray": stray_columns,
    "duplicates": duplicate_rows,
    "impossible": impossible_values,
    "far": far_values,
    "placeholders": placeholders,
    "zeros": zeroed_rows,
    "future": future_dates,
    "history": short_history,
    "units": mixed_units,
    "rare": rare_categories,
    "spellings": spellings,
    "personal": personal_data,
    "references": unmet_references,
    "leaks": leaks,
    "drift": drift,
}
