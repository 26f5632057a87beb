"""Cut-offs: in order, after the first event's day, by the end of the events, with whole periods between."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campanile.features.events import CalendarSpec, PanelSpec, cutoffs, span
from campanile.features.events.calendar import MOST_CUTOFFS, Span, before, start
from campanile.features.events.spec import Window
from campanile.workspace.errors import DataError, SpecError

NOW = datetime(2030, 1, 1)


def within(first: datetime, last: datetime) -> Span:
    return Span(first, last, NOW)


WINTER = within(datetime(2023, 12, 30, 12), datetime(2024, 3, 1, 0, 0, 1))


def test_months_begin_with_cutoffs_after_the_month_of_the_first_event():
    assert cutoffs(CalendarSpec(every="month"), WINTER) == (date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1))


def test_weeks_begin_on_monday():
    found = cutoffs(CalendarSpec(every="week"), within(datetime(2024, 2, 18, 23), datetime(2024, 3, 4, 1)))
    assert found == (date(2024, 2, 19), date(2024, 2, 26), date(2024, 3, 4))


def test_days_go_through_the_29th_of_february_of_leap_years_only():
    def days(year: int) -> list[int]:
        found = cutoffs(CalendarSpec(every="day"), within(datetime(year, 2, 27), datetime(year, 3, 1)))
        return [day.day for day in found]

    assert days(2024) == [28, 29, 1, 2]
    assert days(2023) == [28, 1, 2]


def test_a_period_counts_once_its_last_day_has_an_event():
    def months(last: datetime) -> int:
        return len(cutoffs(CalendarSpec(every="month"), within(datetime(2024, 1, 10), last)))

    assert months(datetime(2024, 2, 28, 23, 59)) == 1
    assert months(datetime(2024, 2, 29, 0, 0)) == 2


def test_an_event_at_midnight_of_a_cutoff_is_of_the_period_that_begins():
    assert cutoffs(CalendarSpec(every="month"), within(datetime(2024, 2, 1), datetime(2024, 2, 29))) == (
        date(2024, 3, 1),
    )


def test_without_a_calendar_the_one_cutoff_is_after_all_events():
    assert cutoffs(CalendarSpec(), WINTER) == (date(2024, 3, 2),)
    assert cutoffs(CalendarSpec(), within(datetime(2024, 1, 1), datetime(2024, 12, 31))) == (date(2025, 1, 1),)


def test_days_of_choice_are_sorted_and_each_counts_once():
    at = CalendarSpec(at=(date(2024, 2, 10), date(2024, 1, 5), date(2024, 2, 10)))
    assert cutoffs(at, WINTER) == (date(2024, 1, 5), date(2024, 2, 10))
    assert cutoffs(CalendarSpec(at="2024-01-05"), WINTER) == (date(2024, 1, 5),)


def test_a_day_of_choice_that_has_not_begun_by_the_end_of_the_events_is_no_cutoff():
    assert cutoffs(CalendarSpec(at=(date(2024, 3, 2), date(2024, 3, 3))), WINTER) == (date(2024, 3, 2),)


def test_both_bounds_belong_to_the_calendar():
    bounded = CalendarSpec(every="month", first=date(2024, 2, 1), last=date(2024, 2, 1))
    assert cutoffs(bounded, WINTER) == (date(2024, 2, 1),)
    assert cutoffs(CalendarSpec(every="month", first=date(2024, 2, 2)), WINTER) == (date(2024, 3, 1),)


def test_no_cutoff_is_an_error_that_tells_the_span_of_the_events():
    with pytest.raises(DataError) as none:
        cutoffs(CalendarSpec(every="month"), within(datetime(2024, 2, 3), datetime(2024, 2, 20)))
    assert "2024" in str(none.value)
    assert "shorter period" in str(none.value)


def test_too_many_cutoffs_are_an_error_that_tells_how_many():
    with pytest.raises(DataError, match="bound it with 'first' and 'last'"):
        cutoffs(CalendarSpec(every="day"), within(datetime(1900, 1, 1), NOW))
    long = CalendarSpec(every="day", last=date(1900, 1, 1) + timedelta(days=MOST_CUTOFFS))
    assert len(cutoffs(long, within(datetime(1900, 1, 1), NOW))) == MOST_CUTOFFS


def test_a_calendar_is_told_in_one_way():
    with pytest.raises(SpecError, match="not both"):
        CalendarSpec(every="month", at=(date(2024, 1, 1),))
    with pytest.raises(SpecError, match="must be"):
        CalendarSpec(every="year")


@pytest.mark.parametrize(("day", "count", "unit", "found"), [
    (date(2024, 3, 31), 1, "month", date(2024, 2, 29)), (date(2023, 3, 31), 1, "month", date(2023, 2, 28)),
    (date(2024, 1, 31), 2, "month", date(2023, 11, 30)), (date(2024, 1, 31), -1, "month", date(2024, 2, 29)),
    (date(2024, 12, 1), -1, "month", date(2025, 1, 1)), (date(2024, 1, 1), 1, "month", date(2023, 12, 1)),
    (date(2024, 12, 31), 12, "month", date(2023, 12, 31)), (date(2024, 2, 29), 12, "month", date(2023, 2, 28)),
    (date(2024, 3, 1), 1, "day", date(2024, 2, 29)), (date(2024, 3, 1), 2, "week", date(2024, 2, 16)),
])  # fmt: skip
def test_months_back_keep_the_day_where_there_is_one(day, count, unit, found):
    assert before(day, count, unit) == found


def test_a_window_longer_than_time_begins_with_it():
    assert start(date(2024, 1, 1), None) == date(1, 1, 1)
    assert start(date(2024, 1, 1), Window(count=9999, unit="day")) == date(1996, 8, 16)
    assert start(date(2024, 1, 1), Window.read("9999 months")) <= date(1190, 10, 1)


MOMENTS = st.datetimes(datetime(1999, 1, 1), datetime(2005, 1, 1))
LENGTHS = {"day": {1}, "week": {7}, "month": {28, 29, 30, 31}}


@given(MOMENTS, MOMENTS, st.sampled_from(["day", "week", "month"]))
def test_cutoffs_lie_after_the_first_events_day_and_by_the_end_with_whole_periods_between(one, other, every):
    events = within(min(one, other), max(one, other))
    try:
        found = cutoffs(CalendarSpec(every=every), events)
    except DataError:
        assert events.end <= events.first.date() + timedelta(days=max(LENGTHS[every]))
        return
    assert all(events.first.date() < day <= events.end for day in found)
    assert {(after - day).days for day, after in pairwise(found)} <= LENGTHS[every]
    # The next would come after the end, and the one before by the first event's day.
    assert before(found[-1], -1, every) > events.end
    assert before(found[0], 1, every) <= events.first.date()


@given(MOMENTS, MOMENTS, st.dates(date(1998, 1, 1), date(2006, 1, 1)), st.dates(date(1998, 1, 1), date(2006, 1, 1)))
def test_bounds_only_take_cutoffs_away(one, other, first, last):
    events = within(min(one, other), max(one, other) + timedelta(days=31))
    every = cutoffs(CalendarSpec(every="month"), events)
    asked = tuple(day for day in every if first <= day <= last)
    try:
        assert cutoffs(CalendarSpec(every="month", first=first, last=last), events) == asked
    except DataError:
        assert asked == ()


def test_the_span_is_over_all_tables_of_events_and_ends_now(engine):
    times = [datetime(2024, 1, 5), datetime(2024, 2, 1), datetime(2024, 7, 1), None, datetime(2020, 1, 1)]
    plays = pa.table({"who": ["a", "a", "a", "a", None], "ts": times})
    buys = pa.table({"who": ["a"], "ts": [datetime(2024, 2, 20)]})
    spec = PanelSpec(
        entity="users",
        tables={"users": {"key": "who"}, "plays": {"entity": "who", "time": "ts"},
                "buys": {"entity": "who", "time": "ts"}},
    )  # fmt: skip
    tables = engine.tables({"users": pa.table({"who": ["a"]}), "plays": plays, "buys": buys})

    def found(now: datetime) -> tuple[datetime, ...]:
        told = [row for row in engine.to_arrow(span(spec, tables, now)).to_pylist() if row["first"]]
        return min(row["first"] for row in told), max(row["last"] for row in told)

    assert found(datetime(2024, 3, 1)) == (datetime(2024, 1, 5, tzinfo=UTC), datetime(2024, 2, 20, tzinfo=UTC))
    assert found(datetime(2024, 2, 1)) == (datetime(2024, 1, 5, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC))
    assert found(datetime(2025, 1, 1))[1] == datetime(2024, 7, 1, tzinfo=UTC)
