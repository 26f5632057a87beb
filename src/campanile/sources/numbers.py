"""Numbers as people write them: decimal comma or point, thousands marks, currencies, percents, parentheses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from campanile.sources.levels import ENOUGH, Levels, Mask, Typed, chosen, matches
from campanile.words import Sentence, say

_CURRENCY = (
    r"(?:US\$|R\$|S/\.?|\$|€|£|¥|₹|₽|₺|₩|₴|zł|zl|Kč|Ft|"
    r"(?i:USD|EUR|GBP|PLN|CHF|PEN|MXN|ARS|CLP|COP|BRL|CZK|HUF|SEK|NOK|DKK|CAD|AUD|JPY|INR|TRY|UAH|kr))"
)
_SPACE = r"[\s\x{a0}\x{2009}\x{202f}]"
_PLAIN = r"^[-+]?\d+$"
_LEADING_ZERO = r"^[-+]?0\d+$"
_TELEPHONE = r"^\+\d(?:\D?\d){8,14}$"
_INFINITE = r"^[-+]?(?i:inf|infinity)$"
_WHOLE_DOUBLE = 2.0**53


def _grouped(group: str, point: str) -> str:
    """Make the pattern of a number; ``group`` is the class of its thousands marks, ``point`` its decimal mark."""
    return rf"^[-+]?(?:(?:[1-9]\d{{0,2}}(?:[{group}]\d{{3}})+|\d+)(?:{point}\d*)?|{point}\d+)(?:[eE][-+]?\d+)?$"


_SPACES = r"\s\x{a0}\x{2009}\x{202f}'’"
_WITH_POINT, _WITH_COMMA = _grouped("," + _SPACES, r"\."), _grouped(r"\." + _SPACES, ",")


@dataclass(frozen=True)
class Figures:
    """What a column of figures could be: ``texts`` without currency and percent marks, and which decimal mark fits.

    ``point`` and ``comma`` mark the levels that are numbers under that decimal mark.
    """

    texts: pa.StringArray
    point: Mask
    comma: Mask
    money: Mask
    percent: Mask
    plain: bool = False

    @property
    def certain(self) -> str | None:
        """The decimal mark that this column proves, or None."""
        point, comma = int((self.point & ~self.comma).sum()), int((self.comma & ~self.point).sum())
        return None if point == comma else "." if point > comma else ","

    @property
    def marked(self) -> bool:
        """Tell whether the decimal mark matters at all."""
        return bool(matches(self.texts, r"[.,]").any())


def survey(levels: Levels, *, forced: bool = False) -> Figures | None:
    """Look for numbers; None where too few of the filled rows hold one, unless ``forced``."""
    plain = matches(levels.texts, _PLAIN)
    none = np.zeros(len(plain), dtype=bool)
    if (plain | levels.missing).all() and not levels.texts[0].as_py().startswith("+"):
        return Figures(levels.texts, plain, plain, none, none, plain=True) if plain.any() or forced else None
    if not forced and levels.share(matches(levels.texts, r"\d|^[-+]?(?i:inf)")) < ENOUGH / 2:
        return None
    if not forced and levels.share(matches(levels.texts, _TELEPHONE)) > ENOUGH / 2:
        return None
    figures = _unmarked(levels.texts)
    found = max(levels.share(figures.point), levels.share(figures.comma))
    return figures if forced or found >= ENOUGH else None


def _unmarked(texts: pa.StringArray) -> Figures:
    signs = pc.replace_substring_regex(texts, r"[−–](\d|\D?\d)", r"-\1")
    money = matches(signs, rf"^[-+(]?{_SPACE}*{_CURRENCY}|{_CURRENCY}{_SPACE}*[-)]?$")
    percent = matches(signs, rf"\d{_SPACE}*%$")
    # The sign may stand before or after the currency; parentheses and a minus behind mean less than zero.
    bare = pc.replace_substring_regex(signs, rf"^([-+(]?){_SPACE}*{_CURRENCY}{_SPACE}*", r"\1")
    bare = pc.replace_substring_regex(bare, rf"{_SPACE}*(?:{_CURRENCY}|%)([-)]?)$", r"\1")
    bare = pc.replace_substring_regex(bare, r"^\((\d[^()]*)\)$|^(\d[^-]*)-$", r"-\1\2")
    infinite = matches(bare, _INFINITE)
    return Figures(bare, matches(bare, _WITH_POINT) | infinite, matches(bare, _WITH_COMMA) | infinite, money, percent)


def as_number(levels: Levels, figures: Figures, decimal: str, *, forced: bool = False) -> Typed | None:
    """Read the figures under a decimal mark; None where they are codes or too few, unless ``forced``.

    Codes are digits behind a zero ("007") and whole numbers too long to count with.
    """
    fits = (figures.point if decimal == "." else figures.comma) & ~levels.missing
    if not forced and (
        levels.share(fits) < ENOUGH or matches(figures.texts.filter(pa.array(fits)), _LEADING_ZERO).any()
    ):
        return None
    texts = chosen(figures.texts, fits)
    values = _integers(texts) if figures.plain else _values(texts, decimal)
    if values is None:
        return None
    bad = ~fits & ~levels.missing
    unit = "%" if levels.share(figures.percent & fits) > ENOUGH else ""
    money = levels.share(figures.money & fits) > ENOUGH / 2
    return Typed(values, bad, "number", unit, money, _why(levels.share(fits), figures, decimal))


def whole(values: pa.Array) -> pa.Array:
    """Return doubles as int64 where every one is whole and can be told exactly; NaN becomes null."""
    values = pc.if_else(pc.is_nan(values), None, values)
    known = np.asarray(values.drop_null().to_numpy(zero_copy_only=False))
    if np.isfinite(known).all() and (np.abs(known) <= _WHOLE_DOUBLE).all() and (known == np.floor(known)).all():
        return values.cast(pa.int64())
    return values


def _values(texts: pa.StringArray, decimal: str) -> pa.Array | None:
    if matches(texts.drop_null(), _PLAIN).all():
        return _integers(texts)
    marks = ("," if decimal == "." else r"\.") + _SPACES
    bare = pc.replace_substring_regex(texts, rf"[{marks}]", "")
    if decimal == ",":
        bare = pc.replace_substring(bare, ",", ".")
    if matches(bare.drop_null(), _PLAIN).all():
        return _integers(bare)
    return whole(bare.cast(pa.float64()))


def _integers(texts: pa.StringArray) -> pa.Int64Array | None:
    """Return plain digits as int64; None where some are too long to count with."""
    for unsigned in (False, True):
        try:
            return (pc.replace_substring_regex(texts, r"^\+", "") if unsigned else texts).cast(pa.int64())
        except pa.ArrowInvalid:
            continue
    return None


def _why(share: float, figures: Figures, decimal: str) -> Sentence:
    if share < 1:
        return say("{share:percent 4} of the filled cells are numbers", share=share)
    if decimal == "," and figures.marked:
        return say("all filled cells are numbers, with a decimal comma")
    return say("all filled cells are numbers")
