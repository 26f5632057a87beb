"""Lists of texts pass through JSON as they are, and go out where a format has no lists."""

import json

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import csv

from campanile.tables.export import csv_pieces, plain_rows, to_csv, to_json_lines
from campanile.tables.lists import STRINGS, as_json, as_texts, from_json

TEXTS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), max_size=12)
ROWS = st.lists(st.lists(TEXTS, max_size=4) | st.none(), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(rows=ROWS)
def test_lists_are_told_as_json_and_read_back(rows):
    column = pa.array(rows, STRINGS)
    texts = as_json(column)
    assert [None if text is None else json.loads(text) for text in texts.to_pylist()] == rows
    back, fits = from_json(texts)
    assert back.equals(column)
    assert fits.to_pylist() == [row is not None for row in rows]


def test_what_is_no_list_of_plain_values_becomes_missing():
    texts = pa.array(['["a", 1, true, null]', '[{"a": 1}]', "[[1]]", '{"a": 1}', "[a", "", None, "[]"])
    back, fits = from_json(texts)
    assert back.to_pylist() == [["a", "1", "true", None], None, None, None, None, None, None, []]
    assert fits.to_pylist() == [True, False, False, False, False, False, False, True]


def test_every_type_is_told_as_text():
    assert as_texts(pa.array([1, None])).to_pylist() == ["1", None]
    assert as_texts(pa.chunked_array([pa.array([["a"]], STRINGS)])).to_pylist() == ['["a"]']


def test_a_table_with_lists_is_written_in_every_format():
    table = pa.table({"id": [1, 2, 3], "genres": pa.array([["soul", "=x"], None, []], STRINGS)})
    read = csv.read_csv(pa.BufferReader(to_csv(table)))
    assert read["genres"].to_pylist() == ['["soul","=x"]', "", "[]"]
    assert b"".join(csv_pieces(table, rows=1)) == to_csv(table)
    assert plain_rows(table)[0] == {"id": 1, "genres": ["soul", "=x"]}
    assert json.loads(to_json_lines(table).splitlines()[0])["genres"] == ["soul", "=x"]
