"""From cells to types: what each column is, decided for the column and the file as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from campanile.sources import dates, flags, lists, numbers
from campanile.sources.cells import Cells
from campanile.sources.customs import Customs, Dated, decimal_for, decimal_of, orders_of
from campanile.sources.levels import Levels, Typed, levels_of
from campanile.sources.missing import bare, markers
from campanile.sources.spec import ReadSpec
from campanile.sources.vocabulary import BIRTH, DATES, amount, has
from campanile.tables import Declared, Semantic
from campanile.words import say

_WANTED = {
    Semantic.TEXT: "string", Semantic.CATEGORY: "string", Semantic.NUMBER: "number", Semantic.MONEY: "number",
    Semantic.DATE: "date", Semantic.FLAG: "bool", Semantic.LIST: "list",
}  # fmt: skip


@dataclass(frozen=True)
class Survey:
    """What a column of texts could be, before the file's customs are known. ``wanted`` is the declared kind."""

    name: str
    levels: Levels
    wanted: str | None
    verbatim: pa.StringArray | None = None
    flag: Typed | None = None
    listed: Typed | None = None
    figures: numbers.Figures | None = None
    calendar: dates.Calendar | None = None


@dataclass(frozen=True)
class Decided:
    """A column in its type; ``levels`` is None where the format itself had types."""

    name: str
    typed: Typed
    levels: Levels | None
    unnamed: bool = False


def decide(cells: Cells, spec: ReadSpec) -> tuple[tuple[Decided, ...], Customs]:
    """Give each column of texts its type. Raises SourceError where dates can be read in two ways."""
    surveys = {
        place: survey(cells.names[place], column, spec)
        for place, column in enumerate(cells.columns)
        if pa.types.is_dictionary(column.type)
    }
    now = spec.now or date.today()
    customs = _customs(tuple(surveys.values()), spec, cells.dialect.separator, now)
    decided = tuple(
        Decided(name, _type(surveys[place], customs, spec, now), surveys[place].levels)
        if place in surveys
        else Decided(name, Typed(column, np.zeros(len(column), dtype=bool), why=say("as the file declares")), None)
        for place, (name, column) in enumerate(zip(cells.names, cells.columns, strict=True))
    )
    return decided, customs


def survey(name: str, column: pa.DictionaryArray, spec: ReadSpec) -> Survey:
    """Look at a column's levels for lists, flags, numbers and dates, in this order."""
    said = spec.types.get(name)
    wanted = _wanted(said)
    levels = levels_of(column)
    if wanted == "string":
        verbatim = said is not None and said.type == "string"
        texts = _verbatim(column, len(levels.texts)) if verbatim else None
        missing = (
            np.asarray(pc.equal(texts, "").to_numpy(zero_copy_only=False))
            if texts is not None
            else markers(levels.texts, spec.missing)
        )
        return Survey(name, replace(levels, missing=missing), wanted, texts)
    levels = levels.also_missing(markers(levels.texts, spec.missing))
    strict = levels.also_missing(bare(levels.texts))
    meant = said is not None and said.semantic not in (None, Semantic.LIST)
    return _typed_survey(name, levels, strict, wanted, lists_may_be=not meant)


def _typed_survey(name: str, levels: Levels, strict: Levels, wanted: str | None, *, lists_may_be: bool) -> Survey:
    if wanted == "list" or (wanted is None and lists_may_be):
        listed = lists.as_list(strict, forced=wanted == "list")
        if listed is not None:
            return Survey(name, strict, wanted, listed=listed)
    if wanted in (None, "bool"):
        flag = flags.as_flag(strict, forced=wanted == "bool")
        if flag is not None:
            return Survey(name, strict, wanted, flag=flag)
    if wanted in (None, "number", "int64", "double"):
        figures = numbers.survey(strict, forced=wanted is not None)
        compact = wanted is None and has(name, DATES) and dates.survey(strict, compact=True)
        if figures is not None and not compact:
            return Survey(
                name, strict, wanted, figures=figures, calendar=dates.survey(strict) if wanted is None else None
            )
    if wanted in (None, "date", "day", "timestamp"):
        calendar = dates.survey(strict, compact=wanted is not None or has(name, DATES), forced=wanted is not None)
        if calendar is not None:
            return Survey(name, strict, wanted, calendar=calendar)
    return Survey(name, strict if wanted else levels, wanted)


def _customs(surveys: tuple[Survey, ...], spec: ReadSpec, separator: str | None, now: date) -> Customs:
    decimal = decimal_of((column.figures for column in surveys if column.figures), spec.decimal, separator)
    early = Customs(decimal, separator, {}, {})
    dated = [
        Dated(column.name, column.levels, column.calendar)
        for column in surveys
        if column.calendar and not _number(column, early, spec)
    ]
    orders, why = orders_of(dated, spec, now, decimal=decimal, separator=separator)
    return Customs(decimal, separator, orders, why)


def _number(column: Survey, customs: Customs, spec: ReadSpec) -> Typed | None:
    if column.figures is None:
        return None
    decimal = decimal_for(column.figures, customs, spec.decimal)
    return numbers.as_number(column.levels, column.figures, decimal, forced=column.wanted is not None)


def _type(column: Survey, customs: Customs, spec: ReadSpec, now: date) -> Typed:
    if column.listed is not None:
        return column.listed
    if column.flag is not None:
        return column.flag
    if column.name in customs.orders and column.calendar is not None:
        order = customs.orders[column.name]
        typed = dates.as_date(
            column.levels,
            column.calendar,
            order,
            birth=has(column.name, BIRTH),
            now=now,
            forced=column.wanted is not None or order == spec.dates,
            zone=spec.types[column.name].zone if column.name in spec.types else None,
        )
        return _stored(typed, column.wanted) if typed else _text(column)
    number = _number(column, customs, spec)
    if number is None:
        return _text(column) if column.wanted in (None, "string") else _none_fits(column)
    if column.wanted is None and not amount(column.name):
        return flags.from_numbers(number, column.levels.missing) or dates.from_epoch(number, column.name) or number
    return _stored(number, column.wanted)


def _stored(typed: Typed, wanted: str | None) -> Typed:
    """Bring a typed column to the declared storage; values that lose by it are bad."""
    if wanted == "double":
        return replace(typed, values=typed.values.cast(pa.float64()))
    if wanted == "int64" and pa.types.is_floating(typed.values.type):
        broken = np.asarray(
            pc.fill_null(pc.not_equal(typed.values, pc.floor(typed.values)), False).to_numpy(zero_copy_only=False)
        )
        values = pc.if_else(pa.array(broken), None, typed.values).cast(pa.int64())
        return replace(typed, values=values, bad=typed.bad | broken, reason="whole" if broken.any() else typed.reason)
    if wanted == "timestamp":
        return replace(typed, values=typed.values.cast(pa.timestamp("us", tz="UTC")))
    return replace(typed, values=typed.values.cast(pa.date32(), safe=False)) if wanted == "day" else typed


def _text(column: Survey) -> Typed:
    texts = column.verbatim if column.verbatim is not None else column.levels.texts
    none = np.zeros(len(texts), dtype=bool)
    return Typed(pc.if_else(pa.array(column.levels.missing), None, texts), none, why=say("texts"))


def _none_fits(column: Survey) -> Typed:
    """Type a declared column in which nothing can be read as declared: all of it is bad."""
    kind = {
        "date": pa.date32(),
        "day": pa.date32(),
        "timestamp": pa.timestamp("us", tz="UTC"),
        "double": pa.float64(),
    }.get(column.wanted or "", pa.int64())
    bad = ~column.levels.missing
    return Typed(pa.nulls(len(bad), kind), bad, "date" if column.wanted in ("date", "day", "timestamp") else "number")


def _wanted(said: Declared | None) -> str | None:
    if said is None:
        return None
    if said.type is not None:
        return "day" if said.type == "date" else said.type
    return _WANTED.get(said.semantic) if said.semantic else None


def _verbatim(column: pa.DictionaryArray, levels: int) -> pa.StringArray:
    texts = column.dictionary.cast(pa.string())
    return texts if len(texts) == levels else pa.concat_arrays([texts, pa.array([""])])
