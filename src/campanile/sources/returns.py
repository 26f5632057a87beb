"""Carriage returns inside cells: programs that end lines otherwise write them without quotes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_HELD = b"\x1d"


def hold_returns(data: bytes, quote: str) -> bytes:
    """Put a stand-in for each CR that is part of a cell; return ``data`` itself where there is none.

    In a text whose records end with LF, a CR alone outside quotes ends no line.
    """
    if data.count(b"\r") == data.count(b"\r\n") or _HELD in data:
        return data
    places = np.frombuffer(data, dtype=np.uint8)
    outside = (np.cumsum(places == ord(quote), dtype=np.uint8) & 1) == 0
    feeds = (places == ord("\n")) & outside
    alone = (places == ord("\r")) & outside
    alone[:-1] &= places[1:] != ord("\n")
    if not alone.any() or alone.sum() > feeds.sum():
        return data
    held = places.copy()
    held[alone] = _HELD[0]
    return held.tobytes()


def release_returns(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """Put the CRs back."""
    texts = pc.replace_substring(column.dictionary, _HELD.decode(), "\r")
    return pa.DictionaryArray.from_arrays(column.indices, texts)
