"""Whatever pandas or DuckDB writes, in any dialect, comes back equal when the types are declared."""

import csv
import datetime as dt
import string
from pathlib import Path

import duckdb
import hypothesis.strategies as st
import pandas as pd
import pyarrow as pa
from hypothesis import HealthCheck, given, settings

from campanile.sources import ReadSpec, read

TYPES = {
    "key": "int64",
    "share": "double",
    "text": "string",
    "flag": "bool",
    "day": "date",
    "moment": "timestamp",
    "code": "string",
}
SCHEMA = pa.schema([
    ("key", pa.int64()), ("share", pa.float64()), ("text", pa.string()), ("flag", pa.bool_()), ("day", pa.date32()),
    ("moment", pa.timestamp("us", tz="UTC")), ("code", pa.string()),
])  # fmt: skip

texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(string.punctuation + " \n\r\tąéß€"),
    min_size=1,
    max_size=30,
)
rows = st.fixed_dictionaries({
    "share": st.none() | st.floats(allow_nan=False, allow_infinity=False),
    "text": st.none() | texts,
    "flag": st.none() | st.booleans(),
    "day": st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)),
    "moment": st.none() | st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1), timezones=st.just(dt.UTC)),
    "code": st.none() | st.from_regex(r"\A0{0,3}[0-9]{1,5}\Z"),
})  # fmt: skip
tables = st.lists(rows, min_size=1, max_size=12).map(
    lambda made: pa.Table.from_pylist([{"key": number, **row} for number, row in enumerate(made)], schema=SCHEMA)
)
relaxed = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@relaxed
@given(
    table=tables,
    separator=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    decimal=st.sampled_from(".,"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    dates=st.sampled_from([("%Y-%m-%d", "ymd"), ("%d.%m.%Y", "dmy"), ("%m/%d/%Y", "mdy"), ("%d-%m-%Y", "dmy")]),
    na=st.sampled_from(["", "NA"]),
    index=st.booleans(),
)
def test_what_pandas_writes_comes_back_equal(
    tmp_path_factory, table, separator, quoting, decimal, line_end, encoding, dates, na, index
):
    path = tmp_path_factory.mktemp("pandas") / "table.csv"
    pattern, order = dates
    frame = table.to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype(), pa.int64(): pd.Int64Dtype()}.get)
    frame["day"] = [None if day is None else _told(day, pattern) for day in table.column("day").to_pylist()]
    frame["text"] = frame["text"].fillna("")
    frame["code"] = frame["code"].fillna("")
    frame.to_csv(
        path,
        sep=separator,
        quoting=quoting,
        decimal=decimal,
        lineterminator=line_end,
        encoding=encoding,
        na_rep=na,
        index=index,
    )
    spec = ReadSpec(types=TYPES, decimal=decimal, dates=order, quote='"')
    assert read(path, spec).table.equals(table)


@relaxed
@given(
    table=tables,
    separator=st.sampled_from(",;\t|"),
    force=st.booleans(),
    pattern=st.sampled_from([("%Y-%m-%d", "ymd"), ("%d/%m/%Y", "dmy"), ("%m-%d-%Y", "mdy")]),
    gz=st.booleans(),
)
def test_what_duckdb_writes_comes_back_equal(tmp_path_factory, table, separator, force, pattern, gz):
    path = tmp_path_factory.mktemp("duckdb") / ("table.csv.gz" if gz else "table.csv")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("made", table)
        forced = ", FORCE_QUOTE *" if force else ""
        connection.execute(
            f"COPY made TO '{path}' (FORMAT csv, HEADER, DELIMITER '{separator}', DATEFORMAT '{pattern[0]}'{forced})"
        )
    assert read(path, ReadSpec(types=TYPES, dates=pattern[1], quote='"')).table.equals(table)


@settings(relaxed, max_examples=20)
@given(table=tables)
def test_parquet_and_json_come_back_equal(tmp_path_factory, table):
    folder = tmp_path_factory.mktemp("typed")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("made", table)
        connection.execute(f"COPY made TO '{folder / 'table.parquet'}' (FORMAT parquet)")
        connection.execute(f"COPY made TO '{folder / 'table.jsonl'}' (FORMAT json)")
    spec = ReadSpec(types=TYPES)
    assert read(folder / "table.parquet", spec).table.equals(table)
    assert read(folder / "table.jsonl", spec).table.equals(table)


def _told(day: dt.date, pattern: str) -> str:
    return day.strftime(pattern.replace("%Y", f"{day.year:04}"))


def test_text_that_looks_like_a_number_stays_text_when_declared(tmp_path: Path):
    path = tmp_path / "codes.csv"
    path.write_text("id,code\n1,007\n2,12\n3,NA\n")
    assert read(path, ReadSpec(types={"code": "string"})).table.column("code").to_pylist() == ["007", "12", "NA"]
