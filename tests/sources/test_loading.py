"""Loading: all or nothing, a new version each time, rows told apart by their key."""

from pathlib import Path

import pytest

from campanile.sources import LoadSpec, load
from campanile.sources.worlds import campaign, write
from campanile.tables import dictionary_of
from campanile.words import speaking
from campanile.workspace import Workspace, content_hash
from campanile.workspace.errors import NotFound, SourceError, SpecError

WORLD = campaign(rows=200, seed=3)


def _load(workspace: Workspace, path: Path, **asked):
    return load(workspace, LoadSpec(path=path, table="customers", **asked))


def _csv(folder: Path, text: str, name: str = "more.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_each_load_is_a_new_version_with_the_hash_of_its_content(workspace, tmp_path):
    first = _load(workspace, write(WORLD, tmp_path / "a.csv"), key="customer_id")
    second = _load(workspace, write(WORLD, tmp_path / "b.csv", "excel_pl"), key="customer_id")
    assert (first.version, second.version) == (1, 2)
    assert first.content_hash == second.content_hash == content_hash(WORLD.table, "customer_id")
    assert workspace.read("customers").equals(WORLD.table.sort_by("customer_id"))


def test_a_key_is_found_where_none_is_named_and_gives_the_same_hash(workspace, tmp_path):
    path = write(WORLD, tmp_path / "a.csv")
    found = _load(workspace, path)
    assert found.key == "customer_id"
    assert found.content_hash == _load(workspace, path, key="customer_id").content_hash


def test_the_table_keeps_its_dictionary_dialect_and_source(workspace, tmp_path):
    done = _load(workspace, write(WORLD, tmp_path / "a.csv", "excel_us"))
    table = workspace.table("customers")
    assert dictionary_of(table).key == "customer_id"
    assert dictionary_of(table)["income_eur"].semantic == "money"
    assert table.meta["dialect"]["dates"] == "mdy"
    assert table.meta["source"]["hash"] == workspace.artifact("file").hash
    assert done.to_dict()["types"]["signup_date"]["semantic"] == "date"


def test_refused_rows_lie_in_a_side_table(workspace, tmp_path):
    rows = "".join(f"{number},{number}.5\n" for number in range(50))
    done = _load(workspace, _csv(tmp_path, f"id,paid\n{rows}50,much\n51\n"))
    assert (done.rows, done.refused) == (50, 2)
    kept = workspace.frame(workspace.artifact("refused", "customers"), "refused")
    assert kept.column("line").to_pylist() == [52, 53]
    assert kept.column("raw").to_pylist() == ["50,much", "51"]


def test_a_failed_load_changes_nothing(workspace, tmp_path):
    _load(workspace, write(WORLD, tmp_path / "a.csv"))
    before = workspace.artifacts()
    with pytest.raises(SourceError):
        _load(workspace, _csv(tmp_path, "id,b\n" + "1,2\n2\n" * 10))
    assert workspace.artifacts() == before
    assert workspace.table("customers").version == 1


def test_an_equal_row_is_kept_once_and_a_contradicting_one_is_refused(workspace, tmp_path):
    rows = "".join(f"{number},x{number}\n" for number in range(60))
    done = _load(workspace, _csv(tmp_path, f"id,word\n{rows}7,x7\n8,other\n,lost\n"), key="id")
    assert (done.rows, done.repeated, done.refused) == (60, 1, 2)
    assert [(refusal.line, refusal.reason) for refusal in done.refusals] == [(64, "key_missing"), (63, "key_conflict")]


def test_appended_rows_join_and_known_ones_do_not_come_twice(workspace, tmp_path):
    path = write(WORLD.table.slice(0, 150), tmp_path / "first.csv")
    _load(workspace, path, key="customer_id")
    done = _load(workspace, write(WORLD.table.slice(100), tmp_path / "more.csv", "excel_pl"), append=True)
    assert (done.version, done.rows, done.added, done.repeated, done.refused) == (2, 200, 50, 50, 0)
    assert done.content_hash == content_hash(WORLD.table, "customer_id")
    assert workspace.read(workspace.table("customers", 1)).num_rows == 150
    again = _load(workspace, path, append=True)
    assert (again.version, again.added, again.repeated) == (3, 0, 150)
    assert again.content_hash == done.content_hash


def test_an_appended_row_that_contradicts_the_table_is_refused(workspace, tmp_path):
    rows = "".join(f"{number},{number * 3}\n" for number in range(40))
    _load(workspace, _csv(tmp_path, f"id,points\n{rows}"), key="id")
    more = "".join(f"{number},{number * 3}\n" for number in range(40, 80))
    done = _load(workspace, _csv(tmp_path, f"id,points\n{more}5,999\n"), append=True)
    assert (done.added, done.refused) == (40, 1)
    assert "the table has the key '5' with other values" in str(done.words()[2])


def test_an_appended_file_is_read_in_the_schema_of_the_table(workspace, tmp_path):
    _load(workspace, _csv(tmp_path, "id,points,word\n1,5,a\n2,6,b\n3,0,007\n"), key="id")
    done = _load(workspace, _csv(tmp_path, "word,id,points,extra\n12,4,1,x\n13,5,0,y\n"), append=True)
    assert workspace.read("customers").to_pylist()[-1] == {"id": 5, "points": 0, "word": "13"}
    assert "The table has no column 'extra': it was left out." in [str(words) for words in done.words()]
    with pytest.raises(SourceError, match=r"'1\.5' is not a whole number"):
        _load(workspace, _csv(tmp_path, "id,points,word\n6,1.5,x\n"), append=True)


def test_a_column_that_an_appended_file_lacks_is_named_with_the_nearest(workspace, tmp_path):
    _load(workspace, _csv(tmp_path, "user_id,points\n1,5\n2,6\n"), key="user_id")
    with pytest.raises(NotFound, match="--map user_id=userid"):
        _load(workspace, _csv(tmp_path, "userid,points\n3,5\n"), append=True)
    done = _load(workspace, _csv(tmp_path, "userid,points\n3,5\n"), append=True, rename={"user_id": "userid"})
    assert done.rows == 3


def test_appended_dates_follow_the_habit_of_the_table(workspace, tmp_path):
    _load(workspace, _csv(tmp_path, "id|joined\n1|25/09/2012\n2|26/09/2012\n"), key="id")
    done = _load(workspace, _csv(tmp_path, "id|joined\n3|04/09/2012\n4|03/02/2012\n5|01/05/2012\n"), append=True)
    assert str(workspace.read("customers").column("joined")[2]) == "2012-09-04"
    assert "as in the table that the rows belong to" in str(done.words()[-1])


def test_a_wrong_key_is_told_with_the_nearest_name(workspace, tmp_path):
    with pytest.raises(NotFound, match="Did you mean 'customer_id'"):
        _load(workspace, write(WORLD, tmp_path / "a.csv"), key="customerid")


def test_appending_to_a_table_that_is_not_there_is_told(workspace, tmp_path):
    with pytest.raises(NotFound, match="There is no table 'customers'"):
        _load(workspace, write(WORLD, tmp_path / "a.csv"), append=True)


def test_a_table_is_named_after_its_file_unless_told_otherwise(workspace, tmp_path):
    assert load(workspace, LoadSpec(path=write(WORLD, tmp_path / "May 2024 (new).csv.gz"))).table == "May_2024_new"
    with pytest.raises(SpecError, match="cannot name a table"):
        LoadSpec(path=tmp_path / "a.csv", table="../../etc")


def test_what_was_loaded_is_told_in_each_language(workspace, tmp_path):
    done = _load(workspace, write(WORLD, tmp_path / "a.csv"))
    told = set()
    for language in ("en", "pl", "es"):
        with speaking(language):
            told.add(" ".join(str(sentence) for sentence in done.words()))
    assert len(told) == 3
