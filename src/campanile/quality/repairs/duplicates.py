"""Repeated rows are dropped: those equal to another, id included; when asked, those equal but for the id."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from campanile.quality.checks.duplicates import described
from campanile.quality.look import Look
from campanile.quality.repairs.change import Change
from campanile.words import plural
from campanile.workspace.engine import query, quoted


def drop_duplicates(look: Look) -> tuple[Change, ...]:
    """Drop rows that repeat an earlier one wholly; without an id in the table equal rows may be real, and stay."""
    if described(look) == look.dictionary.names:
        return ()
    rows = later_repeats(look, look.dictionary.names)
    if not len(rows):
        return ()
    words = plural(
        "{n:number} row dropped that repeats another wholly.",
        "{n:number} rows dropped that repeat another wholly.",
        n=len(rows),
    )
    return (Change(None, rows, words),)


def drop_twins(look: Look) -> tuple[Change, ...]:
    """Drop rows that repeat another in all but the id: the first by id is kept."""
    names = described(look)
    rows = later_repeats(look, names) if names else np.array([], dtype=np.int64)
    if not len(rows):
        return ()
    words = plural(
        "{n:number} row dropped that repeats another but for the id.",
        "{n:number} rows dropped that repeat another but for the id.",
        n=len(rows),
    )
    return (Change(None, rows, words),)


def later_repeats(look: Look, names: Sequence[str]) -> NDArray[np.int64]:
    """Return the places of rows that repeat an earlier one in ``names``; the first by key is the earlier."""
    columns = ", ".join(quoted(name) for name in names)
    key = look.dictionary.key
    first = f"{quoted(key)}, place" if key is not None else "place"
    places = look.rows.append_column("place", [np.arange(look.rows.num_rows)])
    found = query(
        f"SELECT place FROM rows QUALIFY row_number() OVER (PARTITION BY {columns} ORDER BY {first}) > 1"
        " ORDER BY place",
        {"rows": places},
    )
    return np.asarray(found["place"].to_numpy(), dtype=np.int64)
