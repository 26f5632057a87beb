"""Each kind of bad input gives an error that says what, where, and what to do; nothing hangs or fills the memory."""

import gzip
import os
import resource
import time
from pathlib import Path

import pytest

from campanile.sources import ReadSpec, read
from campanile.workspace.errors import BadInput, NotFound, SourceError


def _told(path: Path, spec: ReadSpec | None = None) -> str:
    with pytest.raises(BadInput) as caught:
        read(path, spec)
    return str(caught.value)


@pytest.fixture
def written(tmp_path: Path):
    def write(content: str | bytes, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty. Export it again, with its rows."),
        ("\n \n\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        ("a,b,c\n", "has a header and no rows"),
        ("Income,b, Income \n1,2,3\n", "columns 1 and 3 have one name, 'Income'. Name them apart: --map Income_2=#3"),
        ("ID,b,id\n1,2,3\n", "columns 1 and 3 have one name"),
        ("1,2012-01-02,x\n", "has a header and no rows"),
        ("1,2,3\n4,5,6\n", "the first row holds values, not names: 1, 2, 3. Write a first row"),
        (b"PK\x03\x04" + b"x" * 400, "is a ZIP archive. Unpack it"),
        (b"PAR1" + b"x" * 400, "is a damaged Parquet file"),
        (b"PK\x03\x04xl/" + b"x" * 400, "is a damaged or locked workbook"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "holds binary data. Campanile reads CSV"),
        (gzip.compress(b"a,b\n1,2\n" * 500, mtime=0)[:40], "is a damaged gzip file"),
        ("<!DOCTYPE html>\n<html><body>Sign in</body></html>\n", "is a web page, not a table"),
        ('[{"a": 1},', "begins like a JSON array but is not one"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_and_said_to_be_what_it_is(written, content, words):
    assert words in _told(written(content))


def test_random_bytes_named_csv_are_binary(written):
    assert "holds binary data" in _told(written(os.urandom(50_000)))


def test_a_missing_file_is_told_with_the_nearest_name(tmp_path: Path):
    (tmp_path / "customers.csv").write_text("a,b\n1,2\n")
    with pytest.raises(NotFound) as caught:
        read(tmp_path / "custmers.csv")
    assert f"Did you mean '{tmp_path / 'customers.csv'}'?" in str(caught.value)
    assert "There is no folder" in _told(tmp_path / "nowhere" / "customers.csv")


def test_a_folder_is_told_with_its_files(tmp_path: Path):
    (tmp_path / "customers.csv").write_text("a,b\n1,2\n")
    assert "is a folder, not a file. Name one of its files: customers.csv." in _told(tmp_path)


def test_ten_thousand_columns_are_read(written):
    header = ",".join(f"c{number}" for number in range(10_000))
    row = ",".join(str(number % 97) for number in range(10_000))
    assert read(written(f"{header}\n{row}\n{row}\n")).table.shape == (2, 10_000)


@pytest.mark.parametrize("first", [b"", b"a,b\n1,2\n"])
def test_a_line_of_200_mb_is_refused_at_once_in_bounded_memory(tmp_path: Path, first):
    path = tmp_path / "line.csv"
    with path.open("wb") as file:
        file.write(first)
        for _ in range(200):
            file.write(b"x," * 500_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    assert "longer than 16 MB" in _told(path)
    assert time.perf_counter() - start < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000


def test_a_zipped_line_without_end_is_refused_before_it_is_unpacked(tmp_path: Path):
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(60):
            file.write(b"x" * 1_000_000)
    assert "longer than 16 MB" in _told(path)


def test_dates_that_can_be_read_in_two_ways_are_asked_about(written):
    path = written("id,joined\n1,04/09/2012\n2,01/02/2011\n3,06/07/2012\n")
    assert _told(path) == (
        "Column 'joined': '04/09/2012' can be 4 September 2012 or 9 April 2012; the file does not tell. "
        "Say it: --dates dmy or --dates mdy"
    )
    assert str(read(path, ReadSpec(dates="mdy")).table.column("joined")[0]) == "2012-04-09"


def test_too_many_bad_rows_stop_the_import(written):
    path = written("a,b,c\n" + "1,2,3\n" * 50 + "1,2\n" * 10)
    words = _told(path)
    assert "10 of 60 rows do not fit (16.7%, at most 5%). Line 52: 2 cells where the header has 3." in words
    assert "Nothing was changed." in words
    assert read(path, ReadSpec(refuse_share=0.2)).refused.num_rows == 10


def test_text_in_a_numeric_column_names_the_column_and_the_way_out(written):
    path = written("a,b\n" + "1,2\n" * 95 + "x,2\n" * 5)
    assert "--type a=text" in _told(path, ReadSpec(refuse_share=0.01))
    assert read(path, ReadSpec(types={"a": "text"})).table.num_rows == 100


def test_bytes_of_another_encoding_are_refused_row_by_row(written):
    rows = [f"{number},Łódź\n".encode("cp1250" if number == 70 else "utf-8") for number in range(100)]
    reading = read(written(b"id,town\n" + b"".join(rows)))
    assert reading.refused.column("line").to_pylist() == [72]
    assert reading.table.column("town").unique().to_pylist() == ["Łódź"]


def test_a_file_half_in_one_encoding_and_half_in_another_is_refused(written):
    rows = [f"{number},Łódź\n".encode("cp1250" if number % 2 else "utf-8") for number in range(100)]
    assert "Save the file in one encoding" in _told(written(b"id,town\n" + b"".join(rows)))


def test_a_wrong_encoding_is_told_with_its_line(written):
    path = written("id,town\n1,Łódź\n".encode())
    assert "is not in the encoding 'ascii': line 2" in _told(path, ReadSpec(encoding="ascii"))


def test_a_quote_that_never_closes_costs_one_row(written):
    rows = "".join(f"{number},x,{number}\n" for number in range(50))
    reading = read(written(f'a,b,c\n{rows}50,"x,50\n{rows}'))
    assert reading.table.num_rows == 100
    assert reading.refused.to_pylist() == [
        {"line": 52, "column": "", "reason": "quote", "value": "", "raw": '50,"x,50'}
    ]


def test_json_that_is_no_object_is_refused_by_line(written):
    reading = read(written('{"a": 5}\n' * 40 + '{"a":\n' + "[1]\n" + '{"a": 6}\n', "t.jsonl"))
    assert reading.table.num_rows == 41
    assert reading.refused.column("line").to_pylist() == [41, 42]


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(tmp_path: Path):
    import pandas as pd

    pd.DataFrame({"a": [1, 2]}).to_excel(tmp_path / "t.xlsx", sheet_name="Clients", index=False)
    assert "Did you mean 'Clients'?" in _told(tmp_path / "t.xlsx", ReadSpec(sheet="Client"))


def test_an_error_is_of_the_kind_that_the_user_can_mend():
    assert issubclass(SourceError, BadInput)
