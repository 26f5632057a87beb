"""Write a table as people's programs do, in any dialect and with realistic dirt."""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from campanile.sources.worlds.truth import World


@dataclass(frozen=True)
class Hand:
    """A way of writing. ``dates`` is a strftime pattern; ``flags`` the words for yes and no; ``thousands`` and
    ``currency`` mark columns named ``*_eur``; ``broken_rows`` lose their last cell.
    """  # fmt: skip

    separator: str = ","
    decimal: str = "."
    thousands: str = ""
    currency: str = ""
    dates: str = "%Y-%m-%d"
    flags: tuple[str, str] = ("1", "0")
    missing: str = ""
    encoding: str = "utf-8"
    line_end: str = "\n"
    quote_all: bool = False
    padding: str = ""
    index: bool = False
    broken_rows: int = 0


DIALECTS = {
    "plain": Hand(),
    "excel_pl": Hand(
        separator=";", decimal=",", thousands="\u00a0", currency=" zł", dates="%d.%m.%Y", flags=("Tak", "Nie"),
        encoding="cp1250", line_end="\r\n",
    ),
    "excel_us": Hand(thousands=",", currency="$", dates="%m/%d/%y", flags=("Yes", "No"), encoding="utf-8-sig",
                     line_end="\r\n", padding=" "),
    "pandas": Hand(flags=("True", "False"), missing="NaN", index=True),
    "utf16_tab": Hand(separator="\t", dates="%d/%m/%Y", encoding="utf-16", quote_all=True, flags=("TRUE", "FALSE")),
    "pipe": Hand(separator="|", dates="%d-%m-%Y %H:%M:%S", missing="?"),
}  # fmt: skip


def write(world: World | pa.Table, path: Path, dialect: str | Hand = "plain", *, seed: int = 0) -> Path:
    """Write a world's table to ``path`` (gzipped where the name ends so) and return the path."""
    hand = DIALECTS[dialect] if isinstance(dialect, str) else dialect
    table = world.table if isinstance(world, World) else world
    content = _text(table, hand, seed).encode(hand.encoding)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)
    return path


def _text(table: pa.Table, hand: Hand, seed: int) -> str:
    columns = [[_teller(name, hand)(value) for value in table.column(name).to_pylist()] for name in table.column_names]
    header = [f"{hand.padding}{name}{hand.padding}" for name in table.column_names]
    rows = [list(row) for row in zip(*columns, strict=True)]
    # Not for secrets: which rows break must be the same at every run.
    for place in random.Random(seed).sample(range(len(rows)), hand.broken_rows):  # noqa: S311
        rows[place].pop()
    if hand.index:
        header, rows = ["", *header], [[str(number), *row] for number, row in enumerate(rows)]
    out = io.StringIO()
    quoting: Literal[0, 1] = csv.QUOTE_ALL if hand.quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=hand.separator, lineterminator=hand.line_end, quoting=quoting)
    writer.writerows([header, *rows])
    return out.getvalue()


def _teller(name: str, hand: Hand) -> Callable[[Any], str]:
    money = name.endswith("_eur") and bool(hand.currency)

    def tell(value: Any) -> str:
        if value is None:
            return hand.missing
        if isinstance(value, bool):
            return hand.flags[0] if value else hand.flags[1]
        if isinstance(value, (date, datetime)):
            return value.strftime(hand.dates)
        if isinstance(value, (int, float)):
            return _money(value, hand) if money else str(value).replace(".", hand.decimal)
        return str(value)

    return tell


def _money(value: float, hand: Hand) -> str:
    """Write $84,835.00 or 84 835,00 zł."""
    told = f"{value:,.2f}".replace(",", "\0").replace(".", hand.decimal).replace("\0", hand.thousands)
    return f"{told}{hand.currency}" if hand.currency.startswith(" ") else f"{hand.currency}{told} "
