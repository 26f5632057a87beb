"""The beginning of a Parquet file, as a smaller one: a look at what is too large to be read whole."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

_BATCH_ROWS = 50_000


def first_rows(path: Path, most_bytes: int) -> tuple[bytes, float] | None:
    """Return a Parquet file of about the first ``most_bytes`` of rows, and which share of all rows they are.

    None where the whole file is no longer than that, or is damaged: reading it will tell.
    """
    import pyarrow.parquet as pq

    if path.stat().st_size <= most_bytes:
        return None
    try:
        with pq.ParquetFile(path) as file:
            batches, held = [], 0
            for batch in file.iter_batches(batch_size=_BATCH_ROWS):
                batches.append(batch)
                held += batch.nbytes
                if held >= most_bytes:
                    break
            rows = pa.Table.from_batches(batches, schema=file.schema_arrow)
            share = rows.num_rows / max(file.metadata.num_rows, 1)
    except (pa.ArrowInvalid, OSError):
        return None
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink)
    return sink.getvalue().to_pybytes(), share
