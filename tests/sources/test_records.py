"""Records are found as the csv module finds them, with the line on which each begins."""

import csv
import io

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

from campanile.sources.records import split

cells = st.text(st.sampled_from('ab ,;"\n'), max_size=6)


@settings(max_examples=300, deadline=None)
@given(
    rows=st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=8), end=st.sampled_from(["\n", "\r\n"])
)
def test_records_and_their_cells_are_those_of_the_csv_module(rows, end):
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows(rows)
    content = text.getvalue().encode()
    records = split(np.frombuffer(content, dtype=np.uint8), ",", '"')
    assert records is not None
    assert records.cells.tolist() == [len(row) for row in rows]
    found = [content[start:stop].decode() for start, stop in zip(records.starts, records.ends, strict=True)]
    assert [next(csv.reader(io.StringIO(record, newline=""))) for record in found] == rows
    assert records.lines.tolist() == [content[:start].count(b"\n") + 1 for start in records.starts]


def test_quotes_that_do_not_pair_up_are_noticed():
    for text in ('a,5" pipe\n', 'a,"open\n', 'a,"b"c\n'):
        assert split(np.frombuffer(text.encode(), dtype=np.uint8), ",", '"') is None


def test_doubled_quotes_pair_up():
    records = split(np.frombuffer(b'a,"say ""hi, you"""\nb,""\n', dtype=np.uint8), ",", '"')
    assert records is not None
    assert records.cells.tolist() == [2, 2]


def test_lines_may_end_with_cr_alone():
    records = split(np.frombuffer(b'a,b\r1,"x\ry"\r2,z\r', dtype=np.uint8), ",", '"')
    assert records is not None
    assert records.lines.tolist() == [1, 2, 4]
