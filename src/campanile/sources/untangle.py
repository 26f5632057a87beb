"""Delimited text whose quotation marks do not pair up: read line by line, losing as little as possible."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

_MOST_LINES = 1000


@dataclass(frozen=True)
class Untangled:
    """Rows of cells with the physical line of each; ``unclosed`` are lines whose quote never closes."""

    rows: list[list[str]]
    lines: list[int]
    unclosed: list[int]


def untangle(physical: list[str], width: int, separator: str | None, quote: str) -> Untangled:
    """Read rows from ``physical`` lines as tolerantly as a spreadsheet does.

    A quotation mark in the middle of a cell stands for itself. A cell that is opened and would swallow
    lines without making a row of ``width`` cells costs only its own line.
    """
    rows: list[list[str]] = []
    lines: list[int] = []
    unclosed: list[int] = []
    at = 0
    padded = any(f"{separator} {quote}" in line for line in physical)
    while at < len(physical):
        for row, length in _rows(physical, at, separator, quote, padded=padded):
            if length > 1 and (len(row) != width or _open(physical[at : at + length], len(physical) - at, quote)):
                unclosed.append(at + 1)
                at += 1
                break
            if row:
                rows.append(row)
                lines.append(at + 1)
            at += length
    return Untangled(rows, lines, unclosed)


def physical_lines(text: str) -> list[str]:
    """Split at LF, CRLF and CR, keeping the line ends."""
    return [line for line in re.split("(?<=\n)|(?<=\r)(?!\n)", text) if line]


def _rows(
    physical: list[str], at: int, separator: str | None, quote: str, *, padded: bool
) -> Iterator[tuple[list[str], int]]:
    """Yield rows from line ``at`` on with the number of lines of each; a failed one counts many."""
    ahead = (physical[place] for place in range(at, len(physical)))
    reader = csv.reader(ahead, delimiter=separator or "\x1e", quotechar=quote, skipinitialspace=padded)
    before = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            row = []
            yield row, _MOST_LINES
            return
        yield row, reader.line_num - before
        before = reader.line_num


def _open(lines: list[str], left: int, quote: str) -> bool:
    """Tell whether a row that ran to the end of the file did so because its quote never closed."""
    return len(lines) == left and sum(line.count(quote) for line in lines) % 2 == 1
