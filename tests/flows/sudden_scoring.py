"""Kills a scoring at each of its commit points in turn, and checks what it leaves: what was, or all that is new.

``python -m tests.flows.sudden_scoring WORKSPACE STUDY EVENTS SCORES`` prints how many points there were. As in
``tests/sudden_end.py``, children are forks, so that heavy libraries are imported once.
"""

import json
import signal
import sys
from pathlib import Path

from tests.flows.eventscores import everything, score
from tests.sudden_end import forked, fuse


def points(folder: Path, study: Path, day: Path, scores: Path) -> int:
    """Score until no point kills it; return how many did."""
    from campanile.workspace import Workspace

    kept = folder.parent / "kept.json"

    def note() -> None:
        kept.write_text(json.dumps(everything(Workspace.open(folder))))

    def work(at: int) -> None:
        workspace = Workspace.open(folder)
        fuse("before", at)
        score((workspace, study), events=({"table": "sessions", "path": str(day)},), to=str(scores))

    def check(dead: bool) -> None:
        before = {tuple(one) for one in json.loads(kept.read_text())}
        new = [one[0] for one in everything(Workspace.open(folder)) if one not in before]
        assert new == ([] if dead else ["arrival", "table"]), new

    assert forked(note) == 0
    at = 0
    while True:
        at += 1
        code = forked(lambda: work(at))  # noqa: B023
        assert code in (0, -signal.SIGKILL), code
        assert forked(lambda: check(code != 0)) == 0, at  # noqa: B023
        if code == 0:
            return at - 1


if __name__ == "__main__":
    import ibis.backends.duckdb  # noqa: F401  (imported once, before the forks)
    import sklearn.ensemble  # noqa: F401
    import skops.io  # noqa: F401

    print(points(*map(Path, sys.argv[1:])))  # noqa: T201
