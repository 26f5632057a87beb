"""The repairs, each a function from a look at a table to the cells and rows that it would change.

Missing values are not guessed here: that is the models' work, inside their folds. Only what other rows of a group
say with one voice is filled in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from campanile.quality.look import Look
from campanile.quality.repairs.change import Change
from campanile.quality.repairs.duplicates import drop_duplicates, drop_twins
from campanile.quality.repairs.groups import fill_from_group
from campanile.quality.repairs.impossible import impossible_to_missing
from campanile.quality.repairs.marks import unknown_ids_to_missing
from campanile.quality.repairs.rare import join_rare
from campanile.quality.repairs.spellings import join_spellings
from campanile.quality.repairs.zeros import zeros_to_missing


@dataclass(frozen=True)
class Repair:
    """A repair; ``on_request`` ones are made only when they are named, as they may lose something true."""

    changes: Callable[[Look], tuple[Change, ...]]
    on_request: bool = False


REPAIRS: dict[str, Repair] = {
    "zeros_to_missing": Repair(zeros_to_missing),
    "impossible_to_missing": Repair(impossible_to_missing),
    "unknown_ids_to_missing": Repair(unknown_ids_to_missing),
    "fill_from_group": Repair(fill_from_group),
    "join_spellings": Repair(join_spellings),
    "join_rare": Repair(join_rare, on_request=True),
    "drop_duplicates": Repair(drop_duplicates),
    "drop_twins": Repair(drop_twins, on_request=True),
}
"""In the order in which they are made: values first, so that rows that become equal are then found equal."""
