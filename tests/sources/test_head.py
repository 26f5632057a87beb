"""A look at the beginning of a large file."""

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from campanile.sources import read

ROWS = 4000


def text(newline: str = "\n") -> str:
    rows = (f'{at};"a, said{newline}on two lines";{at / 4};2024-01-{at % 28 + 1:02d}{newline}' for at in range(ROWS))
    return f"id;words;amount;day{newline}" + "".join(rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-16", "utf-32"])
def test_the_head_of_a_text_is_cut_after_a_whole_row(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(text().encode(encoding))
    whole = read(path)
    for head in range(9_000, 9_012):
        part = read(path, head=head)
        assert part.refused.num_rows == 0
        assert 0 < part.table.num_rows < ROWS
        assert part.table.equals(whole.table.slice(0, part.table.num_rows).cast(part.table.schema))
        assert part.share == pytest.approx(head / path.stat().st_size, rel=0.01)


def test_a_file_that_is_smaller_than_the_head_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    path.write_text(text(), encoding="utf-8")
    size = path.stat().st_size
    for head in (size, size + 1, 10 * size):
        reading = read(path, head=head)
        assert reading.share == 1.0
        assert reading.table.num_rows == ROWS


def test_a_head_may_be_longer_than_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campanile.sources.arrival.LONGEST_LINE", 1000)
    path = tmp_path / "large.csv"
    path.write_text(text(), encoding="utf-8")
    part = read(path, head=20_000)
    assert 0 < part.table.num_rows < ROWS
    assert part.share < 1.0


def test_a_packed_file_is_unpacked_no_further_than_needed(tmp_path: Path) -> None:
    path = tmp_path / "large.csv.gz"
    path.write_bytes(gzip.compress(text("\r\n").encode()))
    part = read(path, head=20_000)
    assert 0 < part.table.num_rows < ROWS
    assert part.share < 1.0


def test_a_first_row_longer_than_the_head_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    names = [f"column_{at}" for at in range(500)]
    path.write_text(",".join(names) + "\n" + ",".join("1" for _ in names) + "\n" + ",".join("2" for _ in names) + "\n")
    assert read(path, head=100).table.column_names == names


def test_a_file_with_types_of_its_own_is_read_whole(tmp_path: Path) -> None:
    from pyarrow import parquet

    path = tmp_path / "large.parquet"
    parquet.write_table(pa.table({"id": list(range(ROWS)), "amount": [at / 4 for at in range(ROWS)]}), path)
    reading = read(path, head=1000)
    assert (reading.table.num_rows, reading.share) == (ROWS, 1.0)


def test_of_a_large_parquet_file_the_first_rows_are_read_and_their_share_is_told(tmp_path: Path) -> None:
    path, rows = tmp_path / "large.parquet", pa.table({"id": range(300_000), "half": [at / 2 for at in range(300_000)]})
    pq.write_table(rows, path)
    part = read(path, head=1_000_000)
    assert 50_000 <= part.table.num_rows < 300_000
    assert part.table.equals(rows.slice(0, part.table.num_rows).cast(part.table.schema))
    assert part.share == pytest.approx(part.table.num_rows / 300_000)
    assert read(path, head=10**9).share == 1.0
