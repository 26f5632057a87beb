"""The list as a file that other programs read: CSV, Parquet or JSON lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from campanile.audience.result import Audience
from campanile.tables.export import WRITERS
from campanile.words import say
from campanile.workspace.errors import BadInput
from campanile.workspace.store import write_file

if TYPE_CHECKING:
    from campanile.workspace import Workspace


def write(workspace: Workspace, audience: Audience, path: str | Path) -> Path:
    """Write the list of ``audience`` to ``path``, likeliest customer first, with the segments' names.

    The ending says the form: .csv, .parquet, .jsonl. Raises BadInput for another one, StorageError where
    the file cannot be written.
    """
    from campanile.audience.selection import customers

    file = Path(path)
    form = writer(file)
    write_file(file, form(named(customers(workspace, audience), audience)))
    return file


def writer(file: Path) -> Callable[[pa.Table], bytes]:
    """Return what writes a table in the form that the file's ending says. Raises BadInput for another one."""
    form = WRITERS.get(file.suffix.lower())
    if form is None:
        raise BadInput(
            say("A list cannot be written as {suffix:quoted}.", suffix=file.suffix or file.name),
            say("Use a name that ends in {endings:list or}.", endings=tuple(WRITERS)),
        )
    return form


def shortlist(listed: pa.Table, audience: Audience) -> pa.Table:
    """Return those of the list that are contacted as ``audience`` is cut now, with what each is expected to earn."""
    told = listed.slice(0, audience.cut.customers)
    # Both hold for the cut and the costs that were kept: neither need be those of now.
    told = told.drop_columns([name for name in ("contact", "expected_profit") if name in told.column_names])
    money = audience.economics
    if money is not None:
        worth = pc.subtract(pc.multiply(told.column("probability"), money.sale_value), money.contact_cost)
        told = told.append_column("expected_profit", worth)
    return named(told, audience)


def named(listed: pa.Table, audience: Audience) -> pa.Table:
    """Return the list with a column ``segment_name``, told in the current language."""
    names = pa.array([str(segment.name) for segment in audience.segments], pa.string())
    at = listed.column_names.index("segment")
    return listed.add_column(at + 1, "segment_name", names.take(pc.subtract(listed.column("segment"), 1)))
