"""What an expression means is the same, and what we say it is, on every engine."""

import datetime as dt

import ibis
import pyarrow as pa
import pytest


def day(text):
    return dt.date.fromisoformat(text)


def moment(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


NUMBERS = {
    "division by zero is missing": (lambda t: t.n / t.zero, [None] * 3),
    "whole numbers divide into doubles": (lambda t: t.n / 2, [-3.5, 2.5, None]),
    "floor division goes down": (lambda t: t.n // 2, [-4, 2, None]),
    "floor division by zero is missing": (lambda t: t.n // t.zero, [None] * 3),
    "the rest has the sign of the dividend": (lambda t: t.n % 4, [-3, 1, None]),
    "the rest of a division by zero is missing": (lambda t: t.n % t.zero, [None] * 3),
    "casts cut off": (lambda t: t.x.cast("int64"), [-2, 2, None]),
    "halves round away from zero": (lambda t: t.x.round(), [-3, 3, None]),
    "what is nearly a half is below it": (lambda t: (t.x * 0 + 0.49999999999999994).round(), [0, 0, None]),
    "the largest doubles are whole": (
        lambda t: (t.x * 0 + 4503599627370497.0).round() - 4503599627370497,
        [0, 0, None],
    ),
    "floors and ceilings": (lambda t: t.x.floor() * 10 + t.x.ceil(), [-32, 23, None]),
    "digits round by arithmetic": (lambda t: (t.x * 0 + 2.675).round(2), [2.68, 2.68, None]),
    "a literal with a point is a double": (lambda t: t.n * 0.1, [-0.7000000000000001, 0.5, None]),
    "no logarithm of what is not above zero": (lambda t: t.x.ln() > 0, [None, True, None]),
    "no root of what is below zero": (lambda t: (t.x * 3.6).sqrt(), [None, 3.0, None]),
    "not a number is missing": (lambda t: t.nan.isnull(), [True, True, False]),
    "not a number is not counted": (lambda t: t.nan.count().over(ibis.window()), [1] * 3),
    "least and greatest pass over what is missing": (lambda t: ibis.least(t.n, t.zero), [-7, 0, 0]),
}
TIMES = {
    "a week begins on Monday": (lambda t: t.one.truncate("W"), [day("2024-02-26"), day("2020-12-28"), None]),
    "Monday is 0": (lambda t: t.one.day_of_week.index(), [3, 6, None]),
    "weeks are ISO's": (lambda t: t.one.week_of_year(), [9, 53, None]),
    "days lie between dates": (lambda t: t.other.delta(t.one, unit="day"), [1, -33, None]),
    "days lie between midnights": (lambda t: t.late.delta(t.early, unit="day"), [1, -1, None]),
    "hours lie between full hours": (lambda t: t.late.delta(t.early, unit="hour"), [1, -24, None]),
    "months lie between firsts": (lambda t: t.other.delta(t.one, unit="month"), [1, -1, None]),
    "years lie between New Years": (lambda t: t.other.delta(t.one, unit="year"), [0, -1, None]),
    "a day is cut from a time in UTC": (lambda t: t.late.date(), [day("2024-03-01"), day("1969-12-31"), None]),
    "seconds are whole": (lambda t: t.early.second(), [59, 0, None]),
    "seconds since 1970 are those that are over": (lambda t: t.late.epoch_seconds(), [1709251200, -86400, None]),
    "and so before 1970": (
        lambda t: (t.late - ibis.interval(milliseconds=1)).epoch_seconds(),
        [1709251199, -86401, None],
    ),
    "a month later is not thirty days later": (
        lambda t: later(t.one, months=1).delta(later(t.one, days=30), unit="day"),
        [-1, 1, None],
    ),
    "the last day of a month stays within the next": (
        lambda t: (day_of(t, "2024-01-31") + ibis.interval(months=1)).cast("date"),
        [day("2024-02-29")] * 3,
    ),
}  # fmt: skip
TEXTS = {
    "blanks of all kinds are stripped, letters are not": (lambda t: t.s.strip(), ["vf fv", "ŻÓŁĆ", None]),
    "letters are counted": (lambda t: t.s.strip().length(), [5, 4, None]),
    "small letters of all alphabets": (lambda t: t.s.strip().lower(), ["vf fv", "żółć", None]),
    "lists share values once": (lambda t: t.l.intersect(t.m).length(), [1, 0, None]),
    "a list holds": (lambda t: t.l.contains("a"), [True, False, None]),
    "an empty list is 0 long": (lambda t: t.l.length(), [4, 0, None]),
    "a missing value is in no list": (lambda t: t.l.contains(t.missing), [False, False, None]),
    "missing text stays missing": (lambda t: t.s.strip() + t.missing, [None] * 3),
}


def later(column, **step):
    return (column + ibis.interval(**step)).cast("date")


def day_of(t, text):
    return ibis.ifelse(t.id >= 0, ibis.date(text), t.one)


def rows(engine):
    return engine.arrow("rows", pa.table({
        "id": [0, 1, 2], "n": [-7, 5, None], "zero": [0, 0, 0], "x": [-2.5, 2.5, None],
        "nan": [float("nan"), None, 1.0],
        "one": [day("2024-02-29"), day("2021-01-03"), None], "other": [day("2024-03-01"), day("2020-12-01"), None],
        "early": [moment("2024-02-29T23:59:59.999999"), moment("1970-01-01T00:00:00"), None],
        "late": [moment("2024-03-01T00:00:00"), moment("1969-12-31T00:00:00"), None],
        "s": pa.array(["\t\x0b vf fv \r\n\x0c", " ŻÓŁĆ", None]), "missing": pa.nulls(3, pa.string()),
        "l": pa.array([["a", "a", "b", None], [], None]), "m": pa.array([["a", None], ["a"], ["a"]]),
    }))  # fmt: skip


@pytest.fixture(scope="module")
def answers():
    """What an engine said to all of these at once, kept for each."""
    return {}


SAID = NUMBERS | TIMES | TEXTS


@pytest.mark.parametrize("sentence", SAID)
def test_it_means(engine, sentence, answers):
    if engine.name not in answers:
        table = rows(engine)
        values = {name: said(table) for name, (said, _) in SAID.items()}
        answers[engine.name] = engine.to_arrow(table.select(table.id, **values).order_by("id"))
    _, expected = SAID[sentence]
    assert answers[engine.name].column(sentence).to_pylist() == expected


def test_counts_of_nothing_are_zero_and_sums_of_nothing_missing(engine):
    table = rows(engine)
    none = table.filter(table.id > 5)
    found = engine.to_arrow(none.agg(
        rows=none.count(), some=none.count(where=none.n > 0), kinds=none.s.nunique(), total=none.n.sum(),
        mean=none.x.mean(), least=none.x.min(),
    ))  # fmt: skip
    assert found.to_pylist() == [{"rows": 0, "some": 0, "kinds": 0, "total": None, "mean": None, "least": None}]


def test_groups_are_summed_up(engine):
    events = engine.arrow("events", pa.table({
        "who": ["a", "a", "a", "b", None], "x": [1.0, 2.0, 4.0, 8.0, 16.0], "good": [True, False, True, None, True],
        "what": ["p", "p", "q", None, "p"],
    }))  # fmt: skip
    found = engine.to_arrow(events.group_by("who").agg(
        n=events.count(), good=events.count(where=events.good), kinds=events.what.nunique(where=events.good),
        mean=events.x.mean(), middle=events.x.median(), upper=events.x.quantile(0.75), spread=events.x.std(),
    ).order_by("who"))  # fmt: skip
    assert found.to_pylist() == [
        {"who": "a", "n": 3, "good": 2, "kinds": 2, "mean": 7 / 3, "middle": 2.0, "upper": 3.0,
         "spread": pytest.approx(1.5275252316519468, rel=1e-12)},
        {"who": "b", "n": 1, "good": 0, "kinds": 0, "mean": 8.0, "middle": 8.0, "upper": 8.0, "spread": None},
        {"who": None, "n": 1, "good": 1, "kinds": 1, "mean": 16.0, "middle": 16.0, "upper": 16.0, "spread": None},
    ]  # fmt: skip
