"""Loads that meet each other, or are killed: every version is whole, none is lost."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from campanile.sources import LoadSpec, load
from campanile.sources.worlds import campaign, write
from campanile.workspace import Workspace

WORLD = campaign(rows=120, seed=8)

KILLED = """
import os, signal, sys
from campanile.sources import LoadSpec, load
from campanile.workspace import Workspace
from campanile.workspace.catalog import Catalog
from campanile.workspace.runs import Run

place, name, folder, path = sys.argv[1:]
owner = {"Run": Run, "Catalog": Catalog}[place]
kept = getattr(owner, name)

def last(*given, **named):
    if name == "save_table":
        kept(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, name, last)
load(Workspace.open(folder), LoadSpec(path=path, table="customers", append=True))
"""


def test_two_loads_at_once_make_two_versions(tmp_path: Path):
    paths = [write(WORLD, tmp_path / f"{dialect}.csv", dialect) for dialect in ("plain", "pipe", "excel_us")]

    def one(path: Path):
        workspace = Workspace.open(tmp_path / "workspace")
        try:
            return load(workspace, LoadSpec(path=path, table="customers"))
        finally:
            workspace.close()

    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(one, paths))
    assert sorted(loaded.version for loaded in done) == [1, 2, 3]
    assert len({loaded.content_hash for loaded in done}) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "name"),
    [("Run", "save_fingerprint"), ("Run", "save_files"), ("Run", "save_table"), ("Catalog", "finish")],
)
def test_a_killed_load_leaves_the_last_version(workspace, tmp_path: Path, place: str, name: str):
    kept = load(workspace, LoadSpec(path=write(WORLD.table.slice(0, 80), tmp_path / "a.csv"), table="customers"))
    more = write(WORLD.table.slice(80), tmp_path / "b.csv")
    more.write_text(more.read_text() + "broken\n")
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, place, name, str(workspace.path), str(more)], check=False, env=dict(os.environ)
    )
    assert ended.returncode == -signal.SIGKILL
    again = Workspace.open(workspace.path)
    assert [run.verb for run in again.interrupted] == ["load"]
    assert again.table("customers").version == 1
    assert again.read("customers").num_rows == kept.rows
    done = load(again, LoadSpec(path=more, table="customers", append=True))
    assert (done.version, done.rows, done.refused) == (2, 120, 1)
    again.close()
