"""SIGKILL at any commit point of an import or a training leaves the last committed version readable."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("verb", "when"),
    [("replace", "before"), ("replace", "after"), ("append", "before"), ("append", "after"), ("train", "before")],
)
def test_nothing_is_lost_or_half_done_at_any_commit_point(verb, when, tmp_path):
    harness = Path(__file__).with_name("sudden_end.py")
    ended = subprocess.run(
        [sys.executable, str(harness), verb, when, str(tmp_path / "points")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) >= 3, "the fuse met too few commit points"
