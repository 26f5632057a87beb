"""A grid as an HTML table's parts, and as CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
import math
from datetime import date
from typing import Any
from urllib.parse import quote

from campanile.estimates import Estimate
from campanile.report.sections import Grid, Heading
from campanile.words import Sentence, numbers, say

_ESTIMATES = {"estimate": "number", "estimate_percent": "percent", "estimate_money": "money"}
_LEFT = ("text", "date")


def table(grid: Grid, name: str) -> dict[str, Any]:
    """Return headings, rows and alignment as the page's template writes them, and the CSV as a link."""
    columns = [_told([row[number] for row in grid.rows], heading) for number, heading in enumerate(grid.headings)]
    return {
        "name": name,
        "headings": [(str(heading.title), heading.form not in _LEFT) for heading in grid.headings],
        "rows": list(zip(*columns, strict=True)),
        "first_names": bool(grid.headings) and grid.headings[0].form == "text",
        "csv": f"data:text/csv;charset=utf-8,{quote(as_csv(grid))}",
    }


def as_csv(grid: Grid) -> str:
    """Return the grid for a program: numbers in full with a decimal point, an estimate as three columns.

    It begins with a byte order mark, without which Excel misreads letters beyond ASCII.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([title for heading in grid.headings for title in _titles(heading)])
    for row in grid.rows:
        cells = zip(row, grid.headings, strict=True)
        writer.writerow([plain for value, heading in cells for plain in _plain(value, heading)])
    return "\ufeff" + out.getvalue()


def _told(values: list[Any], heading: Heading) -> list[str]:
    """Tell a column's cells; plain numbers get the same number of decimals."""
    if heading.form not in numbers.ALIGNED:
        return [_cell(value, heading) for value in values]
    told = iter(numbers.aligned([value for value in values if _is_number(value)], heading.form))
    return [next(told) if _is_number(value) else _cell(value, heading) for value in values]


def _cell(value: Any, heading: Heading) -> str:
    if isinstance(value, Sentence):
        return str(value)
    form = _ESTIMATES.get(heading.form, heading.form)
    if isinstance(value, Estimate):
        return str(value.told(form, heading.currency))
    if form == "text" or isinstance(value, str):
        return numbers.form(value, "")
    return numbers.form(value, form, heading.currency if form == "money" else "")


def _is_number(value: Any) -> bool:
    return value is not None and not isinstance(value, (Sentence, Estimate, str))


def _titles(heading: Heading) -> tuple[str, ...]:
    title = str(heading.title)
    if heading.form not in _ESTIMATES:
        return (title,)
    return title, str(say("{title}, low", title=title)), str(say("{title}, high", title=title))


def _plain(value: Any, heading: Heading) -> tuple[str, ...]:
    if isinstance(value, Estimate):
        bounds = (value.estimate, value.low, value.high)
        return tuple(_figure(bound) for bound in (bounds if heading.form in _ESTIMATES else bounds[:1]))
    filling = ("", "") if heading.form in _ESTIMATES else ()
    return _figure(value), *filling


def _figure(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.10g}" if isinstance(value, float) else str(value)
