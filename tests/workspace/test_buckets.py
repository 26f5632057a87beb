"""A key's bucket is the same for ever, everywhere; buckets are even, and those of two names are strangers."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from campanile.workspace.buckets import bucket, bucket_expression, buckets
from campanile.workspace.errors import DataError

# Never changed: who is in which group of an experiment depends on these. New ones may be added.
GOLDEN = {
    ("spring", "newsletter", 1, 10000): 3981,
    ("spring", "newsletter", "1", 10000): 3981,
    ("spring", "newsletter", "01", 10000): 5338,
    ("spring", "newsletter", 2, 10000): 7880,
    ("autumn", "newsletter", 1, 10000): 4920,
    ("spring", "banner", 1, 10000): 2190,
    ("", "", "", 10000): 7297,
    ("żółć", "ñandú", "Łódź", 10000): 6361,
    ("s", "n", "😀", 10000): 332,
    ("s", "n", -9223372036854775808, 10000): 9673,
    ("s", "n", 9223372036854775807, 2): 1,
    ("s", "n", "customer 42", 10**9): 177390926,
    ("s:a", "b", "k", 10000): 6445,
    ("s", "a:b", "k", 10000): 2769,
}
KEYS = st.text() | st.integers(-(2**63), 2**63 - 1)
NAMES = st.text(max_size=20)


@pytest.mark.parametrize(("where", "expected"), GOLDEN.items())
def test_buckets_stay_what_they_were(where, expected):
    assert bucket(*where) == expected


def test_another_process_finds_the_same():
    found = subprocess.run(
        [sys.executable, "-c", "from campanile.workspace.buckets import bucket; print(bucket('s', 'n', 'żółć'))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(found.stdout) == bucket("s", "n", "żółć")


@given(salt=NAMES, name=NAMES, key=KEYS, of=st.integers(1, 10**9))
def test_a_bucket_is_within_its_bounds_and_a_number_falls_where_its_text_does(salt, name, key, of):
    assert 0 <= bucket(salt, name, key, of) < of
    assert bucket(salt, name, str(key), of) == bucket(salt, name, key, of)


@settings(deadline=None)  # the engine starts within the first
@given(salt=NAMES, name=NAMES, keys=st.lists(st.text(), max_size=30), of=st.integers(1, 10**9))
def test_many_at_once_are_the_same_as_one_by_one(salt, name, keys, of):
    expected = [bucket(salt, name, key, of) for key in keys]
    for kind in (pa.array(keys, pa.string()), pa.array(keys, pa.large_string()), pa.chunked_array([keys], pa.string())):
        found = buckets(salt, name, kind, of)
        assert found.dtype == np.int64
        assert found.tolist() == expected
    assert buckets(salt, name, pa.array(keys, pa.string()).dictionary_encode(), of).tolist() == expected


@settings(deadline=None)
@given(keys=st.lists(st.integers(-(2**31), 2**31 - 1), max_size=30))
def test_whole_numbers_of_any_width_are_the_same(keys):
    expected = [bucket("s", "n", key) for key in keys]
    for kind in (pa.int32(), pa.int64()):
        assert buckets("s", "n", pa.array(keys, kind)).tolist() == expected


HARD = [
    "", "7", "-7", "07", " 7", "żółć", "z\u0307o\u0301", "\U0001f600", "a\0b", "'\"\\`", "\t\x0b\x0c\r\n",
    "\uffff", "%s${}", "x" * 5000,
]  # fmt: skip


def test_every_engine_finds_the_same(engine):
    rng = np.random.default_rng(5)
    points = [p for p in rng.integers(1, 0x110000, 6000).tolist() if not 0xD800 <= p < 0xE000]
    words = {"".join(map(chr, points[at : at + 5])) for at in range(0, len(points), 5)}
    texts = sorted({*HARD, *words})
    numbers = [-(2**63), 2**63 - 1, 0, -1, *rng.integers(-(2**62), 2**62, 500).tolist()]
    for keys, salt, name, of in (
        (texts, "salt", "name", 10_000),
        (texts, "s:alt'\\", "żółć \x0b", 97),
        (numbers, "", "", 10**9),
        (numbers, "a", "b", 2),
    ):
        table = engine.arrow("keys", pa.table({"at": range(len(keys)), "key": keys}))
        expression = bucket_expression(salt, name, table.key, of)
        found = engine.to_arrow(table.select(table.at, bucket=expression).order_by("at"))
        assert found.column("bucket").type == pa.int64()
        assert found.column("bucket").to_pylist() == [bucket(salt, name, key, of) for key in keys]


def test_a_missing_key_has_no_bucket(engine):
    table = engine.arrow("missing", pa.table({"key": pa.array([None], pa.string())}))
    assert engine.to_arrow(table.select(b=bucket_expression("s", "n", table.key))).to_pylist() == [{"b": None}]


def test_buckets_are_even_whatever_the_salt():
    keys = pa.array(range(20_000))
    chances = [
        stats.chisquare(np.bincount(buckets(f"salt {at}", "name", keys, 50), minlength=50)).pvalue for at in range(200)
    ]
    # The chances of even buckets are themselves even: neither too many unlikely ones nor too many that are too good.
    assert stats.kstest(chances, "uniform").pvalue > 0.001
    assert min(chances) > 1e-5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("s", "a"), ("s", "b")),
        (("s", "a"), ("t", "a")),
        (("s:a", "b"), ("s", "a:b")),
        (("a", "b"), ("b", "a")),
        (("experiment 1", "group"), ("experiment 2", "group")),
    ],
)
def test_names_and_salts_are_strangers_to_each_other(one, other):
    keys = pa.array([f"customer {n}" for n in range(40_000)])
    table = np.zeros((10, 10))
    np.add.at(table, (buckets(*one, keys, 10), buckets(*other, keys, 10)), 1)
    assert 1e-5 < stats.chi2_contingency(table).pvalue < 1 - 1e-5


def test_neighbouring_keys_are_strangers():
    numbers = buckets("s", "n", pa.array(range(100_000)), 1000)
    assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 0.02


@pytest.mark.parametrize("key", [1.5, True, None, b"x"])
def test_keys_of_other_types_are_refused(key):
    with pytest.raises(DataError, match="text or a whole number"):
        bucket("s", "n", key)


@pytest.mark.parametrize("keys", [pa.array([1.5]), pa.array([True]), pa.array([b"x"])])
def test_columns_of_other_types_are_refused(engine, keys):
    with pytest.raises(DataError, match="text or a whole number"):
        buckets("s", "n", keys)


def test_what_cannot_be_is_told():
    with pytest.raises(DataError, match="missing"):
        buckets("s", "n", pa.array(["a", None]))
    for of in (0, -1, 10**9 + 1):
        with pytest.raises(DataError, match="1,000,000,000"):
            bucket("s", "n", "a", of)
    with pytest.raises(DataError, match="written"):
        bucket("s", "n", "\ud800")
