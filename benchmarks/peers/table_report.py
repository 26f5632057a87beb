"""Profile a table with skrub: python table_report.py FILE OUT.html (imports and reading are not counted)"""

import json
import sys
import time
from pathlib import Path

import pandas as pd
from skrub import TableReport


def main(path, out):
    rows = pd.read_csv(path)
    started = time.perf_counter()
    TableReport(rows, verbose=0, plot_distributions=True, compute_associations=True).write_html(out)
    print(json.dumps({"seconds": time.perf_counter() - started, "mb": Path(out).stat().st_size / 1e6}))


if __name__ == "__main__":
    main(*sys.argv[1:])
