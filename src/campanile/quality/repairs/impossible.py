"""Impossible and far values become missing."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from campanile.quality.bounds import Bound, outside
from campanile.quality.checks.far import far_bounds
from campanile.quality.checks.impossible import impossible_bounds
from campanile.quality.checks.placeholders import placeholder_bounds
from campanile.quality.look import Look
from campanile.quality.repairs.change import Change
from campanile.words import plural


def impossible_to_missing(look: Look) -> tuple[Change, ...]:
    """Set what the checks ``impossible``, ``far`` and ``placeholders`` find to missing; the target is left alone."""
    bounds = (*impossible_bounds(look), *far_bounds(look), *placeholder_bounds(look))
    changes = (_change(look, bound) for bound in bounds if bound.column != look.spec.target)
    return tuple(change for change in changes if len(change.rows))


def _change(look: Look, bound: Bound) -> Change:
    rows = np.sort(outside(look, bound))
    words = plural(
        "{column}: {n:number} value set to missing ({reason}).",
        "{column}: {n:number} values set to missing ({reason}).",
        n=len(rows),
        column=look.dictionary[bound.column].named(),
        reason=bound.reason,
    )
    kind = look.rows.schema.field(bound.column).type
    return Change(bound.column, rows, words, pa.nulls(len(rows), kind))
