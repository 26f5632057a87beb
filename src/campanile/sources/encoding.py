"""Which encoding a text is in: by its mark, by trying UTF-8, else by the letters it would hold."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import numpy as np

from campanile.sources.arrival import looks_utf16
from campanile.words import say
from campanile.workspace.errors import SourceError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNS = "€“”„‘’–—…°§«»·\u00a0"
_WESTERN = frozenset("áéíóúüñçàèìòùâêîôûäëïößåæøãõœ¿¡ªº£" + "áéíóúüñçàèìòùâêîôûäëïöåæøãõœ".upper() + _SIGNS)
_CENTRAL = frozenset("ąćęłńóśźżáéíúýčďěňřšťůžäöüőűß" + "ąćęłńóśźżáéíúýčďěňřšťůžäöüőű".upper() + _SIGNS)

# In this order: where two explain the bytes equally well, the commoner one is taken.
_LEGACY = (("cp1252", _WESTERN), ("cp1250", _CENTRAL), ("iso8859-2", _CENTRAL), ("iso8859-15", _WESTERN))


@dataclass(frozen=True)
class Text:
    """A text in UTF-8 without its mark. ``damaged``: some bytes are no UTF-8 and stand as U+FFFD."""

    data: bytes
    encoding: str
    bom: bool
    damaged: bool


def to_text(name: str, data: bytes, declared: str | None = None) -> Text:
    """Bring ``data`` to UTF-8. Raises SourceError where a declared encoding does not fit."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(name, data[len(mark) :], encoding, bom=True)
    return _decoded(
        name, data, declared or looks_utf16(data[:65536]) or _guess(data), bom=False, strict=declared is not None
    )


def _decoded(name: str, data: bytes, encoding: str, *, bom: bool, strict: bool = False) -> Text:
    try:
        text = data.decode(encoding)
        return Text(data if encoding == "utf-8" else text.encode(), encoding, bom, damaged=False)
    except UnicodeDecodeError as error:
        if strict:
            line = data.count(b"\n", 0, error.start) + 1
            raise SourceError(
                say("{name:quoted} is not in the encoding {encoding:quoted}: line {line} cannot be read.",
                    name=name, encoding=encoding, line=line),
                say("Leave --encoding out: Campanile finds it."),
            ) from None  # fmt: skip
        return Text(data.decode(encoding, "replace").encode(), encoding, bom, damaged=True)


def _guess(data: bytes) -> str:
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(1 for letter in text if letter > "\x7f") - broken
    # Legacy text almost never holds a valid sequence: some among many broken ones mean two encodings in one file.
    return "utf-8" if whole > broken / 10 else _legacy(data)


def _legacy(data: bytes) -> str:
    counts = np.bincount(np.frombuffer(data, dtype=np.uint8), minlength=256)[128:]

    def letters(candidate: tuple[str, frozenset[str]]) -> int:
        encoding, known = candidate
        decoded = [bytes([byte]).decode(encoding, "replace") for byte in range(128, 256)]
        return int(sum(count if letter in known else -count for letter, count in zip(decoded, counts, strict=True)))

    return max(_LEGACY, key=letters)[0]
