"""Tables as files: no cell is run by a spreadsheet, and every form is read back."""

import io
import json

import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from campanile.tables.export import WRITERS, escaped


def test_text_that_a_spreadsheet_would_run_is_escaped_and_numbers_are_not():
    told = escaped(pa.table({"=key": ["=cmd()", "-1", "fine", "\tx", None], "n": [-1, 2, 3, 4, 5]}))
    assert told.column_names == ["'=key", "n"]
    assert told.column(0).to_pylist() == ["'=cmd()", "'-1", "fine", "'\tx", None]
    assert told["n"].to_pylist() == [-1, 2, 3, 4, 5]


@pytest.mark.parametrize("ending", WRITERS)
def test_every_form_is_read_back(ending):
    table = pa.table({"key": [1, 2], "name": ["Łódź", "a,b"], "rate": [0.5, None]})
    written = io.BytesIO(WRITERS[ending](table))
    rows = {
        ".csv": lambda: csv.read_csv(written).to_pylist(),
        ".parquet": lambda: parquet.read_table(written).to_pylist(),
        ".jsonl": lambda: [json.loads(line) for line in written.read().decode().splitlines()],
    }[ending]()
    assert rows == table.to_pylist()
