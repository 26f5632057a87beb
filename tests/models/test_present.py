"""Of a table with a row for each entity and cut-off, a list is made of the entities that there are now."""

from datetime import date

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from campanile.models.present import Panel

PANEL = Panel("who", "cutoff")
rows_of = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), min_size=1, max_size=40)


def table(rows):
    return pa.table({"who": [one for one, _ in rows], "cutoff": [date(2024, month, 1) for _, month in rows]})


@given(rows_of)
def test_each_entity_of_the_last_cut_off_is_there_once_and_nobody_else(rows):
    made = table(rows)
    found = made.take(PANEL.present(made)).to_pylist()
    last = max(month for _, month in rows)
    assert {row["cutoff"].month for row in found} == {last}
    assert sorted(row["who"] for row in found) == sorted({one for one, month in rows if month == last})


def test_a_table_with_a_row_for_each_customer_is_taken_whole():
    made = table([(1, 1), (1, 2), (2, 1)])
    assert Panel().present(made).tolist() == [0, 1, 2]
    assert Panel.of({"panel": {"entity": None, "time": None}}) == Panel.of({}) == Panel()
    assert PANEL.present(made.select([])).tolist() == [0, 1, 2]
