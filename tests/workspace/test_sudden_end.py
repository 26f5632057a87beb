"""A process killed at any commit point leaves the last committed version readable, and nothing half done.

The child replaces each call that makes something durable by one that counts; at the chosen count it
kills itself with SIGKILL, before or after the call. Every point is tried until the child survives.
"""

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pyarrow as pa
import pytest

from campanile.workspace import Workspace

FUSE = textwrap.dedent("""
    import os, signal, sys

    def fuse(when, at):
        import deltalake, sqlalchemy as sa
        from campanile.workspace import store
        count = 0

        def wrapped(real):
            def call(*args, **kwargs):
                nonlocal count
                count += 1
                if count == at and when == "before":
                    os.kill(os.getpid(), signal.SIGKILL)
                result = real(*args, **kwargs)
                if count == at and when == "after":
                    os.kill(os.getpid(), signal.SIGKILL)
                return result
            return call

        os.replace = wrapped(os.replace)
        os.fsync = wrapped(os.fsync)
        store.write_deltalake = wrapped(store.write_deltalake)
        sa.engine.default.DefaultDialect.do_commit = wrapped(sa.engine.default.DefaultDialect.do_commit)
""")

WORK = textwrap.dedent("""
    import pyarrow as pa
    from campanile.workspace import Workspace
    folder, verb, when, at = sys.argv[1:]
    workspace = Workspace.open(folder)
    table = workspace.table("customers")
    fuse(when, int(at))
    if verb == "append":
        more = pa.table({"ID": [9], "x": ["new"]})
        whole = pa.concat_tables([workspace.read(table), more])
        with workspace.lock_table("customers"), workspace.run("load", {}) as run:
            run.read(table)
            run.save_table("customers", more, key="ID", meta={}, append_to=table, whole=whole)
    elif verb == "replace":
        with workspace.lock_table("customers"), workspace.run("load", {}) as run:
            run.save_table("customers", pa.table({"ID": [9], "x": ["new"]}), key="ID", meta={})
    else:
        with workspace.run("train", {}) as run:
            run.read(table)
            run.save_files("model", "m", {"a.bin": b"1" * 1000, "b.bin": b"2"})
""")


def killed(folder: Path, verb: str, when: str, at: int) -> bool:
    ended = subprocess.run(
        [sys.executable, "-c", FUSE + WORK, str(folder), verb, when, str(at)],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr.decode()
    return ended.returncode != 0


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["append", "replace", "train"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_nothing_is_lost_or_half_done_at_any_commit_point(tmp_path, verb, when):
    at = 0
    while True:
        at += 1
        folder = tmp_path / str(at)
        workspace = Workspace.open(folder)
        with workspace.run("load", {}) as run:
            run.save_table("customers", pa.table({"ID": [1, 2], "x": ["a", "b"]}), key="ID", meta={})
        workspace.close()
        dead = killed(folder, verb, when, at)
        check(folder, verb, dead=dead)
        if not dead:
            break
    assert at >= 3, "the fuse met no commit points"


def check(folder: Path, verb: str, *, dead: bool) -> None:
    workspace = Workspace.open(folder)
    states = [run.state for run in workspace.catalog.runs()][1:]
    published = states == ["done"]
    assert published or states in ([], ["interrupted"])
    assert bool(workspace.interrupted) == (states == ["interrupted"])
    assert workspace.read(workspace.table("customers", 1)).to_pydict() == {"ID": [1, 2], "x": ["a", "b"]}
    expected = {"append": [1, 2, 9], "replace": [9], "train": [1, 2]}[verb] if published else [1, 2]
    assert workspace.read("customers").to_pydict()["ID"] == expected
    models = workspace.artifacts("model")
    assert len(models) == (1 if published and verb == "train" else 0)
    for model in models:
        assert workspace.file(model, "b.bin") == b"2"
    kept = {workspace.path / model.location for model in models}
    assert set((workspace.path / "artifacts").glob("*")) == kept
    # And work goes on: the same thing again, to its end.
    assert not killed(folder, verb, "before", 10_000)
    assert not dead or workspace.read("customers").num_rows >= 1
    workspace.close()
