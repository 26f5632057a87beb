"""Numbers, money and dates as people of the current language write them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from campanile.words.language import current

UNKNOWN = "–"
_AND = {"en": "and", "pl": "i", "es": "y"}
_OR = {"en": "or", "pl": "lub", "es": "o"}
_YES_NO = {"en": ("no", "yes"), "pl": ("nie", "tak"), "es": ("no", "sí")}
_QUOTES = {"en": "'{}'", "pl": "„{}”", "es": "«{}»"}
_IN = {"en": "{} in {}", "pl": "{} na {}", "es": "{} de cada {}"}
SEPARATORS = {"en": (",", "."), "pl": ("\u00a0", ","), "es": (".", ",")}
"""What parts thousands, and what parts decimals."""
_FEWER = {"en": "fewer than {}", "pl": "mniej niż {}", "es": "menos de {}"}


def number(value: float, digits: int = 3) -> str:
    """Write ``value`` with at most ``digits`` significant digits; whole numbers are never rounded."""
    return _decimal(value, _decimals(value, digits)) if math.isfinite(value) else UNKNOWN


def exact(value: float) -> str:
    """Write ``value`` as a table does: up to six significant digits."""
    return number(value, 6)


def signed(value: float, digits: int = 3) -> str:
    """Write a change with its sign: +1,330."""
    return ("+" if value > 0 else "") + number(value, digits)


def percent(share: float, digits: int = 3) -> str:
    """Write a share as percent: 0.149 is 14.9%."""
    if not math.isfinite(share):
        return UNKNOWN
    return _decimal(100 * share, _decimals(100 * share, digits)) + ("%" if current() == "en" else "\u00a0%")


def money(amount: float, currency: str = "") -> str:
    """Write an amount; ``currency`` is an ISO code, or empty where the data names none."""
    if not math.isfinite(amount):
        return UNKNOWN
    places = 0 if abs(amount) >= 100 or float(amount).is_integer() else 2
    figure = _decimal(abs(amount), places, fixed=True)
    minus = "-" if amount < 0 and any(digit in figure for digit in "123456789") else ""
    if not currency:
        return minus + figure
    from babel.numbers import get_currency_symbol

    symbol = get_currency_symbol(currency, locale=current())
    if current() != "en":
        return f"{minus}{figure}\u00a0{symbol}"
    return f"{minus}{symbol}\u00a0{figure}" if symbol.isalpha() else f"{minus}{symbol}{figure}"


def day(value: date | datetime) -> str:
    """Write a date that cannot be misread: 3 May 2026."""
    from babel.dates import format_date

    return format_date(value, "long" if current() == "es" else "d MMMM y", locale=current())


def odds(probability: float) -> str:
    """Write a probability as counts: "3 in 10", "1 in 50"."""
    if not math.isfinite(probability):
        return UNKNOWN
    for of, least in ((10, 0.095), (100, 0.0095), (1000, 0.0005)):
        if probability >= least:
            return _IN[current()].format(max(1, round(of * probability)), number(of))
    return _FEWER[current()].format(_IN[current()].format(1, number(1000)))


def listed(parts: Sequence[Any], joint: str = "and") -> str:
    """Join parts as a sentence does: "a, b and c"."""
    told = [form(part, "") for part in parts]
    if len(told) < 2:
        return "".join(told)
    return f"{', '.join(told[:-1])} {_joint(joint, told[-1])} {told[-1]}"


def quoted(text: str) -> str:
    """Put a name into the language's quotation marks."""
    return _QUOTES[current()].format(text)


def form(value: Any, name: str, detail: str = "") -> str:
    """Tell ``value`` in the form ``name``: what a template's ``{value:name detail}`` means."""
    if value is None:
        return UNKNOWN
    if name in ("", "list", "quoted"):
        return _plain(value, name, detail)
    if name in _DIGITS:
        return _DIGITS[name](value, int(detail or 3))
    if name in FORMS:
        return FORMS[name](value, detail) if name == "money" else FORMS[name](value)
    raise ValueError(f"a sentence has no form {name!r}")


def aligned(values: Sequence[float], name: str) -> tuple[str, ...]:
    """Tell a column's values in the form ``name`` with the same number of decimals, so that they line up.

    Where that would take more than three decimals each value keeps its own. ``name`` is one of ``ALIGNED``.
    """
    scale = 100.0 if name == "percent" else 1.0
    digits = 6 if name == "exact" else 3
    finite = [scale * value for value in values if math.isfinite(value)]
    places = max((_shown_decimals(value, digits) for value in finite), default=0)
    if places > 3:
        return tuple(form(value, name) for value in values)
    mark = "" if name != "percent" else "%" if current() == "en" else "\u00a0%"
    return tuple(
        _decimal(scale * value, places, fixed=True) + mark if math.isfinite(value) else UNKNOWN for value in values
    )


ALIGNED = ("number", "exact", "percent")
"""The forms that ``aligned`` lines up."""


def _points(share: float, digits: int) -> str:
    return number(100 * share, digits)


_DIGITS: dict[str, Callable[[float, int], str]] = {
    "number": number,
    "signed": signed,
    "percent": percent,
    "points": _points,
}
FORMS: dict[str, Callable[..., str]] = {**_DIGITS, "exact": exact, "money": money, "date": day, "odds": odds}
"""The forms of a single value, by the name that templates use."""


def _plain(value: Any, name: str, detail: str) -> str:
    if isinstance(value, str):
        return quoted(value) if name == "quoted" else value
    if isinstance(value, bool):
        return _YES_NO[current()][value]
    if isinstance(value, (date, datetime)):
        return day(value)
    if isinstance(value, Sequence):
        return listed([quoted(str(part)) for part in value] if name == "quoted" else value, detail)
    if isinstance(value, float):
        return number(value)
    return quoted(str(value)) if name == "quoted" else str(value)


def _joint(joint: str, following: str) -> str:
    """Return "and" or "or"; in Spanish they change before a word that begins with their own sound."""
    word = (_OR if joint == "or" else _AND)[current()]
    if current() == "es":
        start = following.lower().removeprefix("h")
        if word == "y" and start.startswith(("i", "í")) and not following.lower().startswith(("hie", "hia")):
            return "e"
        if word == "o" and start.startswith(("o", "ó")):
            return "u"
    return word


def _decimal(value: float, places: int, *, fixed: bool = False) -> str:
    """Write ``value`` with at most (``fixed``: exactly) ``places`` decimals in the language's separators."""
    whole, _, decimals = _digits(value, places).partition(".")
    if not fixed:
        decimals = decimals.rstrip("0")
    if not any(digit in whole + decimals for digit in "123456789"):
        whole = whole.removeprefix("-")
    thousands, point = SEPARATORS[current()]
    # Spanish parts thousands from five digits on.
    if current() == "es" and len(whole.lstrip("-")) == len("1,234"):
        thousands = ""
    return whole.replace(",", thousands) + (point + decimals if decimals else "")


def _digits(value: float, places: int) -> str:
    """Write a number as Python does; one without decimals as an integer, which has no largest."""
    return f"{int(value):,d}" + "." + "0" * places if float(value).is_integer() else f"{value:,.{places}f}"


def _decimals(value: float, digits: int) -> int:
    """Return how many decimals leave ``digits`` significant digits."""
    if value == 0 or float(value).is_integer():
        return 0
    return max(0, digits - 1 - math.floor(math.log10(abs(value))))


def _shown_decimals(value: float, digits: int) -> int:
    """Return how many decimals are written once trailing zeros are gone."""
    places = _decimals(value, digits)
    return len(f"{value:.{places}f}".rstrip("0").partition(".")[2]) if places else 0
