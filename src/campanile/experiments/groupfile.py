"""The file that other programs read: key and group of each user, in the users' order."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from campanile.tables.export import escaped
from campanile.words import Sentence, plural

_HARMLESS = r"^([^=+\-@\t\r]|[+@-][\pL\pN_.: @-]*$|$)"
_QUOTE, _NONE, _COMMA, _LINE = (pa.scalar(text, pa.large_string()) for text in ('"', "", ",", "\n"))


def as_csv(everybody: pa.Table) -> bytes:
    """Write key and group, quoted only where it must be: other programs compare the keys with their own."""
    safe = escaped(everybody.select(["key", "group"]))
    key = pc.if_else(_runs(everybody), safe.column("key"), everybody.column("key"))
    lines = pc.binary_join_element_wise(_cells(key), _cells(safe.column("group")), _COMMA)
    whole = pa.LargeListArray.from_arrays([0, len(lines)], lines.combine_chunks())
    return f"key,group\n{pc.binary_join(whole, _LINE)[0].as_py()}\n".encode()


def _cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    text = column.cast(pa.large_string())
    quoted = pc.binary_join_element_wise(_QUOTE, pc.replace_substring(text, '"', '""'), _QUOTE, _NONE)
    return pc.if_else(pc.match_substring_regex(text, '[",\r\n]'), quoted, text)


def _runs(everybody: pa.Table) -> pa.ChunkedArray:
    """Tell which keys a spreadsheet would run; one that can run nothing stays as it is: -1, @name, -aB3_x."""
    return pc.invert(pc.match_substring_regex(everybody.column("key"), _HARMLESS))


def risks(everybody: pa.Table) -> tuple[Sentence, ...]:
    """Say how many keys are not written as they are."""
    n = int(pc.sum(_runs(everybody)).as_py() or 0)
    if not n:
        return ()
    return (
        plural("{n:number} key would run as a formula in a spreadsheet: it is written with an apostrophe in front.",
               "{n:number} keys would run as formulas in a spreadsheet: they are written with an apostrophe in front.",
               n=n),
    )  # fmt: skip
