"""Lists in files become columns of lists, which pass through the workspace and every room that meets them."""

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from campanile.features import propose
from campanile.flows.inspection import InspectSpec, inspect
from campanile.quality import QualitySpec, check, sections
from campanile.sources import LoadSpec, ReadSpec, load, read
from campanile.sources.versions import DifferenceSpec, difference
from campanile.tables import Semantic, dictionary_of
from campanile.tables.export import to_csv
from campanile.tables.lists import STRINGS
from campanile.workspace import content_hash
from campanile.workspace.engine import query
from campanile.workspace.errors import SourceError

USERS = [{"user_id": 100 + i, "genres": [["soul", "rock"], ["motown"], None, []][i % 4], "bought": i % 3 == 0}
         for i in range(60)]  # fmt: skip
EXPECTED = [user["genres"] for user in USERS]


def written(folder, users=USERS, name="users.jsonl"):
    path = folder / name
    text = "".join(json.dumps(user) + "\n" for user in users).encode()
    path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    return path


@pytest.mark.parametrize("name", ["users.jsonl", "users.jsonl.gz"])
def test_json_lists_are_read_as_lists(tmp_path, name):
    reading = read(written(tmp_path, name=name))
    assert reading.table["genres"].type == STRINGS
    assert reading.table["genres"].to_pylist() == EXPECTED
    assert reading.dictionary["genres"].semantic is Semantic.LIST
    assert str(reading.dictionary["genres"].reason) == "lists of words"


def test_lists_pass_through_the_lake_with_their_hash_and_the_engine_intersects_them(workspace, tmp_path):
    loaded = load(workspace, LoadSpec(path=written(tmp_path)))
    rows = workspace.read("users")
    assert rows["genres"].type == STRINGS
    assert rows["genres"].to_pylist() == EXPECTED
    assert loaded.content_hash == content_hash(rows, "user_id") == workspace.table("users").hash
    other = [{**USERS[0], "genres": ["rock", "soul"]}, *USERS[1:]]
    assert load(workspace, LoadSpec(path=written(tmp_path, other))).content_hash != loaded.content_hash
    found = query("SELECT sum(len(list_intersect(genres, ['soul', 'motown']))) AS n FROM rows", {"rows": rows})
    assert found["n"].to_pylist() == [30]


def test_the_same_lists_in_csv_and_parquet_give_the_same_table(workspace, tmp_path):
    first = load(workspace, LoadSpec(path=written(tmp_path), key="user_id"))
    (tmp_path / "users.csv").write_bytes(to_csv(workspace.read("users")))
    pq.write_table(
        pa.Table.from_pylist(USERS, pa.schema({"user_id": pa.int64(), "genres": pa.list_(pa.string()),
                                               "bought": pa.bool_()})), tmp_path / "users.parquet")  # fmt: skip
    for name in ("users.csv", "users.parquet"):
        assert load(workspace, LoadSpec(path=tmp_path / name, key="user_id")).content_hash == first.content_hash


def test_rows_with_lists_are_appended_once_and_compared_between_versions(workspace, tmp_path):
    load(workspace, LoadSpec(path=written(tmp_path), key="user_id"))
    more = [USERS[0], {"user_id": 999, "genres": ["pop"], "bought": True}, {**USERS[1], "genres": ["pop"]}]
    joined = load(workspace, LoadSpec(path=written(tmp_path, more), append=True, refuse_share=0.5))
    assert (joined.rows, joined.added, joined.repeated, joined.refused) == (61, 1, 1, 1)
    changed = [{**USERS[0], "genres": ["pop"]}, *USERS[1:]]
    load(workspace, LoadSpec(path=written(tmp_path, changed), key="user_id"))
    answer = difference(workspace, DifferenceSpec(table="users", before=1, after=3))
    assert {one.name: one.cells for one in answer.columns} == {"user_id": None, "genres": 1, "bought": 0}


def test_a_declared_text_stays_text_and_what_is_no_list_is_refused(tmp_path):
    assert read(written(tmp_path), ReadSpec(types={"genres": "text"})).table["genres"][0].as_py() == '["soul","rock"]'
    broken = [*USERS, {"user_id": 1, "genres": "soul", "bought": True}]
    refused = read(written(tmp_path, broken)).refused.to_pylist()
    assert [(row["line"], row["column"], row["reason"]) for row in refused] == [(61, "genres", "list")]
    with pytest.raises(SourceError, match="'soul' is not a list"):
        read(written(tmp_path, [{"user_id": 1, "genres": "soul"}] * 3), ReadSpec(types={"genres": "list"}))


def test_objects_and_lists_of_objects_stay_text(tmp_path):
    users = [{"user_id": i, "where": [{"city": "Gdynia", "n": i}], "how": {"n": i}} for i in range(30)]
    assert {column.name: column.semantic for column in read(written(tmp_path, users)).dictionary} == {
        "user_id": Semantic.IDENTIFIER, "where": Semantic.TEXT, "how": Semantic.TEXT,
    }  # fmt: skip


def test_a_list_is_looked_at_checked_and_left_out_of_the_features(workspace, tmp_path):
    path = written(tmp_path)
    looked = inspect(workspace, InspectSpec(path=path)).to_dict()
    assert json.loads(json.dumps(looked))["preview"][0]["genres"] == ["soul", "rock"]
    assert next(one["distinct"] for one in looked["columns"] if one["name"] == "genres") == 3
    load(workspace, LoadSpec(path=path, key="user_id"))
    quality = check(workspace, QualitySpec(table="users", target="bought"))
    profile = next(one for one in quality.profile.columns if one.name == "genres")
    assert (profile.semantic, profile.missing, profile.distinct, profile.bins) == ("list", 15, 3, ())
    assert sections(quality)
    plan = propose(dictionary_of(workspace.table("users")), workspace.read("users"), "bought")
    assert [str(one.reason) for one in plan.left_out if one.column == "genres"] == ["it holds lists"]


def test_an_identifier_filled_with_one_mark_only_is_an_identifier(tmp_path):
    users = [{"user_id": i, "city": "ab"[i % 2], **({"id": -1} if i < 3 else {})} for i in range(30)]
    reading = read(written(tmp_path, users))
    assert reading.dictionary["id"].semantic is Semantic.IDENTIFIER
    assert reading.table["id"].null_count == 27
