"""Values that cannot be: outside the declared range, ages that nobody reaches, money below nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from campanile.quality.bounds import Bound, examples, outside
from campanile.quality.look import Look
from campanile.quality.result import Finding, Severity
from campanile.tables.dictionary import Column, Semantic
from campanile.words import Sentence, plural, say

SERIOUS_SHARE = 0.01
USUAL_NEGATIVES = 0.05
"""Share of negative amounts from which they are a way of counting (a balance), not faults."""
LATER_SHARE = 0.05
"""Share of births after the table's last date from which that date says nothing of when the table was made."""

_BIRTH = re.compile(r"birth|born|(^|_)(dob|yob)(_|$)|urodz|nacim", re.IGNORECASE)
_YEAR = re.compile(r"year|yob|rok|año|anio|ano_", re.IGNORECASE)
_AGE = re.compile(r"(^|_)(age|wiek|edad)(_|$)|^(Age|Wiek|Edad)|(Age|Wiek|Edad)$")
_DAYS_PER_YEAR = 365.2425


def impossible_values(look: Look) -> tuple[Finding, ...]:
    """Find values outside what their meaning allows."""
    found = [finding for bound in impossible_bounds(look) if (finding := _finding(look, bound)) is not None]
    found += _negative_balances(look)
    return tuple(found) or (
        Finding("impossible", None, True, "info", 0, say("No value lies outside what its meaning allows.")),
    )


def impossible_bounds(look: Look) -> Iterator[Bound]:
    """Yield the bounds that declared ranges and general rules set; at most one rule for a column."""
    for column in (*look.measured, *look.dated):
        if column.name == look.dictionary.key:
            continue
        if column.low is not None or column.high is not None:
            yield _declared(column)
        elif column.name in look.dated_names:
            if _BIRTH.search(column.name):
                yield _birth_date(look, column)
        elif _BIRTH.search(column.name) and (_YEAR.search(column.name) or column.unit == "year"):
            last = _last_birth(look, column)
            reason = say(
                "a birth year that gives an age over {age} or lies after {last}",
                age=look.spec.max_age_years,
                last=str(last),
            )
            yield Bound(column.name, last - look.spec.max_age_years, last, reason)
        elif _AGE.search(column.name) and column.unit in ("", "year", "years"):
            yield Bound(
                column.name,
                0,
                look.spec.max_age_years,
                say("an age below 0 or over {age}", age=look.spec.max_age_years),
            )
        elif column.semantic is Semantic.MONEY and 0 < _negative_share(look, column.name) < USUAL_NEGATIVES:
            yield Bound(
                column.name, 0, math.inf, say("an amount below nothing, where amounts are not negative otherwise")
            )


def _last_birth(look: Look, column: Column) -> int:
    """Return the last year in which a customer can be born: that of the table's last date, unless that is too old."""
    values, last = look.ordered(column.name).values, look.latest.year
    return last if not len(values) or float((values > last).mean()) < LATER_SHARE else look.as_of.year


def _declared(column: Column) -> Bound:
    low = -math.inf if column.low is None else column.low
    high = math.inf if column.high is None else column.high
    if column.high is None:
        reason = say("below {low}, the declared least", low=_measure(low, column.unit))
    elif column.low is None:
        reason = say("above {high}, the declared most", high=_measure(high, column.unit))
    else:
        reason = say("outside the declared range, {low:exact} to {high}", low=low, high=_measure(high, column.unit))
    return Bound(column.name, low, high, reason)


def _measure(value: float, unit: str) -> Sentence:
    return say("{value:exact} {unit}", value=value, unit=unit) if unit else say("{value:exact}", value=value)


def _birth_date(look: Look, column: Column) -> Bound:
    today = look.as_of.toordinal() - 719163  # the ordinal of 1 January 1970
    reason = say("a birth date that gives an age over {age} or lies in the future", age=look.spec.max_age_years)
    return Bound(column.name, math.floor(today - look.spec.max_age_years * _DAYS_PER_YEAR), today, reason)


def _finding(look: Look, bound: Bound) -> Finding | None:
    rows = outside(look, bound)
    if not len(rows):
        return None
    column, fact = look.dictionary[bound.column], look.facts[bound.column]
    words = _words(len(rows), column.named(), bound.reason)
    severity: Severity = "serious" if len(rows) >= SERIOUS_SHARE * fact.present else "warning"
    shown = None if column.semantic is Semantic.PERSONAL else examples(look, bound.column, rows)
    return Finding("impossible", bound.column, False, severity, len(rows), words, shown, "impossible_to_missing")


def _words(count: int, column: Sentence, reason: Sentence) -> Sentence:
    return plural(
        "{column}: {n:number} value is impossible: {reason}.",
        "{column}: {n:number} values are impossible: {reason}.",
        n=count,
        column=column,
        reason=reason,
    )


def _negative_balances(look: Look) -> list[Finding]:
    """Say where money is negative so often that it is no fault."""
    found = []
    for column in look.dictionary.of(Semantic.MONEY):
        if column.name not in look.measured_names or column.low is not None or column.high is not None:
            continue
        share = _negative_share(look, column.name)
        if share >= USUAL_NEGATIVES:
            words = say(
                "{column}: {share:percent} of the amounts are negative: taken for a balance or for refunds.",
                column=column.named(),
                share=share,
            )
            count = round(share * look.facts[column.name].present)
            found.append(Finding("impossible", column.name, False, "info", count, words))
    return found


def _negative_share(look: Look, name: str) -> float:
    values = look.ordered(name).values
    return float((values < 0).mean()) if len(values) else 0.0
