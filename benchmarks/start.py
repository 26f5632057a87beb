"""How long until the program answers: `campanile --help` and `import campanile`."""

from __future__ import annotations

import statistics
import sys

from bars import Bar, Finding, Row
from running import CAMPANILE, process


def measure(*, reduced: bool) -> Finding:
    times = 3 if reduced else 9
    help_ = median([str(CAMPANILE), "--help"], times)
    bare = median([sys.executable, "-c", "pass"], times)
    own = median([sys.executable, "-c", "import campanile"], times)
    pandas = median([sys.executable, "-c", "import pandas"], times)
    return Finding(
        "Start",
        (
            Row("campanile --help", help_, "s", Bar(0.5), {"bare Python": bare}),
            Row("import campanile", own, "s", Bar(0.3), {"bare Python": bare, "import pandas": pandas}),
        ),
        (f"Median of {times} starts; the time of Python itself is included.",),
    )


def median(command: list[str], times: int) -> float:
    process(command)  # once to warm the disk's cache
    return statistics.median(process(command).seconds for _ in range(times))
