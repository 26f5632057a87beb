"""The customs of a file: which decimal mark it uses and in which order it writes dates, by evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from campanile.sources.dates import Calendar, future, sorted_share
from campanile.sources.levels import Levels, Mask, matches
from campanile.sources.numbers import Figures
from campanile.sources.spec import ReadSpec
from campanile.words import Sentence, say
from campanile.workspace.errors import SourceError

_ORDERED = 0.98
_FEWEST_STEPS = 5
_HALF = 0.5
_MANY = 20


@dataclass(frozen=True)
class Dated:
    """A column that holds dates."""

    name: str
    levels: Levels
    calendar: Calendar


@dataclass(frozen=True)
class Customs:
    """What the file as a whole shows. ``decimal`` is None where no column needs to tell."""

    decimal: str | None
    separator: str | None
    orders: dict[str, str]
    why: dict[str, Sentence]


def decimal_of(columns: Iterable[Figures], declared: str | None, separator: str | None) -> str | None:
    """Return the decimal mark: declared, else what most columns prove, else what most make likely."""
    figures = tuple(columns)
    proven = Counter(column.certain for column in figures if column.certain)
    likely = proven or Counter(mark for column in figures if (mark := _likely(column, separator)))
    return declared or (likely.most_common(1)[0][0] if likely else None)


def decimal_for(figures: Figures, customs: Customs, declared: str | None) -> str:
    """Return the decimal mark of one column: declared, its own proof, the file's, or what its separator suggests."""
    known = declared or figures.certain or customs.decimal
    if known:
        return known
    # Where cells are separated by semicolons, it is because commas stand inside numbers.
    commas = customs.separator == ";" and not figures.money.any() and matches(figures.texts, ",").any()
    return "," if commas else "."


def _likely(figures: Figures, separator: str | None) -> str | None:
    """Return the decimal mark of a column whose marks seem to part thousands; None where they need not."""
    if figures.plain:
        return None
    points, commas = (int(matches(figures.texts, rf"{mark}\d{{3}}$").sum()) for mark in (r"\.", ","))
    if bool(points) == bool(commas):
        return None
    mark, marked = (r"\.", points) if points else (",", commas)
    plain = figures.texts.filter(pa.array(matches(figures.texts, r"^[-+]?\d+$")))
    if len(plain):
        # Small numbers bear no mark then, and large ones always do.
        signs = bool(not matches(plain, r"\d{4}").any() and matches(plain, r"\d{3}").any())
    else:
        # All are large. A program drops the zeros that end a fraction; here they stand.
        signs = bool(matches(figures.texts, rf"{mark}\d\d0$").any()) and (bool(commas) or separator == ";")
    if not signs or marked + len(plain) < _MANY:
        return None
    return "," if points else "."


def orders_of(
    columns: Sequence[Dated], spec: ReadSpec, now: date, *, decimal: str | None, separator: str | None
) -> tuple[dict[str, str], dict[str, Sentence]]:
    """Decide the order of day, month and year of each column. Raises SourceError where nothing tells."""
    orders: dict[str, str] = {}
    why: dict[str, Sentence] = {}
    doubtful: list[Dated] = []
    for column in columns:
        best = column.calendar.best(column.levels)
        if spec.dates and column.levels.share(column.calendar.fits[spec.dates]) >= _HALF:
            orders[column.name] = spec.dates
        elif len(best) == 1 or column.calendar.same(column.levels, best):
            orders[column.name] = best[0]
        else:
            doubtful.append(column)
    known = {
        column.calendar.mark: orders[column.name] for column in columns if orders.get(column.name) not in (None, "ymd")
    }
    for column in doubtful:
        best = column.calendar.best(column.levels)
        found = (
            _by_columns(column, best, known)
            or _by_time(column, best, now)
            or _by_locale(column, best, decimal, separator)
            or _by_habit(best, spec.likely_dates)
        )
        if found is None:
            raise _ask(column, best)
        orders[column.name], why[column.name] = found
    return orders, why


Found = tuple[str, Sentence] | None


def _by_columns(column: Dated, best: tuple[str, ...], known: dict[str, str]) -> Found:
    order = known.get(column.calendar.mark) or next(iter(known.values()), None)
    return (order, say("as in the file's other dates")) if order in best and order else None


def _by_time(column: Dated, best: tuple[str, ...], now: date) -> Found:
    """Decide by what time allows: nothing has happened in the future, and rows often follow the calendar."""
    past = [order for order in best if future(column.levels, column.calendar, order, now) == 0]
    if len(past) == 1:
        return past[0], say("the other order gives dates in the future")
    steps = {order: sorted_share(column.levels, column.calendar, order) for order in best}
    ordered = [order for order, share in steps.items() if share >= _ORDERED]
    if len(ordered) == 1 and column.levels.filled > _FEWEST_STEPS:
        return ordered[0], say("so the rows follow the calendar")
    return None


def _by_locale(column: Dated, best: tuple[str, ...], decimal: str | None, separator: str | None) -> Found:
    if "dmy" in best and (column.calendar.mark == "." or decimal == "," or (decimal is None and separator == ";")):
        return "dmy", say("as where numbers are written with a decimal comma")
    if "mdy" in best and matches(column.levels.texts, r"(?i)[ap]\.?m\.?$").any():
        return "mdy", say("as where the clock has twelve hours")
    return None


def _by_habit(best: tuple[str, ...], likely: str | None) -> Found:
    return (likely, say("as in the table that the rows belong to")) if likely in best and likely else None


def _ask(column: Dated, best: tuple[str, ...]) -> SourceError:
    fits = column.calendar.fits[best[0]] & ~column.levels.missing
    different = fits & (column.calendar.days[best[0]] != column.calendar.days[best[1]])
    example = column.levels.texts.filter(pa.array(different))[0].as_py()
    first, second = (_day(column, order, different) for order in best[:2])
    return SourceError(
        say("Column {column:quoted}: {example:quoted} can be {first:date} or {second:date}; the file does not tell.",
            column=column.name, example=example, first=first, second=second),
        say("Say it: --dates {first} or --dates {second}", first=best[0], second=best[1]),
    )  # fmt: skip


def _day(column: Dated, order: str, places: Mask) -> date:
    found: date = column.calendar.days[order][places][:1].astype("M8[D]")[0].item()
    return found
