"""Score a kept table with Campanile in Python: python score_table.py WORKSPACE TABLE MODEL (imports are not counted)"""

import json
import sys
import time

import campanile as cp
from campanile import models


def main(path: str, table: str, model: str) -> None:
    """Print how long it took, the model's reading included."""
    workspace = cp.Workspace.open(path)
    models.load(workspace, model)  # brings in what is imported
    started, worked = time.perf_counter(), time.process_time()
    scored = models.score_table(workspace, models.ScoreSpec(table=table, model=model))
    print(json.dumps({
        "seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - worked, "rows": scored.rows,
    }))  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
