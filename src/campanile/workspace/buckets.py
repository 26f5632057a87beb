"""A salted hash puts each key into a bucket: the same one for ever, in every process, on every machine and engine.

A bucket is ``int(md5(f"{seed}:{key}")[:15], 16) % of``, all text in UTF-8, where the seed is
``md5(f"{VERSION}:{characters in salt}:{salt}:{name}")`` in hexadecimal digits. A key is text or a whole number; a
number falls where its decimal text does, so 7 and "7" share a bucket, but "07" has one of its own. Text counts letter
by letter as it is written: blanks, capitals, and an accent that is a letter of its own make a difference.

>>> bucket("spring", "newsletter", 7) == bucket("spring", "newsletter", "7")
True
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from campanile.words import say
from campanile.workspace.engine import query
from campanile.workspace.errors import DataError

if TYPE_CHECKING:
    import ibis

VERSION = 1
"""Never changed: who is in which group of an experiment depends on it."""
_DIGITS = 15
_MOST = 10**9


def bucket(salt: str, name: str, key: str | int, of: int = 10_000) -> int:
    """Return the bucket of a key, from 0 to ``of`` - 1.

    Other ``name``s give other, independent buckets under the same salt. ``of`` is at most a thousand million: no bucket
    is then more likely than another by one in a thousand million. Raises DataError for keys of other types.
    """
    if isinstance(key, bool) or not isinstance(key, str | int):
        raise _not_a_key(type(key).__name__)
    return int(_md5(_prefix(salt, name) + str(key))[:_DIGITS], 16) % _checked(of)


def buckets(salt: str, name: str, keys: pa.Array | pa.ChunkedArray, of: int = 10_000) -> NDArray[np.int64]:
    """Return the bucket of each key (n,), in their order. Raises DataError where a key is missing."""
    values = keys.cast(keys.type.value_type) if pa.types.is_dictionary(keys.type) else keys
    if not _is_key(values.type):
        raise _not_a_key(str(values.type))
    if values.null_count:
        raise DataError(say("A key is missing: without one nobody can be put into a group."))
    sql = f"SELECT hex_number(left(md5(? || CAST(key AS VARCHAR)), {_DIGITS})) % ? AS bucket FROM keys"
    found = query(sql, {"keys": pa.table({"key": values})}, [_prefix(salt, name), _checked(of)])
    return np.asarray(found.column("bucket").to_numpy(), dtype=np.int64)


def bucket_expression(salt: str, name: str, column: ibis.Value, of: int = 10_000) -> ibis.Value:
    """Return the bucket as an expression over a column of keys, for every engine; null where a key is missing."""
    import ibis

    if not (column.type().is_string() or column.type().is_integer()):
        raise _not_a_key(str(column.type()))

    @ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
    def hex_number(digits: str) -> int:  # type: ignore[empty-body]
        """Stand for what every engine has under this name."""

    digest = (ibis.literal(_prefix(salt, name)) + column.cast("string")).hexdigest("md5")
    return hex_number(digest.substr(0, _DIGITS)) % ibis.literal(_checked(of), "int64")


def _prefix(salt: str, name: str) -> str:
    return _md5(f"{VERSION}:{len(salt)}:{salt}:{name}") + ":"


def _md5(text: str) -> str:
    try:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    except UnicodeEncodeError:
        raise DataError(say("{key:quoted} is not text that can be written.", key=ascii(text[-40:]))) from None


def _is_key(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _checked(of: int) -> int:
    if not 1 <= of <= _MOST:
        raise DataError(say("There can be 1 to {most:number} buckets, not {of:number}.", most=_MOST, of=of))
    return of


def _not_a_key(kind: str) -> DataError:
    return DataError(
        say("A key must be text or a whole number, not {kind}.", kind=kind),
        say("Choose the column that names customers."),
    )
