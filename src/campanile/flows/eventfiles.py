"""A look at a file of a study of events, as the study will take it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from campanile.words import say

if TYPE_CHECKING:
    from campanile.sources import Reading


def look_at(file: Path, head: int) -> Reading:
    """Read a file, of a large one about the first ``head`` bytes. Raises what ``read`` raises.

    A Parquet file is taken as it lies, so its texts stay texts, even where they could be read as times or numbers.
    """
    from campanile.sources import read

    reading = read(file, head=head)
    return _as_stored(file, reading) if file.suffix.lower() == ".parquet" else reading


def _as_stored(file: Path, reading: Reading) -> Reading:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from campanile.tables import Dictionary, Semantic

    texts = {field.name for field in pq.read_schema(file)
             if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)}  # fmt: skip
    table = reading.table
    understood = {field.name for field in table.schema if field.name in texts and not pa.types.is_string(field.type)
                  and not pa.types.is_nested(field.type)}  # fmt: skip
    for name in understood:
        table = table.set_column(table.column_names.index(name), name, table[name].cast(pa.string()))
    columns = tuple(
        replace(column, semantic=Semantic.TEXT, type="string", reason=say("text, as the file declares"))
        if column.name in understood else column for column in reading.dictionary
    )  # fmt: skip
    return replace(reading, table=table, dictionary=Dictionary(columns, reading.dictionary.key))
