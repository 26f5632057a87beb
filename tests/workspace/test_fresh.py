"""What was read from the catalog is kept until something is committed, by this process or another."""

import subprocess
import sys

from campanile.workspace.fresh import Fresh

COMMIT = "import sys; from campanile.workspace import Workspace\nwith Workspace.open(sys.argv[1]).run('load', {}): pass"


def test_it_is_read_once_while_nothing_is_committed(workspace):
    fresh, asked = Fresh(workspace.catalog), []
    answers = [fresh.get("key", lambda: asked.append(1) or len(asked)) for _ in range(3)]
    assert answers == [1, 1, 1]


def test_a_commit_here_or_in_another_process_makes_it_old(workspace):
    fresh, asked = Fresh(workspace.catalog), []

    def read():
        asked.append(1)
        return len(asked)

    assert fresh.get("key", read) == 1
    with workspace.run("load", {}):
        pass
    assert fresh.get("key", read) == 2
    subprocess.run([sys.executable, "-c", COMMIT, str(workspace.path)], check=True)
    assert fresh.get("key", read) == 3


def test_what_is_committed_while_it_is_read_makes_it_old_at_once(workspace):
    fresh = Fresh(workspace.catalog)

    def slow():
        with workspace.run("load", {}):
            return "before"

    assert fresh.get("key", slow) == "before"
    assert fresh.get("key", lambda: "after") == "after"
