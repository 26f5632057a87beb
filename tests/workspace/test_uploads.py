"""Files that people bring: whole or not there, under names of ours, and not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from campanile.workspace.errors import NotFound
from campanile.workspace.uploads import called, suffix


def bring(workspace, content=b"a\n1\n", name="a.csv"):
    with workspace.uploads.arriving(name, "ann") as (upload_id, arriving):
        arriving.write(content)
    return workspace.uploads.upload(upload_id)


def left(workspace):
    return sorted(path.name for path in (workspace.path / "uploads").rglob("*") if path.is_file())


def test_a_file_is_there_with_its_size_and_fingerprint_once_it_has_arrived(workspace):
    upload = bring(workspace)
    assert upload.bytes == 4
    assert workspace.uploads.path(upload).read_bytes() == b"a\n1\n"
    assert left(workspace) == ["content.csv", "upload.json"]


def test_it_is_nobodys_before(workspace):
    with workspace.uploads.arriving("a.csv", "ann") as (upload_id, arriving):
        arriving.write(b"a")
        with pytest.raises(NotFound):
            workspace.uploads.upload(upload_id)


def test_what_breaks_off_leaves_nothing(workspace):
    def cut():
        with workspace.uploads.arriving("a.csv", "ann") as (_, arriving):
            arriving.write(b"a")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        cut()
    assert left(workspace) == []


def test_old_uploads_and_the_parts_of_dead_processes_are_swept_but_none_that_arrives(workspace):
    old = bring(workspace)
    dead = workspace.path / "uploads" / ("0" * 32)
    dead.mkdir()
    (dead / "content.part").write_bytes(b"a")
    with workspace.uploads.arriving("b.csv", "ann") as (upload_id, arriving):
        arriving.write(b"b")
        workspace.uploads.sweep(datetime.now(UTC) + timedelta(days=2, minutes=1))
    assert workspace.uploads.upload(upload_id).bytes == 1
    assert not dead.exists()
    with pytest.raises(NotFound):
        workspace.uploads.upload(old.id)


@pytest.mark.parametrize("id", ["", "..", "../catalog.db", "0" * 32, "Z" * 32])
def test_an_id_that_is_none_of_ours_leads_nowhere(workspace, id):
    bring(workspace)
    with pytest.raises(NotFound):
        workspace.uploads.upload(id)


@pytest.mark.parametrize(
    ("name", "shown", "ending"),
    [
        ("Kunden 2024.CSV", "Kunden 2024.CSV", ".csv"), ("C:\\data\\a.xlsx", "a.xlsx", ".xlsx"),
        ("../../etc/passwd", "passwd", ""), ("a.csv.gz", "a.csv.gz", ".csv.gz"), ("run.sh", "run.sh", ""),
        ("\x00\n", "file", ""), ("/", "file", ""),
    ],
)  # fmt: skip
def test_a_name_is_shown_without_its_folders_and_only_known_endings_are_used(name, shown, ending):
    assert called(name) == shown
    assert suffix(shown) == ending
