"""Rows that were refused: where, why, and their text; too many of them stop the import."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import pyarrow as pa

from campanile.words import Sentence, plural, say
from campanile.workspace.errors import SourceError

SCHEMA = pa.schema([
    ("line", pa.int64()), ("column", pa.string()), ("reason", pa.string()), ("value", pa.string()),
    ("raw", pa.string()),
])  # fmt: skip

LONGEST_RAW = 2000


@dataclass(frozen=True)
class Refusal:
    """One refused row: the physical line where it begins, the reason's code, the texts of cell and row."""

    line: int
    column: str
    reason: str
    value: str
    raw: str


_REASONS: Mapping[str, Callable[[str, str], Sentence]] = {
    "cells": lambda column, value: _cells(*value.split("/")),
    "encoding": lambda column, value: say("bytes that are no text in the file's encoding"),
    "quote": lambda column, value: say("a quotation mark that is never closed"),
    "json": lambda column, value: say("not a JSON object"),
    "number": lambda column, value: say("{value:quoted} is not a number", value=value),
    "whole": lambda column, value: say("{value:quoted} is not a whole number", value=value),
    "date": lambda column, value: say("{value:quoted} is not a date", value=value),
    "list": lambda column, value: say("{value:quoted} is not a list", value=value),
    "flag": lambda column, value: say("{value:quoted} is neither yes nor no", value=value),
    "key_missing": lambda column, value: say("the key is missing"),
    "key_conflict": lambda column, value: say("another row has the key {value:quoted} with other values", value=value),
    "key_exists": lambda column, value: say("the table has the key {value:quoted} with other values", value=value),
}


def _cells(expected: str, found: str) -> Sentence:
    return plural(
        "{n:number} cell where the header has {expected:number}",
        "{n:number} cells where the header has {expected:number}",
        int(found), expected=int(expected),
    )  # fmt: skip


def tell(refusal: Refusal) -> Sentence:
    """Say where a row was refused and why."""
    reason = _REASONS[refusal.reason](refusal.column, refusal.value)
    if not refusal.column:
        return say("Line {line}: {reason}.", line=refusal.line, reason=reason)
    return say(
        "Line {line}, column {column:quoted}: {reason}.", line=refusal.line, column=refusal.column, reason=reason
    )


def as_table(refusals: Sequence[Refusal]) -> pa.Table:
    """Return refusals as a table, in the order of lines."""
    rows = sorted(refusals, key=lambda refusal: refusal.line)
    return pa.Table.from_pylist([asdict(row) for row in rows], schema=SCHEMA)


def check_share(source: str, count: int, total: int, most: float, first: Sequence[Refusal]) -> None:
    """Stop the import where more than the share ``most`` of ``total`` rows is refused. Raises SourceError."""
    if not count or (count <= most * total and count < total):
        return
    shown = " ".join(str(tell(refusal)) for refusal in first[:3])
    what = say(
        "{source:quoted}: {count:number} of {total:number} rows do not fit ({share:percent}, at most {most:percent}). "
        "{shown}",
        source=source, count=count, total=total, share=count / total, most=most, shown=shown,
    )  # fmt: skip
    raise SourceError(what, _remedy(first))


def _remedy(first: Sequence[Refusal]) -> Sentence:
    reasons = {refusal.reason for refusal in first}
    columns = sorted({refusal.column for refusal in first if refusal.column})
    if reasons <= {"number", "whole", "date", "flag", "list"}:
        return say(
            "Nothing was changed. Mend the file, or say how the column is to be read: --type {column}=text, or allow "
            "more with --refuse-share.",
            column=columns[0],
        )
    if "encoding" in reasons:
        return say("Nothing was changed. Save the file in one encoding, best UTF-8.")
    if reasons <= {"cells", "quote"}:
        return say("Nothing was changed. Mend the file, name its --separator, or allow more with --refuse-share.")
    return say("Nothing was changed. Mend the file, or allow more with --refuse-share.")


def clipped(raw: str) -> str:
    """Return a row's text, cut where it is very long."""
    return raw if len(raw) <= LONGEST_RAW else raw[:LONGEST_RAW] + "…"
