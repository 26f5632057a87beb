"""Kills a process at each of its commit points in turn, and checks what it leaves behind.

``python tests/sudden_end.py VERB before|after FOLDER``: the child replaces every call that makes something durable
(a file synced or renamed, a Delta commit, a catalog commit) by one that counts; at the chosen count it kills
itself with SIGKILL. Every point is tried until the child survives; then the number of points is printed.
Children are forks, so that heavy libraries are imported once.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

HEADER = "ID,age,spend_eur,city,response\n"


def rows(first: int, last: int) -> str:
    return "".join(
        f"{i},{20 + i * 7 % 50},{i * 37 % 500}.5,{'abc'[i % 3]},{int(i * 7 % 50 > 25)}\n" for i in range(first, last)
    )


def base(folder: Path) -> None:
    from campanile import sources
    from campanile.workspace import Workspace

    (folder / "first.csv").write_text(HEADER + rows(0, 150))
    (folder / "more.csv").write_text(HEADER + rows(150, 200))
    workspace = Workspace.open(folder / "workspace")
    sources.load(workspace, sources.LoadSpec(path=folder / "first.csv", table="customers", key="ID"))
    workspace.close()


def replace(workspace: Any, folder: Path) -> None:
    from campanile import sources

    sources.load(workspace, sources.LoadSpec(path=folder / "more.csv", table="customers", key="ID"))


def append(workspace: Any, folder: Path) -> None:
    from campanile import sources

    sources.load(workspace, sources.LoadSpec(path=folder / "more.csv", table="customers", append=True))


def train(workspace: Any, _: Path) -> None:
    from campanile import models

    spec = models.TrainSpec(
        table="customers", target="response", quick=True, methods=("baseline", "logistic"), resamples=50
    )
    models.train(workspace, spec)


VERBS: dict[str, Callable[[Any, Path], None]] = {"replace": replace, "append": append, "train": train}


def fuse(when: str, at: int) -> None:
    """Make the process kill itself at commit point ``at``."""
    import sqlalchemy as sa

    from campanile.workspace import store

    count = 0

    def wrapped(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == at and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = real(*arguments, **named)
            if count == at and when == "after":
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return call

    os.replace = wrapped(os.replace)
    os.fsync = wrapped(os.fsync)
    store.write_deltalake = wrapped(store.write_deltalake)
    dialect = sa.engine.default.DefaultDialect
    dialect.do_commit = wrapped(dialect.do_commit)


def check(folder: Path, verb: str, *, dead: bool, again: bool) -> None:
    """Hold the folder against what was promised: the last committed version, nothing half done, work goes on."""
    from campanile import models
    from campanile.workspace import Workspace

    workspace = Workspace.open(folder / "workspace")
    states = [run.state for run in workspace.catalog.runs()][1:]
    published = states == ["done"]
    assert published or states in ([], ["interrupted"]), states
    assert dead or published
    assert bool(workspace.interrupted) == (states == ["interrupted"])
    assert workspace.read(workspace.table("customers", 1)).column("ID").to_pylist() == list(range(150))
    expected = (
        {"append": range(200), "replace": range(150, 200), "train": range(150)}[verb] if published else range(150)
    )
    assert workspace.read("customers").column("ID").to_pylist() == list(expected)
    trained = workspace.artifacts("model")
    assert bool(trained) == (published and verb == "train")
    for artifact in trained:
        model = models.load(workspace, artifact.name)
        assert model.predict(workspace.read("customers")).shape == (150, 2)
    kept = {workspace.path / one.location for one in workspace.artifacts() if one.location.startswith("artifacts/")}
    assert set((workspace.path / "artifacts").glob("*")) <= kept
    assert not list((workspace.path / "runs").glob("*.lock"))
    if again:
        go_on(workspace, folder, verb)
    workspace.close()


def go_on(workspace: Any, folder: Path, verb: str) -> None:
    """Do the same again, to its end."""
    VERBS[verb](workspace, folder)
    after = {"append": 200, "replace": 50, "train": 150}[verb]
    assert workspace.read("customers").num_rows == after


def forked(work: Callable[[], None]) -> int:
    """Run ``work`` in a fork and return its status; an error is printed and counts as 1."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            if code:
                import traceback

                traceback.print_exc()
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def points(verb: str, when: str, folder: Path) -> int:
    """Try every commit point of ``verb``; return how many there were."""
    (folder / "base").mkdir(parents=True)
    assert forked(lambda: base(folder / "base")) == 0
    at = 0
    while True:
        at += 1
        place = folder / str(at)
        shutil.copytree(folder / "base", place)

        def work(at: int = at, place: Path = place) -> None:
            from campanile.workspace import Workspace

            workspace = Workspace.open(place / "workspace")
            fuse(when, at)
            VERBS[verb](workspace, place)

        code = forked(work)
        assert code in (0, -signal.SIGKILL), code
        # A training takes seconds, so that it goes on is tried at every seventh point.
        again = verb != "train" or at % 7 == 1
        assert forked(lambda: check(place, verb, dead=code != 0, again=again)) == 0, (at, when)  # noqa: B023
        shutil.rmtree(place)
        if code == 0:
            return at - 1


if __name__ == "__main__":
    import sklearn.linear_model  # noqa: F401  (imported once, before the forks)

    print(points(sys.argv[1], sys.argv[2], Path(sys.argv[3])))  # noqa: T201
