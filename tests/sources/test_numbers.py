"""Numbers as people write them."""

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from campanile.sources import ReadSpec, read
from campanile.tables import Semantic


def _column(folder: Path, cells: list[str], separator: str = "|", spec: ReadSpec | None = None, name: str = "n"):
    path = folder / "numbers.csv"
    rows = "".join(f"{number}{separator}{cell}\n" for number, cell in enumerate(cells))
    path.write_text(f"id{separator}{name}\n{rows}", encoding="utf-8")
    reading = read(path, spec)
    return reading.table.column(name), reading.dictionary[name]


@pytest.mark.parametrize(
    ("cells", "values", "type_"),
    [
        (["58138", "-5", "+7"], [58138, -5, 7], "int64"),
        (["58138.0", "5.00"], [58138, 5], "int64"),
        (["1.5", "2"], [1.5, 2.0], "double"),
        (["1,5", "2"], [1.5, 2.0], "double"),
        (["1,234.5", "12"], [1234.5, 12.0], "double"),
        (["1.234,5", "12"], [1234.5, 12.0], "double"),
        (["1.234.567", "12"], [1234567, 12], "int64"),
        (["1 234 567", "12"], [1234567, 12], "int64"),
        (["1\u00a0234,5", "12\u202f000"], [1234.5, 12000.0], "double"),
        (["1'234.5", "12"], [1234.5, 12.0], "double"),
        (["$84,835.00 ", "$1,000.00"], [84835, 1000], "int64"),
        (["-$5.50", "($2.25)"], [-5.5, -2.25], "double"),
        (["12,50 zł", "3,00 zł"], [12.5, 3.0], "double"),
        (["€ 3", "PLN 4"], [3, 4], "int64"),
        (["1.2%", "3 %"], [1.2, 3.0], "double"),
        (["1e3", "2.5E-1"], [1000.0, 0.25], "double"),
        (["5-", "−6"], [-5, -6], "int64"),
        (["0.123", "1.234"], [0.123, 1.234], "double"),
        (["1.5", "inf"], [1.5, float("inf")], "double"),
        (["9007199254740993", "2"], [9007199254740993, 2], "int64"),
        (["0", "1"], [False, True], "bool"),
        (["1.0", "0.0", ""], [True, False, None], "bool"),
    ],
)  # fmt: skip
def test_numbers_are_read_whatever_marks_they_bear(tmp_path, cells, values, type_):
    column, described = _column(tmp_path, cells)
    assert column.to_pylist() == values
    assert described.type == type_


@pytest.mark.parametrize("cells", [["007", "12"], ["12345678901234567890123", "5"], ["1.2.3", "4"], ["12a", "b7"]])
def test_codes_stay_text(tmp_path, cells):
    assert _column(tmp_path, cells)[0].to_pylist() == cells


def test_codes_are_numbers_when_declared(tmp_path):
    assert _column(tmp_path, ["007", "12"], spec=ReadSpec(types={"n": "number"}))[0].to_pylist() == [7, 12]


def test_a_doubtful_mark_follows_the_file(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id;a;b\n1;1,234;5,5\n2;7,125;6,25\n")
    assert read(path).table.column("a").to_pylist() == [1.234, 7.125]
    path.write_text('id,a,b\n1,"1,234",5.5\n2,"7,125",6.25\n')
    assert read(path).table.column("a").to_pylist() == [1234, 7125]


def test_the_declared_mark_decides(tmp_path):
    assert _column(tmp_path, ["1,234", "5,678"], spec=ReadSpec(decimal=","))[0].to_pylist() == [1.234, 5.678]
    assert _column(tmp_path, ["1,234", "5,678"], spec=ReadSpec(decimal="."))[0].to_pylist() == [1234, 5678]


def test_points_of_thousands_are_told_by_the_zeros_that_a_fraction_would_have_lost(tmp_path):
    cells = [f"{number * 1010:,}".replace(",", ".") for number in range(10, 60)]
    assert _column(tmp_path, cells, ";")[0].to_pylist() == [number * 1010 for number in range(10, 60)]


def test_marks_part_thousands_where_small_numbers_bear_none(tmp_path):
    numbers = [7 * number + 600 for number in range(80)]
    for separator, mark in (("|", "."), (";", ","), ("\t", ".")):
        cells = [f"{number:,}".replace(",", mark) for number in numbers]
        assert _column(tmp_path, cells, separator)[0].to_pylist() == numbers


def test_a_currency_makes_money_and_a_percent_sign_a_unit(tmp_path):
    assert _column(tmp_path, ["$5", "$6", "$7"])[1].semantic is Semantic.MONEY
    assert _column(tmp_path, ["5%", "6%"])[1].unit == "%"


@settings(max_examples=40, deadline=None)
@given(
    numbers=st.lists(st.integers(-(10**9), 10**9), min_size=3, max_size=30, unique=True),
    marks=st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", "."), ("\u202f", ",")]),
    currency=st.sampled_from(["", "$", "€", "zł"]),
)
def test_cents_survive_every_way_of_writing(tmp_path_factory, numbers, marks, currency):
    thousands, decimal = marks
    cells = [
        currency + f"{n / 100:,.2f}".replace(",", "~").replace(".", decimal).replace("~", thousands) for n in numbers
    ]
    column, _ = _column(tmp_path_factory.mktemp("cents"), cells)
    assert [round(value * 100) for value in column.to_pylist()] == numbers
