"""Parquet to cells: its types are kept, its texts are looked at like any other."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from campanile.sources.arrival import Arrival
from campanile.sources.canonical import as_texts, canonical
from campanile.sources.cells import Cells, joined
from campanile.sources.names import named
from campanile.sources.result import Dialect
from campanile.sources.spec import ReadSpec
from campanile.words import say
from campanile.workspace.errors import SourceError


def read_parquet(arrival: Arrival, spec: ReadSpec) -> Cells:
    """Read a Parquet file; the line of a row is its number. Raises SourceError for a damaged one."""
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(arrival.data))
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceError(
            say(
                "{source:quoted} is a damaged Parquet file: {reason}.",
                source=arrival.name,
                reason=str(error).splitlines()[0],
            ),
            say("Write it again."),
        ) from None
    if not table.num_rows:
        raise SourceError(say("{source:quoted} has columns and no rows.", source=arrival.name))
    header = ["" if name == "__index_level_0__" else name for name in table.column_names]
    names = named(arrival.name, header, spec.rename)
    columns = tuple(
        as_texts(column) if name in spec.types else canonical(column)
        for name, column in zip(names, table.columns, strict=True)
    )
    dialect = Dialect("parquet", arrival.compression)
    return Cells(names, columns, np.arange(1, table.num_rows + 1), joined(columns), (), dialect)
