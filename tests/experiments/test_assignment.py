"""Groups are for life: the same in every process and engine, whoever joins, whatever grows."""

import csv
import gzip
import json
import os
import subprocess
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from campanile.experiments import AssignSpec, assign, assignment
from campanile.experiments.declaration import fresh, read
from campanile.experiments.grouping import expression, groups
from campanile.experiments.result import Arm, Experiment
from campanile.workspace.engines import open_engine
from campanile.workspace.errors import BadInput, DataError, SpecError, StorageError

# Never changed: who is in which group depends on it.
GOLDEN = {"u1": "treatment", "u2": "treatment", "u3": "control", "7": "control", "żółć": "treatment", "": "treatment"}
KEPT = json.loads(Path(__file__).with_name("golden_groups.json").read_text(encoding="utf-8"))


def experiment(percent=50.0, name="offer", **more):
    return Experiment(
        name, more.pop("salt", name), 1, (Arm("treatment", percent), Arm("control", 100 - percent)), **more
    )


def of(what, keys):
    return groups(what, pa.array(keys, pa.string())).to_pylist()


def write(path, keys, header="user_id"):
    path.write_text(f"{header}\n" + "".join(f"{key}\n" for key in keys), encoding="utf-8")
    return str(path)


def told(path):
    header, *rows = csv.reader(path.open(encoding="utf-8", newline=""))
    assert header == ["key", "group"]
    return [tuple(row) for row in rows]


def test_groups_stay_what_they_were():
    assert dict(zip(GOLDEN, of(experiment(), list(GOLDEN)), strict=True)) == GOLDEN


def kept(vector):
    return Experiment(**{**vector["experiment"], "arms": tuple(Arm(**arm) for arm in vector["experiment"]["arms"])})


@pytest.mark.parametrize("vector", KEPT, ids=lambda one: f"{one['experiment']['name']} {one['experiment']['salt']}")
def test_golden_groups_are_kept_for_ever_in_arrow_and_as_an_expression(vector):
    what, keys = kept(vector), list(vector["groups"])
    assert of(what, keys) == list(vector["groups"].values())
    with open_engine("duckdb") as engine:
        rows = engine.arrow("users", pa.table({"at": range(len(keys)), "key": keys}))
        found = engine.to_arrow(rows.select("at", group=expression(what, rows["key"])).order_by("at"))
    assert found.column("group").to_pylist() == list(vector["groups"].values())


def test_golden_groups_are_not_all_the_same():
    assert len({tuple(vector["groups"].values()) for vector in KEPT}) == len(KEPT) >= 8
    assert {group for vector in KEPT for group in vector["groups"].values()} >= {"control", "outside", "holdout", "a"}


def test_another_process_with_another_hash_seed_finds_the_same():
    code = (
        "import pyarrow as pa; from campanile.experiments.declaration import fresh;"
        "from campanile.experiments.grouping import groups;"
        "print(groups(fresh('offer'), pa.array(['u1','7','żółć'])).to_pylist())"
    )
    found = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                       env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert found[0] == found[1]
    assert found[0].strip() == str(of(fresh("offer"), ["u1", "7", "żółć"]))


@settings(deadline=None, max_examples=20)
@given(
    keys=st.lists(st.text(), min_size=1, max_size=20), percent=st.floats(0, 100), salt=st.text(max_size=5),
    layer=st.booleans(), holdout=st.sampled_from([0.0, 12.5]),
)  # fmt: skip
def test_the_engines_expression_gives_the_same_groups(keys, percent, salt, layer, holdout):
    what = experiment(percent, salt=salt, layer="home" if layer else None, low=2000, high=7000, holdout=holdout)
    with open_engine("duckdb") as engine:
        rows = engine.arrow("users", pa.table({"at": range(len(keys)), "key": keys}))
        found = engine.to_arrow(rows.select("at", group=expression(what, rows["key"])).order_by("at"))
    assert found.column("group").to_pylist() == of(what, keys)


@pytest.mark.slow
def test_spark_gives_the_same_groups():
    pytest.importorskip("pyspark")
    keys = [*KEPT[0]["groups"], *map(str, range(100, 600))]
    what = [*map(kept, KEPT), experiment(30, layer="home", low=0, high=8000, holdout=5)]
    with open_engine("spark", master="local[2]") as engine:
        rows = engine.arrow("users", pa.table({"at": range(len(keys)), "key": keys}))
        asked = {f"g{at}": expression(one, rows["key"]) for at, one in enumerate(what)}
        found = engine.to_arrow(rows.select("at", **asked).order_by("at"))
    for at, one in enumerate(what):
        assert found.column(f"g{at}").to_pylist() == of(one, keys)
    for at, vector in enumerate(KEPT):
        assert found.column(f"g{at}").to_pylist()[: len(vector["groups"])] == list(vector["groups"].values())


@settings(deadline=None)
@given(low=st.floats(0, 100), high=st.floats(0, 100))
def test_a_share_that_grows_puts_nobody_out_of_the_treatment(low, high):
    low, high = sorted((low, high))
    keys = [f"u{n}" for n in range(200)]
    small, large = of(experiment(low), keys), of(experiment(high), keys)
    assert all(after == "treatment" for before, after in zip(small, large, strict=True) if before == "treatment")


def test_groups_of_many_experiments_are_even_and_those_of_two_are_strangers():
    keys = [f"u{n}" for n in range(400)]
    drawn = [[group == "treatment" for group in of(experiment(name=f"e{n}"), keys)] for n in range(300)]
    ps = [stats.binomtest(sum(one), len(keys)).pvalue for one in drawn]
    assert stats.kstest(ps, "uniform").pvalue > 1e-4
    joint = [sum(a == b for a, b in zip(one, other, strict=True)) for one, other in pairwise(drawn)]
    z = [(count - 200) / 10 for count in joint]
    assert stats.kstest(z, "norm").pvalue > 1e-4


def test_the_file_is_written_in_the_inputs_order_with_every_key_as_it_was(workspace, tmp_path):
    keys = ["007", "7", "b", "a", "-1", "a"]
    users = write(tmp_path / "users.csv", keys)
    done = assign(
        workspace, AssignSpec(name="offer", users=users, key="user_id", month="2026-11"), tmp_path / "out.csv"
    )
    assert [key for key, _ in told(tmp_path / "out.csv")] == keys
    assert [group for _, group in told(tmp_path / "out.csv")] == of(fresh("offer"), keys)
    assert sum(count for _, count in done.new) == 5
    assert len(done.notes) == 1


def test_the_month_is_never_hashed_and_earlier_users_keep_their_group_whatever_the_share(workspace, tmp_path):
    first = [f"u{n}" for n in range(300)]
    spec = {"name": "offer", "key": "user_id", "salt": "x"}
    assign(
        workspace, AssignSpec(users=write(tmp_path / "a.csv", first), share=20, month="2026-10", **spec), tmp_path / "a"
    )
    more = write(tmp_path / "b.csv", [*(f"v{n}" for n in range(300)), *first])
    assign(workspace, AssignSpec(users=more, share=80, month="2026-11", **spec), tmp_path / "b")
    before, after = told(tmp_path / "a"), told(tmp_path / "b")
    assert after[300:] == before
    assert sum(group == "treatment" for _, group in before) < 90
    assert sum(group == "treatment" for _, group in after[:300]) > 200
    kept = workspace.read("offer_assignments")
    assert kept.num_rows == 600
    assert dict(zip(kept["key"].to_pylist(), kept["month"].to_pylist(), strict=True))["u1"] == "2026-10"
    assert [one.month for one in read(workspace, "offer").cohorts] == ["2026-10", "2026-11"]


def test_assigning_again_changes_nothing(workspace, tmp_path):
    users = write(tmp_path / "u.csv", range(50))
    spec = AssignSpec(name="offer", users=users, key="user_id", month="2026-11")
    assign(workspace, spec, tmp_path / "a")
    again = assign(workspace, spec.model_copy(update={"month": "2027-01"}), tmp_path / "b")
    assert told(tmp_path / "a") == told(tmp_path / "b")
    assert sum(count for _, count in again.new) == 0
    assert workspace.read("offer_assignments").num_rows == 50


def test_salt_and_algorithm_are_kept_and_cannot_be_changed(workspace, tmp_path):
    users = write(tmp_path / "u.csv", range(50))
    done = assign(workspace, AssignSpec(name="offer", users=users, key="user_id", salt="pepper"))
    assert (done.salt, done.algorithm) == ("pepper", 1)
    with pytest.raises(SpecError, match="another salt, for life"):
        assign(workspace, AssignSpec(name="offer", users=users, key="user_id", salt="sugar"))
    assert assign(workspace, AssignSpec(name="offer", users=users, key="user_id")).salt == "pepper"


def test_tests_of_a_layer_exclude_each_other_and_may_grow_into_what_is_free(workspace, tmp_path):
    users = write(tmp_path / "u.csv", range(2000))
    for name in ("one", "two"):
        assign(workspace, AssignSpec(name=name, users=users, key="user_id", layer="home", slot=40))
    one, two = (set(workspace.read(f"{name}_assignments")["key"].to_pylist()) for name in ("one", "two"))
    assert not one & two
    assert 700 < len(one) < 900
    assign(workspace, AssignSpec(name="two", users=users, key="user_id", layer="home", slot=60))
    grown = set(workspace.read("two_assignments")["key"].to_pylist())
    assert two < grown
    assert not one & grown
    with pytest.raises(SpecError, match="has 0 % left"):
        assign(workspace, AssignSpec(name="three", users=users, key="user_id", layer="home", slot=10))


def test_who_is_held_out_is_in_no_test(workspace, tmp_path):
    users = write(tmp_path / "u.csv", range(2000))
    kept = []
    for name in ("one", "two"):
        assign(workspace, AssignSpec(name=name, users=users, key="user_id", holdout=10), tmp_path / name)
        kept.append({key for key, group in told(tmp_path / name) if group == "holdout"})
    assert kept[0] == kept[1]
    assert 150 < len(kept[0]) < 250
    assert not kept[0] & set(workspace.read("one_assignments")["key"].to_pylist())


def test_several_arms_have_their_shares(workspace, tmp_path):
    users = write(tmp_path / "u.csv", range(4000))
    done = assign(workspace, AssignSpec(name="offer", users=users, key="user_id", arms={"a": 20, "b": 30}))
    counts = dict(done.groups)
    assert stats.chisquare([counts["a"], counts["b"], counts["control"]], [800, 1200, 2000]).pvalue > 1e-4


def test_the_day_of_joining_is_when_a_user_was_assigned_but_never_before_the_month(workspace, tmp_path):
    path = tmp_path / "u.csv"
    path.write_text("user_id,joined\n1,2026-11-03\n2,2026-11-20\n3,2019-05-05\n4,\n", encoding="utf-8")
    assign(workspace, AssignSpec(name="offer", users=str(path), key="user_id", joined="joined", month="2026-11"))
    since = workspace.read("offer_assignments")["assigned_at"]
    assert [str(one)[:10] for one in since.to_pylist()] == ["2026-11-03", "2026-11-20", "2026-11-01", "2026-11-01"]


def test_a_user_without_a_key_stops_the_assignment(workspace, tmp_path):
    path = tmp_path / "u.csv"
    path.write_text("user_id,age\n1,30\n,31\n", encoding="utf-8")
    with pytest.raises(DataError, match="has no 'user_id'"):
        assign(workspace, AssignSpec(name="offer", users=str(path), key="user_id"))
    assert workspace.artifacts() == ()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "a b"}, "cannot name an experiment"), ({"month": "11-2026"}, "no month"),
        ({"arms": {"a": 60, "b": 60}}, "100 at most"), ({"arms": {"a": 10}, "share": 5}, "not both"),
        ({"arms": {"control": 5}}, "No arm"), ({"slot": 10}, "--layer"), ({"share": 101}, "at most"),
        ({"share": 0.001}, "hundredth"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(values, said):
    with pytest.raises(BadInput, match=said):
        AssignSpec(**{"name": "offer", **values})


@pytest.mark.slow
def test_a_million_users_are_assigned_in_seconds(workspace):
    import time

    from campanile.tables import Column, Dictionary, Semantic

    keys = pa.array(range(1_000_000), pa.int64())
    meta = {"dictionary": Dictionary((Column("id", Semantic.IDENTIFIER, "int64"),), key="id").to_dict()}
    with workspace.run("load", {}) as run:
        run.save_table("users", pa.table({"id": keys}), key="id", meta=meta)
    started = time.perf_counter()
    done = assign(workspace, AssignSpec(name="offer"))
    assert done.users == 1_000_000
    assert time.perf_counter() - started < 30
    group = workspace.read("offer_assignments").column("group")
    assert abs(pc.sum(pc.equal(group, "treatment")).as_py() - 500_000) < 2500


KEYS = ["007", "7", "a,b", 'say "hi"', "it's", " pad ", "Łódź", "日本", "😀", "NA", "null", "None", "-", "-1", "1e5",
        "+48123456789", "@ann", "-aB3_x", "00000000-0000-4000-8000-000000000005", "12345678901234567890"]  # fmt: skip


def as_csv(path, keys):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [["age", "user_id"], *(["abc" if at % 7 else 30, key] for at, key in enumerate(keys))]
        )


def as_gzip(path, keys):
    as_csv(path.with_suffix(".plain"), keys)
    path.write_bytes(gzip.compress(path.with_suffix(".plain").read_bytes()))


def as_json_lines(path, keys):
    path.write_text("".join(json.dumps({"user_id": key, "age": 3}) + "\n" for key in keys), encoding="utf-8")


def as_parquet(path, keys):
    pq.write_table(pa.table({"user_id": keys, "age": range(len(keys))}), path)


@pytest.mark.parametrize(
    ("name", "write"),
    [("u.csv", as_csv), ("u.csv.gz", as_gzip), ("u.jsonl", as_json_lines), ("u.parquet", as_parquet)],
)
def test_keys_of_any_kind_come_back_as_they_were_from_any_kind_of_file(workspace, tmp_path, name, write):
    write(tmp_path / name, KEYS)
    assign(workspace, AssignSpec(name="offer", users=str(tmp_path / name), key="user_id"), tmp_path / "out.csv")
    assert told(tmp_path / "out.csv") == list(zip(KEYS, of(fresh("offer"), KEYS), strict=True))


def test_whole_numbers_in_a_parquet_file_are_their_decimal_texts(workspace, tmp_path):
    as_parquet(tmp_path / "u.parquet", list(range(30)))
    assign(workspace, AssignSpec(name="offer", users=str(tmp_path / "u.parquet"), key="user_id"), tmp_path / "out.csv")
    keys = [str(n) for n in range(30)]
    assert told(tmp_path / "out.csv") == list(zip(keys, of(fresh("offer"), keys), strict=True))


def test_a_key_that_a_spreadsheet_would_run_is_written_with_an_apostrophe_and_that_is_told(workspace, tmp_path):
    keys = ["=1+1", "+SUM(A1)", "@ann"]
    as_parquet(tmp_path / "u.parquet", keys)
    spec = AssignSpec(name="offer", users=str(tmp_path / "u.parquet"), key="user_id")
    done = assign(workspace, spec, tmp_path / "out.csv")
    assert [key for key, _ in told(tmp_path / "out.csv")] == ["'=1+1", "'+SUM(A1)", "@ann"]
    assert str(done.notes[-1]).startswith("2 keys would run")
    assert workspace.read("offer_assignments")["key"].to_pylist() == sorted(keys)


def test_a_row_that_cannot_be_read_stops_the_assignment(workspace, tmp_path):
    path = tmp_path / "u.csv"
    path.write_text("user_id,age\n" + "".join(f"{n},30{',x' if n == 50 else ''}\n" for n in range(100)))
    with pytest.raises(DataError, match=r"1 row of 'u\.csv' cannot be read, in line 52"):
        assign(workspace, AssignSpec(name="offer", users=str(path), key="user_id"))
    assert workspace.artifacts() == ()


def test_who_joined_when_must_be_told_by_days_or_times(workspace, tmp_path):
    path = tmp_path / "u.csv"
    path.write_text("user_id,plan\n1,free\n2,paid\n")
    with pytest.raises(DataError, match="'plan' holds no days or times"):
        assign(workspace, AssignSpec(name="offer", users=str(path), key="user_id", joined="plan"))


def test_two_fresh_workspaces_write_the_same_bytes_whatever_the_month(tmp_path):
    from campanile.workspace import Workspace

    users = write(tmp_path / "u.csv", [f"u{n}" for n in range(200)])
    for name, month in (("a", "2026-11"), ("b", "2027-03")):
        with closing(Workspace.open(tmp_path / name)) as fresh_one:
            spec = AssignSpec(name="offer", users=users, key="user_id", share=12.5, salt="s", month=month)
            assign(fresh_one, spec, tmp_path / f"{name}.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_what_surprises_is_told(workspace, tmp_path):
    users = write(tmp_path / "u.csv", range(50))
    spec = {"name": "offer", "users": users, "key": "user_id", "now": "2026-11-10"}
    first = assign(workspace, AssignSpec(**spec, share=100, month="2026-11"))
    assert [str(note) for note in first.notes] == [
        "By these shares nobody joins 'control', so there is nothing to compare."
    ]
    again = assign(workspace, AssignSpec(**spec, share=20, month="2026-12"))
    assert [str(note)[:24] for note in again.notes] == ["The shares are new. They", "The month 2026-12 lies a"]
    assert dict(again.groups) == dict(first.groups)


def test_a_group_that_has_users_cannot_be_renamed(workspace, tmp_path):
    users = write(tmp_path / "u.csv", range(50))
    assign(workspace, AssignSpec(name="offer", users=users, key="user_id"))
    with pytest.raises(SpecError, match="There are users in 'treatment', for life"):
        assign(workspace, AssignSpec(name="offer", users=users, key="user_id", arms={"b": 50}))
    assign(workspace, AssignSpec(name="offer", users=users, key="user_id", arms={"treatment": 0, "b": 50}))


def test_a_file_that_cannot_be_written_is_told_before_the_work(workspace, tmp_path):
    users = write(tmp_path / "u.csv", range(50))
    with pytest.raises(StorageError, match="cannot be written"):
        assign(workspace, AssignSpec(name="offer", users=users, key="user_id"), tmp_path)
    assert workspace.artifacts() == ()
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["u.csv"]


def test_a_stop_in_the_middle_leaves_all_as_it_was_and_the_next_time_gives_the_same(workspace, tmp_path, monkeypatch):
    users = write(tmp_path / "u.csv", range(50))
    spec = AssignSpec(name="offer", users=users, key="user_id")

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(assignment, "as_csv", stop)
        with pytest.raises(KeyboardInterrupt):
            assign(workspace, spec, tmp_path / "out.csv")
    assert workspace.artifacts() == ()
    assert [path.name for path in tmp_path.glob("*.csv*")] == ["u.csv"]
    assign(workspace, spec, tmp_path / "out.csv")
    assert [group for _, group in told(tmp_path / "out.csv")] == of(fresh("offer"), [str(n) for n in range(50)])


def test_a_file_needs_no_ending(workspace, tmp_path):
    users = write(tmp_path / "users", range(20))
    assert assign(workspace, AssignSpec(name="offer", users=users, key="user_id")).users == 20


@pytest.mark.parametrize("shape", ["first last {}", "a|{}", "a;{}", "a\t{}", "{} ", "'{}'", 'a"{}', "a,{}", "0{}"])
def test_in_a_file_of_keys_alone_nothing_separates_columns(workspace, tmp_path, shape):
    keys = [shape.format(n) for n in range(30)]
    with (tmp_path / "u.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["user_id"], *([key] for key in keys)])
    assign(workspace, AssignSpec(name="offer", users=str(tmp_path / "u.csv"), key="user_id"), tmp_path / "out.csv")
    assert [key for key, _ in told(tmp_path / "out.csv")] == keys
