"""What a typed column is for a business, with the reason: by its name, its values and its storage."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from campanile.sources import vocabulary
from campanile.sources.decide import Decided
from campanile.sources.levels import Typed, matches
from campanile.sources.vocabulary import BIRTH, CODES, COUNTS, KEYS, YEARS, has
from campanile.tables import Column, Semantic
from campanile.tables.lists import is_list
from campanile.words import Sentence, say

_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_PATTERNS = {
    "email": r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$",
    "ip": rf"^(?:{_OCTET}\.){{3}}{_OCTET}$|^(?:[0-9a-fA-F]{{1,4}}:){{7}}[0-9a-fA-F]{{1,4}}$",
    "phone": r"^(?:\+|00)\d{1,3}[ -]?(?:\(?\d{1,4}\)?[ -]?){2,5}\d{1,4}$|^\(\d{3}\) ?\d{3}[ -]\d{4}$",
}
_UUID = r"^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$"
_CODE = r"^[A-Za-z]{0,6}[-_]?\d[0-9A-Za-z_-]*$|^[0-9a-fA-F]{12,}$"
_MOST_CATEGORIES = 1000
_LONGEST_CATEGORY = 60.0
_FEWEST_UNIQUE = 20

Meaning = tuple[Semantic, Sentence, str]


def describe(column: Decided, values: pa.Array) -> Column:
    """Return what ``column``, whose rows hold ``values``, is for: semantic type, unit and reason."""
    typed = column.typed
    semantic, reason, unit = _meaning(column.name, typed, values, unnamed=column.unnamed)
    return Column(column.name, semantic, type=str(values.type), unit=unit, reason=reason)


def _meaning(name: str, typed: Typed, values: pa.Array, *, unnamed: bool) -> Meaning:
    if is_list(values.type):
        return Semantic.LIST, typed.why or say("lists"), ""
    filled = values.drop_null()
    distinct = pc.unique(filled)
    text = pa.types.is_string(values.type)
    if unnamed and len(distinct) == len(values):
        return Semantic.IDENTIFIER, say("a column without a name, as programs write the labels of rows"), ""
    known = _personal(name, distinct, text=text) or _identifier(name, filled, distinct, text=text)
    if known and (len(distinct) > 1 or 0 < len(filled) < len(values)):
        return known
    if len(distinct) < 2 and not len(filled) < len(values):
        return Semantic.CONSTANT, say("every row holds the same value"), _unit(name, typed, values)
    if not len(distinct):
        return Semantic.CONSTANT, say("no row holds a value"), ""
    return _by_storage(name, typed, values, distinct)


def _by_storage(name: str, typed: Typed, values: pa.Array, distinct: pa.Array) -> Meaning:
    if pa.types.is_boolean(values.type):
        return Semantic.FLAG, typed.why or say("yes or no"), ""
    if pa.types.is_temporal(values.type):
        return Semantic.DATE, typed.why or say("dates"), ""
    return _words(values, distinct) if pa.types.is_string(values.type) else _figures(name, typed, values, distinct)


def _figures(name: str, typed: Typed, values: pa.Array, distinct: pa.Array) -> Meaning:
    unit = _unit(name, typed, values)
    if typed.money:
        return Semantic.MONEY, say("written with a currency"), unit
    if has(name, CODES) and not has(name, COUNTS) and len(distinct) <= _MOST_CATEGORIES:
        return Semantic.CATEGORY, say("numbers that name something, by the column's name"), ""
    if vocabulary.amount(name) and unit in ("", "year"):
        return Semantic.MONEY, say("an amount of money, by the column's name"), unit
    return Semantic.NUMBER, typed.why or say("numbers"), unit


def _personal(name: str, distinct: pa.Array, *, text: bool) -> Meaning | None:
    if text and len(distinct):
        sample = distinct.slice(0, 1000)
        for kind, pattern in _PATTERNS.items():
            if matches(sample, pattern).mean() > 0.5:
                return Semantic.PERSONAL, say("values look like personal data ({kind})", kind=_KINDS[kind]), ""
    kind = vocabulary.personal(name) or ""
    long_numbers = pa.types.is_integer(distinct.type) and kind in ("phone", "number") and len(distinct) > 1
    if kind and (text or (long_numbers and pc.max(distinct).as_py() > 10**6)):
        return Semantic.PERSONAL, say("personal data, by the column's name ({kind})", kind=_KINDS[kind]), ""
    return None


def _identifier(name: str, filled: pa.Array, distinct: pa.Array, *, text: bool) -> Meaning | None:
    if not (text or pa.types.is_integer(filled.type)) or not len(filled):
        return None
    if vocabulary.identifying(name):
        return Semantic.IDENTIFIER, say("an identifier, by the column's name"), ""
    unique = len(distinct) == len(filled) >= _FEWEST_UNIQUE
    if unique and has(name, KEYS):
        return Semantic.IDENTIFIER, say("a key, by the column's name, and no value twice"), ""
    if text and (
        matches(distinct.slice(0, 1000), _UUID).all() or (unique and matches(distinct.slice(0, 1000), _CODE).all())
    ):
        return Semantic.IDENTIFIER, say("codes that tell things apart"), ""
    return None


def _words(values: pa.Array, distinct: pa.Array) -> Meaning:
    few = len(distinct) <= min(_MOST_CATEGORIES, max(_FEWEST_UNIQUE, len(values) // 5))
    length = pc.mean(pc.utf8_length(distinct)).as_py() or 0
    if few and length <= _LONGEST_CATEGORY:
        return Semantic.CATEGORY, say("{n:number} different words", n=len(distinct)), ""
    return Semantic.TEXT, say("{n:number} different texts", n=len(distinct)), ""


def _unit(name: str, typed: Typed, values: pa.Array) -> str:
    if typed.unit or not pa.types.is_integer(values.type):
        return typed.unit
    if has(name, YEARS | BIRTH):
        bounds = pc.min_max(values).as_py()
        if bounds["min"] is not None and bounds["min"] > 1500 and bounds["max"] < 2200:
            return "year"
    return ""


_KINDS = {
    "email": say("e-mail"), "phone": say("telephone"), "name": say("name"), "address": say("address"),
    "ip": say("IP address"), "number": say("a person's number"),
}  # fmt: skip
