"""Each key once: equal rows are kept once, contradicting ones are not."""

import hypothesis.strategies as st
import pyarrow as pa
from hypothesis import given, settings

from campanile.sources.keys import compare

rows = st.lists(st.tuples(st.none() | st.integers(0, 4), st.none() | st.sampled_from("ab")), max_size=15)
SCHEMA = pa.schema([("key", pa.int64()), ("value", pa.string())])


def _table(pairs) -> pa.Table:
    return pa.Table.from_pylist([{"key": key, "value": value} for key, value in pairs], schema=SCHEMA)


@settings(max_examples=200, deadline=None)
@given(there=st.dictionaries(st.integers(0, 4), st.sampled_from("ab")), pairs=rows)
def test_every_row_has_one_fate_and_kept_keys_are_unique(there, pairs):
    keyed = compare(_table(pairs), "key", _table(there.items()) if there else None)
    fates = keyed.new.astype(int) + keyed.repeated + keyed.missing + keyed.conflict + keyed.exists
    assert fates.tolist() == [1] * len(pairs)
    known = dict(there)
    for (key, value), new, repeated, missing in zip(pairs, keyed.new, keyed.repeated, keyed.missing, strict=True):
        assert missing == (key is None)
        assert new == (key is not None and key not in known)
        assert repeated == (key is not None and key in known and known[key] == value)
        if new:
            known[key] = value
