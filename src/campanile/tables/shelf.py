"""How rooms find the dictionary of a table that is kept."""

from __future__ import annotations

from campanile.tables.dictionary import Dictionary
from campanile.workspace.catalog import Artifact


def dictionary_of(table: Artifact) -> Dictionary:
    """Return the data dictionary that was kept with a table version (``meta["dictionary"]``)."""
    return Dictionary.from_dict(table.meta["dictionary"])
