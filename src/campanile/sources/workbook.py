"""Excel and OpenDocument workbooks to cells: one sheet, each cell as the text it stands for."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import numpy as np
import pyarrow as pa

from campanile.sources.arrival import Arrival
from campanile.sources.cells import Cells, joined
from campanile.sources.names import named
from campanile.sources.result import Dialect
from campanile.sources.spec import ReadSpec
from campanile.words import say
from campanile.workspace.errors import SourceError, not_found


def read_workbook(arrival: Arrival, spec: ReadSpec) -> Cells:
    """Read the sheet asked for, else the first that holds a table; the line of a row is its number in the sheet."""
    name, start, rows = _sheet(arrival, spec)
    top = _header(rows)
    if len(rows) <= top + 1:
        raise SourceError(
            say(
                "Sheet {sheet:quoted} of {source:quoted} has no rows below its header.", sheet=name, source=arrival.name
            )
        )
    header = [_text(cell) for cell in rows[top]]
    filled = [number for number in range(top + 1, len(rows)) if any(cell != "" for cell in rows[number])]
    cells = list(zip(*(rows[number] for number in filled), strict=True))
    kept = [place for place, column in enumerate(cells) if header[place].strip() or any(cell != "" for cell in column)]
    names = named(arrival.name, [header[place] for place in kept], spec.rename)
    columns = tuple(pa.array([_text(cell) for cell in cells[place]], pa.string()).dictionary_encode() for place in kept)
    dialect = Dialect(
        "excel",
        arrival.compression,
        header_padding=any(cell != cell.strip() for cell in header),
        skipped_lines=top,
        sheet=name,
    )
    lines = np.array(filled, dtype=np.int64) + start + 1
    return Cells(names, columns, lines, joined(columns), (), dialect)


def _sheet(arrival: Arrival, spec: ReadSpec) -> tuple[str, int, list[list[Any]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(arrival.data))
        if spec.sheet is not None and spec.sheet not in book.sheet_names:
            raise not_found(say("sheet"), spec.sheet, book.sheet_names, say("{source:quoted}", source=arrival.name))
        for name in [spec.sheet] if spec.sheet is not None else book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            rows: list[list[Any]] = sheet.to_python(skip_empty_area=True)
            if rows and len(rows[0]):
                return name, (sheet.start or (0, 0))[0], rows
    except CalamineError as error:
        raise SourceError(
            say("{source:quoted} is a damaged or locked workbook: {reason}.", source=arrival.name, reason=str(error)),
            say("Open it in a spreadsheet program and save it again without a password."),
        ) from None
    raise SourceError(say("{source:quoted} holds no table.", source=arrival.name))


def _header(rows: list[list[Any]]) -> int:
    """Return the first row that names as many columns as most rows fill."""
    widths = [sum(cell != "" for cell in row) for row in rows[:200]]
    usual = sorted(widths)[len(widths) // 2]
    return next((place for place, width in enumerate(widths) if width >= 0.8 * usual and width), 0)


def _text(cell: Any) -> str:
    """Return what a cell stands for as a text that is read back the same."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    return str(cell)
