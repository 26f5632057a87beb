"""A workspace keeps all of a run or nothing of it, and remembers where everything came from."""

from pathlib import Path

import pyarrow as pa
import pytest

from campanile.words import speaking
from campanile.workspace import Workspace
from campanile.workspace.errors import Busy, Incompatible, NotFound, StorageError, Tampered
from campanile.workspace.store import writable

ROWS = pa.table({"ID": [3, 1, 2], "spend": [1.0, None, 2.5], "city": ["a", None, "Łódź"]})


def put(workspace: Workspace, rows: pa.Table = ROWS, name: str = "customers"):
    with workspace.run("load", {"path": "x.csv"}, seed=7) as run:
        draft = run.save_table(name, rows, key="ID", meta={})
    return run.artifact(draft)


def test_a_table_comes_back_sorted_by_its_key(workspace):
    assert workspace.read(put(workspace)).to_pydict()["ID"] == [1, 2, 3]


def test_every_version_of_a_table_stays_readable(workspace):
    put(workspace)
    second = put(workspace, ROWS.slice(0, 2))
    assert second.version == 2
    assert workspace.read(workspace.table("customers", 1)).num_rows == 3
    assert workspace.read("customers").num_rows == 2


def test_an_append_joins_the_version_it_names_and_nothing_a_killed_process_left(workspace):
    first = put(workspace)
    from campanile.workspace import store

    store.write_table(workspace.path / first.location, ROWS, append_to=first.meta["delta_version"])
    more = pa.table({"ID": [4], "spend": [9.0], "city": ["b"]})
    with workspace.run("load", {}) as run:
        run.save_table("customers", more, key="ID", meta={}, append_to=first, whole=pa.concat_tables([ROWS, more]))
    assert workspace.read("customers").to_pydict()["ID"] == [1, 2, 3, 4]


def fail_while_training(workspace: Workspace) -> None:
    with workspace.run("train", {}) as run:
        run.save_files("model", "m", {"a": b"1"})
        raise ZeroDivisionError


def test_a_failed_run_leaves_nothing_behind(workspace):
    with pytest.raises(ZeroDivisionError):
        fail_while_training(workspace)
    assert workspace.artifacts() == ()
    assert not list((workspace.path / "artifacts").iterdir())
    assert [run.state for run in workspace.catalog.runs()] == ["failed"]


def test_lineage_leads_back_to_the_source(workspace):
    table = put(workspace)
    with workspace.run("train", {"target": "y"}, seed=3) as run:
        run.read(table)
        draft = run.save_files("model", "m", {"a": b"1"})
    link = workspace.lineage(run.artifact(draft))
    assert (link.run.verb, link.run.seed, link.run.spec) == ("train", 3, {"target": "y"})
    assert link.parents[0].artifact == table


def test_a_file_that_was_tampered_with_is_refused(workspace):
    with workspace.run("train", {}) as run:
        draft = run.save_files("model", "m", {"model.bin": b"good"})
    artifact = run.artifact(draft)
    assert workspace.file(artifact, "model.bin") == b"good"
    (workspace.path / artifact.location / "model.bin").write_bytes(b"evil")
    with pytest.raises(Tampered, match="not the one that was saved"):
        workspace.file(artifact, "model.bin")


def test_a_wrong_name_is_answered_with_the_nearest(workspace):
    put(workspace)
    with speaking("en"), pytest.raises(NotFound, match="Did you mean 'customers'"):
        workspace.table("custmers")


def test_a_workspace_of_a_newer_version_is_refused(workspace):
    import sqlite3

    path = workspace.path
    workspace.close()
    with sqlite3.connect(path / "catalog.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Incompatible, match="newer Campanile"):
        Workspace.open(path)


def test_a_catalog_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "catalog.db").write_bytes(b"not a database at all, but long enough to look" * 100)
    with pytest.raises(Incompatible, match="not a Campanile catalog"):
        Workspace.open(tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be written"):
        Workspace.open(tmp_path / "file")


def test_a_full_disk_is_told_and_nothing_changes(workspace, monkeypatch):
    put(workspace)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match="Nothing was changed"), workspace.run("train", {}) as run:
        run.save_files("model", "m", {"model.bin": b"x"})
    assert workspace.artifacts("model") == ()


def test_a_second_writer_of_a_table_waits_and_is_told(workspace, monkeypatch):
    monkeypatch.setenv("CAMPANILE_LOCK_WAIT_SECONDS", "0.1")
    other = Workspace.open(workspace.path)
    with workspace.lock_table("customers"), pytest.raises(Busy, match="another process"), other.lock_table("customers"):
        pass
    other.close()


def test_two_runs_at_once_get_two_versions(workspace):
    other = Workspace.open(workspace.path)
    with workspace.run("train", {}) as one, other.run("train", {}) as two:
        one.save_files("model", "m", {"a": b"1"})
        two.save_files("model", "m", {"a": b"2"})
    assert [artifact.version for artifact in workspace.artifacts("model")] == [1, 2]
    other.close()


def test_only_one_artifact_holds_an_exclusive_role(workspace):
    first, second = put(workspace), put(workspace)
    workspace.catalog.give_role(first, "champion", exclusive=True)
    workspace.catalog.give_role(second, "champion", exclusive=True)
    assert workspace.catalog.roles("table") == {("customers", 2): "champion"}


def test_the_workspace_of_the_environment_is_the_default(tmp_path, monkeypatch):
    monkeypatch.setenv("CAMPANILE_WORKSPACE", str(tmp_path / "with space"))
    workspace = Workspace.open()
    assert workspace.path == Path(tmp_path / "with space").resolve()
    workspace.close()


def test_lineage_ends_at_the_file_and_its_hash(workspace, tmp_path):
    import hashlib

    source = tmp_path / "customers.csv"
    source.write_bytes(b"ID\n1\n")
    with workspace.run("load", {}) as run:
        run.save_fingerprint(source)
        draft = run.save_table("customers", ROWS, key="ID", meta={})
    (file,) = workspace.lineage(run.artifact(draft)).parents
    assert (file.artifact.name, file.artifact.hash) == ("customers.csv", hashlib.sha256(b"ID\n1\n").hexdigest())


def test_a_run_that_ends_while_another_process_opens_the_workspace_keeps_what_it_published(workspace, monkeypatch):
    from campanile.workspace.catalog import Catalog

    work = workspace.run("train", {})
    run = work.__enter__()
    draft = run.save_files("model", "m", {"model.bin": b"good"})
    listed = Catalog.runs

    def then_it_ends(catalog, state=None):
        found = listed(catalog, state)
        monkeypatch.setattr(Catalog, "runs", listed)
        work.__exit__(None, None, None)
        return found

    monkeypatch.setattr(Catalog, "runs", then_it_ends)
    other = Workspace.open(workspace.path)
    assert other.interrupted == ()
    assert [one.state for one in other.catalog.runs()] == ["done"]
    assert other.file(run.artifact(draft), "model.bin") == b"good"
    other.close()


def test_a_stop_after_the_commit_takes_nothing_back(workspace, monkeypatch):
    from campanile.workspace.catalog import Catalog

    finish = Catalog.finish

    def stopped_after(catalog, *arguments, **named):
        made = finish(catalog, *arguments, **named)
        monkeypatch.setattr(Catalog, "finish", finish)
        if made:
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(Catalog, "finish", stopped_after)
    with pytest.raises(KeyboardInterrupt), workspace.run("train", {}) as run:
        run.save_files("model", "m", {"model.bin": b"good"})
    assert workspace.file(workspace.artifact("model", "m"), "model.bin") == b"good"


@pytest.mark.parametrize("place", ["folder", "file.csv/x.csv", "x" * 300])
def test_a_place_that_cannot_be_written_is_told_before_anything_is(tmp_path, place):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file.csv").touch()
    with pytest.raises(StorageError, match="cannot be written"):
        writable(tmp_path / place)
    writable(tmp_path / "new" / "x.csv")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file.csv", "folder", "new"]
