"""A file as it arrives: is it there, what kind of file is it, and is it one at all?"""

from __future__ import annotations

import codecs
import gzip
import json
import zlib
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from campanile.sources.beginning import first_rows
from campanile.words import say
from campanile.workspace.errors import NotFound, SourceError, nearest

LONGEST_LINE = 16 * 1024 * 1024
_WORKBOOKS = (b"\xd0\xcf\x11\xe0", b"PK\x03\x04")
_MOST_STEPS = 200
_TEXT_CONTROLS = frozenset(b"\t\n\r\x0b\x0c\x1b\x01\x02\x1c\x1d\x1e\x1f\x1a")


@dataclass(frozen=True)
class Arrival:
    """The bytes of a file, unpacked, and the format they are in: "text", "json", "parquet" or "excel".

    ``share`` is the part of the file that was read: 1.0 unless only its head was asked for.
    """

    path: Path
    format: str
    compression: str | None
    data: bytes
    called: str | None = None
    share: float = 1.0

    @property
    def name(self) -> str:
        """The file's name as people know it: the path as it was given, unless it is ``called`` otherwise."""
        return self.called or str(self.path)


def arrive(path: Path, head: int | None = None, *, called: str | None = None) -> Arrival:
    """Read a file and find out its format. Raises NotFound or SourceError, saying what it is instead.

    With ``head`` a file of text or of Parquet is read no further than about so many bytes, to the end of a row.
    """
    _there(path)
    shown = Path(called) if called else path
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    data, share = _beginning(path, head) or _content(path, packed, head, shown)
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise SourceError(say("{path:quoted} is empty.", path=str(shown)), say("Export it again, with its rows."))
    return Arrival(path, _format(shown, data), "gzip" if packed else None, data, called, share)


def _there(path: Path) -> None:
    if path.is_dir():
        inside = [entry.name for entry in sorted(path.iterdir()) if entry.is_file()][:8]
        remedy = say("Name one of its files: {names}.", names=", ".join(inside)) if inside else None
        raise SourceError(say("{path:quoted} is a folder, not a file.", path=str(path)), remedy)
    if not path.exists():
        raise _missing(path)


def _missing(path: Path) -> NotFound:
    what = say("There is no file {path:quoted}.", path=str(path))
    folder = path.parent
    if not folder.is_dir():
        return NotFound(what, say("There is no folder {folder:quoted} either.", folder=str(folder)))
    near = nearest(path.name, (entry.name for entry in folder.iterdir()))
    return NotFound(what, say("Did you mean {near:quoted}?", near=str(folder / near)) if near else None)


def _beginning(path: Path, head: int | None) -> tuple[bytes, float] | None:
    """Return the beginning of a large Parquet file and its share; None for any other file."""
    with path.open("rb") as file:
        parquet = head is not None and file.read(4) == b"PAR1"
    return first_rows(path, head) if parquet and head is not None else None


def _content(path: Path, packed: bool, head: int | None, shown: Path) -> tuple[bytes, float]:
    """Return the bytes, and which share of the file they are."""
    try:
        with path.open("rb") as stored, gzip.open(stored, "rb") if packed else nullcontext(stored) as file:
            data, whole = _bounded(shown, file, head)
            return data, 1.0 if whole else stored.tell() / path.stat().st_size
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(
            say("{path:quoted} is a damaged gzip file: {reason}.", path=str(shown), reason=str(error)),
            say("Copy or download it again."),
        ) from None
    except OSError as error:
        raise SourceError(
            say("{path:quoted} cannot be read: {reason}.", path=str(shown), reason=str(error.strerror or error))
        ) from None


def _bounded(shown: Path, file: BinaryIO | gzip.GzipFile, head: int | None) -> tuple[bytes, bool]:
    """Read in pieces, and stop at a line without end: it is no table, and would not fit into memory."""
    pieces = [file.read(head or LONGEST_LINE)]
    bounded = not pieces[0].startswith((b"PAR1", *_WORKBOOKS)) and not _is_array(pieces[0])
    if bounded and head is not None and len(pieces[0]) == head:
        beyond = file.read(1)
        rows = whole_rows(pieces[0]) if beyond else pieces[0]
        if rows:
            return rows, not beyond
        pieces[0] += beyond
    lines = 1
    while pieces[-1]:
        ends = pieces[-1].count(b"\n") or pieces[-1].count(b"\r")
        if bounded and not ends and len(pieces[-1]) >= LONGEST_LINE:
            raise too_long(str(shown), lines)
        lines += ends
        pieces.append(file.read(LONGEST_LINE))
    return b"".join(pieces), True


def whole_rows(head: bytes) -> bytes:
    """Cut the beginning of a text after its last whole row; empty where no row ends in it."""
    letter = _bytes_a_letter(head)
    head = head[: len(head) // letter * letter]
    end = max(head.rfind(b"\n"), head.rfind(b"\r")) + 1
    # A line end within quotes is none of a row's: step back to one that is not.
    for _ in range(_MOST_STEPS):
        if end and head.count(b'"', 0, end) % 2:
            end = max(head.rfind(b"\n", 0, end - 1), head.rfind(b"\r", 0, end - 1)) + 1
    return head[: end + -end % letter]


def _bytes_a_letter(head: bytes) -> int:
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return 4
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or looks_utf16(head[:65536])
    return 2 if wide else 1


def too_long(path: str, line: int) -> SourceError:
    """Make the error for a line that no table has."""
    return SourceError(
        say("{path:quoted}: line {line} is longer than {most} MB, which no table's row is.",
            path=path, line=line, most=LONGEST_LINE // 2**20),
        say("Check how the file was exported: its line ends may be missing, or it may not be a table."),
    )  # fmt: skip


def _format(path: Path, data: bytes) -> str:
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith(_WORKBOOKS[0]):
        return "excel"
    if data.startswith(_WORKBOOKS[1]):
        if b"xl/" in data or b"content.xml" in data:
            return "excel"
        raise SourceError(
            say("{path:quoted} is a ZIP archive.", path=str(path)), say("Unpack it and load the table inside.")
        )
    if data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html")):
        raise SourceError(
            say("{path:quoted} is a web page, not a table.", path=str(path)),
            say("Perhaps the download asked you to sign in. Download the table itself."),
        )
    if _is_binary(data[:65536]):
        raise SourceError(
            say("{path:quoted} is not a text file: it holds binary data.", path=str(path)),
            say("Campanile reads CSV, TSV, JSON lines, Parquet and Excel, each also gzipped. Export it as one."),
        )
    return "json" if _is_json(path, data) else "text"


def _is_binary(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or looks_utf16(head):
        return False
    odd = sum(count for byte, count in _controls(head))
    return b"\x00" in head or odd > len(head) / 200


def _controls(head: bytes) -> Iterable[tuple[int, int]]:
    return ((byte, head.count(byte)) for byte in (*range(1, 32), 127) if byte not in _TEXT_CONTROLS)


def looks_utf16(head: bytes) -> str | None:
    """Return "utf-16-le" or "utf-16-be" where every other byte of mostly Latin text is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half >= 4 and odd > 0.7 * half and even < 0.05 * half:
        return "utf-16-le"
    if half >= 4 and even > 0.7 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _is_array(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].replace(b" ", b"").startswith(b'[{"')


def _is_json(path: Path, data: bytes) -> bool:
    start = data[:LONGEST_LINE].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith((b"{", b"[")):
        return False
    if {".json", ".jsonl", ".ndjson"} & {suffix.lower() for suffix in path.suffixes} or _is_array(start):
        return True
    try:
        return isinstance(json.loads(start.split(b"\n", 1)[0]), dict)
    except ValueError:
        return False
