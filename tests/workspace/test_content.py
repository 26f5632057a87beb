"""A content hash depends on the typed values and on nothing else."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from campanile.workspace import content_hash

ROWS = st.lists(
    st.tuples(
        st.integers(-(2**40), 2**40), st.floats(allow_nan=False) | st.none(), st.text() | st.none(), st.booleans()
    ),
    max_size=20,
    unique_by=lambda row: row[0],
)


def table(rows):
    key, number, text, flag = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pa.table({
        "key": pa.array(key, pa.int64()), "number": pa.array(number, pa.float64()),
        "text": pa.array(text, pa.string()), "flag": pa.array(flag, pa.bool_()),
    })  # fmt: skip


@given(rows=ROWS, data=st.data())
def test_order_of_rows_and_columns_does_not_matter(rows, data):
    one = table(rows)
    other = table(data.draw(st.permutations(rows))).select(data.draw(st.permutations(one.column_names)))
    assert content_hash(one, "key") == content_hash(other, "key")


@given(rows=ROWS.filter(bool), data=st.data())
def test_any_changed_value_changes_the_hash(rows, data):
    at = data.draw(st.integers(0, len(rows) - 1))
    key, number, text, flag = rows[at]
    changed = [*rows[:at], (key, number, (text or "") + "x", flag), *rows[at + 1 :]]
    assert content_hash(table(rows), "key") != content_hash(table(changed), "key")


def test_minus_zero_is_zero_and_not_a_number_is_missing():
    plain = pa.table({"x": [0.0, None]})
    odd = pa.table({"x": [-0.0, float("nan")]})
    assert content_hash(plain) == content_hash(odd)


def test_what_lies_under_a_null_does_not_matter():
    import numpy as np

    values, mask = np.array([1, 2]), np.array([False, True])
    one = pa.table({"x": pa.array(values, mask=mask)})
    other = pa.table({"x": pa.array(np.array([1, 99]), mask=mask)})
    assert content_hash(one) == content_hash(other)


def test_missing_and_empty_text_differ():
    assert content_hash(pa.table({"x": [""]})) != content_hash(pa.table({"x": pa.array([None], pa.string())}))


def test_chunks_do_not_matter():
    whole = pa.table({"x": ["a", None, "b"]})
    parts = pa.concat_tables([whole.slice(0, 1), whole.slice(1)])
    assert content_hash(whole) == content_hash(parts)
