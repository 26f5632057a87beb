"""How a delimited text is written: separator, quotation mark, and where its header stands."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass

from campanile.sources.spec import ReadSpec

SEPARATORS = (",", ";", "\t", "|", "^", "~", "\x01", "\x1f", ":", " ")
_SAMPLE_CHARACTERS = 256 * 1024
_SAMPLE_ROWS = 300
_DEEPEST_HEADER = 20


@dataclass(frozen=True)
class Guess:
    """A way to read a sample: ``width`` cells a row, header in record ``header``; ``agree`` is the share that fits."""

    separator: str | None
    quote: str
    width: int
    header: int
    agree: float


def guess(text: str, spec: ReadSpec) -> Guess:
    """Find separator, quotation mark and header of a text from its first rows."""
    sample = _sample(text)
    quote = spec.quote or _quote(sample)
    candidates = (spec.separator,) if spec.separator else SEPARATORS
    tried = [_try(sample, separator, quote) for separator in candidates]
    best = max(tried, key=_merit)
    if spec.separator is None and (best.width < 2 or best.agree < 0.5):
        return Guess(None, quote, 1, 0, 1.0)
    return best


def _merit(tried: Guess) -> tuple[float, ...]:
    # Spaces and colons stand inside dates, times and names: they separate only where nothing else does.
    weak = tried.separator in (" ", ":")
    return (
        tried.width > 1,
        tried.agree - 0.5 * weak >= 0.5,
        round(tried.agree - 0.5 * weak, 1),
        tried.width,
        tried.agree,
    )


def _sample(text: str) -> list[str]:
    end = _SAMPLE_CHARACTERS
    if len(text) > end:
        # A very wide table: the header and a few rows, however long they are.
        for _ in range(4):
            end = max(text.find("\n", end) + 1, end)
            if text.count("\n", 0, end) >= 3:
                break
    lines = re.split("(?<=\n)|(?<=\r)(?!\n)", text[:end])
    if len(text) > end and len(lines) > 2:
        lines = lines[:-1]
    return [line for line in lines if line][:_SAMPLE_ROWS]


def _quote(sample: list[str]) -> str:
    """Return the mark that stands beside separators and line ends; the double one in doubt."""
    joined = "".join(sample)
    double, single = (
        len(re.findall(rf"(?:^|[,;\t|]){mark}[^\r\n{mark}]*{mark}(?=[,;\t|\r\n]|$)", joined, re.M)) for mark in "\"'"
    )
    return "'" if single > 2 and not double else '"'


def _try(sample: list[str], separator: str | None, quote: str) -> Guess:
    try:
        rows = [
            row for row in csv.reader(sample, delimiter=separator or ",", quotechar=quote, skipinitialspace=True) if row
        ]
    except csv.Error:
        return Guess(separator, quote, 1, 0, 0.0)
    if rows and len(sample) >= _SAMPLE_ROWS and len(rows) > 2:
        rows = rows[:-1]
    if not rows:
        return Guess(separator, quote, 1, 0, 0.0)
    return _fit(separator, quote, [len(row) for row in rows])


def _fit(separator: str | None, quote: str, widths: list[int]) -> Guess:
    """Judge by the header's width; where lines of another kind stand above it, by the commonest width."""
    width, header = widths[0], 0
    common, times = Counter(widths[1:] or widths).most_common(1)[0]
    if common != width and times >= 0.8 * len(widths[1:]):
        if 1 < width == common - 1:
            # R writes the names of rows without a name for their column.
            width = common
        elif common > 1 and common in widths[:_DEEPEST_HEADER]:
            width, header = common, widths.index(common)
    body = widths[header + 1 :]
    agree = sum(count == width for count in body) / len(body) if body else 1.0
    return Guess(separator, quote, width, header, agree - 0.05 * (header > 0))
