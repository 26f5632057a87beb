import csv
import io
import math
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from campanile.estimates import Estimate
from campanile.report import Grid, Heading
from campanile.report.grid import as_csv, table
from campanile.words import texts

WORD = texts({"en": "Word"})


def back(grid: Grid) -> list[list[str]]:
    return list(csv.reader(io.StringIO(as_csv(grid).removeprefix("\ufeff"), newline="")))


@given(st.lists(st.tuples(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])), st.integers()), max_size=5))
def test_a_downloaded_table_reads_back_equal(rows: list[tuple[str, int]]) -> None:
    grid = Grid((Heading(WORD), Heading(WORD, "number")), tuple(rows))
    assert back(grid)[1:] == [[name, str(number)] for name, number in rows]


@given(st.lists(st.floats(-1e12, 1e12), max_size=5))
def test_numbers_are_downloaded_to_ten_digits(values: list[float]) -> None:
    grid = Grid((Heading(WORD, "percent"),), tuple((value,) for value in values))
    read = [float(row[0]) for row in back(grid)[1:]]
    assert all(math.isclose(one, other, rel_tol=1e-9) for one, other in zip(read, values, strict=True))


def test_an_estimate_is_downloaded_as_three_columns() -> None:
    grid = Grid((Heading(WORD, "estimate_percent"),), ((Estimate(0.5, 0.4, math.nan),), (None,)))
    assert back(grid) == [["Word", "Word, low", "Word, high"], ["0.5", "0.4", ""], ["", "", ""]]


def test_cells_may_be_words_dates_and_nothing() -> None:
    headings = (Heading(WORD), Heading(WORD, "date"), Heading(WORD, "number"))
    grid = Grid(headings, ((WORD, date(2026, 5, 3), "n/a"), (True, None, 1.25), ("", None, 12)))
    told = table(grid, "a")
    assert told["rows"] == [("Word", "3 May 2026", "n/a"), ("yes", "–", "1.25"), ("", "–", "12.00")]
    assert told["first_names"]


def test_an_empty_table_is_a_table() -> None:
    assert table(Grid((), ()), "a")["rows"] == []
    assert table(Grid((Heading(WORD),), ()), "a")["rows"] == []
