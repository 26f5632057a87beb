"""One table, many hands: however it is written, it is read as the same table."""

import gzip
import uuid
from pathlib import Path

import hypothesis.strategies as st
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from campanile.sources import ReadSpec, read
from campanile.sources.worlds import DIALECTS, Hand, campaign, write
from campanile.tables import Semantic
from campanile.workspace import content_hash
from campanile.workspace.errors import NotFound, SpecError

WORLD = campaign(rows=300, seed=4)
TRUTH = content_hash(WORLD.table, WORLD.key)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_table_is_the_same_in_every_dialect(tmp_path: Path, dialect: str):
    assert _hash(write(WORLD, tmp_path / "table.csv", dialect)) == TRUTH


def test_a_table_is_the_same_in_every_format(tmp_path: Path):
    frame = WORLD.table.to_pandas(date_as_object=False)
    pq.write_table(WORLD.table, tmp_path / "table.parquet")
    frame.to_parquet(tmp_path / "pandas.parquet")
    frame.assign(signup_date=frame["signup_date"].astype(str)).to_json(
        tmp_path / "t.jsonl", orient="records", lines=True
    )
    frame.assign(signup_date=frame["signup_date"].astype(str)).to_json(tmp_path / "t.json", orient="records")
    frame.astype({"signup_date": "datetime64[ns]"}).to_json(tmp_path / "epoch.jsonl", orient="records", lines=True)
    frame.to_excel(tmp_path / "table.xlsx", index=False)
    frame.to_excel(tmp_path / "index.xlsx")
    (tmp_path / "t.jsonl.gz").write_bytes(gzip.compress((tmp_path / "t.jsonl").read_bytes()))
    write(WORLD, tmp_path / "table.csv.gz")
    assert {path.name: _hash(path) for path in tmp_path.iterdir()} == {path.name: TRUTH for path in tmp_path.iterdir()}


hands = st.builds(
    Hand,
    separator=st.sampled_from(";|\t"),
    decimal=st.sampled_from(".,"),
    currency=st.sampled_from(["", "$", "€", " zł", " PLN", "USD "]),
    dates=st.sampled_from(
        ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%y", "%d %b %Y", "%Y-%m-%dT%H:%M:%SZ", "%B %d, %Y", "%Y%m%d"]
    ),
    flags=st.sampled_from([("1", "0"), ("Yes", "No"), ("TRUE", "FALSE"), ("tak", "nie"), ("Sí", "No"), ("1.0", "0.0")]),
    missing=st.sampled_from(["", "NA", "n/a", "NULL", "None", "nan", "?", "-", "unknown", "brak", "desconocido"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quote_all=st.booleans(),
    padding=st.sampled_from(["", " "]),
    index=st.booleans(),
)


@settings(max_examples=40, deadline=None)
@given(hand=hands, order=st.randoms(use_true_random=False))
def test_any_hand_and_any_order_of_columns_gives_one_hash(tmp_path_factory, hand: Hand, order):
    names = list(WORLD.table.column_names)
    order.shuffle(names)
    path = write(WORLD.table.select(names), tmp_path_factory.mktemp("hand") / "table.txt", hand)
    assert _hash(path) == TRUTH


@pytest.mark.real
def test_the_layouts_found_in_the_wild_are_one_table(real_data: Path):
    readings = [read(path) for path in sorted((real_data / "ifood").glob("*.csv"))]
    assert len(readings) >= 4
    assert {content_hash(reading.table, "ID") for reading in readings} == {content_hash(readings[0].table, "ID")}
    assert {reading.table.shape for reading in readings} == {(2240, 29)}
    assert readings[0].table.column("Income").null_count == 24
    assert {reading.dialect.dates for reading in readings} == {"ymd", "dmy", "mdy"}


@pytest.mark.real
def test_every_real_table_is_read_whole(real_data: Path):
    files = [path for path in real_data.rglob("*") if path.name.endswith((".csv", ".jsonl", ".jsonl.gz"))]
    assert files
    for path in files:
        reading = read(path)
        assert reading.table.num_rows > 0, path
        assert reading.refused.num_rows == 0, path


@pytest.mark.slow
def test_a_table_of_182388_rows_is_read_in_seconds(tmp_path: Path):
    import time

    path = write(pa.concat_tables([WORLD.table] * 608).slice(0, 182_388), tmp_path / "large.csv", "excel_us")
    start = time.perf_counter()
    assert read(path).table.num_rows == 182_388
    assert time.perf_counter() - start < 6


def test_refused_rows_are_told_with_line_column_and_text(tmp_path: Path):
    good = "".join(f'{number},"two\nlines",{number}.5\n' for number in range(60))
    path = _written(tmp_path, f'id,words,amount\n{good}60,short\n61,"a\nb",much\n62,fine,1.5\n')
    reading = read(path)
    assert reading.table.num_rows == 61
    assert reading.refused.to_pylist() == [
        {"line": 122, "column": "", "reason": "cells", "value": "3/2", "raw": "60,short"},
        {"line": 123, "column": "amount", "reason": "number", "value": "much", "raw": '61,"a\nb",much'},
    ]
    assert [str(words) for words in reading.words()][2:] == [
        "Line 122: 2 cells where the header has 3.",
        "Line 123, column 'amount': 'much' is not a number.",
    ]
    assert reading.lines.to_pylist()[:3] == [2, 4, 6]
    assert reading.lines.to_pylist()[-1] == 125


def test_a_declaration_overrides_what_was_recognised(tmp_path: Path):
    path = _written(tmp_path, "id,grade,paid\n1,1,5\n2,0,6\n")
    reading = read(path, ReadSpec(types={"grade": "int64", "paid": "number"}))
    assert reading.table.column("grade").to_pylist() == [1, 0]
    assert reading.dictionary["paid"].semantic is Semantic.NUMBER
    assert str(reading.dictionary["paid"].reason) == "declared in the study"


def test_a_declared_number_refuses_text_however_much_of_it(tmp_path: Path):
    path = _written(tmp_path, "id,n\n1,5\n2,x\n3,y\n")
    assert read(path, ReadSpec(types={"n": "number"}, refuse_share=0.9)).refused.column("value").to_pylist() == [
        "x",
        "y",
    ]


def test_columns_are_renamed_by_name_and_by_place(tmp_path: Path):
    path = _written(tmp_path, "userid,x,x\n7,1.5,2.5\n")
    reading = read(path, ReadSpec(rename={"user_id": "userid", "x_2": "#3"}))
    assert reading.table.column_names == ["user_id", "x", "x_2"]


def test_a_declared_column_that_is_not_there_is_told_with_the_nearest_name(tmp_path: Path):
    path = _written(tmp_path, "userid,page_views\n1,2\n")
    with pytest.raises(NotFound) as caught:
        read(path, ReadSpec(types={"user_id": "text"}))
    assert "Did you mean 'userid'?" in str(caught.value)
    assert "--map user_id=userid" in str(caught.value)


def test_every_fault_of_a_spec_is_told_at_once():
    with pytest.raises(SpecError) as caught:
        ReadSpec(types={"a": "mony"}, separator=";;", encoding="utf-88")
    assert len(caught.value.faults) == 3


def test_a_column_that_counts_rows_is_left_out_and_other_labels_are_identifiers(tmp_path: Path):
    counted = read(_written(tmp_path, ",a\n0,x\n1,y\n2,z\n"))
    assert counted.table.column_names == ["a"]
    assert counted.dialect.index_column == ""
    assert read(_written(tmp_path, "index,user_id,a\n0,7,x\n1,9,y\n")).table.column_names == ["user_id", "a"]
    assert read(_written(tmp_path, "index,b,a\n0,7,x\n1,9,y\n")).table.column_names == ["index", "b", "a"]
    shuffled = read(_written(tmp_path, ",user_id,a\n2,7,x\n0,9,y\n1,8,y\n"))
    assert shuffled.table.column_names == ["user_id", "a"]
    labelled = read(_written(tmp_path, ",a\n17,x\n4,y\n9,z\n"))
    assert labelled.table.column_names == ["column_1", "a"]
    assert labelled.dictionary["column_1"].semantic is Semantic.IDENTIFIER


def test_lines_above_the_header_are_left_out_and_told(tmp_path: Path):
    reading = read(_written(tmp_path, "Export of May\n\nid;town\n1;Łódź\n2;Kraków\n3;Łódź\n"))
    assert reading.table.to_pylist()[0] == {"id": 1, "town": "Łódź"}
    assert reading.dialect.skipped_lines == 1
    assert reading.lines.to_pylist() == [4, 5, 6]


def test_json_keeps_lists_as_lists_and_joins_all_keys(tmp_path: Path):
    lines = '{"id": 1, "genres": ["soul", "motown"]}\n{"id": 2, "note/x": "hello"}\n'
    reading = read(_written(tmp_path, lines, "t.jsonl"))
    assert reading.table.to_pylist() == [
        {"id": 1, "genres": ["soul", "motown"], "note/x": None},
        {"id": 2, "genres": None, "note/x": "hello"},
    ]


def _hash(path: Path) -> str:
    return content_hash(read(path).table, WORLD.key)


def _written(folder: Path, text: str, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_of_columns_that_are_not_asked_for_no_cell_refuses_a_row(tmp_path: Path):
    path = tmp_path / "u.csv"
    path.write_text("id,age\n" + "".join(f"{n:03d},{'abc' if n == 7 else 30}\n" for n in range(60)))
    assert read(path).refused.num_rows == 1
    found = read(path, ReadSpec(types={"id": "string"}), only=("id",))
    assert found.table.column_names == ["id"]
    assert found.table["id"].to_pylist() == [f"{n:03d}" for n in range(60)]
    with pytest.raises(NotFound, match="Did you mean 'age'"):
        read(path, only=("agee",))


def test_identifiers_of_sixteen_bytes_are_read_as_they_are_written(tmp_path: Path):
    ids = [uuid.UUID(int=n * 7**40) for n in range(1, 21)]
    raw = pa.array([None, *(one.bytes for one in ids)], pa.binary(16))
    for name, column in (("plain", raw), ("logical", pa.ExtensionArray.from_storage(pa.uuid(), raw))):
        pq.write_table(pa.table({"user_id": column, "n": range(21)}), tmp_path / f"{name}.parquet")
        found = read(tmp_path / f"{name}.parquet", ReadSpec(types={"user_id": "string"}))
        assert found.table["user_id"].to_pylist() == [None, *map(str, ids)]
        assert read(tmp_path / f"{name}.parquet").table["user_id"].to_pylist() == [None, *map(str, ids)]
