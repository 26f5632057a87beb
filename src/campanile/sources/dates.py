"""Dates as people write them: the order of day, month and year is decided for a column as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from campanile.sources.levels import ENOUGH, Levels, Mask, Typed, matches
from campanile.sources.months import numbered
from campanile.sources.vocabulary import EPOCHS, has
from campanile.words import say

Whole = NDArray[np.int64]

_CLOCK = (
    r"(?:(?:[T ]|,? +)(?P<H>\d{1,2})[:.](?P<M>\d{2})(?:[:.](?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r" ?(?P<ap>(?i:[ap])\.? ?(?i:m)\.?)? ?(?P<tz>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?"
)
_THREE = rf"^(?P<a>\d{{1,4}})(?P<s>[-/. ]) ?(?P<b>\d{{1,2}})(?:[-/. ]) ?(?P<c>\d{{1,4}})\.?{_CLOCK}$"
_COMPACT = rf"^(?P<a>(?:19|20|21)\d{{2}})(?P<s>)(?P<b>\d{{2}})(?P<c>\d{{2}}){_CLOCK}$"
_POSITIONS = {"ymd": (0, 1, 2), "dmy": (2, 1, 0), "mdy": (2, 0, 1)}
_PIVOT = 69
_EARLIEST_MILLIS, _LATEST_MILLIS = 10**11, 41 * 10**11


@dataclass(frozen=True)
class Calendar:
    """What a column of dates could be: day numbers since 1970 for each order, and which levels they fit.

    ``micros`` is the time of day in microseconds, less the zone's offset; ``clock`` tells that some level has one,
    ``zoned`` which levels say their zone.
    """

    days: dict[str, Whole]
    fits: dict[str, Mask]
    mark: str
    micros: Whole
    clock: bool
    zoned: Mask

    def best(self, levels: Levels) -> tuple[str, ...]:
        """Return the orders that fit the most rows: one, or several where the column cannot tell."""
        shares = {order: levels.share(mask) for order, mask in self.fits.items()}
        most = max(shares.values())
        orders = tuple(order for order, share in shares.items() if share == most and share > 0)
        # Nobody who writes the year with two digits writes it first, unless nothing else fits.
        return orders[1:] if len(orders) > 1 and orders[0] == "ymd" else orders

    def same(self, levels: Levels, orders: tuple[str, ...]) -> bool:
        """Tell whether all of these orders give the same dates."""
        fits = self.fits[orders[0]] & ~levels.missing
        return all(np.array_equal(self.days[orders[0]][fits], self.days[order][fits]) for order in orders[1:])


def survey(levels: Levels, *, compact: bool = False, forced: bool = False) -> Calendar | None:
    """Look for dates; None where too few of the filled rows hold one. ``compact`` admits 20120904."""
    enough = 1e-9 if forced else ENOUGH
    if levels.share(matches(levels.texts, r"^\D{0,24}\d.{4,40}$")) < enough:
        return None
    texts = numbered(levels.texts)
    found = pc.extract_regex(texts, pattern=_THREE)
    if compact and levels.share(_valid(found)) < enough:
        found = pc.extract_regex(texts, pattern=_COMPACT)
    calendar = _calendar(found, _valid(found)) if levels.share(_valid(found)) >= enough else None
    return calendar if calendar and max(levels.share(mask) for mask in calendar.fits.values()) >= enough else None


def _valid(found: pa.StructArray) -> Mask:
    return np.asarray(found.is_valid().to_numpy(zero_copy_only=False), dtype=bool)


def as_date(
    levels: Levels, calendar: Calendar, order: str, *, birth: bool = False, now: date, forced: bool = False,
    zone: str | None = None,
) -> Typed | None:  # fmt: skip
    """Read dates in an order: date32, or timestamp[us, UTC] where some row has a time of day.

    Two-digit years up to 68 are of this century; a birth that would lie in the future is a century earlier. Times that
    name no zone are those of ``zone`` (default: UTC).
    """
    fits = calendar.fits[order] & ~levels.missing
    if not forced and levels.share(fits) < ENOUGH:
        return None
    days = calendar.days[order]
    if birth:
        days = np.where(days > _number(now), _a_century_earlier(days), days)
    bad = ~fits & ~levels.missing
    why = say("all filled cells are dates") if not bad.any() else say("nearly all filled cells are dates")
    if not calendar.clock:
        return Typed(pa.array(days.astype(np.int32), mask=~fits).cast(pa.date32()), bad, "date", why=why)
    micros = days * 86_400_000_000 + calendar.micros
    if zone is not None:
        local = fits & ~calendar.zoned
        micros = np.where(local, in_utc(np.where(local, micros, 0), zone), micros)
        why = say("{why}; times without a zone are those of {zone}", why=why, zone=zone)
    moments = pa.array(micros, mask=~fits).cast(pa.timestamp("us", tz="UTC"))
    return Typed(moments, bad, "date", why=why)


def in_utc(micros: Whole, zone: str) -> Whole:
    """Return the moments at which the clocks of ``zone`` showed these times, in microseconds since 1970.

    A time that clocks show twice in autumn is the earlier one; one that they skip in spring is the first moment after.
    """
    import pandas as pd

    shown = pd.DatetimeIndex(micros.astype("M8[us]"))
    told = shown.tz_localize(zone, ambiguous=np.ones(len(shown), dtype=bool), nonexistent="shift_forward")
    return np.asarray(told.tz_convert("UTC").tz_localize(None).to_numpy("M8[us]").astype(np.int64))


def from_epoch(typed: Typed, name: str) -> Typed | None:
    """Read milliseconds since 1970, as pandas writes dates into JSON, where the column's name promises dates."""
    if not has(name, EPOCHS) or not pa.types.is_integer(typed.values.type):
        return None
    bounds = pc.min_max(typed.values).as_py()
    if bounds["min"] is None or bounds["min"] < _EARLIEST_MILLIS or bounds["max"] > _LATEST_MILLIS:
        return None
    moments = pc.multiply(typed.values, 1000).cast(pa.timestamp("us", tz="UTC"))
    whole = pc.all(pc.equal(moments, moments.cast(pa.date32()).cast(moments.type))).as_py()
    return Typed(moments.cast(pa.date32()) if whole else moments, typed.bad, "date", why=say("milliseconds since 1970"))


def future(levels: Levels, calendar: Calendar, order: str, now: date) -> float:
    """Return the share of filled rows that lie after ``now``."""
    return levels.share(calendar.fits[order] & (calendar.days[order] > _number(now)))


def sorted_share(levels: Levels, calendar: Calendar, order: str) -> float:
    """Return the share of steps from row to row in the commoner direction; 0 where no step leads anywhere."""
    days = calendar.days[order][levels.codes[~levels.missing[levels.codes]]]
    steps = np.diff(days)
    moved = steps[steps != 0]
    return float(max((moved > 0).mean(), (moved < 0).mean())) if len(moved) else 0.0


def _calendar(found: pa.StructArray, valid: Mask) -> Calendar:
    a, b, c = (_integers(found.field(name)) for name in "abc")
    lengths = [pc.utf8_length(found.field(name)).to_numpy(zero_copy_only=False) for name in "abc"]
    parts, days, fits = (a, b, c), {}, {}
    for order, (year, month, day) in _POSITIONS.items():
        long = lengths[year] == 4
        readable = valid & (long | (lengths[year] == 2)) & (lengths[day] <= 2) & (lengths[month] <= 2)
        years = np.where(long, parts[year], parts[year] + np.where(parts[year] >= _PIVOT, 1900, 2000))
        days[order], exists = _days(years, parts[month], parts[day])
        fits[order] = readable & exists
    micros, clock_fits = _time_of_day(found)
    fits = {order: mask & clock_fits for order, mask in fits.items()}
    marks = found.field("s").filter(pa.array(valid)).value_counts().to_pylist()
    mark = max(marks, key=lambda entry: entry["counts"])["values"]
    zoned = np.asarray(pc.not_equal(found.field("tz"), "").fill_null(False).to_numpy(zero_copy_only=False))
    return Calendar(days, fits, mark, micros, bool((micros[valid & clock_fits] != 0).any()), zoned)


def _days(years: Whole, months: Whole, days: Whole) -> tuple[Whole, Mask]:
    """Return day numbers since 1970 and which of these dates exist."""
    exists = (months >= 1) & (months <= 12) & (days >= 1) & (days <= 31) & (years >= 1) & (years <= 9999)
    month = (np.where(exists, years, 1970) - 1970) * 12 + np.where(exists, months, 1) - 1
    first = month.astype("M8[M]").astype("M8[D]")
    found = first + (np.where(exists, days, 1) - 1)
    exists &= found.astype("M8[M]") == first.astype("M8[M]")
    return found.astype(np.int64), exists


def _time_of_day(found: pa.StructArray) -> tuple[Whole, Mask]:
    hours, minutes, seconds = (_integers(found.field(name)) for name in "HMS")
    fraction = _integers(pc.utf8_slice_codeunits(pc.utf8_rpad(found.field("f"), 6, "0"), 0, 6))
    half = pc.utf8_lower(pc.utf8_slice_codeunits(found.field("ap"), 0, 1)).fill_null("").to_numpy(zero_copy_only=False)
    exists = (hours < 24) & (minutes < 60) & (seconds < 60) & ((half == "") | (hours <= 12))
    hours = np.where(half == "", hours, hours % 12 + 12 * (half == "p"))
    micros = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction
    return micros - _offset(found.field("tz")), exists


def _offset(zones: pa.StringArray) -> Whole:
    """Return what a zone is ahead of UTC, in microseconds."""
    digits = pc.replace_substring_regex(zones, r"\D", "")
    padded = pc.utf8_rpad(digits, 4, "0")
    hours, minutes = (_integers(pc.utf8_slice_codeunits(padded, start, start + 2)) for start in (0, 2))
    sign = np.where(matches(zones, "^-"), -1, 1)
    return np.asarray(sign * (hours * 60 + minutes) * 60_000_000, dtype=np.int64)


def _integers(texts: pa.StringArray) -> Whole:
    known = pc.if_else(pc.equal(texts, ""), None, texts).cast(pa.int64()).fill_null(0)
    return np.asarray(known.to_numpy(zero_copy_only=False), dtype=np.int64)


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _a_century_earlier(days: Whole) -> Whole:
    day = days.astype("M8[D]")
    month = day.astype("M8[M]")
    earlier: Whole = ((month - 1200).astype("M8[D]") + (day - month.astype("M8[D]"))).astype(np.int64)
    return earlier
