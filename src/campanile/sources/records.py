"""Where each record of a delimited text begins and ends, how many cells it has, on which line it stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LF, _CR = 10, 13

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Records:
    """Byte ranges of records without their line ends, up to the next record's start, in one text.

    ``next`` is where the following record starts; ``lines`` are physical lines, counted from 1.
    ``broken`` tells that some record spans several lines.
    """

    starts: Places
    ends: Places
    next: Places
    cells: Places
    lines: Places
    broken: bool


def split(data: Bytes, separator: str | None, quote: str | None) -> Records | None:
    """Split ``data`` into records at line ends outside quotes; None where the quotes do not pair up."""
    breaks = _breaks(data)
    outside: Mask | None = None
    if quote is not None:
        marks = data == ord(quote)
        if marks.any():
            if not _paired(data, np.flatnonzero(marks), separator):
                return None
            outside = (np.cumsum(marks, dtype=np.uint8) & 1) == 0
    every = np.flatnonzero(breaks)
    stops = every if outside is None else every[outside[every]]
    return _records(data, every, stops, _separators(data, separator, outside))


def _breaks(data: Bytes) -> Mask:
    """Mark line ends: LF, CRLF (at its LF), and CR alone."""
    breaks: Mask = data == _LF
    returns = data == _CR
    if returns.any():
        followed = np.zeros(len(data), dtype=bool)
        followed[:-1] = data[1:] == _LF
        breaks |= returns & ~followed
    return breaks


def _paired(data: Bytes, marks: Places, separator: str | None) -> bool:
    """Tell whether each opening mark begins a cell and each closing one ends it."""
    if len(marks) % 2:
        return False
    opening, closing = marks[0::2], marks[1::2]
    around = np.array([_LF, _CR, *([ord(separator)] if separator else [])], dtype=np.uint8)
    doubled = closing[:-1] + 1 == opening[1:]
    begins = np.isin(data[np.maximum(opening - 1, 0)], around) | (opening == 0)
    begins[1:] |= doubled
    ends = np.isin(data[np.minimum(closing + 1, len(data) - 1)], around) | (closing == len(data) - 1)
    ends[:-1] |= doubled
    return bool(begins.all() and ends.all())


def _separators(data: Bytes, separator: str | None, outside: Mask | None) -> Places:
    if separator is None:
        return np.empty(0, dtype=np.int64)
    found = data == ord(separator)
    return np.flatnonzero(found if outside is None else found & outside)


def _records(data: Bytes, every: Places, stops: Places, separators: Places) -> Records:
    starts = np.concatenate(([0], stops + 1))
    ends = np.concatenate((stops, [len(data)]))
    following = np.concatenate((stops + 1, [len(data)]))
    crlf = (ends > starts) & (ends < len(data))
    crlf[crlf] = (data[ends[crlf]] == _LF) & (data[ends[crlf] - 1] == _CR)
    ends = ends - crlf
    if starts[-1] == len(data):
        starts, ends, following = starts[:-1], ends[:-1], following[:-1]
    counted = np.searchsorted(separators, starts)
    cells = np.searchsorted(separators, following) - counted + 1
    lines = np.searchsorted(every, starts) + 1
    return Records(starts, ends, following, cells, lines, broken=len(every) > len(stops))
