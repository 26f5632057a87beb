"""JSON lines, and one JSON array of objects, to cells: one column for each key that occurs."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from campanile.sources.arrival import LONGEST_LINE, Arrival, too_long
from campanile.sources.cells import Cells, dictionary
from campanile.sources.encoding import Text, to_text
from campanile.sources.names import named
from campanile.sources.records import split
from campanile.sources.refusal import Refusal, check_share, clipped
from campanile.sources.result import Dialect
from campanile.sources.spec import ReadSpec
from campanile.words import say
from campanile.workspace.engine import query
from campanile.workspace.errors import SourceError

_IS_OBJECT = """
SELECT json_valid(raw) AND json_type(CASE WHEN json_valid(raw) THEN raw END) = 'OBJECT' AS fits FROM lines
"""


def read_json(arrival: Arrival, spec: ReadSpec) -> Cells:
    """Read objects; lists and objects inside them become JSON texts. Raises SourceError where too much is no object."""
    text = to_text(arrival.name, arrival.data, spec.encoding)
    array = text.data.lstrip()[:1] == b"["
    lines = _elements(arrival.name, text) if array else _lines(arrival.name, text)
    fits = query(_IS_OBJECT, {"lines": lines}).column("fits").fill_null(False)
    refused = _refused(arrival.name, lines, np.asarray(fits.to_numpy()), spec)
    kept = lines.filter(fits)
    keys = _keys(kept)
    if not keys:
        raise SourceError(say("{source:quoted} has objects without keys.", source=arrival.name))
    names = named(arrival.name, keys, spec.rename)
    columns = tuple(dictionary(column) for column in _values(kept, keys))
    raws = kept.column("raw")

    def raw(rows: np.ndarray) -> list[str]:
        return [str(value) for value in raws.take(pa.array(rows)).to_pylist()]

    dialect = Dialect("json", arrival.compression, text.encoding, text.bom)
    return Cells(names, columns, kept.column("line").to_numpy(), raw, refused, dialect)


def _lines(source: str, text: Text) -> pa.Table:
    data = np.frombuffer(text.data, dtype=np.uint8)
    records = split(data, None, None)
    assert records is not None  # noqa: S101 - without quotes nothing can fail to pair
    long = np.flatnonzero(records.ends - records.starts > LONGEST_LINE)
    if len(long):
        raise too_long(source, int(records.lines[long[0]]))
    places = np.flatnonzero(records.ends > records.starts)
    # The lines as they lie in the file, without a copy of each: offsets into one buffer, line ends trimmed.
    offsets = np.append(records.starts, len(data)).astype(np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(text.data)]
    whole = pa.Array.from_buffers(pa.large_string(), len(records.starts), buffers)
    import pyarrow.compute as pc

    raw = pc.utf8_trim_whitespace(whole.take(pa.array(places)))
    table = pa.table({"line": records.lines[places], "raw": raw})
    return table.filter(pc.not_equal(table.column("raw"), ""))


def _elements(source: str, text: Text) -> pa.Table:
    """Return the elements of one array; an element's line is its number."""
    content = pa.table({"content": [text.data.decode()]})
    valid = query("SELECT json_valid(content) AS valid FROM whole", {"whole": content}).column("valid")[0].as_py()
    if not valid:
        raise SourceError(
            say("{source:quoted} begins like a JSON array but is not one.", source=source),
            say("Export it again, whole."),
        )
    found = query("SELECT unnest(json_extract(content, '$[*]'))::VARCHAR AS raw FROM whole", {"whole": content})
    return pa.table({"line": np.arange(1, found.num_rows + 1), "raw": found.column("raw")})


def _keys(lines: pa.Table) -> list[str]:
    """Return the keys in the order in which they first occur."""
    found = query(
        "SELECT name, min(place) AS first FROM (SELECT unnest(json_keys(raw)) AS name,"
        " line * 100000 + generate_subscripts(json_keys(raw), 1) AS place FROM lines)"
        " GROUP BY name ORDER BY first",
        {"lines": lines},
    )
    return [str(name) for name in found.column("name").to_pylist()]


def _values(lines: pa.Table, keys: list[str]) -> list[pa.ChunkedArray]:
    paths = ["/" + key.replace("~", "~0").replace("/", "~1") for key in keys]
    table = (
        query("SELECT json_extract_string(raw, ?) AS cells FROM lines", {"lines": lines}, [paths])
        .column("cells")
        .combine_chunks()
    )
    cells = pa.concat_arrays(table.chunks) if isinstance(table, pa.ChunkedArray) else table
    flat = cells.flatten()
    places = np.arange(len(lines)) * len(keys)
    return [pa.chunked_array([flat.take(pa.array(places + number))]) for number in range(len(keys))]


def _refused(source: str, lines: pa.Table, fits: np.ndarray, spec: ReadSpec) -> tuple[Refusal, ...]:
    bad = np.flatnonzero(~fits)
    kept = bad if len(bad) <= spec.refuse_share * len(lines) else bad[:3]
    rows = lines.take(pa.array(kept)).to_pylist()
    refused = tuple(Refusal(row["line"], "", "json", "", clipped(row["raw"])) for row in rows)
    check_share(source, len(bad), lines.num_rows, spec.refuse_share, refused)
    return refused
