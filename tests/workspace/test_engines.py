"""Engines take the same tables, give the same types, and answer the same; what they cannot, they tell."""

import datetime as dt
import math
import sys
from decimal import Decimal
from itertools import pairwise

import ibis
import ibis.expr.operations as ops
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from campanile.workspace.engines import open_engine
from campanile.workspace.errors import (
    BadInput,
    CampanileError,
    DataError,
    EngineError,
    NotFound,
    OutOfMemory,
    SourceError,
    StorageError,
)
from tests.workspace.functions import DIFFERENT, DIFFERENT_GROUPS, GROUPS, OVER, ROWS, table

TYPES = pa.schema({
    "whole": pa.int64(), "number": pa.float64(), "text": pa.string(), "flag": pa.bool_(), "day": pa.date32(),
    "instant": pa.timestamp("us", "UTC"), "texts": pa.list_(pa.string()), "wholes": pa.list_(pa.int64()),
})  # fmt: skip
NOON = dt.datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=dt.UTC)
ROWS_OF_ALL = [
    {"whole": 2**53 + 1, "number": 0.1, "text": "żółć '\"\\\n\t", "flag": True, "day": NOON.date(), "instant": NOON,
     "texts": ["a", None, ""], "wholes": [1, 2**40]},
    {"whole": -1, "number": -0.0, "text": "", "flag": False, "day": dt.date(1969, 12, 31),
     "instant": dt.datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=dt.UTC), "texts": [], "wholes": [None]},
    dict.fromkeys(TYPES.names),
]  # fmt: skip
OF_ALL = pa.Table.from_pylist(ROWS_OF_ALL, TYPES)


def in_order(rows):
    return sorted(rows, key=lambda row: (row["whole"] is None, row["whole"] or 0))


def test_a_table_from_memory_comes_back_as_it_was(engine):
    back = engine.to_arrow(engine.arrow("of all", OF_ALL))
    assert back.schema == TYPES
    assert in_order(back.to_pylist()) == in_order(ROWS_OF_ALL)


def doubled(batches):
    for batch in batches:
        twice = [2 * value for value in batch["n"].to_pylist()]
        yield pa.record_batch({"n": batch["n"], "twice": pa.array(twice, pa.int64())})


def test_what_a_function_makes_of_batches_is_written_in_their_order(engine, tmp_path):
    rows = engine.arrow("numbers", pa.table({"n": list(range(1_000))}))
    schema = pa.schema({"n": pa.int64(), "twice": pa.int64()})
    written = engine.mapped(rows.order_by(rows.n), doubled, schema, tmp_path / "twice")
    found = pa.concat_tables(pq.read_table(path) for path in written)
    assert found.to_pylist() == [{"n": n, "twice": 2 * n} for n in range(1_000)]
    assert {path.suffix for path in (tmp_path / "twice").iterdir()} == {".parquet"}
    nothing = engine.mapped(rows.filter(rows.n < 0), doubled, schema, tmp_path / "nothing")
    assert sum(pq.read_table(path).num_rows for path in nothing) == 0


def failing_late(batches):
    for batch in batches:
        yield batch
        raise ValueError("not this one")


def test_a_function_that_fails_leaves_no_folder(engine, tmp_path):
    rows = engine.arrow("numbers", pa.table({"n": [1, 2, 3]}))
    with pytest.raises((ValueError, EngineError)):
        engine.mapped(rows, failing_late, pa.schema({"n": pa.int64()}), tmp_path / "made")
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_is_what_is_read(engine, tmp_path):
    written = engine.to_parquet(engine.arrow("of_all", OF_ALL), tmp_path / "deep" / "it's [1]*{a}?")
    assert written
    assert all(pq.read_schema(path).types[:6] == TYPES.types[:6] for path in written)
    back = engine.to_arrow(engine.parquet(written))
    assert back.schema == TYPES
    assert in_order(back.to_pylist()) == in_order(ROWS_OF_ALL)
    assert {path.suffix for path in written[0].parent.iterdir()} == {".parquet"}


def test_an_ordered_result_is_in_order_whole_in_batches_and_in_files(engine, tmp_path):
    numbers = engine.arrow("numbers", pa.table({"n": [(n * 7919) % 10_007 for n in range(10_007)]}))
    result = numbers.order_by("n")
    expected = list(range(10_007))
    assert engine.to_arrow(result).column("n").to_pylist() == expected
    batches = list(engine.batches(result, rows=1000))
    assert max(batch.num_rows for batch in batches) <= 1000
    assert [n for batch in batches for n in batch.column("n").to_pylist()] == expected
    files = engine.to_parquet(result, tmp_path / "ordered")
    assert [n for path in files for n in pq.read_table(path).column("n").to_pylist()] == expected


def test_an_empty_result_has_its_types(engine, tmp_path):
    nothing = engine.arrow("of_all", OF_ALL).filter(ibis.literal(False))
    assert engine.to_arrow(nothing).schema == TYPES
    assert list(engine.batches(nothing)) == []
    files = engine.to_parquet(nothing, tmp_path / "nothing")
    assert engine.to_arrow(engine.parquet(files)).schema == TYPES


def test_other_types_of_files_become_ours(engine, tmp_path):
    path = tmp_path / "odd.parquet"
    moment = dt.datetime(2024, 1, 1, 5)
    odd = pa.table({
        "byte": pa.array([1, None], pa.int8()), "unsigned": pa.array([2**32 - 1, None], pa.uint32()),
        "single": pa.array([0.5, float("nan")], pa.float32()), "price": pa.array([Decimal("1.25"), None]),
        "level": pa.array(["b", None]).dictionary_encode(), "large": pa.array(["c", None], pa.large_string()),
        "local": pa.array([moment, None], pa.timestamp("ms")), "fine": pa.array([moment, None], pa.timestamp("ns")),
        "warsaw": pa.array([moment.replace(tzinfo=dt.UTC), None], pa.timestamp("us", "Europe/Warsaw")),
        "days": pa.array([moment.date(), None], pa.date64()),
    })  # fmt: skip
    pq.write_table(odd, path)
    expected = [1, 2**32 - 1, 0.5, 1.25, "b", "c", *[moment.replace(tzinfo=dt.UTC)] * 3, moment.date()]
    for read in (engine.parquet([path]), engine.arrow("odd", odd)):
        back = engine.to_arrow(read)
        assert {str(kind) for kind in back.schema.types} <= {str(kind) for kind in TYPES.types}
        rows = sorted((list(row.values()) for row in back.to_pylist()), key=lambda row: row[0] is None)
        assert rows == [expected, [None] * len(expected)]


def test_files_may_differ_in_columns_and_in_the_width_of_numbers(engine, tmp_path):
    old, new = tmp_path / "old.parquet", tmp_path / "new.parquet"
    pq.write_table(pa.table({"n": pa.array([1], pa.int32()), "gone": ["x"]}), old)
    pq.write_table(pa.table({"fresh": [True], "n": pa.array([2.5])}), new)
    back = engine.to_arrow(engine.parquet([old, new, new]).order_by("n"))
    assert back.to_pylist() == [
        {"n": 1.0, "gone": "x", "fresh": None},
        *[{"n": 2.5, "gone": None, "fresh": True}] * 2,
    ]


def test_folders_named_for_a_partition_add_no_columns(engine, tmp_path):
    path = tmp_path / "day=2024-01-01" / "part.parquet"
    path.parent.mkdir()
    pq.write_table(pa.table({"n": [1]}), path)
    assert engine.to_arrow(engine.parquet([path])).column_names == ["n"]


def test_columns_that_no_engine_takes_are_named_or_left_out(engine, tmp_path):
    path = tmp_path / "nested.parquet"
    nested = pa.table({"n": [1], "pair": [{"a": 1}], "raw": [b"x"]})
    pq.write_table(nested, path)
    with pytest.raises(DataError, match=r"pair .*raw"):
        engine.parquet([path])
    assert engine.to_arrow(engine.parquet([path], columns=["n"])).to_pylist() == [{"n": 1}]
    with pytest.raises(NotFound, match="'m'"):
        engine.parquet([path], columns=["n", "m"])
    with pytest.raises(DataError, match=r"A.*a"):
        engine.arrow("alike", pa.table({"A": [1], "a": [2]}))


def test_files_that_cannot_be_read_are_named(engine, tmp_path):
    broken = tmp_path / "broken.parquet"
    broken.write_text("this is no Parquet")
    for path in (broken, tmp_path / "absent.parquet"):
        with pytest.raises(SourceError, match=path.name):
            engine.parquet([path])
    with pytest.raises(DataError, match="no files"):
        engine.parquet([])


def test_a_result_never_replaces_files_nor_leaves_half_of_them(engine, tmp_path):
    numbers = engine.arrow("numbers", pa.table({"n": [2**62, 2**62], "s": ["1", "x"]}))
    there = tmp_path / "there"
    there.mkdir()
    with pytest.raises(StorageError, match="there"):
        engine.to_parquet(numbers, there)
    with pytest.raises(DataError):
        engine.to_parquet(numbers.select(n=numbers.n * numbers.n), tmp_path / "failed")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


@pytest.mark.parametrize(
    "impossible",
    [
        lambda t: t.select(r=t.n + t.n),
        lambda t: t.select(r=t.n * t.n),
        lambda t: t.agg(r=t.n.sum()),
        lambda t: t.select(r=t.s.cast("int64")),
        lambda t: t.select(r=t.s.cast("float64")),
        lambda t: t.select(r=(t.n.cast("float64") * 100).cast("int64")),
        lambda t: t.select(r=(t.n.cast("float64") * 100).floor()),
        lambda t: t.select(r=(t.n.cast("float64") * 100).ceil()),
        lambda t: t.select(r=(t.n.cast("float64") * 100).round()),
        lambda t: t.select(r=(t.n.cast("float64") * 100) // 1),
    ],
)
def test_values_that_cannot_be_computed_are_told(engine, impossible):
    rows = engine.arrow("numbers", pa.table({"n": [2**62, 2**62, 2**62], "s": ["1", "x", "y"]}))
    with pytest.raises(DataError, match="cannot be computed") as told:
        engine.to_arrow(impossible(rows))
    assert "\n" not in str(told.value)
    assert "org.apache" not in str(told.value)


def test_a_refused_calculation_is_told(engine):
    rows = engine.arrow("rows", pa.table({"s": ["x"]}))

    @ibis.udf.scalar.builtin
    def no_such_function(text: str) -> str: ...

    with pytest.raises(EngineError, match="refuses"):
        engine.to_arrow(rows.select(r=no_such_function(rows.s)))
    assert engine.to_arrow(rows).num_rows == 1


def test_batches_can_be_left_unread_and_read_side_by_side(engine):
    rows = engine.arrow("rows", pa.table({"n": range(5000)})).order_by("n")
    one, other = engine.batches(rows, rows=100), engine.batches(rows, rows=100)
    firsts = [next(one).column("n")[0].as_py(), next(other).column("n")[0].as_py(), next(one).column("n")[0].as_py()]
    assert firsts == [0, 0, 100]
    assert engine.to_arrow(rows.count()).num_rows == 1
    one.close()
    assert next(other).column("n")[0].as_py() == 100


def test_a_table_may_be_replaced(engine):
    engine.arrow("again", pa.table({"n": [1]}))
    assert engine.to_arrow(engine.arrow("again", pa.table({"m": ["x"]}))).to_pylist() == [{"m": "x"}]


def test_an_unknown_engine_is_told():
    with pytest.raises(NotFound, match=r"duckdb.*spark"):
        open_engine("polars")  # type: ignore[arg-type]


def test_what_memory_does_not_hold_goes_to_disk_and_is_gone_afterwards(tmp_path, monkeypatch):
    monkeypatch.setenv("CAMPANILE_MEMORY_LIMIT", "120MB")
    monkeypatch.setenv("CAMPANILE_THREADS", "1")
    files = []
    with open_engine("duckdb", spill=tmp_path / "spill") as small:
        for part in range(4):
            path = tmp_path / f"{part}.parquet"
            texts = [f"text {n}" for n in range(1_000_000)]
            pq.write_table(pa.table({"n": range(part, 4_000_000, 4), "s": texts}), path)
            files.append(path)
        events = small.parquet(files)
        on_disk = 0
        last = -1
        for batch in small.batches(events.order_by("n")):
            on_disk = max(on_disk, sum(path.stat().st_size for path in (tmp_path / "spill").rglob("*.tmp")))
            found = [last, *batch.column("n").to_pylist()]
            assert all(one < other for one, other in pairwise(found))
            last = found[-1]
        assert last == 3_999_999
        assert on_disk > 10_000_000
        with pytest.raises(OutOfMemory, match="CAMPANILE_MEMORY_LIMIT"):
            small.to_arrow(events.agg(all=events.s.collect()))
    assert list((tmp_path / "spill").iterdir()) == []


def test_what_a_killed_engine_left_on_disk_goes_when_the_next_opens(tmp_path):
    left = tmp_path / "engine-dead"
    left.mkdir()
    (left / "big.tmp").write_text("x")
    (tmp_path / "engine-dead.lock").touch()
    with open_engine("duckdb", spill=tmp_path):
        assert not left.exists()
        with open_engine("duckdb", spill=tmp_path) as inner:
            assert inner.to_arrow(inner.arrow("t", pa.table({"n": [1]}))).num_rows == 1
        assert len(list(tmp_path.glob("engine-*.lock"))) == 1


# The same on both: every function, over random rows.


def answers(engine, functions, seed, select):
    """Return a column for each function; functions that this engine refuses are left out."""
    rows = engine.arrow(f"random{seed}", table(seed))
    return engine.to_arrow(select(rows, {name: function(rows) for name, function in functions.items()}))


def by_row(rows, values):
    return rows.select(rows.id, **values).order_by("id")


def by_group(rows, values):
    return rows.group_by("group").agg(**values).order_by("group")


SEEDS = [0, 1, 2]


@pytest.fixture(scope="module")
def answered(duckdb, spark):
    found = {}
    for seed in SEEDS:
        for kind, functions, select in (("row", ROWS, by_row), ("group", GROUPS, by_group), ("over", OVER, by_row)):
            found[seed, kind] = tuple(answers(engine, functions, seed, select) for engine in (duckdb, spark))
    return found


def differing(one, other):
    """Return rows in which two results differ, numbers by more than one part in a million million."""
    assert one.schema == other.schema
    assert one.num_rows == other.num_rows
    ours, theirs = one.column(1).to_pylist(), other.column(1).to_pylist()
    # Beside large numbers, what cancels out to nothing may leave their last bit.
    least = 1e-15 * max((abs(value) for value in ours if isinstance(value, float)), default=0.0)

    def alike(mine, yours):
        if isinstance(mine, float) and isinstance(yours, float):
            return math.isclose(mine, yours, rel_tol=1e-12, abs_tol=least)
        return mine == yours

    pairs = enumerate(zip(ours, theirs, strict=True))
    return [(at, mine, yours) for at, (mine, yours) in pairs if not alike(mine, yours)]


EACH = [("row", name) for name in ROWS] + [("group", name) for name in GROUPS] + [("over", name) for name in OVER]
NOTHING = {"/ by a literal zero", "sum of nothing", "mean of nothing", "count where nothing holds"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("kind", "name"), EACH, ids=str)
def test_a_function_gives_the_same_on_both(answered, kind, name, seed):
    one, other = (result.select([0, result.column_names.index(name)]) for result in answered[seed, kind])
    assert differing(one, other) == []
    if name not in NOTHING:
        assert len(set(map(str, one.column(name).to_pylist())) - {"None"}) > 1, "says nothing"


@pytest.mark.slow
@pytest.mark.parametrize("name", [*DIFFERENT, *DIFFERENT_GROUPS])
def test_what_is_said_to_differ_does(duckdb, spark, name):
    """Where this fails, a library has learnt it: the function may be moved to those that may be used."""
    functions, select = (DIFFERENT, by_row) if name in DIFFERENT else (DIFFERENT_GROUPS, by_group)
    found = []
    for engine in (duckdb, spark):
        try:
            found.append(answers(engine, {name: functions[name]}, 0, select))
        except CampanileError:
            return
    assert differing(*found) != []


@pytest.mark.slow
def test_joins_unions_and_unnested_lists_give_the_same(duckdb, spark):
    found = []
    for engine in (duckdb, spark):
        left, right = engine.arrow("one", table(3, 200)), engine.arrow("two", table(4, 200))
        joined = left.left_join(right, ["group", "j"]).group_by("id").agg(n=ibis._.count(), x=ibis._.x_right.max())
        items = left.select("id", item=left.l.unnest()).group_by("item").agg(n=ibis._.count())
        both = left.select("s", "j").union(right.select("s", "j"), distinct=True).order_by("s", "j")
        semi = left.semi_join(right, "s").select("id").order_by("id")
        anti = left.anti_join(right, "i").select("id").order_by("id")
        results = (joined.order_by("id"), items.order_by("item"), both, semi, anti)
        found.append([engine.to_arrow(result) for result in results])
    for one, other in zip(*found, strict=True):
        assert one.num_rows > 5
        assert one.equals(other)


def test_every_rule_of_meaning_is_tried():
    """A rewritten operation occurs in some entry: none is taken on trust."""
    from campanile.workspace.engines.meaning import _rules

    rows = ibis.table(ibis.Schema.from_pyarrow(table(rows=1).schema), name="rows")
    used = {
        type(node)
        for functions in (ROWS, GROUPS, OVER)
        for function in functions.values()
        for node in function(rows).op().find(ops.Value)
    }
    assert set(_rules()) <= used


def test_spark_without_its_parts_says_how_to_get_them(monkeypatch):
    monkeypatch.setattr("campanile.workspace.engines.machine._running", None)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(BadInput, match="openjdk-17-jre-headless"), open_engine("spark"):
        pass
    monkeypatch.setattr("campanile.workspace.engines.machine._must_have_java", lambda: None)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(BadInput, match=r"pip install 'campanile\[spark\]'"), open_engine("spark"):
        pass
