"""Dates: the order of day, month and year is decided for the column, by evidence, or asked."""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from campanile.sources import ReadSpec, read
from campanile.sources.dates import in_utc
from campanile.workspace.errors import SourceError, SpecError

NOW = dt.date(2024, 6, 1)


def _read(folder: Path, cells: list[str], name: str = "joined", header: str = "id|{}|other", other: str = "x", **asked):
    path = folder / "dates.csv"
    rows = "".join(f"{number}|{cell}|{other}\n" for number, cell in enumerate(cells))
    path.write_text(header.format(name) + "\n" + rows, encoding="utf-8")
    return read(path, ReadSpec(now=NOW, **asked))


@pytest.mark.parametrize(
    ("cell", "last"),
    [
        ("2012-09-04", "2012-09-28"), ("04/09/2012", "28/09/2012"), ("9/4/2012", "9/28/2012"), ("04.09.12", "28.09.12"),
        ("20120904", "20120928"), ("4 Sep 2012", "28 Sep 2012"), ("Sep 4, 2012", "Sep 28, 2012"),
        ("4 września 2012", "28 września 2012"), ("4 de septiembre de 2012", "28 de septiembre de 2012"),
        ("Tuesday, September 4, 2012", "Friday, September 28, 2012"), ("2012/9/4", "2012/9/28"),
        ("04-Sep-12", "28-Sep-12"),
        ("2012-09-04 00:00:00", "2012-09-28 00:00"), ("2012-09-04T00:00:00Z", "2012-09-28T00:00:00Z"),
        ("9/4/2012 12:00:00 AM", "9/28/2012 12:00 AM"),
    ],
)  # fmt: skip
def test_a_date_is_read_in_any_form(tmp_path, cell, last):
    column = _read(tmp_path, [cell, last], name="date").table.column("date")
    assert column.to_pylist() == [dt.date(2012, 9, 4), dt.date(2012, 9, 28)]


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2023-08-15 05:58:37", "2023-08-15 05:58:37"), ("2023-08-15T05:58:37.123456Z", "2023-08-15 05:58:37.123456"),
        ("2023-08-15T05:58:37+02:00", "2023-08-15 03:58:37"), ("8/15/2023 5:58 PM", "2023-08-15 17:58:00"),
        ("15.08.2023 17:58", "2023-08-15 17:58:00"), ("2023-08-15 05:58:37-0530", "2023-08-15 11:28:37"),
    ],
)  # fmt: skip
def test_moments_are_in_utc(tmp_path, cell, moment):
    column = _read(tmp_path, [cell]).table.column("joined")
    assert column[0].as_py() == dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2024-01-15 12:00:00", "2024-01-15 11:00:00"), ("2024-07-15 12:00:00", "2024-07-15 10:00:00"),
        ("2024-03-31 02:30:00", "2024-03-31 01:00:00"), ("2024-10-27 02:30:00", "2024-10-27 00:30:00"),
        ("2024-07-15 12:00:00Z", "2024-07-15 12:00:00"), ("2024-07-15 12:00:00-04:00", "2024-07-15 16:00:00"),
    ],
    ids=["winter", "summer", "skipped", "shown twice", "says UTC", "says its zone"],
)  # fmt: skip
def test_times_without_a_zone_are_those_of_the_declared_one(tmp_path, cell, moment):
    column = _read(tmp_path, [cell], types={"joined": {"zone": "Europe/Warsaw"}}).table.column("joined")
    assert column[0].as_py() == dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)


def test_days_are_the_same_in_every_zone(tmp_path):
    column = _read(tmp_path, ["2024-03-31"], types={"joined": {"zone": "Europe/Warsaw"}}).table.column("joined")
    assert column.to_pylist() == [dt.date(2024, 3, 31)]


def test_a_zone_that_is_none_is_told(tmp_path):
    with pytest.raises(SpecError, match="no time zone"):
        _read(tmp_path, ["2024-03-31"], types={"joined": {"zone": "Warsaw"}})


@given(st.lists(st.datetimes(dt.datetime(1980, 1, 1), dt.datetime(2037, 1, 1)), min_size=1, max_size=20))
def test_what_clocks_showed_is_the_moment_again_but_for_the_hour_they_show_twice(moments):
    zone = ZoneInfo("Europe/Warsaw")
    told = [moment.replace(tzinfo=dt.UTC).astimezone(zone) for moment in moments]
    shown = np.array([one.replace(tzinfo=None) for one in told], dtype="M8[us]").astype(np.int64)
    again = np.array([one.fold * 3_600_000_000 for one in told])
    assert (in_utc(shown, "Europe/Warsaw") == np.array(moments, dtype="M8[us]").astype(np.int64) - again).all()


def test_impossible_dates_are_refused_in_a_column_of_dates(tmp_path):
    cells = [f"{day:02}/05/2012" for day in range(1, 31)] + ["31/02/2012"]
    assert _read(tmp_path, cells).refused.column("value").to_pylist() == ["31/02/2012"]


def test_a_day_above_twelve_decides_for_the_whole_column(tmp_path):
    column = _read(tmp_path, ["04/09/2012", "05/10/2012", "13/01/2012"]).table.column("joined")
    assert column.to_pylist()[0] == dt.date(2012, 9, 4)


def test_another_column_of_dates_decides(tmp_path):
    reading = _read(tmp_path, ["04/09/2012", "05/02/2012"], other="25/12/2011")
    assert reading.table.column("joined").to_pylist() == [dt.date(2012, 9, 4), dt.date(2012, 2, 5)]
    assert "as in the file's other dates" in " ".join(str(note) for note in reading.notes)


def test_nothing_has_happened_in_the_future(tmp_path):
    column = _read(tmp_path, ["04/09/2012", "05/12/2024", "01/06/2024"], dates=None).table.column("joined")
    assert column.to_pylist()[1] == dt.date(2024, 5, 12)


def test_rows_that_follow_the_calendar_decide(tmp_path):
    cells = [f"{month:02}/{day:02}/2012" for month in range(1, 13) for day in (2, 7, 11)]
    column = _read(tmp_path, cells).table.column("joined")
    assert column.to_pylist()[1] == dt.date(2012, 1, 7)


def test_points_between_and_decimal_commas_mean_day_first(tmp_path):
    assert _read(tmp_path, ["04.09.2012", "01.02.2011", "11.03.2012"]).dialect.dates == "dmy"
    assert _read(tmp_path, ["04/09/2012", "01/02/2011", "11/03/2012"], other="1,5").dialect.dates == "dmy"


def test_without_evidence_it_is_asked_and_the_answer_is_followed(tmp_path):
    cells = ["04/09/2012", "01/02/2011", "11/03/2012"]
    with pytest.raises(SourceError, match="--dates dmy or --dates mdy"):
        _read(tmp_path, cells)
    assert _read(tmp_path, cells, dates="dmy").table.column("joined").to_pylist()[0] == dt.date(2012, 9, 4)
    assert _read(tmp_path, cells, types={"joined": "text"}).table.column("joined").to_pylist() == cells


def test_a_declared_order_holds_against_the_column_but_leaves_other_forms_alone(tmp_path):
    cells = ["04/09/2012", "01/02/2011", "11/03/2012", "25/12/2012"]
    with pytest.raises(SourceError, match="'25/12/2012' is not a date"):
        _read(tmp_path, cells, dates="mdy")
    reading = _read(tmp_path, cells, dates="dmy", other="2020-05-06")
    assert reading.table.column("other")[0].as_py() == dt.date(2020, 5, 6)


def test_births_are_never_in_the_future(tmp_path):
    column = _read(tmp_path, ["25/12/54", "13/01/89", "30/06/02"], name="birth_date").table.column("birth_date")
    assert [day.year for day in column.to_pylist()] == [1954, 1989, 2002]


def test_years_alone_and_mixed_precision_are_no_dates(tmp_path):
    assert _read(tmp_path, ["2012", "1999"]).dictionary["joined"].type == "int64"
    mixed = ["2012", "1999-01-02", "1998", "2001-05-06"]
    assert _read(tmp_path, mixed).table.column("joined").to_pylist() == mixed


@settings(max_examples=60, deadline=None)
@given(
    days=st.lists(st.dates(dt.date(1930, 1, 1), dt.date(2024, 5, 31)), min_size=1, max_size=20),
    pattern=st.sampled_from([("%Y-%m-%d", "ymd"), ("%d/%m/%Y", "dmy"), ("%m-%d-%Y", "mdy"), ("%-m/%-d/%Y", "mdy")]),
)
def test_the_declared_order_reads_every_date(tmp_path_factory, days, pattern):
    cells = [day.strftime(pattern[0]) for day in days]
    assert _read(tmp_path_factory.mktemp("days"), cells, dates=pattern[1]).table.column("joined").to_pylist() == days
