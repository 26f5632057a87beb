"""Delimited text (CSV, TSV and their kin) to cells: every record whole, or refused with its line."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

from campanile.sources.arrival import LONGEST_LINE, Arrival, too_long
from campanile.sources.cells import Cells, dictionary
from campanile.sources.dialect import Guess, guess
from campanile.sources.encoding import Text, to_text
from campanile.sources.names import named
from campanile.sources.records import Records, split
from campanile.sources.refusal import Refusal, check_share, clipped
from campanile.sources.result import Dialect
from campanile.sources.returns import hold_returns, release_returns
from campanile.sources.spec import ReadSpec
from campanile.sources.untangle import physical_lines, untangle
from campanile.words import say
from campanile.workspace.errors import SourceError

_LONGEST_BLANK, _MOST_BLANK = 200, 10_000

Places = NDArray[np.int64]


@dataclass(frozen=True)
class _Body:
    """What was read: the header's cells, then a column for each cell with the line and text of each row."""

    header: list[str]
    columns: tuple[pa.DictionaryArray, ...]
    lines: Places
    raw: Callable[[Places], list[str]]
    refused: tuple[Refusal, ...]
    quoted: bool


def read_delimited(arrival: Arrival, spec: ReadSpec) -> Cells:
    """Read separated text. Raises SourceError where it is no table or too much of it does not fit."""
    text = to_text(arrival.name, arrival.data, spec.encoding)
    hint = re.match(rb"sep=([^\r\n])\r?\n", text.data)
    if hint:
        # Excel's own way to name the separator.
        text = replace(text, data=text.data[hint.end() :])
        spec = spec.model_copy(update={"separator": spec.separator or hint[1].decode()})
    held = hold_returns(text.data, spec.quote or '"')
    found = guess(held.decode(), spec)
    body = _body(arrival.name, replace(text, data=held), found, spec)
    if held is not text.data:
        body = replace(body, columns=tuple(release_returns(column) for column in body.columns))
    if text.damaged:
        body = _without_damage(body)
    cells = _cells(arrival, text, found, body, spec)
    return replace(cells, lines=cells.lines + 1) if hint else cells


def _body(source: str, text: Text, found: Guess, spec: ReadSpec) -> _Body:
    data = np.frombuffer(text.data, dtype=np.uint8)
    records = split(data, found.separator, found.quote)
    if records is not None:
        long = np.flatnonzero(records.ends - records.starts > LONGEST_LINE)
        if len(long):
            raise too_long(source, int(records.lines[long[0]]))
        try:
            return _regular(source, data, records, found, spec)
        except pa.ArrowInvalid:
            pass
    return _tangled(source, text, found, spec)


def _regular(source: str, data: NDArray[np.uint8], records: Records, found: Guess, spec: ReadSpec) -> _Body:
    """Read records whose quotes pair up: Arrow parses those with the right number of cells."""
    full = np.flatnonzero(records.ends > records.starts)
    header, rows = _split_header(source, full, found)
    fits = records.cells[rows] == found.width
    if found.width > 1:
        rows, fits = _without_blank(data, records, rows, fits)

    def text_of(places: Places) -> list[str]:
        return [bytes(data[records.starts[place] : records.ends[place]]).decode() for place in places]

    bad = rows[~fits]
    counted = [(int(records.lines[place]), int(records.cells[place])) for place in _few(bad, len(rows), spec)]
    refused = _uneven(source, found.width, counted, text_of(_few(bad, len(rows), spec)), len(bad), len(rows), spec)
    kept = rows[fits]
    columns = _parse(
        _bytes_of(data, records, kept), found, longest=int((records.ends - records.starts).max()), broken=records.broken
    )
    if len(columns[0]) != len(kept):
        raise pa.ArrowInvalid("Arrow sees other records than we do")
    names = next(csv.reader(text_of(header[:1]), delimiter=found.separator or "\x1e", quotechar=found.quote))
    quoted = bool((data == ord(found.quote)).any())
    return _Body(names, columns, records.lines[kept], lambda places: text_of(kept[places]), refused, quoted)


def _without_blank(
    data: NDArray[np.uint8], records: Records, rows: Places, fits: NDArray[np.bool_]
) -> tuple[Places, NDArray[np.bool_]]:
    """Leave out lines of nothing but spaces."""
    short = rows[~fits & (records.cells[rows] == 1) & (records.ends[rows] - records.starts[rows] < _LONGEST_BLANK)]
    blank = [
        place for place in short[:_MOST_BLANK] if not bytes(data[records.starts[place] : records.ends[place]]).strip()
    ]
    kept = ~np.isin(rows, blank)
    return rows[kept], fits[kept]


def _split_header(source: str, full: Places, found: Guess) -> tuple[Places, Places]:
    header, rows = full[found.header : found.header + 1], full[found.header + 1 :]
    if not len(rows):
        raise SourceError(
            say("{source:quoted} has a header and no rows.", source=source), say("Export it again, with its rows.")
        )
    return header, rows


def _bytes_of(data: NDArray[np.uint8], records: Records, kept: Places) -> bytes:
    """Return the text of the kept records alone."""
    first, last = (int(kept[0]), int(kept[-1])) if len(kept) else (0, -1)
    if last - first + 1 == len(kept):
        return bytes(data[records.starts[first] : records.next[last]]) if len(kept) else b""
    chosen = np.zeros(len(records.starts), dtype=bool)
    chosen[kept] = True
    lengths = records.next - records.starts
    return bytes(data[records.starts[0] :][np.repeat(chosen, lengths)])


def _parse(content: bytes, found: Guess, *, longest: int, broken: bool) -> tuple[pa.DictionaryArray, ...]:
    names = [str(place) for place in range(found.width)]
    texts = pa.dictionary(pa.int32(), pa.string())
    if not content:
        return tuple(pa.array([], pa.string()).dictionary_encode() for _ in names)
    table = arrow_csv.read_csv(
        pa.BufferReader(content),
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=max(4 << 20, 4 * longest)),
        parse_options=arrow_csv.ParseOptions(
            delimiter=found.separator or "\x1e", quote_char=found.quote, newlines_in_values=broken
        ),
        convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, texts), strings_can_be_null=False),
    ).unify_dictionaries()
    return tuple(dictionary(column) for column in table.columns)


def _tangled(source: str, text: Text, found: Guess, spec: ReadSpec) -> _Body:
    """Read text whose quotes do not pair up, more slowly and as tolerantly as a spreadsheet."""
    physical = physical_lines(text.data.decode())
    read = untangle(physical, found.width, found.separator, found.quote)
    header, rows = _split_header(source, np.arange(len(read.rows)), found)
    uneven = [place for place in rows if len(read.rows[place]) != found.width]
    total, bad = len(rows) + len(read.unclosed), len(uneven) + len(read.unclosed)
    counted = [(read.lines[place], len(read.rows[place])) for place in uneven]
    raws = [physical[line - 1] for line, _ in counted]
    refused = [Refusal(line, "", "quote", "", clipped(physical[line - 1].rstrip("\r\n"))) for line in read.unclosed]
    refused += _uneven(source, found.width, counted, raws, bad, total, spec)
    check_share(source, bad, total, spec.refuse_share, refused)
    kept = [place for place in rows if len(read.rows[place]) == found.width]
    cells = zip(*(read.rows[place] for place in kept), strict=True)
    columns = tuple(dictionary(pa.array(column, pa.string())) for column in cells)
    lines = np.array([read.lines[place] for place in kept], dtype=np.int64)

    def raw(places: Places) -> list[str]:
        return [physical[lines[place] - 1].rstrip("\r\n") for place in places]

    return _Body(read.rows[header[0]], columns, lines, raw, tuple(refused), quoted=True)


def _few(bad: Places, total: int, spec: ReadSpec) -> Places:
    """Return the refused records to keep: all, or the first few where the import stops anyway."""
    return bad if len(bad) <= spec.refuse_share * total else bad[:3]


def _uneven(
    source: str,
    width: int,
    counted: Sequence[tuple[int, int]],
    raws: Sequence[str],
    bad: int,
    total: int,
    spec: ReadSpec,
) -> tuple[Refusal, ...]:
    refused = tuple(
        Refusal(line, "", "cells", f"{width}/{cells}", clipped(raw.rstrip("\r\n")))
        for (line, cells), raw in zip(counted, raws, strict=True)
    )
    check_share(source, bad, total, spec.refuse_share, refused)
    return refused


def _without_damage(body: _Body) -> _Body:
    """Refuse the rows that hold bytes which are no text."""
    bad = np.zeros(len(body.lines), dtype=bool)
    for column in body.columns:
        hurt = pc.match_substring(column.dictionary, "\ufffd").to_numpy(zero_copy_only=False)
        if hurt.any():
            bad |= hurt[column.indices.to_numpy()]
    hurt_rows, whole = np.flatnonzero(bad), np.flatnonzero(~bad)
    refused = tuple(
        Refusal(int(line), "", "encoding", "", clipped(raw))
        for line, raw in zip(body.lines[hurt_rows], body.raw(hurt_rows), strict=True)
    )
    columns = tuple(column.take(pa.array(whole)) for column in body.columns)
    return replace(
        body, columns=columns, lines=body.lines[whole], raw=lambda places: body.raw(whole[places]),
        refused=(*body.refused, *refused),
    )  # fmt: skip


def _cells(arrival: Arrival, text: Text, found: Guess, body: _Body, spec: ReadSpec) -> Cells:
    header, columns = body.header, body.columns
    if len(header) == len(columns) - 1:
        # Either each row ends with a separator, or R wrote the rows' names without a name for them.
        header = [*header, ""] if _empty(columns[-1]) else ["", *header]
    names = named(arrival.name, header, spec.rename)
    kept = [place for place, name in enumerate(names) if name or not _empty(columns[place])]
    dialect = Dialect(
        "csv", arrival.compression, text.encoding, text.bom, found.separator, found.quote if body.quoted else None,
        _line_end(text.data), header_padding=any(name != name.strip() for name in header), skipped_lines=found.header,
    )  # fmt: skip
    chosen = tuple(columns[place] for place in kept)
    return Cells(tuple(names[place] for place in kept), chosen, body.lines, body.raw, body.refused, dialect)


def _empty(column: pa.DictionaryArray) -> bool:
    return (
        all(not text.strip() for text in column.dictionary.slice(0, 100).to_pylist()) and len(column.dictionary) < 100
    )


def _line_end(data: bytes) -> str:
    head = data[:65536]
    if b"\r\n" in head:
        return "CRLF"
    return "CR" if b"\r" in head and b"\n" not in head else "LF"
