"""The list: every customer once, and files that no spreadsheet runs."""

import json

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from campanile.audience.list import listed, score
from campanile.audience.result import Economics
from campanile.tables import Column, Dictionary, Semantic

ROWS = pa.table({"name": ["=cmd()", "Ann", "+48", "@x"], "mail": ["a@x", "b@x", "c@x", "d@x"]})
PROBABILITY = np.array([0.1, 0.9, 0.5, 0.5])
MEMBERS = np.array([0, 1, 0, 1])


def dictionary(key, semantic):
    return Dictionary((Column("name", semantic), Column("mail", Semantic.PERSONAL)), key=key)


def test_every_customer_is_listed_once_the_likeliest_first():
    told = listed(ROWS, dictionary("name", Semantic.IDENTIFIER), PROBABILITY, 2, MEMBERS, Economics(3, 11))
    assert told["name"].to_pylist() == ["Ann", "+48", "@x", "=cmd()"]
    assert told["rank"].to_pylist() == [1, 2, 3, 4]
    assert told["contact"].to_pylist() == [True, True, False, False]
    assert told["segment"].to_pylist() == [2, 1, 2, 1]
    assert told["expected_profit"].to_pylist() == pytest.approx([6.9, 2.5, 2.5, -1.9])


def test_personal_columns_are_never_listed_not_even_as_the_key():
    told = listed(ROWS, dictionary("mail", Semantic.TEXT), PROBABILITY, 2, MEMBERS, None)
    assert told.column_names == ["row", "probability", "rank", "segment", "contact"]
    assert told["row"].to_pylist() == [2, 3, 4, 1]


def test_a_key_named_like_one_of_our_columns_keeps_its_values():
    rows = pa.table({"rank": [7, 8, 9, 10]})
    keyed = Dictionary((Column("rank", Semantic.IDENTIFIER, "int64"),), key="rank")
    assert listed(rows, keyed, PROBABILITY, 0, MEMBERS, None)["rank_key"].to_pylist() == [8, 9, 10, 7]


def test_scoring_in_batches_is_scoring_at_once():
    built = pa.table({"x": np.arange(10.0)})
    assert list(score(lambda part: part["x"].to_numpy() / 10, built, batch_rows=3)) == list(np.arange(10.0) / 10)


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_a_written_list_is_read_back(kept, tmp_path, ending):
    from campanile.audience import customers, write

    workspace, audience = kept
    file = write(workspace, audience, tmp_path / f"list.{ending}")
    if ending == "jsonl":
        rows = [json.loads(line) for line in file.read_text().splitlines()]
    else:
        rows = (csv.read_csv(file) if ending == "csv" else parquet.read_table(file)).to_pylist()
    told = customers(workspace, audience).to_pylist()
    assert [row["customer_id"] for row in rows] == [row["customer_id"] for row in told]
    assert sum(row["contact"] for row in rows) == audience.cut.customers
    assert {row["segment_name"] for row in rows} == {str(one.name) for one in audience.segments}
    assert "phone" not in rows[0]


def test_an_ending_that_is_not_known_is_refused_with_those_that_are(kept, tmp_path):
    from campanile.audience import write
    from campanile.workspace.errors import BadInput

    with pytest.raises(BadInput, match=r"\.csv, \.parquet or \.jsonl"):
        write(*kept, tmp_path / "list.docx")
